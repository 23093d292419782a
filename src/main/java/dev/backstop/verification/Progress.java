package dev.backstop.verification;

import io.swagger.v3.oas.annotations.media.Schema;

/** Whether Backstop still wants something for a verification. */
@Schema(enumAsRef = true,
		description = "AWAITED until dueAt, SETTLED (complete), or PARKED (given up, with a parkedReason)")
public enum Progress {

	/** Waits for a webhook until a deadline. */
	AWAITED,

	/** Complete: never due again by itself. */
	SETTLED,

	/** Given up, until an operator re-arms it or a webhook brings a decision. */
	PARKED

}
