package dev.backstop.idenfy;

/** The vendor sent something else than a JSON object; says what, without its content. */
class UnreadableJson extends Exception {

	private final String reason;

	UnreadableJson(String reason) {
		super(reason);
		this.reason = reason;
	}

	String reason() {
		return this.reason;
	}

}
