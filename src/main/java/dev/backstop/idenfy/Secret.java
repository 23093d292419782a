package dev.backstop.idenfy;

import dev.backstop.SettingProblems;

/** A configured secret, which no log, message or failure report shows. */
// The constructor refuses nothing, since Spring quotes what it could not convert.
record Secret(String value) {

	/** One that is configured in a way that cannot be read. */
	static final Secret UNREADABLE = new Secret("");

	/**
	 * Adds a problem if the secret cannot be meant as it is.
	 * @param property where it was configured
	 * @param source where to find the right one
	 */
	void check(SettingProblems problems, String property, String source) {
		if (this == UNREADABLE) {
			problems.add(property + " cannot be read.", "Set it to " + source
					+ ". It must not refer to itself; in a list given by index none may be left out, from 0 on.");
		}
		else if (this.value.isBlank()) {
			problems.add(property + " is missing or blank.", "Set it to " + source + ".");
		}
		else if (isStray(this.value.codePointAt(0)) || isStray(this.value.codePointBefore(this.value.length()))) {
			problems.add(property + " begins or ends with a space, a line break or something else that is not seen.",
					"Set it to " + source + ", and nothing around it.");
		}
		else if (this.value.startsWith("${") && this.value.endsWith("}")) {
			problems.add(property + " refers to a variable that is not set.", "Set the variable to " + source + ".");
		}
	}

	private static boolean isStray(int character) {
		return Character.isWhitespace(character) || Character.isSpaceChar(character)
				|| Character.isISOControl(character) || Character.getType(character) == Character.FORMAT;
	}

	/** Without the secret. */
	@Override
	public String toString() {
		return "******";
	}

}
