package dev.backstop.idenfy;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import dev.backstop.SettingProblems;
import dev.backstop.Settings;

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
		@DefaultValue("10s") Duration answerTimeout) implements Settings {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	// a runner that waits longer for one answer may lose its claim meanwhile
	private static final Duration LONGEST = Duration.ofSeconds(30);

	IdenfyProperties {
		var problems = new SettingProblems();
		checkUrl(problems, baseUrl);
		apiKey.check(problems, "idenfy.api-key", "the API key from iDenfy's dashboard");
		apiSecret.check(problems, "idenfy.api-secret", "the secret of the API key from iDenfy's dashboard");
		if (apiKey.value().contains(":")) {
			problems.add("idenfy.api-key has a colon in it, which HTTP Basic cannot send.",
					"Set it to the API key alone, and idenfy.api-secret to its secret.");
		}
		checkTimeout(problems, "idenfy.connect-timeout", connectTimeout);
		checkTimeout(problems, "idenfy.answer-timeout", answerTimeout);
		problems.refuseStart();
	}

	// never shows the URL, which may have credentials in it
	private static void checkUrl(SettingProblems problems, String baseUrl) {
		URI url;
		try {
			url = new URI(baseUrl);
		}
		catch (URISyntaxException _) {
			problems.add("idenfy.base-url is not a URL.", "Set it to one like https://ivs.idenfy.com.");
			return;
		}
		if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null
				|| url.getRawFragment() != null) {
			problems.add("idenfy.base-url is not the URL of a host alone.", "Set it to one like "
					+ "https://ivs.idenfy.com, and credentials by idenfy.api-key and idenfy.api-secret.");
			return;
		}
		boolean local = LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT));
		if (!"https".equalsIgnoreCase(url.getScheme()) && !("http".equalsIgnoreCase(url.getScheme()) && local)) {
			problems.add("idenfy.base-url is not an https URL, so that the API key would be sent in the clear.",
					"Set it to one like https://ivs.idenfy.com; http is for localhost only.");
		}
	}

	private static void checkTimeout(SettingProblems problems, String property, Duration timeout) {
		if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
			problems.add(property + " is not between 1ms and " + LONGEST.toSeconds() + "s.",
					"Set it to a duration like 10s.");
		}
	}

}
