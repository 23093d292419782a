package dev.backstop.verification;

import org.jspecify.annotations.Nullable;

/**
 * What stands of a verification when a webhook comes, and what the webhook does to it. A
 * webhook is judged by what iDenfy says of its place in time, and only where that says
 * nothing by the order in which webhooks come:
 * <ul>
 * <li>of two of the same weight and finish time, or of which one has none, the later
 * received stands, as it was applied and not as a clock says;</li>
 * <li>a webhook stands before an answer of the same weight, and iDenfy's own closing word
 * before a review that is heard of later;</li>
 * <li>a verdict that was answered before a review was heard of stands, even if nobody has
 * reviewed it;</li>
 * <li>iDenfy is asked where a closing word meets a review, and where a resubmission is
 * heard after a verdict of the same finish time;</li>
 * <li>what has no finish time is of the round in which it is heard: a verdict decides it,
 * a closing word ends it undecided;</li>
 * <li>the same body counts under the event type under which it came first, but a specific
 * event replaces its legacy twin, and what that had replaced does not come back.</li>
 * </ul>
 *
 * @param reopened whether the next final verdict stands, whatever it weighs
 * @param reopenedFinishTime the finish time of the webhook that reopened it: what is
 * older belongs to the round before
 * @param reviewAnnounced whether a webhook said that a human would look
 * @param statusAnswered whether iDenfy itself was asked, and closed it
 */
record Standing(@Nullable Decision decision, boolean reopened, @Nullable Long reopenedFinishTime,
		boolean reviewAnnounced, boolean statusAnswered) {

	/** What a webhook does. */
	enum Effect {

		/** Nothing, but it may know what others did not say. */
		NOTED,

		/** What was decided is to be decided anew. */
		REOPENS,

		/** It is the decision until a final one comes. */
		PRELIMINARY,

		/**
		 * It closes what is under review, or the reverse, so that iDenfy has to be asked.
		 */
		CONTESTS,

		/** It closes what was to be decided anew. */
		ENDS_REOPENED,

		/** It is the decision. */
		DECIDES

	}

	Effect judge(Report report) {
		if (isOlderThanRound(report)) {
			return Effect.NOTED;
		}
		if (report.reopens()) {
			return wasDecidedAfter(report) ? Effect.NOTED : Effect.REOPENS;
		}
		return switch (report.weight()) {
			case Decision.PRELIMINARY -> judgePreliminary(report);
			case Decision.CLOSING -> judgeClosing(report);
			default -> judgeVerdict(report);
		};
	}

	/** Whether a webhook is of the time before the verification was reopened. */
	boolean isOlderThanRound(Report report) {
		boolean olderThanReopening = this.reopenedFinishTime != null && report.finishTime() != null
				&& report.finishTime() < this.reopenedFinishTime;
		return olderThanReopening || (this.reopened && this.decision != null && isOlder(report, this.decision));
	}

	/**
	 * Whether a webhook is of the time before a decision: what is made of new material
	 * has a new finish time, so that a lighter verdict of the same one came first.
	 */
	private static boolean isOlder(Report report, Decision decision) {
		boolean lighter = report.weight() >= Decision.VERDICT && report.weight() < decision.weight();
		return decision.finishedAfter(report.finishTime())
				|| (lighter && decision.finishTime() != null && decision.finishTime().equals(report.finishTime()));
	}

	private boolean wasDecidedAfter(Report report) {
		return this.decision != null && this.decision.isFinal() && this.decision.finishedAfter(report.finishTime());
	}

	private Effect judgePreliminary(Report report) {
		if (this.reopened) {
			return Effect.NOTED;
		}
		if (this.decision == null) {
			return Effect.PRELIMINARY;
		}
		return switch (this.decision.weight()) {
			case Decision.PRELIMINARY ->
				this.decision.finishedAfter(report.finishTime()) ? Effect.NOTED : Effect.PRELIMINARY;
			case Decision.CLOSING ->
				(report.announcesReview() && !this.statusAnswered) ? Effect.CONTESTS : Effect.NOTED;
			default -> Effect.NOTED;
		};
	}

	private Effect judgeClosing(Report report) {
		if (this.reopened) {
			return Effect.ENDS_REOPENED;
		}
		if (this.decision == null) {
			return Effect.DECIDES;
		}
		return switch (this.decision.weight()) {
			case Decision.PRELIMINARY -> isUnderReview(this.decision) ? Effect.CONTESTS : Effect.DECIDES;
			case Decision.CLOSING -> Effect.DECIDES;
			default -> this.decision.isLegacyOf(report) ? Effect.DECIDES : Effect.NOTED;
		};
	}

	private boolean isUnderReview(Decision preliminary) {
		return this.reviewAnnounced || !preliminary.overall().equals(Word.ACTIVE);
	}

	private Effect judgeVerdict(Report report) {
		if (this.reopened || this.decision == null || this.decision.weight() < report.weight()) {
			return Effect.DECIDES;
		}
		boolean outweighed = this.decision.weight() > report.weight()
				|| this.decision.finishedAfter(report.finishTime());
		return outweighed ? Effect.NOTED : Effect.DECIDES;
	}

}
