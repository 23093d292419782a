package dev.backstop.verification;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.data;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.hear;
import static dev.backstop.verification.VerificationFixtures.heardOf;
import static dev.backstop.verification.VerificationFixtures.overdueBy;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.reopened;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static dev.backstop.verification.VerificationFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where an order can be known, it holds: what {@link VerificationOrderTests} found once.
 */
class VerificationKnownOrderTests {

	@Test
	void aVerdictOfBeforeIsNotedAfterAnOperatorReopened() {
		var verification = heardOf(reviewed("APPROVED").finishTime(FINISH_TIME + 60));
		verification.reopen("operator", NOW);
		assertThat(hear(verification, reviewed("DENIED"), NOW)).isEqualTo(Outcome.NOTED);
		assertThat(hear(verification, resubmitted().finishTime(FINISH_TIME), NOW)).isEqualTo(Outcome.NOTED);
		assertThat(verification.decision().map(Decision::overall)).contains("APPROVED");
	}

	@Test
	void aVerdictOfBeforeIsNotedAfterIdenfyAnswered() {
		var verification = heardOf(reviewed("DENIED").finishTime(FINISH_TIME + 60));
		verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		var check = check(verification, NOW.plus(Duration.ofDays(1)));
		verification.answer(check, reviewedAnswer("DENIED"), NOW, DEADLINES);
		assertThat(hear(verification, reviewed("APPROVED"), NOW)).isEqualTo(Outcome.NOTED);
		assertThat(verification.decision().map(Decision::overall)).contains("DENIED");
	}

	@Test
	void theMachinesVerdictOnTheSameMaterialIsNotedAfterAClientExpectedMore() {
		var verification = settled();
		verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		assertThat(hear(verification, automatic("DENIED"), NOW)).isEqualTo(Outcome.NOTED);
		assertThat(verification.decision().map(Decision::overall)).contains("APPROVED");
	}

	@Test
	void aHumansVerdictOnTheSameMaterialCountsAfterAClientExpectedMore() {
		var verification = settled();
		verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		assertThat(hear(verification, reviewed("DENIED"), NOW)).isEqualTo(Outcome.APPLIED);
		assertThat(verification.decision().map(Decision::overall)).contains("DENIED");
	}

	@Test
	void aSecondResubmissionWithoutATimeLeavesTheTimeOfTheFirst() {
		var verification = hear(reopened(), resubmitted().finishTime(null));
		assertThat(hear(verification, reviewed("DENIED"), NOW)).isEqualTo(Outcome.NOTED);
	}

	@Test
	void documentsComeFromTheWeightiestOfThoseThatAreNotTheDecision() {
		var first = preliminary("APPROVED").data("docFirstName", "first").files(file("first", FileLink.Kind.IMAGE));
		var second = automatic("APPROVED").data("docFirstName", "second").files(file("second", FileLink.Kind.IMAGE));
		var bare = reviewed("APPROVED").withoutDocuments();
		for (var verification : new Verification[] { heardOf(first, second, bare), heardOf(bare, first, second),
				heardOf(second, bare, first) }) {
			assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "second");
			assertThat(verification.files()).extracting(FileLink::name).containsExactly("second");
			assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
		}
	}

	@Test
	void documentsOfAVerdictAreShownUntilThatOfTheNextRoundInEitherOrder() {
		var old = reviewed("APPROVED").data("docFirstName", "old");
		var opening = resubmitted().data("docFirstName", "opening");
		for (var verification : new Verification[] { heardOf(old, opening), heardOf(opening, old) }) {
			assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "old");
			hear(verification, reviewed("APPROVED").finishTime(FINISH_TIME + 60).data("docFirstName", "new"));
			assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "new");
		}
	}

	@Test
	void retrievedDocumentsAreNotReplacedByAWebhookThatIsOnlyNoted() {
		var verification = retrieved();
		hear(verification, preliminary("DENIED").data("docFirstName", "preliminary"));
		assertThat(verification.data().orElseThrow()).containsEntry("docFirstName", "ZIVILE");
		assertThat(verification.files()).isEqualTo(files());
	}

	@Test
	void dataThatSaysNothingIsNoData() {
		var nothing = new HashMap<String, @Nullable Object>(Map.of("manuallyDataChanged", false));
		nothing.put("docFirstName", null);
		assertThat(heardOf(expired().data(nothing)).data()).isEmpty();
	}

	@Test
	void whatWasAnsweredBeforeAResubmissionIsAskedForAnew() {
		var verification = hear(retrieved(), resubmitted(),
				reviewed("DENIED").finishTime(FINISH_TIME + 60).withoutDocuments());
		assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
	}

	@Test
	void aReviewAnnouncedAfterTheVerdictIsOver() {
		var verification = hear(settled(), preliminary("APPROVED"));
		verification.reopen("operator", NOW);
		verification.answer(check(verification), answer("DENIED"), NOW, DEADLINES);
		assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
	}

	@Test
	void theClientThatWasNamedFirstIsKept() {
		assertThat(hear(registered(), reviewed("APPROVED").clientId(null)).clientId()).contains("W2GL2K333Y");
		assertThat(hear(registered(), reviewed("APPROVED").clientId("another")).clientId()).contains("W2GL2K333Y");
	}

	@ParameterizedTest
	@EnumSource
	void aWebhookStandsWhereItsLegacyTwinCameBefore(Event event) {
		var specific = new ReportBuilder(event, (event == Event.EXPIRED) ? "EXPIRED" : "DENIED").saidFinal(true);
		var legacy = legacyTwin(event);
		assertThat(Seen.of(heardOf(legacy, specific))).isEqualTo(Seen.of(heardOf(specific)));
	}

	@Test
	void aCancellationTakesBackNoVerdictButItsLegacyTwins() {
		for (var other : new ReportBuilder[] { automatic("DENIED"), reviewed("DENIED"),
				legacyTwin(Event.CANCELLED).finishTime(FINISH_TIME - 1) }) {
			var verification = heardOf(other);
			assertThat(hear(verification, cancelled("DENIED").finishTime(FINISH_TIME), NOW)).isEqualTo(Outcome.NOTED);
			assertThat(verification.decision().orElseThrow().isVerdict()).isTrue();
		}
	}

	/** The same body under the event that does not tell what happened. */
	private static ReportBuilder legacyTwin(Event event) {
		return ((event == Event.EXPIRED) ? new ReportBuilder(event, "EXPIRED") : automatic("DENIED")).saidFinal(true)
			.eventType("IDENTIFICATION");
	}

	private static Verification retrieved() {
		var verification = overdueBy(Duration.ZERO);
		var check = check(verification);
		verification.answer(check, reviewedAnswer("APPROVED"), NOW, DEADLINES);
		verification.answer(check, data(), NOW);
		verification.answer(check, files(), NOW);
		return verification;
	}

}
