package dev.backstop.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The vendor's signature: lower-case hex HMAC-SHA256 of the exact bytes. */
final class Signing {

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKeySpec key;

	Signing(String key) {
		this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
	}

	String sign(byte[] body) {
		return HexFormat.of().formatHex(hmac(body));
	}

	byte[] hmac(byte[] content) {
		try {
			var mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return mac.doFinal(content);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static byte[] sha256(byte[] content) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(content);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
