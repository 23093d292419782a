package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.data;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.heardOf;
import static dev.backstop.verification.VerificationFixtures.overdueBy;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static org.assertj.core.api.Assertions.assertThat;

/** What is contested is not final until iDenfy's status decides. */
class VerificationContestedTests {

	@ParameterizedTest
	@CsvSource({ "APPROVED,", "APPROVED, true", "APPROVED, false", "DENIED,", "SUSPECTED, true", "ESCALATED, true" })
	void verdictOfACancellationIsNeverFinal(String overall, Boolean saidFinal) {
		assertContested(heardOf(cancelled(overall).saidFinal(saidFinal)), overall);
	}

	@ParameterizedTest
	@CsvSource({ "APPROVED,", "APPROVED, false", "DENIED,", "SUSPECTED," })
	void verdictOfAnExpiryThatIsNotCalledFinalIsNeverFinal(String overall, Boolean saidFinal) {
		assertContested(heardOf(new ReportBuilder(Event.EXPIRED, overall).saidFinal(saidFinal)), overall);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void verdictOfAnExpiryIsNotFinalWhereAReviewIsAnnounced(boolean calledFinal) {
		var expiry = new ReportBuilder(Event.EXPIRED, "APPROVED").saidFinal(calledFinal ? true : null);
		for (var verification : List.of(heardOf(preliminary("APPROVED"), expiry),
				heardOf(expiry, preliminary("APPROVED")))) {
			assertContested(verification, "APPROVED");
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}
	}

	@Test
	void verdictOfAnExpiryThatIsCalledFinalStandsWhereNoReviewIsAnnounced() {
		var verification = heardOf(new ReportBuilder(Event.EXPIRED, "DENIED").saidFinal(true));
		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertStands(verification, "DENIED");
	}

	@Test
	void doubtfulVerdictIsAskedForAfterTheGrace() {
		assertThat(heardOf(cancelled("APPROVED")).dueAt()).contains(DEADLINES.withGrace(NOW));
		assertThat(heardOf(cancelled("APPROVED").saidFinal(false)).dueAt()).contains(DEADLINES.withReview(NOW));
	}

	@Test
	void doubtfulVerdictReplacesNoVerdict() {
		for (var stands : List.of(reviewed("DENIED"), automatic("DENIED"))) {
			for (var doubtful : List.of(cancelled("APPROVED"), new ReportBuilder(Event.EXPIRED, "APPROVED"))) {
				assertStands(heardOf(stands, doubtful), "DENIED");
				assertStands(heardOf(doubtful, stands), "DENIED");
			}
		}
	}

	@Test
	void statusDecidesADoubtfulVerdict() {
		var closed = heardOf(cancelled("APPROVED"));
		var due = closed.dueAt().orElseThrow();
		closed.answer(check(closed, due), answer("EXPIRED"), due, DEADLINES);
		assertStands(closed, "EXPIRED");

		var approved = heardOf(cancelled("APPROVED"));
		approved.answer(check(approved, due), answer("APPROVED"), due, DEADLINES);
		assertStands(approved, "APPROVED");
		assertThat(approved.outstanding()).containsExactly(Part.DATA, Part.FILES);
	}

	@Test
	void unreviewedAnswerIsContestedByALaterReviewAndReplacedByItsVerdict() {
		var verification = retrieved("APPROVED");

		hear(verification, preliminary("APPROVED"));

		assertContested(verification, "APPROVED");
		assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		var due = verification.dueAt().orElseThrow();
		verification.answer(check(verification, due), answer("APPROVED"), due, DEADLINES);
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
		due = verification.dueAt().orElseThrow();
		verification.answer(check(verification, due), reviewedAnswer("DENIED"), due, DEADLINES);
		assertStands(verification, "DENIED");
	}

	@Test
	void dataThatWasAnsweredBeforeAReviewIsNotAskedForAgain() {
		var verification = hear(retrieved("APPROVED"), preliminary("APPROVED"));
		var due = verification.dueAt().orElseThrow();

		verification.answer(check(verification, due), reviewedAnswer("DENIED"), due, DEADLINES);

		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.data()).contains(data());
	}

