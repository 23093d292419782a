package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.SCAN_REF;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.awaitingReview;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.data;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.heardOf;
import static dev.backstop.verification.VerificationFixtures.overdueBy;
import static dev.backstop.verification.VerificationFixtures.parked;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.registration;
import static dev.backstop.verification.VerificationFixtures.reopened;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static dev.backstop.verification.VerificationFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** How long a verification is waited for, and how often iDenfy is asked. */
class VerificationWaitingTests {

	private static final Instant LATER = NOW.plus(Duration.ofHours(1));

	@Nested
	class ADeadline {

		@Test
		void isTheTokensTheSessionsAndTheReviewsTimeAndGraceWhereNoWebhookCame() {
			assertThat(registered().dueAt()).contains(NOW.plus(Duration.ofMinutes(100)));
		}

		@Test
		void isAsLongAsTheRegistrationSays() {
			var verification = Verification.registered(
					new Registration(SCAN_REF, "W2GL2K333Y", null, Duration.ofSeconds(300), Duration.ofSeconds(60)),
					"onboarding", NOW, DEADLINES);
			assertThat(verification.dueAt()).contains(NOW.plus(Duration.ofMinutes(36)));
		}

		@Test
		void mayBeBeyondTheCalendar() {
			var forever = Duration.ofSeconds(Long.MAX_VALUE);
			var verification = Verification.registered(new Registration(SCAN_REF, "W2GL2K333Y", null, forever, forever),
					"onboarding", NOW, DEADLINES);
			assertThat(verification.dueAt()).contains(Instant.parse("9999-12-31T23:59:59Z"));
			verification.expect(forever, "onboarding", NOW, DEADLINES);
			assertThat(verification.dueAt()).contains(Instant.parse("9999-12-31T23:59:59Z"));
		}

		@Test
		void isTheReviewsTimeAndGraceAfterAPreliminaryWebhookOrAResubmission() {
			var verification = registered();
			hear(verification, preliminary("APPROVED"), LATER);
			assertThat(verification.dueAt()).contains(LATER.plus(Duration.ofMinutes(30)));
			hear(verification, reviewed("APPROVED"), LATER);
			hear(verification, resubmitted(), LATER.plusSeconds(60));
			assertThat(verification.dueAt()).contains(LATER.plusSeconds(60).plus(Duration.ofMinutes(30)));
		}

		@Test
		void isGraceAfterAFinalWebhookThatLacksAPart() {
			var verification = registered();
			hear(verification, reviewed("APPROVED").withoutData(), LATER);
			assertThat(verification.dueAt()).contains(LATER.plus(Duration.ofMinutes(10)));
		}

		@Test
		void isNotMovedByWhatIsOnlyNoted() {
			var verification = reopened();
			hear(verification, preliminary("DENIED"), LATER);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@Test
		void isReachedNotAMomentEarlier() {
			var verification = registered();
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.check(due.minusNanos(1))).isEmpty();
			assertThat(verification.check(due)).isPresent();
		}

		@Test
		void isGoneOnceSettled() {
			assertThat(settled().dueAt()).isEmpty();
			assertThat(settled().check(NOW.plus(Duration.ofDays(3650)))).isEmpty();
		}

		@Test
		void isRememberedThroughFailures() {
			var verification = overdueBy(Duration.ofMinutes(5));
			var deadline = verification.dueAt().orElseThrow();
			verification.fail(check(verification), true, NOW, DEADLINES);
			assertThat(verification.deadline()).contains(deadline);
			assertThat(verification.dueAt()).contains(NOW.plus(Duration.ofMinutes(1)));
		}

	}

	@Nested
	class ACheck {

		@ParameterizedTest
		@ValueSource(strings = { "ACTIVE", "REVIEWING", "ESCALATED" })
		void thatFindsNoDecisionKeepsTheWordAndWaitsForTheNextRung(String overall) {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			assertThat(verification.answer(check, answer(overall), NOW, DEADLINES)).isEqualTo(CheckResult.OPEN);
			var decision = verification.decision().orElseThrow();
			assertThat(decision.overall()).isEqualTo(overall);
			assertThat(decision.isFinal()).isFalse();
			assertThat(decision.source()).isEqualTo(Source.RETRIEVAL);
			assertThat(verification.dueAt()).contains(NOW.plus(Duration.ofMinutes(30)));
		}

