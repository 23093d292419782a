package dev.backstop.verification;

/** Whether Backstop still wants something for a verification. */
public enum Progress {

	/** Waits for a webhook until a deadline. */
	AWAITED,

	/** Complete: never due again by itself. */
	SETTLED,

	/** Given up, until an operator re-arms it or a webhook brings a decision. */
	PARKED

}
