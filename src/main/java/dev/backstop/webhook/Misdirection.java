package dev.backstop.webhook;

import java.util.Locale;

/** A mistake by which a signed webhook comes where none is taken. */
public enum Misdirection {

	/** It came to the management port. */
	PORT("let the proxy lead to server.port, not to management.server.port"),

	/** It came as something else than POST. */
	METHOD("a redirect turns a POST into a GET: give iDenfy the address that it leads to"),

	/** It came to another path. */
	PATH("compare the URL of each notification in iDenfy's dashboard, and callbackUrl where tokens are made with one, "
			+ "to the letter: no slash more, in lower case, nothing that a proxy adds or takes away");

	private final String advice;

	Misdirection(String advice) {
		this.advice = advice;
	}

	/** Returns the advice to an operator. */
	public String advice() {
		return this.advice;
	}

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

}
