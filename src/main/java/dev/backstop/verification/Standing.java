package dev.backstop.verification;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What stands of a verification when a webhook comes, and what the webhook does to it. A
 * webhook is judged by what iDenfy says of its place in time, and only where that says
 * nothing by the order in which webhooks come:
 * <ul>
 * <li>of two of the same weight and finish time, or of which one has none, the later
 * received stands, as it was applied and not as a clock says;</li>
 * <li>a webhook stands before an answer of the same weight;</li>
 * <li>iDenfy is asked where a closing word meets a review, where a cancellation or an
 * expiry carries a verdict, where a review is announced of what iDenfy answered
 * unreviewed, where the later of two verdicts weighs less, and where a resubmission is
 * heard after a verdict of the same finish time;</li>
 * <li>what has no finish time is of the round in which it is heard: a verdict decides it,
 * a closing word ends it undecided, or is left to iDenfy where nothing was decided
 * before;</li>
 * <li>the same body counts under the event type under which it came first, but a specific
 * event replaces its legacy twin, and what that had replaced does not come back.</li>
 * </ul>
 *
 * @param reopened whether the next final verdict stands, whatever it weighs
 * @param reopenedFinishTime the finish time of the webhook that reopened it: what is
 * older belongs to the round before
 * @param verdictBefore whether a verdict of a round before came late
 * @param reviewAnnounced whether a webhook said that a human would look
 * @param contested whether iDenfy's status is to decide
 */
record Standing(@Nullable Decision decision, boolean reopened, @Nullable Long reopenedFinishTime, boolean verdictBefore,
		boolean reviewAnnounced, boolean contested) {

	/** What a webhook does. */
	enum Effect {

		/** Nothing, but it may know what others did not say. */
		NOTED,

		/** What was decided is to be decided anew. */
		REOPENS,

		/** It is the decision until a final one comes. */
		PRELIMINARY,

		/**
		 * It contradicts what stands, or is doubtful, so that iDenfy's status decides.
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
		if (contradictsUnreviewed(report)) {
			return Effect.CONTESTS;
		}
		if (report.closesWithVerdict()) {
			return judgeClosingVerdict(report);
		}
		return switch (report.weight()) {
			case Decision.PRELIMINARY -> judgePreliminary(report);
			case Decision.CLOSING -> judgeClosing();
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

	/** Returns whether a review is announced of what is final without one. */
	private boolean contradictsUnreviewed(Report report) {
		return report.announcesReview() && this.decision != null && this.decision.isFinal()
				&& this.decision.yieldsToReview() && (!this.reopened || this.decision.isVerdict());
	}

	private Effect judgeClosingVerdict(Report report) {
		if (this.reopened || this.decision == null || !this.decision.isVerdict()) {
			return Effect.CONTESTS;
		}
		return this.decision.isLegacyOf(report) ? Effect.CONTESTS : Effect.NOTED;
	}

	private Effect judgePreliminary(Report report) {
		if (this.reopened) {
			return Effect.NOTED;
		}
		if (this.decision == null) {
			return Effect.PRELIMINARY;
		}
		if (this.decision.hasDecided()) {
			return Effect.NOTED;
		}
		if (this.contested && !this.reviewAnnounced) {
			return report.announcesReview() ? Effect.CONTESTS : Effect.NOTED;
		}
		return this.decision.finishedAfter(report.finishTime()) ? Effect.NOTED : Effect.PRELIMINARY;
	}

	private Effect judgeClosing() {
		if (this.decision == null) {
			return Effect.DECIDES;
		}
		if (this.reopened) {
			return (this.decision.isFinal() || protectsVerdict()) ? Effect.ENDS_REOPENED : Effect.CONTESTS;
		}
		return switch (this.decision.weight()) {
			case Decision.PRELIMINARY -> isUnderReview(this.decision) ? Effect.CONTESTS : Effect.DECIDES;
			case Decision.CLOSING -> Effect.DECIDES;
			default -> Effect.NOTED;
		};
	}

	/**
	 * Returns whether a verdict of before, which is not final any more, keeps a closing
	 * word from settling the verification.
	 */
	boolean protectsVerdict() {
		boolean standing = this.decision != null && this.decision.isVerdict() && !this.decision.isFinal();
		return standing || (this.reopened && this.verdictBefore);
	}

	private boolean isUnderReview(Decision preliminary) {
		return this.reviewAnnounced || !preliminary.overall().equals(Word.ACTIVE);
	}

	private Effect judgeVerdict(Report report) {
		if (report.event() == Event.EXPIRED && this.reviewAnnounced) {
			return Effect.CONTESTS;
		}
		if (this.reopened || this.decision == null || !this.decision.isVerdict()) {
			return Effect.DECIDES;
		}
		if (this.decision.finishedAfter(report.finishTime())) {
			return (this.decision.weight() < report.weight()) ? Effect.CONTESTS : Effect.NOTED;
		}
		if (this.decision.weight() <= report.weight()) {
			return Effect.DECIDES;
		}
		return Decision.isLater(report.finishTime(), latestFinishTime()) ? Effect.CONTESTS : Effect.NOTED;
	}

	/** Returns whether a contested verdict was given on new material. */
	boolean beginsRound(Report report) {
		return !this.reopened && report.weight() >= Decision.VERDICT && this.decision != null
				&& this.decision.isVerdict();
	}

	/** Returns whether it is what is shown while a webhook contests what stands. */
	boolean isShown(Report report) {
		if (this.reopened) {
			return contradictsUnreviewed(report);
		}
		if (report.isFinal()) {
			return beginsRound(report) && Objects.requireNonNull(this.decision).weight() < report.weight();
		}
		return report.announcesReview() || this.decision == null || this.decision.hasDecided()
				|| !isUnderReview(this.decision);
	}

	/** Returns the latest finish time of all that the verification has known. */
	@Nullable Long latestFinishTime() {
		var decided = (this.decision != null) ? this.decision.finishTime() : null;
		return (decided == null || Decision.isLater(this.reopenedFinishTime, decided)) ? this.reopenedFinishTime
				: decided;
	}

}
