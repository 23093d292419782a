package dev.backstop.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One call the simulated iDenfy received.
 *
 * @param nanos the monotonic time of arrival
 * @param status what was answered, 0 while or where nothing was
 */
public record Call(long number, Instant at, long nanos, Endpoint endpoint, String method, @Nullable String scanRef,
		Credentials credentials, int status, Outcome outcome, @Nullable Fault fault, Duration took) {

	public boolean answered() {
		return this.outcome == Outcome.ANSWERED;
	}

	public boolean concerns(String scanRef) {
		return scanRef.equals(this.scanRef);
	}

	public Optional<Fault> metFault() {
		return Optional.ofNullable(this.fault);
	}

	/** What a caller showed of itself. */
	public enum Credentials {

		NONE, RIGHT, WRONG

	}

	/** What became of a call. */
	public enum Outcome {

		UNDER_WAY,

		/** The documented answer, written to its end. */
		ANSWERED,

		/** An error the caller has earned. */
		REFUSED,

		/** An answer spoilt by a fault. */
		FAULTED,

		/** The caller had gone before the answer was written. */
		UNHEARD

	}

}
