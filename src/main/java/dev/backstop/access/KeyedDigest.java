package dev.backstop.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 under a random key that lives and dies with the process. */
final class KeyedDigest {

	private static final String ALGORITHM = "HmacSHA256";

	private static final SecretKey KEY = randomKey();

	private KeyedDigest() {
	}

	static byte[] of(String text) {
		try {
			var mac = Mac.getInstance(ALGORITHM);
			mac.init(KEY);
			return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static SecretKey randomKey() {
		var key = new byte[32];
		new SecureRandom().nextBytes(key);
		return new SecretKeySpec(key, ALGORITHM);
	}

}
