package dev.backstop.verification;

/**
 * What happened to a verification at iDenfy, once the vendor's event type, or without a
 * telling one the body, has been judged.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/webhooks">iDenfy: KYC webhooks</a>
 */
public enum Event {

	AUTO_FINISHED(false), MANUAL_FINISHED(true), RESUBMITTED(false), EXPIRED(true), CANCELLED(true);

	private final boolean finalUnlessSaid;

	Event(boolean finalUnlessSaid) {
		this.finalUnlessSaid = finalUnlessSaid;
	}

	/** Whether a webhook of this event without a {@code final} field is final. */
	boolean finalUnlessSaid() {
		return this.finalUnlessSaid;
	}

}
