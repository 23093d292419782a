package dev.backstop.webhook;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A webhook request whose signature was good.
 *
 * @param eventType the {@code Idenfy-Event-Type} header as sent
 * @param signedBy which of the configured keys matched
 */
record Received(byte[] body, byte[] sha256, @Nullable String eventType, @Nullable String contentType, String signedBy,
		Instant at) {

	static Received of(byte[] body, @Nullable String eventType, @Nullable String contentType, String signedBy,
			Instant at) {
		return new Received(body, sha256(body), eventType, contentType, signedBy, at);
	}

	private static byte[] sha256(byte[] body) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(body);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Without the person. */
	@Override
	public String toString() {
		return this.body.length + " bytes";
	}

}
