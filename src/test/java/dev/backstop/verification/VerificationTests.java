package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.awaitingReview;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.data;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.heardOf;
import static dev.backstop.verification.VerificationFixtures.overdueBy;
import static dev.backstop.verification.VerificationFixtures.parked;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.reopened;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static dev.backstop.verification.VerificationFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

/** Which decision stands, and what is known beside it. */
class VerificationTests {

	private static final Instant LATER = NOW.plus(Duration.ofHours(1));

	@Nested
	class AVerdict {

		@ParameterizedTest
		@ValueSource(strings = { "APPROVED", "DENIED", "SUSPECTED" })
		void settlesAtOnceIfComplete(String overall) {
			var verification = registered();
			assertThat(hear(verification, automatic(overall), NOW)).isEqualTo(Outcome.APPLIED);
			assertSettled(verification, overall);
			assertThat(decision(verification).source()).isEqualTo(Source.WEBHOOK);
			assertThat(decision(verification).event()).isEqualTo("IDENTIFICATION_AUTO_FINISHED");
			assertThat(decision(verification).decidedAt()).isEqualTo(NOW);
		}

		@Test
		void ofAHumanReplacesTheMachinesInEitherOrder() {
			assertSettled(heardOf(automatic("APPROVED"), reviewed("DENIED")), "DENIED");
			assertSettled(heardOf(reviewed("DENIED"), automatic("APPROVED")), "DENIED");
		}

		@Test
		void replacesAPreliminaryDecisionInEitherOrder() {
			assertSettled(heardOf(preliminary("APPROVED"), reviewed("DENIED")), "DENIED");
			assertSettled(heardOf(reviewed("DENIED"), preliminary("APPROVED")), "DENIED");
			assertSettled(heardOf(preliminary("APPROVED"), automatic("DENIED")), "DENIED");
			assertSettled(heardOf(automatic("DENIED"), preliminary("APPROVED")), "DENIED");
		}

		@Test
		void replacesAClosingWordInEitherOrder() {
			assertSettled(heardOf(expired(), automatic("APPROVED")), "APPROVED");
			assertSettled(heardOf(automatic("APPROVED"), expired()), "APPROVED");
		}

		@Test
		void ofTheSameWeightStandsIfItFinishedLaterInEitherOrder() {
			var later = reviewed("DENIED").finishTime(FINISH_TIME + 1);
			assertSettled(heardOf(reviewed("APPROVED"), later), "DENIED");
			assertSettled(heardOf(later, reviewed("APPROVED")), "DENIED");
		}

		@Test
		void ofTheSameWeightStandsIfItCameLaterWhereNoTimeTells() {
			assertSettled(heardOf(reviewed("APPROVED"), reviewed("DENIED")), "DENIED");
			assertSettled(heardOf(reviewed("DENIED"), reviewed("APPROVED")), "APPROVED");
			assertSettled(heardOf(reviewed("APPROVED"), reviewed("DENIED").finishTime(null)), "DENIED");
		}

		@Test
		void ofAWebhookReplacesARetrievedOneOfTheSameWeight() {
			var verification = retrieved(reviewedAnswer("DENIED"));
			hear(verification, reviewed("APPROVED"));
			assertSettled(verification, "APPROVED");
			assertThat(decision(verification).source()).isEqualTo(Source.WEBHOOK);
		}

		@Test
		void ofTheMachineDoesNotReplaceARetrievedOneOfAHuman() {
			var verification = retrieved(reviewedAnswer("DENIED"));
			assertThat(hear(verification, automatic("APPROVED"), LATER)).isEqualTo(Outcome.NOTED);
			assertSettled(verification, "DENIED");
			assertThat(decision(verification).source()).isEqualTo(Source.RETRIEVAL);
		}

		@Test
		void ofAHumanReplacesARetrievedOneOfTheMachine() {
			var verification = retrieved(answer("APPROVED"));
			hear(verification, reviewed("DENIED"));
			assertSettled(verification, "DENIED");
		}

		@Test
		void thatIsAnUnknownWordSettlesWithoutDocuments() {
			assertSettled(heardOf(automatic("ESCALATED").withoutDocuments()), "ESCALATED");
		}

		@Test
		void heardAgainChangesNothing() {
			var verification = heardOf(reviewed("APPROVED"), reviewed("APPROVED"));
			assertSettled(verification, "APPROVED");
		}

