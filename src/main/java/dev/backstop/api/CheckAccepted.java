package dev.backstop.api;

import java.time.Instant;
import java.util.Locale;

import dev.backstop.reconciliation.Hold;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The answer to a client that has asked for a check. */
record CheckAccepted(@Schema(description = "When the check is due", examples = "2026-01-31T12:10:00Z") Instant dueAt,
		@Schema(description = "Whether anything keeps it from being made") Reconciliation reconciliation,
		@Schema(description = "What happens next",
				examples = "iDenfy is asked as soon as the rate limit allows") String detail) {

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
	@Schema(name = "ReconciliationState", enumAsRef = true,
			description = "RUNNING, PAUSED (by an operator, or since iDenfy refuses the calls) or THROTTLED by iDenfy")
	enum State {

		RUNNING, PAUSED, THROTTLED

	}

	/** What keeps iDenfy from being asked, if anything does. */
	@Schema(name = "Reconciliation", description = "What keeps iDenfy from being asked, if anything does")
	record Reconciliation(@Schema(description = "Whether iDenfy is asked", examples = "PAUSED") State state,
			@Schema(description = "Why not, null while RUNNING", examples = "OPERATOR") Hold.@Nullable Reason reason,
			@Schema(description = "Since when not, null while RUNNING",
					examples = "2026-01-31T12:00:00Z") @Nullable Instant since,
			@Schema(description = "When it continues or tries to by itself, null if only an operator ends it",
					examples = "2026-01-31T12:15:00Z") @Nullable Instant until) {
	}

}
