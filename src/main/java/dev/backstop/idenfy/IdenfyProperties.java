package dev.backstop.idenfy;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How to reach iDenfy's API.
 *
 * @param baseUrl where the API is; without TLS on this machine only
 * @param apiKey the API key from iDenfy's dashboard
 * @param apiSecret the secret of the API key
 * @param connectTimeout how long a connection may take
 * @param answerTimeout how long a call may take, to the last byte of its answer
 */
@ConfigurationProperties("idenfy")
record IdenfyProperties(@DefaultValue("https://ivs.idenfy.com") String baseUrl, @DefaultValue("") Secret apiKey,
		@DefaultValue("") Secret apiSecret, @DefaultValue("3s") Duration connectTimeout,
		@DefaultValue("10s") Duration answerTimeout) {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	// a runner that waits longer for one answer may lose its claim meanwhile
	private static final Duration LONGEST = Duration.ofSeconds(30);

	IdenfyProperties {
		requireUrl(baseUrl);
		apiKey.requireSound("idenfy.api-key", "the API key from iDenfy's dashboard");
		apiSecret.requireSound("idenfy.api-secret", "the secret of the API key from iDenfy's dashboard");
		if (apiKey.value().contains(":")) {
			throw new IllegalArgumentException("idenfy.api-key has a colon in it, which HTTP Basic cannot send. "
					+ "Set it to the API key alone, and idenfy.api-secret to its secret.");
		}
		requireShort("idenfy.connect-timeout", connectTimeout);
		requireShort("idenfy.answer-timeout", answerTimeout);
	}

	// never shows the URL, which may have credentials in it
	private static void requireUrl(String baseUrl) {
		URI url;
		try {
			url = new URI(baseUrl);
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(
					"idenfy.base-url is not a URL. Set it to one like https://ivs.idenfy.com.");
		}
		if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null
				|| url.getRawFragment() != null) {
			throw new IllegalArgumentException("idenfy.base-url is not the URL of a host alone. "
					+ "Set it to one like https://ivs.idenfy.com, and credentials by idenfy.api-key and idenfy.api-secret.");
		}
		boolean local = LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT));
		if (!"https".equalsIgnoreCase(url.getScheme()) && !("http".equalsIgnoreCase(url.getScheme()) && local)) {
			throw new IllegalArgumentException(
					"idenfy.base-url is not an https URL, so that the API key would be sent in the clear. "
							+ "Set it to one like https://ivs.idenfy.com; http is for localhost only.");
		}
	}

	private static void requireShort(String property, Duration timeout) {
		if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					property + " is not between 1ms and " + LONGEST.toSeconds() + "s. Set it to a duration like 10s.");
		}
	}

}
