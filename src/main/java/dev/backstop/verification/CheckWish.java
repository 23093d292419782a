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
	 * @param reason why
	 * @param next what to do instead
	 */
	record Refused(Reason reason, String next) implements CheckWish {
	}

	/** Reasons against a check. */
	enum Reason {

		/** Nothing is left to ask. */
		SETTLED,

		/** An operator has to act first. */
		PARKED,

		/** Clients have asked for as many as they may. */
		USED_UP

	}

}
