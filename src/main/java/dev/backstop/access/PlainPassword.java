package dev.backstop.access;

import java.security.MessageDigest;

/** A password that was configured as it is, of which only a digest is kept. */
final class PlainPassword implements Password {

	private final byte[] digest;

	PlainPassword(String password) {
		if (password.isBlank()) {
			throw new IllegalArgumentException("is blank");
		}
		this.digest = KeyedDigest.of(password);
	}

	@Override
	public boolean matches(String guess) {
		return MessageDigest.isEqual(this.digest, KeyedDigest.of(guess));
	}

}
