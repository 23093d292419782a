package dev.backstop.system;

import java.time.Duration;

/**
 * How often iDenfy may be called.
 *
 * @param limit calls in each period
 */
record Budget(int limit, Duration period) {

	static final Budget BRISK = new Budget(4, Duration.ofMillis(250));

}
