package dev.backstop.verification;

/** What became of a delivery. */
public enum Outcome {

	/** It changed what is known or waited for. */
	APPLIED,

	/** Kept and shown, but nothing changed by it. */
	NOTED,

	/** Signed, but not understood: kept for an operator. */
	UNREADABLE

}
