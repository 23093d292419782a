package dev.backstop;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * How Backstop meets its database.
 *
 * @param startupWait how long a start waits for a database that does not answer yet
 */
@ConfigurationProperties("backstop.database")
record DatabaseProperties(@Name("wait") @DefaultValue("2m") Duration startupWait) implements Settings {

	DatabaseProperties {
		if (startupWait.isNegative()) {
			throw new StartRefused("backstop.database.wait must not be negative.",
					"Set it to a duration like 2m, or to 0s.");
		}
	}

}
