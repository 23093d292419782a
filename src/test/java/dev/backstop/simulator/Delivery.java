package dev.backstop.simulator;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to send a webhook.
 *
 * @param sha256 of the body
 * @param attempt 1 for the first
 * @param status what the receiver answered, 0 if nothing
 */
public record Delivery(long number, String scanRef, @Nullable String type, String sha256, int attempt, Instant at,
		int status, Duration took) {

	public boolean acknowledged() {
		return this.status >= 200 && this.status < 300;
	}

}
