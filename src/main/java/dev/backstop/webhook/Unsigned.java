package dev.backstop.webhook;

import java.util.Locale;

/** A reason for which a webhook counts as not signed by iDenfy. */
public enum Unsigned {

	/** There is no signature. */
	MISSING("The header Idenfy-Signature is missing: give the notification in iDenfy's dashboard a signing key"),

	/** The signature is of no configured key. */
	MISMATCH("Idenfy-Signature does not match the body under any configured signing key"),

	/** It is a webhook of another product. */
	TRANSACTION_MONITORING(
			"Idenfy-TX-Signature and Idenfy-TX-Event-Type are headers of iDenfy's Transaction Monitoring, "
					+ "whose webhooks are not taken here: give its notifications the URL of the service that expects them");

	private final String detail;

	Unsigned(String detail) {
		this.detail = detail;
	}

	/** Describes what is wrong, and how to mend it. */
	public String detail() {
		return this.detail;
	}

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

}
