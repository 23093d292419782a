package dev.backstop.verification;

import java.time.Duration;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.junit.jupiter.api.Test;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.heardOf;
import static dev.backstop.verification.VerificationFixtures.overdueBy;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.reopened;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

/** Where no order can be known, a rule of {@link Standing} decides: all of them. */
class VerificationUnknownOrderTests {

	@Test
	void ofTwoVerdictsOfTheSameWeightAndTimeTheLaterReceivedStands() {
		for (var time : new Long[] { null, FINISH_TIME }) {
			var approval = reviewed("APPROVED").finishTime(time);
			var denial = reviewed("DENIED").finishTime(time);
			assertStands(heardOf(approval, denial), "DENIED");
			assertStands(heardOf(denial, approval), "APPROVED");
		}
	}

	@Test
	void receivedLaterIsWhatCameLaterWhateverTheClockSays() {
		var verification = heardOf(reviewed("APPROVED"));
		hear(verification, reviewed("DENIED"), NOW.minus(Duration.ofHours(1)));
		assertStands(verification, "DENIED");
	}

	@Test
	void ofTwoPreliminaryOnesOfTheSameTimeTheLaterReceivedIsShown() {
		assertThat(heardOf(preliminary("APPROVED"), preliminary("DENIED")).decision().map(Decision::overall))
			.contains("DENIED");
	}

	@Test
	void ofTwoClosingWordsTheLaterReceivedStands() {
		assertStands(heardOf(expired(), cancelled("DELETED")), "DELETED");
		assertStands(heardOf(cancelled("DELETED"), expired()), "EXPIRED");
	}

	@Test
	void aWebhookStandsBeforeAnAnswerOfTheSameWeight() {
		var verification = answered("DENIED");
		hear(verification, automatic("APPROVED"));
		assertStands(verification, "APPROVED");
	}

	@Test
	void unreviewedVerdictIsContestedByALaterReview() {
		var verification = answered("APPROVED");
		assertThat(hear(verification, preliminary("APPROVED"), NOW)).isEqualTo(Outcome.APPLIED);
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
		assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
	}

	@Test
	void retrievedClosingWordIsContestedByALaterReview() {
		var verification = answered("EXPIRED");
		assertThat(hear(verification, preliminary("APPROVED"), NOW)).isEqualTo(Outcome.APPLIED);
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
		assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
	}

	@Test
	void aClosingWordAndAReviewAreDecidedByIdenfy() {
		for (var verification : new Verification[] { heardOf(expired(), preliminary("APPROVED")),
				heardOf(preliminary("APPROVED"), expired()) }) {
			assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
			assertThat(verification.outstanding()).containsExactly(Part.STATUS);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}
	}

	@Test
	void aResubmissionAndAVerdictOfTheSameTimeAreDecidedByIdenfyIfItIsHeardLast() {
		for (var time : new Long[] { null, FINISH_TIME }) {
			var verification = heardOf(reviewed("DENIED").finishTime(time), resubmitted().finishTime(time));
			assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertStands(heardOf(resubmitted().finishTime(time), reviewed("DENIED").finishTime(time)), "DENIED");
		}
	}

	@Test
	void aVerdictWithoutATimeIsOfTheRoundInWhichItIsHeard() {
		assertStands(hear(reopened(), automatic("DENIED").finishTime(null)), "DENIED");
		assertStands(hear(expecting(settled()), automatic("DENIED").finishTime(null)), "DENIED");
	}

	@Test
	void aClosingWordIsOfTheRoundInWhichItIsHeard() {
		var reopened = hear(reopened(), expired());
		assertThat(reopened.parkedReason()).contains(ParkedReason.UNDECIDED);
		assertThat(reopened.decision().orElseThrow().isFinal()).isFalse();
		assertStands(hear(expecting(settled()), expired()), "APPROVED");
	}

	@Test
	void aCancellationContestsWhatItsLegacyTwinDecided() {
		var legacy = automatic("DENIED").eventType("IDENTIFICATION");
		var cancellation = new ReportBuilder(Event.CANCELLED, "DENIED").saidFinal(true);
		var verification = heardOf(preliminary("APPROVED"), legacy, cancellation);
		assertThat(verification.decision().map(Decision::overall)).contains("DENIED");
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
		assertThat(verification.outstanding()).containsExactly(Part.STATUS);
	}

	private static Verification answered(String overall) {
		var verification = overdueBy(Duration.ZERO);
		verification.answer(check(verification), answer(overall), NOW, DEADLINES);
		return verification;
	}

	private static Verification expecting(Verification verification) {
		verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		return verification;
	}

	private static void assertStands(Verification verification, String overall) {
		assertThat(verification.decision().map(Decision::overall)).contains(overall);
		assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
	}

}
