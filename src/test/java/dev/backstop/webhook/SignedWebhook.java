package dev.backstop.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** A webhook as iDenfy sends it, signed with the key of the samples. */
record SignedWebhook(byte[] body, @Nullable String eventType, @Nullable String signature) {

	private static final String KEY = "test-signing-key-0001";

	static SignedWebhook of(String body, @Nullable String eventType) {
		return of(body.getBytes(StandardCharsets.UTF_8), eventType);
	}

	static SignedWebhook of(byte[] body, @Nullable String eventType) {
		return new SignedWebhook(body, eventType, sign(body));
	}

	static SignedWebhook sample(String file) {
		return samples().stream().filter((sample) -> sample.file().equals(file)).findFirst().orElseThrow().webhook();
	}

	/** One of the samples about a verification of its own. */
	static SignedWebhook sample(String file, String scanRef) {
		var sample = sample(file);
		var body = new String(sample.body(), StandardCharsets.UTF_8).replace("328c6766-934e-11ed-bb9b-025ad99a18e7",
				scanRef);
		return of(body, sample.eventType());
	}

	static List<Sample> samples() {
		return List.of(JsonMapper.shared().readValue(read("signature-vectors.json"), Sample[].class));
	}

	private static byte[] read(String file) {
		try {
			return new ClassPathResource("samples/" + file).getContentAsByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String sign(byte[] body) {
		try {
			var mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return HexFormat.of().formatHex(mac.doFinal(body));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	SignedWebhook as(@Nullable String eventType) {
		return new SignedWebhook(this.body, eventType, this.signature);
	}

	SignedWebhook signedWith(@Nullable String signature) {
		return new SignedWebhook(this.body, this.eventType, signature);
	}

	RestTestClient.ResponseSpec sendTo(RestTestClient client) {
		var request = client.post().uri("/webhooks/idenfy").header("Content-Type", "application/json");
		if (this.eventType != null) {
			request.header("Idenfy-Event-Type", this.eventType);
		}
		if (this.signature != null) {
			request.header("Idenfy-Signature", this.signature);
		}
		return request.body(this.body).exchange();
	}

	/** A webhook that iDenfy's documentation shows, with the signature it must have. */
	record Sample(String file, String idenfyEventType, String idenfySignature) {

		SignedWebhook webhook() {
			return new SignedWebhook(read(this.file), this.idenfyEventType, this.idenfySignature);
		}

		@Override
		public String toString() {
			return this.file;
		}

	}

}
