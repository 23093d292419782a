package dev.backstop.verification;

import io.swagger.v3.oas.annotations.media.Schema;

/** How a check ended. */
@Schema(enumAsRef = true,
		description = "How a check ended: with all that was outstanding (SETTLED), without a decision and another check "
				+ "to come (OPEN) or none (UNDECIDED), without an answer and another check to come (FAILED) or none "
				+ "(FAILING), with iDenfy not knowing the scanRef (NOT_FOUND), or too late to count (SUPERSEDED)")
public enum CheckResult {

	/** Everything outstanding was answered. */
	SETTLED,

	/** iDenfy has not decided yet; another check follows. */
	OPEN,

	/** iDenfy has not decided within all follow-ups, or closed a reopened one. */
	UNDECIDED,

	/** iDenfy could not be asked; another check follows. */
	FAILED,

	/** Too many failed checks in a row. */
	FAILING,

	/** iDenfy does not know the scanRef. */
	NOT_FOUND,

	/** iDenfy refuses to answer about it, but answers about others. */
	REFUSED,

	/** iDenfy answered, but the answer could not be stored. */
	UNSTORABLE,

	/** A webhook or an operator was faster. */
	SUPERSEDED

}
