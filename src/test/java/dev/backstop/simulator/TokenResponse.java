package dev.backstop.simulator;

/**
 * What iDenfy answers when a verification is made.
 *
 * @param json the whole answer, as a client would forward it
 */
public record TokenResponse(String scanRef, String clientId, String externalRef, String json) {

	/** The answer holds the user's token. */
	@Override
	public String toString() {
		return "TokenResponse[" + this.scanRef + "]";
	}

}
