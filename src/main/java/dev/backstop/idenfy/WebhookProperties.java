package dev.backstop.idenfy;

import java.util.HashSet;
import java.util.List;

import dev.backstop.SettingProblems;
import dev.backstop.Settings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which webhooks are taken.
 *
 * @param signingKeys the signing keys of iDenfy's notifications, any of which may have
 * signed a webhook; one with a comma in it is given by index
 * @param maxBodySize how long the body of a webhook may be
 */
@ConfigurationProperties("idenfy.webhook")
public record WebhookProperties(@DefaultValue List<Secret> signingKeys,
		@DefaultValue("1MB") DataSize maxBodySize) implements Settings {

	private static final DataSize LARGEST = DataSize.ofMegabytes(16);

	public WebhookProperties {
		signingKeys = List.copyOf(signingKeys);
		var problems = new SettingProblems();
		checkKeys(problems, signingKeys);
		if (maxBodySize.toBytes() <= 0 || maxBodySize.compareTo(LARGEST) > 0) {
			problems.add("idenfy.webhook.max-body-size is not between 1B and " + LARGEST.toMegabytes() + "MB.",
					"Set it to a size like 1MB.");
		}
		problems.refuseStart();
	}

	private static void checkKeys(SettingProblems problems, List<Secret> keys) {
		if (keys.isEmpty()) {
			problems.add("idenfy.webhook.signing-keys is missing or empty, so that anyone could send webhooks.",
					"Set it to the signing key of each notification in iDenfy's dashboard.");
		}
		var seen = new HashSet<Secret>();
		for (int i = 0; i < keys.size(); i++) {
			var property = "idenfy.webhook.signing-keys[" + i + "]";
			keys.get(i)
				.check(problems, property, "the signing key of a notification in iDenfy's dashboard "
						+ "(a comma separates keys; give one that has a comma in it by index)");
			if (!seen.add(keys.get(i))) {
				problems.add(property + " repeats an earlier signing key.", "Remove one of them.");
			}
		}
	}

}