	@Test
	void dataInFlightWhenAReviewIsAnnouncedIsKept() {
		var verification = overdueBy(Duration.ZERO);
		var check = check(verification);
		verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
		hear(verification, preliminary("APPROVED"));

		verification.answer(check, data(), NOW);

		assertThat(verification.dataSource()).contains(Source.RETRIEVAL);
		assertThat(verification.next(check)).isEmpty();
		var due = verification.dueAt().orElseThrow();
		verification.answer(check(verification, due), reviewedAnswer("DENIED"), due, DEADLINES);
		assertThat(verification.outstanding()).containsExactly(Part.FILES);
	}

	@Test
	void unreviewedAnswerIsContestedEvenWhileMoreIsExpected() {
		var verification = retrieved("APPROVED");
		verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		assertContested(hear(verification, preliminary("DENIED")), "DENIED");
	}

	@Test
	void laterVerdictContestsAWeightierOneInEitherOrder() {
		var later = automatic("DENIED").finishTime(FINISH_TIME + 100_000);
		for (var verification : List.of(heardOf(reviewed("APPROVED"), later), heardOf(later, reviewed("APPROVED")))) {
			assertContested(verification, "APPROVED");
			var due = verification.dueAt().orElseThrow();
			assertThat(due).isEqualTo(DEADLINES.withGrace(NOW));
			verification.answer(check(verification, due), answer("DENIED"), due, DEADLINES);
			assertStands(verification, "DENIED");
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
			assertThat(hear(verification, later.extra("platform", "PC"), NOW)).isEqualTo(Outcome.APPLIED);
			assertStands(verification, "DENIED");
		}
	}

	@Test
	void verdictOfTheTimeBeforeDoesNotSettleAContestedOne() {
		var verification = heardOf(reviewed("APPROVED"), automatic("DENIED").finishTime(FINISH_TIME + 100_000));
		assertThat(hear(verification, reviewed("APPROVED").extra("platform", "PC"), NOW)).isEqualTo(Outcome.NOTED);
		assertContested(verification, "APPROVED");
	}

	@Test
	void contestedVerdictIsProtectedFromAClosingStatus() {
		var verification = heardOf(reviewed("APPROVED"), automatic("DENIED").finishTime(FINISH_TIME + 100_000));
		var due = verification.dueAt().orElseThrow();
		verification.answer(check(verification, due), answer("REVIEWING"), due, DEADLINES);
		assertThat(verification.decision().map(Decision::overall)).contains("APPROVED");
		due = verification.dueAt().orElseThrow();
		verification.answer(check(verification, due), answer("DELETED"), due, DEADLINES);
		assertThat(verification.parkedReason()).contains(ParkedReason.UNDECIDED);
		assertThat(verification.decision().map(Decision::overall)).contains("APPROVED");
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
	}

	@Test
	void closingWordAfterAResubmissionWithoutAVerdictIsLeftToTheStatus() {
		for (var verification : List.of(heardOf(resubmitted(), expired()), heardOf(expired(), resubmitted()))) {
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), answer("EXPIRED"), due, DEADLINES);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
			assertStands(verification, "EXPIRED");
		}
	}

	@Test
	void closingStatusProtectsAVerdictThatCameAfterItsResubmission() {
		var verification = heardOf(resubmitted(), reviewed("APPROVED"), expired());
		assertThat(verification.parkedReason()).contains(ParkedReason.UNDECIDED);
	}

	@Test
	void doubtfulVerdictAfterAResubmissionIsLeftToTheStatus() {
		var verification = heardOf(reviewed("APPROVED"), resubmitted(), cancelled("DENIED"));
		assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
		assertThat(verification.decision().map(Decision::overall)).contains("APPROVED");
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
	}

	/** Answered in full before anybody looked. */
	private static Verification retrieved(String overall) {
		var verification = overdueBy(Duration.ZERO);
		var check = check(verification);
		verification.answer(check, answer(overall), NOW, DEADLINES);
		verification.answer(check, data(), NOW);
		verification.answer(check, files(), NOW);
		return verification;
	}

	private static void assertContested(Verification verification, String overall) {
		assertThat(verification.decision().map(Decision::overall)).contains(overall);
		assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
		assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
		assertThat(verification.outstanding()).containsExactly(Part.STATUS);
		assertThat(verification.dueAt().orElse(Instant.MAX)).isBefore(NOW.plus(Duration.ofHours(1)));
	}

	private static void assertStands(Verification verification, String overall) {
		assertThat(verification.decision().map(Decision::overall)).contains(overall);
		assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
	}

}
