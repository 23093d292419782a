package dev.backstop.verification;

/** Where a piece of knowledge came from. */
public enum Source {

	WEBHOOK, RETRIEVAL

}
