package dev.backstop.reconciliation;

/** The run ends before its work does. */
class Stopped extends RuntimeException {

	private final String reason;

	Stopped(String reason) {
		super(reason, null, false, false);
		this.reason = reason;
	}

	/** Why, in words for an operator. */
	String reason() {
		return this.reason;
	}

}
