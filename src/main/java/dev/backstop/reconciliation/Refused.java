package dev.backstop.reconciliation;

/**
 * A verification that iDenfy refused, until it is known if iDenfy refuses all or this one
 * alone.
 *
 * @param asked how often iDenfy was asked about it since a call was last answered, or an
 * operator resumed
 * @param times how often it was refused in a row while no other one was
 * @param throttled whether a limit of calls was the reason, which may hit it by chance
 * @param detail what iDenfy answered
 */
record Refused(String scanRef, int asked, int times, boolean throttled, Evidence evidence, String detail) {

	/** None is asked about more often within one hold. */
	private static final int MOST = 3;

	/** Certainty that iDenfy refuses it alone. */
	enum Evidence {

		/** It was refused, which may be for the account. */
		REFUSED,

		/** iDenfy answered about another since, so that it is asked about once more. */
		OTHER_ANSWERED,

		/** It was refused again after another was answered. */
		REFUSED_AGAIN,

		/** iDenfy answered about another even then: it is to be parked. */
		ALONE

	}

	static Refused first(String scanRef, boolean throttled, String detail) {
		return new Refused(scanRef, 1, 1, throttled, Evidence.REFUSED, detail);
	}

	/** A verification about which a probe was not answered, which refuses nothing. */
	static Refused unanswered(String scanRef, String detail) {
		return new Refused(scanRef, 1, 0, false, Evidence.REFUSED, detail);
	}

	Refused again(boolean throttled, String detail) {
		var evidence = (this.evidence == Evidence.REFUSED) ? Evidence.REFUSED : Evidence.REFUSED_AGAIN;
		return new Refused(this.scanRef, this.asked + 1, this.times + 1, throttled, evidence, detail);
	}

	Refused askedInVain() {
		return with(this.asked + 1, this.times, this.evidence);
	}

	Refused otherRefused() {
		return with(this.asked, Math.min(this.times, 1), Evidence.REFUSED);
	}

	Refused otherAnswered() {
		boolean alone = this.evidence == Evidence.REFUSED_AGAIN && isSure();
		return with(0, this.times, alone ? Evidence.ALONE : Evidence.OTHER_ANSWERED);
	}

	Refused resumed() {
		return with(0, Math.min(this.times, 1), Evidence.REFUSED);
	}

	private Refused with(int asked, int times, Evidence evidence) {
		return (this.evidence == Evidence.ALONE) ? this
				: new Refused(this.scanRef, asked, times, this.throttled, evidence, this.detail);
	}

	boolean isExhausted() {
		return this.asked >= MOST;
	}

	/** Returns whether a limit of calls cannot have hit it by chance so often. */
	boolean isSure() {
		return this.times >= (this.throttled ? 3 : 2);
	}

}
