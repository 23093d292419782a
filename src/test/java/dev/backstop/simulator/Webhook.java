package dev.backstop.simulator;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A request to a receiver, ready to be sent.
 *
 * @param type the event type header, null for none
 * @param signature the signature header, null for none
 */
public record Webhook(String scanRef, @Nullable String type, byte[] body, @Nullable String signature) {

	public Optional<String> eventType() {
		return Optional.ofNullable(this.type);
	}

	public Optional<String> signed() {
		return Optional.ofNullable(this.signature);
	}

	public Webhook withBody(byte[] body, String signature) {
		return new Webhook(this.scanRef, this.type, body, signature);
	}

	public Webhook withSignature(@Nullable String signature) {
		return new Webhook(this.scanRef, this.type, this.body, signature);
	}

	public Webhook withType(@Nullable String type) {
		return new Webhook(this.scanRef, type, this.body, this.signature);
	}

	/** The same, broken off in the middle and signed as it is. */
	Webhook malformed(Signing signing) {
		var half = Arrays.copyOf(this.body, this.body.length / 2);
		return withBody(half, signing.sign(half));
	}

	/** The same, signed with a key that is not the receiver's. */
	Webhook wronglySigned() {
		return withSignature(new Signing("another-key").sign(this.body));
	}

	public String sha256() {
		return HexFormat.of().formatHex(Signing.sha256(this.body));
	}

	@Override
	public String toString() {
		return "Webhook[scanRef=%s, type=%s, %d bytes]".formatted(this.scanRef, this.type, this.body.length);
	}

}