		@Test
		void ofSuspicionNeverBecomesAnApproval() {
			assertSettled(heardOf(preliminary("SUSPECTED"), automatic("SUSPECTED"), preliminary("APPROVED")),
					"SUSPECTED");
			assertSettled(heardOf(reviewed("SUSPECTED"), automatic("APPROVED")), "SUSPECTED");
			assertSettled(heardOf(reviewed("SUSPECTED"), cancelled("APPROVED")), "SUSPECTED");
			assertSettled(retrieved(answer("SUSPECTED")), "SUSPECTED");
			assertSettled(retrieved(reviewedAnswer("SUSPECTED")), "SUSPECTED");
		}

	}

	@Nested
	class AClosingWord {

		@ParameterizedTest
		@ValueSource(strings = { "EXPIRED", "DELETED", "EXPIRED-DELETED", "ARCHIVED" })
		void settlesAndAsksForNoMore(String overall) {
			assertSettled(heardOf(automatic(overall).withoutDocuments()), overall);
		}

		@ParameterizedTest
		@ValueSource(strings = { "EXPIRED", "DELETED", "ACTIVE", "ESCALATED" })
		void settlesWhereTheEventIsACancellation(String overall) {
			assertSettled(heardOf(cancelled(overall)), overall);
			assertThat(decision(heardOf(cancelled(overall))).isVerdict()).isFalse();
		}

		@Test
		void neverReplacesAVerdict() {
			var verification = settled();
			assertThat(hear(verification, expired(), LATER)).isEqualTo(Outcome.NOTED);
			assertThat(hear(verification, cancelled("DENIED"), LATER)).isEqualTo(Outcome.NOTED);
			assertSettled(verification, "APPROVED");
		}

		@Test
		void replacesAnEarlierOne() {
			var verification = heardOf(expired());
			assertThat(hear(verification, cancelled("DELETED"), LATER)).isEqualTo(Outcome.APPLIED);
			assertSettled(verification, "DELETED");
		}

		@Test
		void settlesWhatWasMerelyActiveInEitherOrder() {
			assertSettled(heardOf(preliminary("ACTIVE"), expired()), "EXPIRED");
			assertSettled(heardOf(expired(), preliminary("ACTIVE")), "EXPIRED");
		}

		@ParameterizedTest
		@ValueSource(strings = { "APPROVED", "DENIED", "SUSPECTED", "REVIEWING", "ESCALATED" })
		void isContestedByAReviewInEitherOrder(String overall) {
			for (var verification : List.of(heardOf(preliminary(overall), expired()),
					heardOf(expired(), preliminary(overall)))) {
				assertPreliminary(verification, overall);
				assertThat(verification.outstanding()).containsExactly(Part.STATUS);
				assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
			}
		}

		@Test
		void thatIdenfyAnsweredIsContestedByALaterReview() {
			var verification = retrieved(answer("EXPIRED"));
			assertThat(hear(verification, preliminary("APPROVED"), LATER)).isEqualTo(Outcome.APPLIED);
			assertPreliminary(verification, "APPROVED");
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(LATER));
		}

