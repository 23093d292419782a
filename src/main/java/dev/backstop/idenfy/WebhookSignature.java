package dev.backstop.idenfy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

/**
 * Checks who signed a webhook: {@code Idenfy-Signature} is the HMAC-SHA256 of the raw
 * body with the signing key of the notification, in lower-case hex.
 *
 * @see <a href="https://documentation.idenfy.com/security/callback-signing">iDenfy:
 * callback signing</a>
 */
@Component
public class WebhookSignature {

	private static final String ALGORITHM = "HmacSHA256";

	private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

	private final List<SecretKeySpec> keys;

	WebhookSignature(WebhookProperties properties) {
		this.keys = properties.signingKeys()
			.stream()
			.map((key) -> new SecretKeySpec(key.value().getBytes(StandardCharsets.UTF_8), ALGORITHM))
			.toList();
	}

	/** Whether a header can be a signature, whatever the body and the key. */
	public static boolean isWellShaped(String signature) {
		return SHAPE.matcher(signature).matches();
	}

	/**
	 * Which of the configured keys signed a body, by its place among them.
	 * @param signature the header {@code Idenfy-Signature}
	 */
	public Optional<String> signedBy(byte[] body, String signature) {
		if (!isWellShaped(signature)) {
			return Optional.empty();
		}
		var sent = HexFormat.of().parseHex(signature);
		int match = 0;
		// all of them, so that the time tells nothing of which it was
		for (int i = 0; i < this.keys.size(); i++) {
			boolean same = MessageDigest.isEqual(sign(body, this.keys.get(i)), sent);
			match = same ? i + 1 : match;
		}
		return (match > 0) ? Optional.of("key-" + match) : Optional.empty();
	}

	private static byte[] sign(byte[] body, SecretKeySpec key) {
		try {
			var mac = Mac.getInstance(ALGORITHM);
			mac.init(key);
			return mac.doFinal(body);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