		@Test
		void isOverOnceTheStatusIsOpen() {
			var verification = overdueBy(Duration.ofDays(1));
			var check = check(verification);
			verification.answer(check, answer("REVIEWING"), NOW, DEADLINES);
			assertThat(verification.next(check)).isEmpty();
			assertThat(verification.answer(check, answer("APPROVED"), NOW, DEADLINES))
				.isEqualTo(CheckResult.SUPERSEDED);
		}

		@Test
		void climbsTheLadderOnceMoreThanItHasRungsThenParks() {
			var verification = registered();
			var gaps = DEADLINES.followUps();
			for (int i = 0; i < gaps.size(); i++) {
				var due = verification.dueAt().orElseThrow();
				assertThat(verification.answer(check(verification, due), answer("REVIEWING"), due, DEADLINES))
					.isEqualTo(CheckResult.OPEN);
				assertThat(verification.dueAt()).contains(due.plus(gaps.get(i)));
			}
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("REVIEWING"), due, DEADLINES))
				.isEqualTo(CheckResult.UNDECIDED);
			assertThat(verification.progress()).isEqualTo(Progress.PARKED);
			assertThat(verification.parkedReason()).contains(ParkedReason.UNDECIDED);
			assertThat(verification.parkedAt()).contains(due);
			assertThat(verification.checkCount()).isEqualTo(gaps.size() + 1);
			assertThat(verification.decision().orElseThrow().overall()).isEqualTo("REVIEWING");
		}

		@Test
		void isTheOnlyOneWhereTheLadderHasNoRungs() {
			var deadlines = new Deadlines(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, List.of(),
					List.of(Duration.ZERO), 1, Duration.ZERO, 0);
			var verification = Verification.registered(registration(), "onboarding", NOW, deadlines);
			assertThat(verification.answer(check(verification), answer("ACTIVE"), NOW, deadlines))
				.isEqualTo(CheckResult.UNDECIDED);
		}

		@Test
		void doesNotClimbAnewBecauseAnotherPreliminaryWebhookCame() {
			var verification = parked(ParkedReason.UNDECIDED);
			hear(verification, preliminary("REVIEWING"));
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("REVIEWING"), due, DEADLINES))
				.isEqualTo(CheckResult.UNDECIDED);
		}

		@Test
		void takesAVerdictAsFinalEvenIfNobodyHasLooked() {
			var verification = overdueBy(Duration.ZERO);
			verification.answer(check(verification), answer("APPROVED"), NOW, DEADLINES);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
		}

		@Test
		void takesAVerdictAsPreliminaryWhereAReviewWasAnnouncedAndNobodyHasLooked() {
			var verification = awaitingReview();
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("DENIED"), due, DEADLINES))
				.isEqualTo(CheckResult.OPEN);
			var decision = verification.decision().orElseThrow();
			assertThat(decision.overall()).isEqualTo("DENIED");
			assertThat(decision.isFinal()).isFalse();
			assertThat(verification.outstanding()).containsExactly(Part.STATUS);
			assertThat(verification.dueAt()).contains(due.plus(Duration.ofMinutes(30)));
		}

		@Test
		void takesAVerdictAsFinalWhereAReviewWasAnnouncedAndSomebodyHasLooked() {
			var verification = awaitingReview();
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), reviewedAnswer("DENIED"), due, DEADLINES);
			var decision = verification.decision().orElseThrow();
			assertThat(decision.isFinal()).isTrue();
			assertThat(decision.weight()).isEqualTo(Decision.REVIEWED);
		}

		@Test
		void believesIdenfyWhereItSaysWhetherTheVerdictIsFinal() {
			var open = overdueBy(Duration.ZERO);
			open.answer(check(open), new StatusAnswer(answer("APPROVED").findings(), false, null), NOW, DEADLINES);
			assertThat(open.decision().orElseThrow().isFinal()).isFalse();

			var unknown = overdueBy(Duration.ZERO);
			unknown.answer(check(unknown), new StatusAnswer(answer("ESCALATED").findings(), true, null), NOW,
					DEADLINES);
			assertThat(unknown.decision().orElseThrow().isFinal()).isTrue();
			assertThat(unknown.progress()).isEqualTo(Progress.SETTLED);

			var active = overdueBy(Duration.ZERO);
			active.answer(check(active), new StatusAnswer(answer("ACTIVE").findings(), true, null), NOW, DEADLINES);
			assertThat(active.decision().orElseThrow().isFinal()).isFalse();
		}

		@ParameterizedTest
		@ValueSource(strings = { "EXPIRED", "DELETED", "EXPIRED-DELETED", "ARCHIVED" })
		void asksForNoMoreAfterAClosingWord(String overall) {
			var verification = overdueBy(Duration.ZERO);
			assertThat(verification.answer(check(verification), answer(overall), NOW, DEADLINES))
				.isEqualTo(CheckResult.SETTLED);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@Test
		void asksOnlyForWhatIsLeft() {
			var verification = overdueBy(Duration.ZERO);
			var first = check(verification);
			verification.answer(first, answer("APPROVED"), NOW, DEADLINES);
			verification.answer(first, data(), NOW);
			verification.fail(first, true, NOW, DEADLINES);
			var second = check(verification, LATER);
			assertThat(verification.next(second)).contains(Part.FILES);
			assertThat(verification.answer(second, files(), LATER)).isEqualTo(CheckResult.SETTLED);
		}

		@Test
		void tellsTheClientWhereNoWebhookDid() {
			var verification = Verification.unregistered(SCAN_REF, NOW, DEADLINES);
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), answer("APPROVED"), due, DEADLINES);
			assertThat(verification.clientId()).contains("W2GL2K333Y");
		}

	}

	@Nested
	class AFailedCheck {

		@Test
		void isFollowedByTheNextBackOffAndUsesNoRung() {
			var verification = overdueBy(Duration.ofDays(1));
			var at = NOW;
			for (var gap : DEADLINES.failureBackOff()) {
				assertThat(verification.fail(check(verification, at), true, at, DEADLINES))
					.isEqualTo(CheckResult.FAILED);
				assertThat(verification.dueAt()).contains(at.plus(gap));
				at = at.plus(gap);
			}
			verification.answer(check(verification, at), answer("REVIEWING"), at, DEADLINES);
			assertThat(verification.dueAt()).contains(at.plus(DEADLINES.followUps().getFirst()));
			assertThat(verification.failures()).isZero();
		}

		@Test
		void parksAfterTooManyInARow() {
			var verification = parked(ParkedReason.FAILING);
			assertThat(verification.parkedReason()).contains(ParkedReason.FAILING);
			assertThat(verification.failures()).isEqualTo(DEADLINES.maxFailures());
			assertThat(verification.dueAt()).isEmpty();
			assertThat(verification.outstanding()).containsExactly(Part.STATUS);
		}

		@Test
		void isNotCountedWhileTheBreakerIsOpen() {
			var verification = overdueBy(Duration.ofDays(1));
			var at = NOW;
			for (int i = 0; i < 20; i++) {
				assertThat(verification.fail(check(verification, at), false, at, DEADLINES))
					.isEqualTo(CheckResult.FAILED);
				at = at.plus(DEADLINES.afterFailures(1));
				assertThat(verification.dueAt()).contains(at);
			}
			assertThat(verification.failures()).isZero();
		}

		@Test
		void isForgottenOnceAPartIsAnswered() {
			var verification = overdueBy(Duration.ZERO);
			verification.fail(check(verification), true, NOW, DEADLINES);
			verification.answer(check(verification, LATER), answer("APPROVED"), LATER, DEADLINES);
			assertThat(verification.failures()).isZero();
		}

		@Test
		void isForgottenOnceAWebhookCame() {
			for (var report : List.of(preliminary("APPROVED"), reviewed("APPROVED").withoutData(), resubmitted())) {
				var verification = overdueBy(Duration.ZERO);
				verification.fail(check(verification), true, NOW, DEADLINES);
				hear(verification, report);
				assertThat(verification.failures()).isZero();
			}
			var contested = awaitingReview();
			contested.fail(check(contested, LATER), true, LATER, DEADLINES);
			hear(contested, expired());
			assertThat(contested.failures()).isZero();
		}

		@Test
		void isNotRepeatedAtOnceBecauseAClientAskedForItAsWell() {
			var verification = registered();
			verification.askForCheck("onboarding", NOW, DEADLINES);
			var due = verification.dueAt().orElseThrow();
			verification.fail(check(verification, due), true, due, DEADLINES);
			assertThat(verification.check(due.plusSeconds(59))).isEmpty();
			assertThat(verification.check(due.plusSeconds(60))).isPresent();
		}

		@Test
		void keepsWhatWasAnsweredBefore() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			verification.fail(check, true, NOW, DEADLINES);
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@Test
		void isSupersededByAWebhook() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, reviewed("APPROVED"));
			assertThat(verification.fail(check, true, NOW, DEADLINES)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.failures()).isZero();
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		}

		@Test
		void endsTheCheckForGood() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.fail(check, true, NOW, DEADLINES);
			assertThat(verification.fail(check, true, NOW, DEADLINES)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.failures()).isOne();
		}

	}

	@Nested
	class ARefusalOfOneAlone {

		@Test
		void parksItWithWhatWasAnswered() {
			var verification = overdueBy(Duration.ZERO);
			assertThat(verification.refuse(check(verification), "HTTP 403 PERMISSIONS_ERROR", NOW))
				.isEqualTo(CheckResult.REFUSED);
			assertThat(verification.parkedReason()).contains(ParkedReason.REFUSED);
			assertThat(verification.parkedDetail()).contains("HTTP 403 PERMISSIONS_ERROR");
			assertThat(verification.timeline()).anySatisfy(
					(entry) -> assertThat(entry.details()).containsEntry("reason", "HTTP 403 PERMISSIONS_ERROR"));
		}

		@Test
		void isSupersededByAWebhook() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, reviewed("APPROVED"));
			assertThat(verification.refuse(check, "HTTP 403", NOW)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		}

	}

	@Nested
	class AnUnknownScanRef {

		@Test
		void isParked() {
			var verification = overdueBy(Duration.ZERO);
			assertThat(verification.answerNotFound(check(verification), NOW)).isEqualTo(CheckResult.NOT_FOUND);
			assertThat(verification.parkedReason()).contains(ParkedReason.NOT_FOUND);
		}

		@Test
		void isUnparkedIfTheFaultWasOurs() {
			var verification = parked(ParkedReason.NOT_FOUND);
			verification.unpark("oncall", LATER);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.dueAt()).contains(LATER);
		}

		@Test
		void isTheOnlyReasonThatIsUnparked() {
			for (var verification : List.of(parked(ParkedReason.FAILING), parked(ParkedReason.UNDECIDED), settled())) {
				var before = verification.progress();
				verification.unpark("oncall", LATER);
				assertThat(verification.progress()).isEqualTo(before);
			}
		}

		@Test
		void isSupersededByAWebhook() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			hear(verification, reviewed("APPROVED"));
			assertThat(verification.answerNotFound(check, NOW)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		}

	}

	@Nested
	class ACheckAClientAsksFor {

		private final Verification verification = registered();

		private final Instant due = this.verification.dueAt().orElseThrow();

		@Test
		void isDueNowAndKeepsTheDeadline() {
			assertThat(ask(NOW)).isInstanceOf(CheckWish.Granted.class);
			assertThat(this.verification.check(NOW)).map(Check::asked).contains(true);
			assertThat(this.verification.dueAt()).contains(this.due);
		}

		@Test
		void usesNoRungAndKeepsTheDeadlineIfNothingIsDecided() {
			ask(NOW);
			this.verification.answer(check(this.verification), answer("ACTIVE"), NOW, DEADLINES);
			assertThat(this.verification.dueAt()).contains(this.due);
			assertThat(this.verification.check(this.due.minusSeconds(1))).isEmpty();
			this.verification.answer(check(this.verification, this.due), answer("ACTIVE"), this.due, DEADLINES);
			assertThat(this.verification.dueAt()).contains(this.due.plus(DEADLINES.followUps().getFirst()));
		}

		@Test
		void settlesLikeAnyOther() {
			ask(NOW);
			var check = check(this.verification);
			this.verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			this.verification.answer(check, data(), NOW);
			assertThat(this.verification.answer(check, files(), NOW)).isEqualTo(CheckResult.SETTLED);
			assertThat(this.verification.dueAt()).isEmpty();
		}

		@Test
		void isTriedAgainAfterAFailureAndKeepsTheDeadline() {
			ask(NOW);
			this.verification.fail(check(this.verification), true, NOW, DEADLINES);
			assertThat(this.verification.dueAt()).contains(this.due);
			assertThat(this.verification.check(NOW.plusSeconds(59))).isEmpty();
			assertThat(this.verification.check(NOW.plusSeconds(60))).map(Check::asked).contains(true);
		}

		@Test
		void isTooSoonAfterAnyOther() {
			ask(NOW);
			this.verification.answer(check(this.verification), answer("ACTIVE"), NOW, DEADLINES);
			assertThat(ask(NOW.plusSeconds(1))).isEqualTo(new CheckWish.TooSoon(Duration.ofSeconds(599)));
			assertThat(ask(NOW.plusSeconds(599))).isEqualTo(new CheckWish.TooSoon(Duration.ofSeconds(1)));
			assertThat(ask(NOW.plusSeconds(600))).isInstanceOf(CheckWish.Granted.class);
		}

		@Test
		void isTooSoonAfterOneByDeadline() {
			this.verification.answer(check(this.verification, this.due), answer("ACTIVE"), this.due, DEADLINES);
			assertThat(ask(this.due.plusSeconds(60))).isEqualTo(new CheckWish.TooSoon(Duration.ofSeconds(540)));
		}

		@Test
		void isNotMadeIfAWebhookCameFirst() {
			ask(NOW);
			hear(this.verification, preliminary("APPROVED"));
			assertThat(this.verification.check(NOW)).isEmpty();
		}

		@Test
		void isRefusedOnceAllWereAskedFor() {
			askAllowedTimes();
			assertThat(ask(NOW.plus(Duration.ofMinutes(60)))).isInstanceOf(CheckWish.Refused.class);
			assertThat(this.verification.check(NOW.plus(Duration.ofMinutes(60)))).isEmpty();
		}

		@Test
		void isGrantedAnewOnceReopened() {
			askAllowedTimes();
			hear(this.verification, resubmitted(), NOW.plus(Duration.ofMinutes(25)));
			assertThat(ask(NOW.plus(Duration.ofMinutes(35)))).isInstanceOf(CheckWish.Granted.class);
		}

		@Test
		void isGrantedForNothingWhileOneIsDueAnyway() {
			var overdue = overdueBy(Duration.ZERO);
			for (int i = 0; i < 10; i++) {
				assertThat(overdue.askForCheck("onboarding", NOW, DEADLINES)).isInstanceOf(CheckWish.Granted.class);
			}
			assertThat(overdue.check(NOW)).map(Check::asked).contains(false);
		}

		@Test
		void isRefusedOfASettledOrParkedOne() {
			for (var each : List.of(settled(), parked(ParkedReason.FAILING))) {
				assertThat(each.askForCheck("onboarding", LATER, DEADLINES)).isInstanceOf(CheckWish.Refused.class);
				assertThat(each.check(LATER)).isEmpty();
			}
		}

		private void askAllowedTimes() {
			for (int i = 0; i < DEADLINES.maxAskedChecks(); i++) {
				var at = NOW.plus(DEADLINES.minCheckInterval().multipliedBy(i));
				assertThat(ask(at)).isInstanceOf(CheckWish.Granted.class);
				this.verification.answer(check(this.verification, at), answer("ACTIVE"), at, DEADLINES);
			}
		}

		private CheckWish ask(Instant at) {
			return this.verification.askForCheck("onboarding", at, DEADLINES);
		}

	}

	@Nested
	class WhatAClientExpects {

		@Test
		void isWaitedForAnewWhileTheDecisionStands() {
			var verification = settled();
			verification.expect(Duration.ofHours(24), "onboarding", LATER, DEADLINES);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.dueAt()).contains(LATER.plus(Duration.ofHours(24)).plus(Duration.ofMinutes(30)));
			assertThat(verification.outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
			assertStands(verification, "APPROVED");
		}

		@Test
		void isOverWithTheNextVerdictOfAnyWeight() {
			var verification = expecting(settled());
			hear(verification, automatic("DENIED").finishTime(FINISH_TIME + 60), LATER);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
			assertStands(verification, "DENIED");
		}

		@Test
		void leavesTheDocumentsThatWereMissingBeforeToBeAskedFor() {
			var verification = expecting(hear(registered(), reviewed("SUSPECTED").withoutData()));

			hear(verification, expired(), LATER);

			assertStands(verification, "SUSPECTED");
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.outstanding()).containsExactly(Part.DATA);
			assertThat(verification.dueAt()).contains(LATER.plus(DEADLINES.grace()));
		}

		@Test
		void leavesThemToBeAskedForAfterAStatusThatClosesToo() {
			var verification = expecting(hear(registered(), reviewed("SUSPECTED").withoutDocuments()));
			var due = verification.dueAt().orElseThrow();

			var result = verification.answer(check(verification, due), answer("EXPIRED"), due, DEADLINES);

			assertThat(result).isEqualTo(CheckResult.OPEN);
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
		}

		@Test
		void isOverWithARetrievedVerdict() {
			var verification = expecting(settled());
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			verification.answer(check, answer("DENIED"), due, DEADLINES);
			assertThat(verification.next(check)).contains(Part.DATA);
			verification.answer(check, data(), due);
			verification.answer(check, files(), due);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
			assertStands(verification, "DENIED");
		}

		@Test
		void leavesTheDecisionWhereTheUserNeverCame() {
			var byWebhook = expecting(settled());
			hear(byWebhook, expired(), LATER);
			var byStatus = expecting(settled());
			var due = byStatus.dueAt().orElseThrow();
			byStatus.answer(check(byStatus, due), answer("EXPIRED"), due, DEADLINES);
			for (var verification : List.of(byWebhook, byStatus)) {
				assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
				assertStands(verification, "APPROVED");
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "ACTIVE", "REVIEWING" })
		void leavesTheDecisionWhileIdenfyIsStillOpen(String overall) {
			for (var before : List.of(settled(), heardOf(expired()))) {
				var stands = before.decision().orElseThrow();
				var verification = expecting(before);
				var due = verification.dueAt().orElseThrow();
				verification.answer(check(verification, due), answer(overall), due, DEADLINES);
				assertThat(verification.decision()).contains(stands);
				assertThat(verification.dueAt()).contains(due.plus(DEADLINES.followUps().getFirst()));
			}
		}

		@Test
		void leavesTheDecisionWhateverPreliminaryOneComes() {
			for (var before : List.of(settled(), heardOf(expired()))) {
				var stands = before.decision().orElseThrow();
				var verification = expecting(before);
				assertThat(hear(verification, preliminary("DENIED"), LATER)).isEqualTo(Outcome.NOTED);
				assertThat(verification.decision()).contains(stands);
			}
		}

		@Test
		void isReviewedBeforeAStatusCountsIfAPreliminaryWebhookSaidSo() {
			var verification = expecting(settled());
			hear(verification, preliminary("DENIED"), LATER);
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("DENIED"), due, DEADLINES))
				.isEqualTo(CheckResult.OPEN);
			assertStands(verification, "APPROVED");
		}

		@Test
		void isNotAnsweredByACheckUnderWay() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			expecting(verification);
			assertThat(verification.answer(check, data(), NOW)).isEqualTo(CheckResult.SUPERSEDED);
			assertThat(verification.outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
		}

		@Test
		void isNoLongerContested() {
			var verification = expecting(heardOf(expired(), preliminary("APPROVED")));
			hear(verification, preliminary("DENIED"), LATER);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(LATER));
		}

		@Test
		void isTakenOverByAResubmission() {
			var verification = expecting(settled());
			hear(verification, resubmitted(), LATER);
			assertThat(verification.decision().orElseThrow().isFinal()).isFalse();
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(LATER));
		}

		@Test
		void mayBeOfOneThatExpiredAndExpiresAgain() {
			var verification = expecting(heardOf(expired()));
			var due = verification.dueAt().orElseThrow();
			assertThat(verification.answer(check(verification, due), answer("EXPIRED"), due, DEADLINES))
				.isEqualTo(CheckResult.SETTLED);
			assertStands(verification, "EXPIRED");
		}

		@Test
		void mayBeOfOneThatIsParkedOrAwaited() {
			for (var before : List.of(parked(ParkedReason.UNDECIDED), registered())) {
				var verification = expecting(before);
				assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
				assertThat(verification.parkedReason()).isEmpty();
			}
		}

		@Test
		void climbsTheLadderAndAsksAnew() {
			var verification = parked(ParkedReason.UNDECIDED);
			expecting(verification);
			var due = verification.dueAt().orElseThrow();
			verification.answer(check(verification, due), answer("REVIEWING"), due, DEADLINES);
			assertThat(verification.dueAt()).contains(due.plus(DEADLINES.followUps().getFirst()));
		}

		private static Verification expecting(Verification verification) {
			verification.expect(Duration.ofHours(24), "onboarding", NOW, DEADLINES);
			return verification;
		}

		private static void assertStands(Verification verification, String overall) {
			assertThat(verification.decision().orElseThrow().overall()).isEqualTo(overall);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

	}

	@Nested
	class AnOperator {

		@ParameterizedTest
		@EnumSource(ParkedReason.class)
		void rearmsAParkedOneWithItsCountsAtZero(ParkedReason reason) {
			var verification = parked(reason);
			verification.rearm("alice", LATER);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.parkedReason()).isEmpty();
			assertThat(verification.dueAt()).contains(LATER);
			assertThat(verification.failures()).isZero();
			verification.answer(check(verification, LATER), answer("REVIEWING"), LATER, DEADLINES);
			assertThat(verification.dueAt()).contains(LATER.plus(DEADLINES.followUps().getFirst()));
		}

		@Test
		void rearmsWithoutAskingForWhatIsHeld() {
			var verification = overdueBy(Duration.ZERO);
			var check = check(verification);
			verification.answer(check, answer("APPROVED"), NOW, DEADLINES);
			verification.answer(check, data(), NOW);
			verification.answerNotFound(check, NOW);
			verification.rearm("alice", LATER);
			assertThat(verification.outstanding()).containsExactly(Part.FILES);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@Test
		void rearmsOnlyWhatIsParked() {
			for (var verification : List.of(registered(), settled())) {
				assertThatIllegalStateException().isThrownBy(() -> verification.rearm("alice", NOW));
			}
		}

		@Test
		void reopensASettledOneDueNow() {
			var verification = settled();
			verification.reopen("alice", LATER);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.dueAt()).contains(LATER);
			assertThat(verification.outstanding()).containsExactly(Part.STATUS, Part.DATA, Part.FILES);
			assertThat(verification.decision().orElseThrow().overall()).isEqualTo("APPROVED");
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@Test
		void reopensAParkedOne() {
			var verification = parked(ParkedReason.NOT_FOUND);
			verification.reopen("alice", LATER);
			assertThat(verification.dueAt()).contains(LATER);
			assertThat(verification.decision()).isEmpty();
		}

		@Test
		void doesNotReopenAnAwaitedOne() {
			assertThatIllegalStateException().isThrownBy(() -> registered().reopen("alice", NOW));
		}

		@Test
		void hasAllPartsAskedForOnceMore() {
			var verification = settled();
			verification.reopen("alice", NOW);
			var check = check(verification);
			verification.answer(check, answer("DENIED"), NOW, DEADLINES);
			assertThat(verification.next(check)).contains(Part.DATA);
			verification.answer(check, data(), NOW);
			verification.answer(check, files(), NOW);
			assertThat(verification.decision().orElseThrow().overall()).isEqualTo("DENIED");
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		}

		@Test
		void isNotToldOfAReviewThatIsOver() {
			var verification = hear(awaitingReview(), automatic("APPROVED"));
			verification.reopen("alice", NOW);
			verification.answer(check(verification), answer("APPROVED"), NOW, DEADLINES);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@Test
		void findsAnExpiredOneExpiredAgain() {
			var verification = heardOf(expired());
			verification.reopen("alice", NOW);
			verification.answer(check(verification), answer("EXPIRED"), NOW, DEADLINES);
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

		@ParameterizedTest
		@ValueSource(strings = { "DELETED", "EXPIRED", "ARCHIVED" })
		void keepsAVerdictThatIdenfyHasSinceClosed(String overall) {
			for (var verification : List.of(settled(), heardOf(expired()))) {
				var stands = verification.decision();
				verification.reopen("alice", NOW);
				assertThat(verification.decision()).isEqualTo(stands);
				verification.answer(check(verification), answer(overall), NOW, DEADLINES);
				assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
				assertThat(verification.decision()).isEqualTo(stands);
			}
		}

		@Test
		void keepsAVerdictWhileIdenfyIsStillOpen() {
			var verification = settled();
			verification.reopen("alice", NOW);
			verification.answer(check(verification), answer("REVIEWING"), NOW, DEADLINES);
			assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
			assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		}

	}

	@Nested
	class ARegistration {

		@Test
		void isRememberedWithWhoMadeIt() {
			var verification = registered();
			assertThat(verification.clientId()).contains("W2GL2K333Y");
			assertThat(verification.externalRef()).contains("order-2026-000123");
			assertThat(verification.registeredAt()).contains(NOW);
			assertThat(verification.timeline().getFirst().details()).containsEntry("by", "onboarding");
		}

		@Test
		void repeatedChangesNothing() {
			var verification = Verification.registered(
					new Registration(SCAN_REF, "W2GL2K333Y", "order-2026-000123", Duration.ofHours(1), Duration.ZERO),
					"onboarding", NOW, DEADLINES);
			int entries = verification.timeline().size();
			verification.register(
					new Registration(SCAN_REF, "W2GL2K333Y", "another", Duration.ofDays(30), Duration.ofDays(30)),
					"onboarding", LATER);
			assertThat(verification.registeredAt()).contains(NOW);
			assertThat(verification.updatedAt()).isEqualTo(NOW);
			assertThat(verification.externalRef()).contains("order-2026-000123");
			assertThat(verification.dueAt()).contains(NOW.plus(Duration.ofMinutes(90)));
			assertThat(verification.timeline()).hasSize(entries);
		}

		@Test
		void repeatedFillsInWhatTheFirstDidNotSay() {
			var verification = Verification.registered(new Registration(SCAN_REF, "W2GL2K333Y", null, null, null),
					"onboarding", NOW, DEADLINES);
			verification.register(
					new Registration(SCAN_REF, "W2GL2K333Y", "order-2026-000123", Duration.ofDays(30), null),
					"onboarding", LATER);
			assertThat(verification.externalRef()).contains("order-2026-000123");
			assertThat(verification.updatedAt()).isEqualTo(LATER);
			assertThat(verification.registeredAt()).contains(NOW);
			assertThat(verification.dueAt()).contains(DEADLINES.withoutWebhook(NOW, null, null));
		}

		@Test
		void afterAWebhookFillsInWhatIsAbsentAndNeverPostpones() {
			var verification = heardOf(preliminary("APPROVED").clientId(null));
			verification.register(registration(), "onboarding", LATER);
			assertThat(verification.clientId()).contains("W2GL2K333Y");
			assertThat(verification.externalRef()).contains("order-2026-000123");
			assertThat(verification.registeredAt()).contains(LATER);
			assertThat(verification.dueAt()).contains(DEADLINES.withReview(NOW));
		}

		@Test
		void neverReopens() {
			var settled = heardOf(reviewed("APPROVED"));
			settled.register(registration(), "onboarding", LATER);
			assertThat(settled.progress()).isEqualTo(Progress.SETTLED);

			var parked = parked(ParkedReason.NOT_FOUND);
			parked.register(registration(), "onboarding", LATER);
			assertThat(parked.progress()).isEqualTo(Progress.PARKED);
		}

		@Test
		void ofAnotherClientIsRefused() {
			for (var verification : List.of(registered(), heardOf(reviewed("APPROVED")))) {
				var other = new Registration(SCAN_REF, "SOMEONE", "theirs", null, null);
				assertThatExceptionOfType(ClientMismatch.class)
					.isThrownBy(() -> verification.register(other, "onboarding", LATER))
					.withMessageContaining(SCAN_REF.value());
				assertThat(verification.clientId()).contains("W2GL2K333Y");
			}
		}

		@Test
		void isNotNeededForAWebhookToCount() {
			var verification = heardOf(reviewed("APPROVED").finishTime(FINISH_TIME));
			assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
			assertThat(verification.registeredAt()).isEmpty();
			assertThat(verification.lastWebhookAt()).contains(NOW);
		}

	}

}
