package dev.backstop.operations;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Where iDenfy sends its webhooks. */
class PublicPort {

	private static final String KEY = "test-signing-key-0001";

	private final HttpClient client = HttpClient.newHttpClient();

	private final URI webhooks;

	PublicPort(int port) {
		this.webhooks = URI.create("http://localhost:" + port + "/webhooks/idenfy");
	}

	int sendSigned(String body) throws Exception {
		return send(signed(body), body);
	}

	int sendSigned(String body, String eventType) throws Exception {
		return send(signed(body).header("Idenfy-Event-Type", eventType), body);
	}

	int sendUnsigned(String body) throws Exception {
		return send(HttpRequest.newBuilder(this.webhooks), body);
	}

	private HttpRequest.Builder signed(String body) throws Exception {
		var mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		var signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
		return HttpRequest.newBuilder(this.webhooks).header("Idenfy-Signature", signature);
	}

	/** A webhook that was sent to the wrong address, or in the wrong way. */
	int sendSignedTo(String method, URI address, String body) throws Exception {
		var request = signed(body).uri(address).method(method, HttpRequest.BodyPublishers.ofString(body)).build();
		return this.client.send(request, BodyHandlers.discarding()).statusCode();
	}

	/** A webhook of Transaction Monitoring. */
	HttpResponse<String> sendOfAnotherProduct(String header, String value) throws Exception {
		var request = HttpRequest.newBuilder(this.webhooks)
			.header(header, value)
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		return this.client.send(request, BodyHandlers.ofString());
	}

	private int send(HttpRequest.Builder request, String body) throws Exception {
		return this.client
			.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.discarding())
			.statusCode();
	}

}
