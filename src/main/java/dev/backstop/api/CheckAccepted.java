package dev.backstop.api;

import java.time.Instant;
import java.util.Locale;

import dev.backstop.reconciliation.Hold;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a client that has asked for a check.
 *
 * @param dueAt when the check is due
 * @param reconciliation whether anything keeps it from being made
 * @param detail what happens next
 */
record CheckAccepted(Instant dueAt, Reconciliation reconciliation, String detail) {

	static CheckAccepted running(Instant dueAt) {
		return new CheckAccepted(dueAt, new Reconciliation(State.RUNNING, null, null, null),
				"iDenfy is asked as soon as the rate limit allows");
	}

	static CheckAccepted held(Instant dueAt, Hold hold) {
		var state = State.valueOf(hold.state().name());
		return new CheckAccepted(dueAt, new Reconciliation(state, hold.reason(), hold.since(), hold.until()),
				"Reconciliation is " + state.name().toLowerCase(Locale.ROOT)
						+ ": the check is made when it continues, which nobody needs to ask for again");
	}

	/** Whether iDenfy is being asked. */
	enum State {

		RUNNING, PAUSED, THROTTLED

	}

	/**
	 * What keeps iDenfy from being asked, if anything does.
	 *
	 * @param until when it continues or tries to by itself, null if only an operator ends
	 * it
	 */
	record Reconciliation(State state, Hold.@Nullable Reason reason, @Nullable Instant since, @Nullable Instant until) {
	}

}
