package dev.backstop.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A plain client of the simulated iDenfy. */
final class Caller {

	private final HttpClient client = HttpClient.newHttpClient();

	private final SimulatedIdenfy idenfy;

	Caller(SimulatedIdenfy idenfy) {
		this.idenfy = idenfy;
	}

	HttpResponse<String> ask(Endpoint endpoint, String scanRef) throws IOException {
		return ask(endpoint, scanRef, Duration.ofSeconds(10));
	}

	HttpResponse<String> ask(Endpoint endpoint, String scanRef, Duration patience) throws IOException {
		return send(question(endpoint, "{\"scanRef\": \"%s\"}".formatted(scanRef)).timeout(patience));
	}

	void hangUpAfter(int bytes, Endpoint endpoint, String scanRef) throws IOException {
		var question = question(endpoint, "{\"scanRef\": \"%s\"}".formatted(scanRef));
		try (var body = send(question, BodyHandlers.ofInputStream()).body()) {
			body.readNBytes(bytes);
		}
	}

	HttpResponse<String> askWith(String body) throws IOException {
		return send(question(Endpoint.STATUS, body));
	}

	HttpResponse<String> askAs(String key, String secret) throws IOException {
		return send(question(Endpoint.STATUS, "{}").setHeader("Authorization", basic(key, secret)));
	}

	HttpResponse<String> get(Endpoint endpoint) throws IOException {
		return send(HttpRequest.newBuilder(this.idenfy.baseUrl().resolve(endpoint.path())));
	}

	HttpResponse<byte[]> download(String link) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(link)), BodyHandlers.ofByteArray());
	}

	HttpResponse<byte[]> downloadWithCredentials(String link) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(link)).header("Authorization", authorization()),
				BodyHandlers.ofByteArray());
	}

	private HttpRequest.Builder question(Endpoint endpoint, String body) {
		return HttpRequest.newBuilder(this.idenfy.baseUrl().resolve(endpoint.path()))
			.header("Authorization", authorization())
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
	}

	private String authorization() {
		return basic(this.idenfy.apiKey(), this.idenfy.apiSecret());
	}

	private static String basic(String key, String secret) {
		return "Basic " + Base64.getEncoder().encodeToString((key + ":" + secret).getBytes(StandardCharsets.UTF_8));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
		return send(request, BodyHandlers.ofString());
	}

	private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
			throws IOException {
		try {
			return this.client.send(request.build(), handler);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UncheckedIOException(new IOException(ex));
		}
	}

}
