package dev.backstop.verification;

import io.swagger.v3.oas.annotations.media.Schema;

/** Why Backstop gave a verification up. */
@Schema(enumAsRef = true, description = "Why Backstop gave a verification up")
public enum ParkedReason {

	/** iDenfy has not decided within all follow-ups, or closed a reopened one. */
	UNDECIDED,

	/** Too many failed checks in a row. */
	FAILING,

	/** iDenfy does not know the scanRef. */
	NOT_FOUND,

	/** iDenfy refuses to answer about it, but answers about others. */
	REFUSED,

	/** iDenfy answered, but the answer could not be stored. */
	UNSTORABLE

}
