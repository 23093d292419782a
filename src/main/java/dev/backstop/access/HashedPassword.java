package dev.backstop.access;

import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.util.ClassUtils;

/** A password of which a slow hash was configured, computed once for the right guess. */
final class HashedPassword implements Password {

	private static final Map<String, PasswordEncoder> ENCODERS = encoders();

	private final PasswordEncoder encoder;

	private final String hash;

	private volatile byte @Nullable [] known;

	HashedPassword(PasswordEncoder encoder, String hash) {
		this.encoder = encoder;
		this.hash = hash;
	}

	static HashedPassword of(String id, String hash) {
		var encoder = ENCODERS.get(id);
		if (encoder == null) {
			// the id is not shown, since it may be the beginning of a plain password
			throw new IllegalArgumentException(
					"begins with an {id} that is none of those known here: " + ENCODERS.keySet());
		}
		requireReadable(encoder, hash, id);
		return new HashedPassword(encoder, hash);
	}

	@Override
	public boolean matches(String guess) {
		var digest = KeyedDigest.of(guess);
		return isKnown(digest) || isRight(guess, digest);
	}

	// One at a time: a burst of first calls costs one hash, guessing at most one core.
	private synchronized boolean isRight(String guess, byte[] digest) {
		if (isKnown(digest)) {
			return true;
		}
		var right = this.encoder.matches(guess, this.hash);
		if (right) {
			this.known = digest;
		}
		return right;
	}

	private boolean isKnown(byte[] digest) {
		var known = this.known;
		return known != null && MessageDigest.isEqual(known, digest);
	}

	// Tried once, so that a broken hash stops the start instead of refusing every call.
	private static void requireReadable(PasswordEncoder encoder, String hash, String id) {
		try {
			if (hash.isBlank()) {
				throw new IllegalArgumentException();
			}
			encoder.upgradeEncoding(hash);
			encoder.matches("a trial", hash);
		}
		catch (IllegalArgumentException _) {
			// the cause may show the hash
			throw new IllegalArgumentException("is no hash that " + id + " can read");
		}
	}

	private static Map<String, PasswordEncoder> encoders() {
		var encoders = new TreeMap<String, PasswordEncoder>(Map.of("bcrypt", new BCryptPasswordEncoder()));
		if (ClassUtils.isPresent("org.bouncycastle.crypto.generators.Argon2BytesGenerator", null)) {
			encoders.put("argon2", Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8());
		}
		return encoders;
	}

}