		@Test
		void contestsWhatARetrievalFoundUnderReview() {
			var verification = retrieved(answer("REVIEWING"));
			hear(verification, expired(), LATER);
			assertPreliminary(verification, "REVIEWING");
			assertThat(verification.dueAt()).contains(LATER.plus(DEADLINES.grace()));
		}

	}

	@Nested
	class AContestedOne {

		private final Verification verification = heardOf(expired(), preliminary("APPROVED"));

		private final Instant due = DEADLINES.withReview(NOW);

		@Test
		void isDecidedByTheStatusThatClosesIt() {
			this.verification.answer(check(this.verification, this.due), answer("EXPIRED"), this.due, DEADLINES);
			assertSettled(this.verification, "EXPIRED");
		}

		@Test
		void isDecidedByTheStatusThatGivesAReviewedVerdict() {
			this.verification.answer(check(this.verification, this.due), reviewedAnswer("DENIED"), this.due, DEADLINES);
			assertThat(decision(this.verification).overall()).isEqualTo("DENIED");
			assertThat(decision(this.verification).isFinal()).isTrue();
			assertThat(this.verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
		}

		@Test
		void staysOpenWhileTheStatusShowsNoReview() {
			this.verification.answer(check(this.verification, this.due), answer("APPROVED"), this.due, DEADLINES);
			assertPreliminary(this.verification, "APPROVED");
			assertThat(this.verification.dueAt()).contains(this.due.plus(DEADLINES.followUps().getFirst()));
		}

		@Test
		void isNotPostponedByFurtherPreliminaryDecisions() {
			hear(this.verification, preliminary("DENIED"), NOW.plusSeconds(60));
			assertPreliminary(this.verification, "DENIED");
			assertThat(this.verification.dueAt()).contains(this.due);
		}

		@Test
		void isNoLongerContestedOnceTheStatusIsOpen() {
			this.verification.answer(check(this.verification, this.due), answer("REVIEWING"), this.due, DEADLINES);
			hear(this.verification, preliminary("DENIED"), LATER);
			assertThat(this.verification.dueAt()).contains(DEADLINES.withReview(LATER));
		}

		@Test
		void isUnparkedByAFurtherPreliminaryDecision() {
			this.verification.answerNotFound(check(this.verification, this.due), this.due);
			hear(this.verification, preliminary("DENIED"), LATER);
			assertPreliminary(this.verification, "DENIED");
			assertThat(this.verification.dueAt()).contains(DEADLINES.withReview(LATER));
		}

		@Test
		void isDecidedByAVerdictThatComesAfterAll() {
			hear(this.verification, reviewed("APPROVED"));
			assertSettled(this.verification, "APPROVED");
		}

	}

	@Nested
	class APreliminaryDecision {

		@Test
		void isShownButNotFinal() {
			assertPreliminary(awaitingReview(), "APPROVED");
		}

		@Test
		void replacesAnEarlierOne() {
			assertPreliminary(heardOf(preliminary("APPROVED"), preliminary("REVIEWING")), "REVIEWING");
		}

		@Test
		void doesNotReplaceOneThatFinishedLater() {
			var later = preliminary("REVIEWING").finishTime(FINISH_TIME + 1);
			var verification = heardOf(later);
			assertThat(hear(verification, preliminary("APPROVED"), LATER)).isEqualTo(Outcome.NOTED);
			assertPreliminary(verification, "REVIEWING");
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@Test
		void neverReplacesAFinalOne() {
			var verification = settled();
			assertThat(hear(verification, preliminary("DENIED").finishTime(FINISH_TIME + 1), LATER))
				.isEqualTo(Outcome.NOTED);
			assertSettled(verification, "APPROVED");
		}

		@Test
		void neverReplacesAReopenedOne() {
			var verification = reopened();
			assertThat(hear(verification, preliminary("DENIED").finishTime(FINISH_TIME + 60), LATER))
				.isEqualTo(Outcome.NOTED);
			assertPreliminary(verification, "APPROVED");
		}

		@ParameterizedTest
		@ValueSource(strings = { "ACTIVE", "REVIEWING", "ESCALATED" })
		void mayBeAnyOpenWord(String overall) {
			assertPreliminary(heardOf(preliminary(overall)), overall);
		}

	}

	@Nested
	class AResubmission {

		@Test
		void leavesTheDecisionReadableButNotFinal() {
			var verification = settled();
			assertThat(hear(verification, resubmitted(), LATER)).isEqualTo(Outcome.APPLIED);
			assertPreliminary(verification, "APPROVED");
			assertThat(verification.outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(LATER));
			assertThat(verification.data()).contains(data());
			assertThat(verification.files()).isEqualTo(files());
		}

		@Test
		void isThePreliminaryDecisionWhereNoneWasKnown() {
			assertPreliminary(heardOf(resubmitted()), "REVIEWING");
			assertPreliminary(heardOf(preliminary("APPROVED"), resubmitted()), "REVIEWING");
			assertThat(heardOf(resubmitted()).outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
		}

		@Test
		void isSettledByTheNextVerdictOfAnyWeight() {
			var verification = reopened();
			hear(verification, automatic("DENIED").finishTime(FINISH_TIME + 60));
			assertSettled(verification, "DENIED");
		}

		@Test
		void isSettledByAVerdictWithoutATime() {
			var verification = reopened();
			hear(verification, reviewed("DENIED").finishTime(null));
			assertSettled(verification, "DENIED");
		}

		@Test
		void isSettledByARetrievedVerdictOfAnyWeight() {
			var verification = reopened();
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			verification.answer(check, reviewedAnswer("DENIED"), due, DEADLINES);
			verification.answer(check, data(), due);
			verification.answer(check, files(), due);
			assertSettled(verification, "DENIED");
			assertThat(decision(verification).source()).isEqualTo(Source.RETRIEVAL);
		}

		@Test
		void announcesAReviewThatTheStatusMustShow() {
			var verification = reopened();
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), answer("DENIED"), due, DEADLINES);
			assertPreliminary(verification, "APPROVED");
		}

		@Test
		void notesWhatFinishedBeforeIt() {
			var verification = reopened();
			for (var older : List.of(reviewed("DENIED"), automatic("DENIED"), preliminary("DENIED"),
					cancelled("DENIED").finishTime(FINISH_TIME))) {
				assertThat(hear(verification, older, LATER)).isEqualTo(Outcome.NOTED);
			}
			assertPreliminary(verification, "APPROVED");
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@Test
		void notesWhatFinishedBeforeItEvenAfterItWasDecided() {
			var verification = reopened();
			hear(verification, automatic("DENIED").finishTime(FINISH_TIME + 60), reviewed("APPROVED"));
			assertSettled(verification, "DENIED");
		}

		@Test
		void heardBeforeTheVerdictItReopensOnlyNotesThatVerdict() {
			var verification = heardOf(resubmitted(), reviewed("APPROVED"));
			assertPreliminary(verification, "REVIEWING");
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
		}

		@Test
		void heardAfterALaterRoundWasDecidedIsNoted() {
			var verification = heardOf(reviewed("APPROVED"), reviewed("DENIED").finishTime(FINISH_TIME + 120));
			assertThat(hear(verification, resubmitted(), LATER)).isEqualTo(Outcome.NOTED);
			assertSettled(verification, "DENIED");
		}

		@Test
		void heardAfterAVerdictOfTheSameTimeReopensSinceNoOrderIsKnown() {
			var verification = heardOf(reviewed("APPROVED"), reviewed("DENIED").finishTime(FINISH_TIME + 60));
			hear(verification, resubmitted());
			assertPreliminary(verification, "DENIED");
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			verification.answer(check, reviewedAnswer("DENIED"), due, DEADLINES);
			verification.answer(check, data(), due);
			verification.answer(check, files(), due);
			assertSettled(verification, "DENIED");
		}

		@Test
		void closedByAWebhookIsLeftToAnOperator() {
			var verification = reopened();
			assertThat(hear(verification, expired(), LATER)).isEqualTo(Outcome.APPLIED);
			assertParkedUndecided(verification);
		}

		@Test
		void closedByTheStatusIsLeftToAnOperator() {
			var verification = reopened();
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("EXPIRED"), due, DEADLINES))
				.isEqualTo(CheckResult.UNDECIDED);
			assertParkedUndecided(verification);
		}

		@Test
		void closedIsStillSettledByAVerdict() {
			var verification = reopened();
			hear(verification, expired(), reviewed("DENIED").finishTime(FINISH_TIME + 60));
			assertSettled(verification, "DENIED");
		}

		@Test
		void thatIsFinalIsAVerdictOfAHuman() {
			var conclusive = new ReportBuilder(Event.RESUBMITTED, "APPROVED").saidFinal(true)
				.finishTime(FINISH_TIME + 60);
			assertSettled(heardOf(reviewed("DENIED"), conclusive), "APPROVED");
			assertSettled(heardOf(conclusive, reviewed("DENIED")), "APPROVED");
			assertThat(decision(heardOf(conclusive)).weight()).isEqualTo(Decision.REVIEWED);
		}

		@Test
		void reopensOnceMore() {
			var verification = reopened();
			hear(verification, reviewed("DENIED").finishTime(FINISH_TIME + 60),
					resubmitted().finishTime(FINISH_TIME + 120), resubmitted());
			assertPreliminary(verification, "DENIED");
			hear(verification, reviewed("APPROVED").finishTime(FINISH_TIME + 120));
			assertSettled(verification, "APPROVED");
		}

		private static void assertParkedUndecided(Verification verification) {
			assertThat(verification.progress()).isEqualTo(Progress.PARKED);
			assertThat(verification.parkedReason()).contains(ParkedReason.UNDECIDED);
			assertThat(decision(verification).overall()).isEqualTo("APPROVED");
			assertThat(decision(verification).isFinal()).isFalse();
		}

	}

	@Nested
	class ANote {

		@ParameterizedTest
		@ValueSource(strings = { "DOCUMENT_EXPIRATION", "AML_MONITORING", "COMPANY_REVIEW" })
		void isOnTheTimelineAndChangesNoDecision(String eventType) {
			for (var verification : List.of(registered(), awaitingReview(), settled())) {
				var before = Seen.of(verification);
				var dueAt = verification.dueAt();
				verification.note(UUID.randomUUID(), eventType, LATER);
				assertThat(Seen.of(verification)).isEqualTo(before);
				assertThat(verification.dueAt()).isEqualTo(dueAt);
				assertThat(verification.lastWebhookAt()).contains(LATER);
				assertThat(verification.timeline().getLast()).satisfies((entry) -> {
					assertThat(entry.kind()).isEqualTo(TimelineEntry.Kind.DELIVERY);
					assertThat(entry.outcome()).isEqualTo("NOTED");
					assertThat(entry.details()).containsEntry("eventType", eventType).containsKey("delivery");
				});
			}
		}

	}

	@Nested
	class AParkedOne {

		@ParameterizedTest
		@EnumSource(ParkedReason.class)
		void isUnparkedByAVerdict(ParkedReason reason) {
			var verification = parked(reason);
			hear(verification, automatic("APPROVED"));
			assertSettled(verification, "APPROVED");
			assertThat(verification.parkedReason()).isEmpty();
			assertThat(verification.parkedAt()).isEmpty();
		}

		@ParameterizedTest
		@EnumSource(ParkedReason.class)
		void isUnparkedByAPreliminaryDecision(ParkedReason reason) {
			var verification = parked(reason);
			hear(verification, preliminary("APPROVED"));
			assertPreliminary(verification, "APPROVED");
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@ParameterizedTest
		@EnumSource(ParkedReason.class)
		void isUnparkedByAResubmission(ParkedReason reason) {
			var verification = parked(reason);
			hear(verification, resubmitted());
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@ParameterizedTest
		@EnumSource(names = { "FAILING", "NOT_FOUND" })
		void isUnparkedByAClosingWord(ParkedReason reason) {
			var verification = parked(reason);
			hear(verification, expired());
			assertSettled(verification, "EXPIRED");
		}

		@Test
		void foundUnderReviewIsAskedForOnceMoreAfterAClosingWord() {
			var verification = parked(ParkedReason.UNDECIDED);
			hear(verification, expired());
			assertPreliminary(verification, "REVIEWING");
			assertThat(verification.dueAt()).contains(NOW.plus(DEADLINES.grace()));
		}

		@Test
		void staysParkedByWhatIsOnlyNoted() {
			var verification = reopened();
			hear(verification, expired());
			hear(verification, reviewed("DENIED"));
			verification.note(UUID.randomUUID(), "AML_MONITORING", LATER);
			assertThat(verification.progress()).isEqualTo(Progress.PARKED);
		}

	}

	@Nested
	class AnAnswer {

		@Test
		void countsForAVerificationNobodyTouched() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			assertThat(verification.next(check)).contains(Part.STATUS);
			assertThat(verification.answer(check, answer("APPROVED"), NOW, DEADLINES)).isEqualTo(CheckResult.OPEN);
			assertThat(verification.next(check)).contains(Part.DATA);
			assertThat(verification.answer(check, data(), NOW)).isEqualTo(CheckResult.OPEN);
			assertThat(verification.next(check)).contains(Part.FILES);
			assertThat(verification.answer(check, files(), NOW)).isEqualTo(CheckResult.SETTLED);
			assertThat(verification.next(check)).isEmpty();
			assertSettled(verification, "APPROVED");
			assertThat(decision(verification).source()).isEqualTo(Source.RETRIEVAL);
			assertThat(decision(verification).event()).isNull();
			assertThat(verification.dataSource()).contains(Source.RETRIEVAL);
			assertThat(verification.filesSource()).contains(Source.RETRIEVAL);
			assertThat(verification.checkCount()).isOne();
			assertThat(verification.lastCheckResult()).contains(CheckResult.SETTLED);
		}

		@Test
		void isSupersededByAFinalWebhook() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, reviewed("DENIED"));
			assertThat(verification.answer(check, reviewedAnswer("APPROVED"), NOW, DEADLINES))
				.isEqualTo(CheckResult.SUPERSEDED);
			assertSettled(verification, "DENIED");
			assertThat(verification.timeline().getLast().outcome()).isEqualTo("SUPERSEDED");
		}

		@Test
		void isTheLastOfItsCheckIfAFinalWebhookCameMeanwhile() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, reviewed("DENIED").withoutData());
			assertThat(verification.next(check)).isEmpty();
			assertThat(verification.fail(check, true, NOW, DEADLINES)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.dueAt()).contains(NOW.plus(DEADLINES.grace()));
		}

		@Test
		void isSupersededByAClosingWebhook() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, expired());
			assertThat(verification.answer(check, answer("ACTIVE"), NOW, DEADLINES)).isEqualTo(CheckResult.SUPERSEDED);
			assertSettled(verification, "EXPIRED");
		}

		@Test
		void isSupersededByAResubmission() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			hear(verification, resubmitted());
			assertThat(verification.next(check)).isEmpty();
			assertThat(verification.answer(check, data(), NOW)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
		}

		@Test
		void isNotSupersededByAPreliminaryWebhookWhoseReviewItThenHonours() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, preliminary("APPROVED"));
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			assertPreliminary(verification, "APPROVED");
			assertThat(decision(verification).source()).isEqualTo(Source.RETRIEVAL);
		}

		@Test
		void fillsAPartThatAFinalWebhookLacked() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			hear(verification, reviewed("DENIED").withoutData());
			assertThat(verification.answer(check, data(), NOW)).isEqualTo(CheckResult.SETTLED);
			assertSettled(verification, "DENIED");
			assertThat(decision(verification).source()).isEqualTo(Source.WEBHOOK);
			assertThat(verification.data()).contains(data());
		}

		@Test
		void doesNotReplaceAPartThatAFinalWebhookBrought() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			hear(verification, reviewed("DENIED").files());
			assertThat(verification.answer(check, Map.of("docFirstName", "OTHER"), NOW))
				.isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.data()).contains(data());
			assertThat(verification.outstanding()).containsExactly(Part.FILES);
		}

		@Test
		void isSupersededByAnOperator() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answerNotFound(check, NOW);
			verification.rearm("alice", NOW);
			assertThat(verification.answer(check, answer("APPROVED"), NOW, DEADLINES))
				.isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.fail(check, true, NOW, DEADLINES)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.answerNotFound(check, NOW)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.dueAt()).contains(NOW);
		}

	}

	@Nested
	class WhatIsOutstanding {

		@Test
		void isTheStatusUntilAFinalDecisionIsKnown() {
			assertThat(registered().outstanding()).containsExactly(Part.STATUS);
			assertThat(awaitingReview().outstanding()).containsExactly(Part.STATUS);
		}

		@Test
		void isWhatAFinalWebhookLacksDueAfterGrace() {
			assertIncomplete(reviewed("APPROVED").withoutData(), Part.DATA);
			assertIncomplete(reviewed("DENIED").files(), Part.FILES);
			assertIncomplete(automatic("SUSPECTED").withoutDocuments(), Part.DATA, Part.FILES);
			assertIncomplete(automatic("APPROVED").withoutData().data("ageEstimate", "OVER_30"), Part.DATA);
			assertIncomplete(automatic("APPROVED").files(file("POA", FileLink.Kind.DOCUMENT)), Part.FILES);
		}

		private void assertIncomplete(ReportBuilder report, Part... parts) {
			var verification = heardOf(report);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(decision(verification).isFinal()).isTrue();
			assertThat(verification.outstanding()).containsExactly(parts);
			assertThat(verification.dueAt()).contains(NOW.plus(DEADLINES.grace()));
		}

		@Test
		void isNotSuppliedByAPreliminaryWebhook() {
			var verification = awaitingReview();
			hear(verification, reviewed("APPROVED").withoutDocuments());
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
			assertThat(verification.data()).contains(data());
			assertThat(verification.files()).isEqualTo(files());
		}

		@Test
		void isNotSuppliedByAWebhookThatIsOnlyNoted() {
			var verification = heardOf(reviewed("APPROVED").withoutDocuments(), automatic("APPROVED"));
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
		}

		@Test
		void isSuppliedByAnAnswerWithNothingInIt() {
			var verification = heardOf(reviewed("APPROVED").withoutDocuments());
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			assertThat(verification.next(check)).contains(Part.DATA);
			verification.answer(check, Map.of(), due);
			verification.answer(check, List.<FileLink>of(), due);
			assertSettled(verification, "APPROVED");
		}

		@Test
		void isNotAskedForAgainAfterALaterWebhookLacksIt() {
			var verification = retrieved(answer("APPROVED"));
			hear(verification, reviewed("DENIED").withoutDocuments());
			assertSettled(verification, "DENIED");
		}

		@Test
		void isNothingAfterAClosingWordOrAnUnknownVerdict() {
			assertThat(retrieved(answer("EXPIRED")).outstanding()).isEmpty();
			assertThat(heardOf(cancelled("DELETED")).outstanding()).isEmpty();
			assertThat(heardOf(automatic("ESCALATED").withoutDocuments()).outstanding()).isEmpty();
		}

	}

	@Nested
	class WhatIsKnownBesideTheDecision {

		@Test
		void comesWholeFromTheDecisionsOwnSource() {
			var verification = heardOf(preliminary("APPROVED").data("docType", "PASSPORT"),
					reviewed("APPROVED").data("docLastName", null).data("docType", "ID_CARD"));
			assertThat(verification.data().orElseThrow()).containsEntry("docLastName", null)
				.containsEntry("docType", "ID_CARD");
		}

		@Test
		void keepsTheFieldsThatTheDecisionsOwnSourceDoesNotHaveAtAll() {
			var verification = heardOf(preliminary("APPROVED").data("docPatronymic", "PETRO"),
					reviewed("APPROVED").withoutDocuments());
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), Map.of("docFirstName", "ŽIVILĖ"), due);
			assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "ŽIVILĖ")
				.containsEntry("docPatronymic", "PETRO");
		}

		@Test
		void isCompletedByAWebhookThatIsOnlyNoted() {
			var verification = retrieved(answer("APPROVED"));
			hear(verification, preliminary("APPROVED").data("docFirstName", "OTHER").data("mothersMaidenName", "KITA"));
			assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "ZIVILE")
				.containsEntry("mothersMaidenName", "KITA");
			assertThat(verification.dataSource()).contains(Source.RETRIEVAL);
			assertThat(verification.webhook()).containsEntry("clientIp", "192.0.2.10");
		}

		@Test
		void isNotBlankedByAWebhookWithoutDocuments() {
			var verification = heardOf(preliminary("APPROVED"), reviewed("APPROVED").withoutDocuments());
			assertThat(verification.data()).contains(data());
			assertThat(verification.files()).isEqualTo(files());
		}

		@ParameterizedTest
		@CsvSource({ "LOW,,, LOW", "LOW, HIGH,, HIGH", "LOW, HIGH, MEDIUM, MEDIUM", ",, MEDIUM, MEDIUM",
				"LOW,, MEDIUM, MEDIUM" })
		void isTakenFieldByFieldFromTheWeightiestWebhookThatHasIt(String preliminary, String automatic, String reviewed,
				String expected) {
			var reports = List.of(preliminary("APPROVED").extra("riskLevel", preliminary),
					automatic("APPROVED").extra("riskLevel", automatic),
					reviewed("APPROVED").extra("riskLevel", reviewed));
			for (var order : List.of(List.of(0, 1, 2), List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0),
					List.of(2, 0, 1), List.of(2, 1, 0))) {
				var verification = registered();
				order.forEach((i) -> hear(verification, reports.get(i)));
				assertThat(verification.webhook()).containsEntry("riskLevel", expected);
			}
		}

		@Test
		void isTakenFromTheNewRoundOnceReopened() {
			var verification = heardOf(reviewed("APPROVED").extra("riskLevel", "LOW").extra("platform", "PC"));
			hear(verification, resubmitted().extra("riskLevel", "HIGH"));
			assertThat(verification.webhook()).containsEntry("riskLevel", "HIGH").containsEntry("platform", "PC");
		}

		@Test
		void isTakenFromAClosingWebhookAsWell() {
			var verification = reopened();
			hear(verification, expired().extra("platform", "PC"));
			assertThat(verification.webhook()).containsEntry("platform", "PC");
		}

		@Test
		void isNotTakenFromTheRoundBeforeOnceReopened() {
			var verification = heardOf(resubmitted().extra("riskLevel", "HIGH"));
			hear(verification, reviewed("APPROVED").extra("riskLevel", "LOW").extra("platform", "PC"));
			assertThat(verification.webhook()).containsEntry("riskLevel", "HIGH").containsEntry("platform", "PC");
		}

		@Test
		void isNeverBlankedByARetrieval() {
			var verification = heardOf(preliminary("APPROVED").extra("riskLevel", "LOW"));
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), reviewedAnswer("APPROVED"), due, DEADLINES);
			verification.answer(check(verification, due), data(), due);
			verification.answer(check(verification, due), List.<FileLink>of(), due);
			assertThat(verification.webhook()).containsEntry("riskLevel", "LOW");
			assertThat(verification.files()).isEqualTo(files());
		}

	}

	@Nested
	class TheTimeline {

		@Test
		void tellsWhatCameAndWhatItDid() {
			var verification = awaitingReview();
			hear(verification, reviewed("APPROVED").withoutData());
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			verification.tellOfCall(Part.DATA, "ANSWERED", due, due);
			verification.answer(check, data(), due);
			verification.reopen("alice", LATER);
			verification.tellOfReplay(UUID.randomUUID(), "alice", LATER);
			assertThat(verification.timeline()).extracting((entry) -> entry.kind() + " " + entry.outcome())
				.containsExactly("REGISTERED REGISTERED", "TRANSITION AWAITED", "DELIVERY APPLIED",
						"TRANSITION AWAITED", "DELIVERY APPLIED", "TRANSITION AWAITED", "CALL ANSWERED",
						"TRANSITION SETTLED", "CHECK SETTLED", "OPERATOR REOPENED", "TRANSITION AWAITED",
						"OPERATOR REPLAYED");
		}

		@Test
		void tellsOfADeliveryThatWasOnlyNoted() {
			var verification = settled();
			hear(verification, preliminary("DENIED"));
			assertThat(verification.timeline().getLast()).satisfies((entry) -> {
				assertThat(entry.outcome()).isEqualTo("NOTED");
				assertThat(entry.details()).containsEntry("overall", "DENIED").containsEntry("final", false);
			});
		}

		@Test
		void namesWhoDidWhat() {
			var verification = parked(ParkedReason.FAILING);
			verification.rearm("alice", NOW);
			verification.expect(Duration.ofDays(1), "onboarding", NOW, DEADLINES);
			assertThat(verification.timeline()).extracting(TimelineEntry::details)
				.anySatisfy((details) -> assertThat(details).containsEntry("by", "alice"))
				.anySatisfy((details) -> assertThat(details).containsEntry("by", "onboarding")
					.containsEntry("within", 86_400L));
		}

		@Test
		void holdsNothingOfThePerson() {
			var verification = heardOf(preliminary("APPROVED"), expired(), reviewed("DENIED").files());
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), files(), due);
			hear(verification, resubmitted(), due);
			assertThat(verification.timeline()).isNotEmpty()
				.allSatisfy((entry) -> assertThat(entry.details().toString()).doesNotContain("ZIVILE", "PAVYZDYTE",
						"192.0.2.10", "files.example"));
			assertThat(verification.toString()).doesNotContain("ZIVILE");
		}

	}

	@Test
	void foreseesWhatWouldBecomeOfAWebhook() {
		assertThat(settled().outcomeOf(preliminary("DENIED").build())).isEqualTo(Outcome.NOTED);
		assertThat(settled().outcomeOf(reviewed("DENIED").build())).isEqualTo(Outcome.APPLIED);
	}

	/** One that was due, and whose check was answered in full. */
	private static Verification retrieved(StatusAnswer answer) {
		var verification = overdueBy(Duration.ZERO);
		var check = check(verification);
		verification.answer(check, answer, NOW, DEADLINES);
		if (verification.outstanding().contains(Part.DATA)) {
			verification.answer(check, data(), NOW);
			verification.answer(check, files(), NOW);
		}
		return verification;
	}

	private static Decision decision(Verification verification) {
		return verification.decision().orElseThrow();
	}

	private static void assertSettled(Verification verification, String overall) {
		assertThat(decision(verification).overall()).isEqualTo(overall);
		assertThat(decision(verification).isFinal()).isTrue();
		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.outstanding()).isEmpty();
		assertThat(verification.dueAt()).isEmpty();
		assertThat(verification.check(NOW.plus(Duration.ofDays(3650)))).isEmpty();
	}

	private static void assertPreliminary(Verification verification, String overall) {
		assertThat(decision(verification).overall()).isEqualTo(overall);
		assertThat(decision(verification).isFinal()).isFalse();
		assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
		assertThat(verification.dueAt()).isPresent();
	}

}
