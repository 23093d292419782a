package dev.backstop.verification;

/** What one call to iDenfy can fetch, in the order in which a check asks. */
public enum Part {

	STATUS, DATA, FILES

}
