package dev.backstop.verification;

import java.time.Duration;

/** What became of a client's wish for a check. */
public sealed interface CheckWish {

	/** The verification is due now. */
	record Granted() implements CheckWish {
	}

	/**
	 * The last check is too recent.
	 *
	 * @param retryAfter how long to wait
	 */
	record TooSoon(Duration retryAfter) implements CheckWish {
	}

	/**
	 * No check can be had.
	 *
	 * @param reason why, and what to do instead
	 */
	record Refused(String reason) implements CheckWish {
	}

}
