package dev.backstop.reconciliation;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the reconciler of every replica from calling iDenfy.
 *
 * @param detail what iDenfy answered
 * @param by the operator who paused it
 * @param until when it ends, or is probed, by itself; null if only an operator ends it
 */
public record Hold(State state, Reason reason, @Nullable String detail, @Nullable String by, Instant since,
		@Nullable Instant until) {

	/** What sort of hold it is. */
	public enum State {

		PAUSED, THROTTLED

	}

	/** Why there is a hold. */
	@Schema(name = "HoldReason", enumAsRef = true, description = "Why iDenfy is not asked at present")
	public enum Reason {

		/** An operator wants it. */
		OPERATOR("An operator paused it: resume it when you are ready"),

		/** iDenfy refuses the account, its contract or its balance. */
		ACCESS_REFUSED("iDenfy refuses the API key: check idenfy.api-key and idenfy.api-secret and, "
				+ "with iDenfy, the account's contract and balance; then resume"),

		/** iDenfy knew none of ten verifications in a row. */
		NOT_FOUND("iDenfy knew none of ten verifications in a row: check that idenfy.api-key belongs to the "
				+ "environment that creates the verifications; then resume, which re-arms them"),

		/** iDenfy understood the question otherwise than Backstop meant it. */
		PROTOCOL("iDenfy answered as if the call were malformed: check idenfy.base-url and the version of "
				+ "Backstop; then resume"),

		/** iDenfy's rate limit was reached. */
		TOO_MANY_REQUESTS("iDenfy's rate limit was reached: look for other users of the same API key. While throttled "
				+ "it continues by itself; paused, since the same verification was refused three times, it waits until "
				+ "another one is due, or you resume it");

		private final String nextStep;

		Reason(String nextStep) {
			this.nextStep = nextStep;
		}

		/** What an operator can do about it. */
		public String nextStep() {
			return this.nextStep;
		}

	}

	/** Whether one call may find out if iDenfy has changed its mind. */
	boolean allowsProbe(Instant now) {
		return this.state == State.PAUSED && this.until != null && !this.until.isAfter(now);
	}

	/** Whether it has ended by itself. */
	boolean isOver(Instant now) {
		return this.state == State.THROTTLED && this.until != null && !this.until.isAfter(now);
	}

}
