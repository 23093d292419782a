package dev.backstop.reconciliation;

import java.time.Instant;

import dev.backstop.idenfy.IdenfyException;
import org.jspecify.annotations.Nullable;

/**
 * A call to iDenfy that an operator asked for, to see if key, host and account are right.
 *
 * @param startedAt when the call went out, null before
 * @param result null until it has ended
 * @param detail what iDenfy answered instead
 */
public record ConnectionTest(String scanRef, String by, Instant askedAt, @Nullable Instant startedAt,
		@Nullable Instant endedAt, @Nullable Result result, @Nullable String detail) {

	/** End of a test. */
	public enum Result {

		OK("Key, host and account are right"),

		UNKNOWN_SCAN_REF("Key, host and account are right, but iDenfy does not know this scanRef: if it was made with "
				+ "iDenfy, then with the key pair of another environment"),

		ACCESS_REFUSED("iDenfy refuses the API key: check idenfy.api-key and idenfy.api-secret and, with iDenfy, the "
				+ "account's contract and balance; if it refuses this scanRef alone, test another"),

		TOO_MANY_REQUESTS(
				"iDenfy's rate limit was reached: test again later, and look for other users of the same " + "API key"),

		UNAVAILABLE("iDenfy does not answer: check idenfy.base-url, and that this host may reach it; test again later"),

		PROTOCOL(
				"The host does not answer as iDenfy does: check idenfy.base-url, and look for an update of Backstop; if "
						+ "it is iDenfy's answer about this scanRef alone, test another"),

		LOST("The instance ended before iDenfy answered: test again");

		private final String nextStep;

		Result(String nextStep) {
			this.nextStep = nextStep;
		}

		/** Returns what it means, and what an operator can do about it. */
		public String nextStep() {
			return this.nextStep;
		}

		static Result of(IdenfyException failure) {
			return switch (failure) {
				case IdenfyException.NotFound _ -> UNKNOWN_SCAN_REF;
				case IdenfyException.AccessRefused _ -> ACCESS_REFUSED;
				case IdenfyException.Throttled _ -> TOO_MANY_REQUESTS;
				case IdenfyException.Unavailable _ -> UNAVAILABLE;
				case IdenfyException.Protocol _ -> PROTOCOL;
			};
		}

	}

	static ConnectionTest wanted(String scanRef, String by, Instant now) {
		return new ConnectionTest(scanRef, by, now, null, null, null, null);
	}

	ConnectionTest started(Instant now) {
		return new ConnectionTest(this.scanRef, this.by, this.askedAt, now, null, null, null);
	}

	ConnectionTest ended(Result result, @Nullable String detail, Instant now) {
		return new ConnectionTest(this.scanRef, this.by, this.askedAt, this.startedAt, now, result, detail);
	}

	/** Returns whether its call is still to go out. */
	boolean isWanted() {
		return this.startedAt == null;
	}

	/** Returns whether its result is still to come. */
	public boolean isPending() {
		return this.result == null;
	}

}
