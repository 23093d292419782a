package dev.backstop.verification;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.backstop.verification.Standing.Effect;
import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.resubmitted;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static org.assertj.core.api.Assertions.assertThat;

/** The table of decisions: what comes, and what it does to what stands. */
class StandingTests {

	private static final Map<String, ReportBuilder> REPORTS = Map.of("active", preliminary("ACTIVE"), "preliminary",
			preliminary("APPROVED"), "expired", expired(), "cancelled", cancelled("DELETED"), "doubtful",
			cancelled("DENIED"), "automatic", automatic("SUSPECTED"), "reviewed", reviewed("DENIED"), "resubmitted",
			resubmitted());

	@ParameterizedTest
	@CsvSource(useHeadersInDisplayName = true,
			textBlock = """
					comes,       on nothing,  on active,   on preliminary, on contested, on closed, on automatic, on retrieved, on reviewed, on reopened
					active,      PRELIMINARY, PRELIMINARY, PRELIMINARY,    NOTED,        NOTED,     NOTED,        NOTED,        NOTED,       NOTED
					preliminary, PRELIMINARY, PRELIMINARY, PRELIMINARY,    CONTESTS,     CONTESTS,  NOTED,        CONTESTS,     NOTED,       NOTED
					expired,     DECIDES,     DECIDES,     CONTESTS,       CONTESTS,     DECIDES,   NOTED,        NOTED,        NOTED,       ENDS_REOPENED
					cancelled,   DECIDES,     DECIDES,     CONTESTS,       CONTESTS,     DECIDES,   NOTED,        NOTED,        NOTED,       ENDS_REOPENED
					doubtful,    CONTESTS,    CONTESTS,    CONTESTS,       CONTESTS,     CONTESTS,  NOTED,        NOTED,        NOTED,       CONTESTS
					automatic,   DECIDES,     DECIDES,     DECIDES,        DECIDES,      DECIDES,   DECIDES,      DECIDES,      NOTED,       DECIDES
					reviewed,    DECIDES,     DECIDES,     DECIDES,        DECIDES,      DECIDES,   DECIDES,      DECIDES,      DECIDES,     DECIDES
					resubmitted, REOPENS,     REOPENS,     REOPENS,        REOPENS,      REOPENS,   REOPENS,      REOPENS,      REOPENS,     REOPENS
					""")
	void whatComesIsJudgedByWhatStands(String comes, Effect onNothing, Effect onActive, Effect onPreliminary,
			Effect onContested, Effect onClosed, Effect onAutomatic, Effect onRetrieved, Effect onReviewed,
			Effect onReopened) {
		var report = REPORTS.get(comes).build();
		var retrieved = Decision.retrieved(answer("APPROVED"), Decision.VERDICT, NOW, null);
		var reopened = on(reviewed("APPROVED").finishTime(null)).decision().notFinal();
		var effects = Stream
			.of(on(null), on(preliminary("ACTIVE")), on(preliminary("APPROVED")),
					new Standing(on(cancelled("DENIED")).decision(), false, null, false, false, true), on(expired()),
					on(automatic("APPROVED")), new Standing(retrieved, false, null, false, false, false),
					on(reviewed("APPROVED")), new Standing(reopened, true, null, false, false, false))
			.map((standing) -> standing.judge(report));
		assertThat(effects).containsExactly(onNothing, onActive, onPreliminary, onContested, onClosed, onAutomatic,
				onRetrieved, onReviewed, onReopened);
	}

	@ParameterizedTest
	@ValueSource(strings = { "active", "preliminary", "expired", "doubtful", "automatic", "reviewed", "resubmitted" })
	void aRetrievedClosingWordIsJudgedLikeOneOfAWebhook(String comes) {
		var retrieved = Decision.retrieved(answer("EXPIRED"), Decision.CLOSING, NOW, null);
		assertThat(new Standing(retrieved, false, null, false, false, false).judge(REPORTS.get(comes).build()))
			.isEqualTo(on(expired()).judge(REPORTS.get(comes).build()));
	}

	@Test
	void aClosingWordContestsAResubmissionWithoutAnEarlierVerdict() {
		for (var opening : List.of(resubmitted(), expired())) {
			var decision = on(opening).decision().notFinal();
			assertThat(new Standing(decision, true, FINISH_TIME, false, true, false).judge(expired().build()))
				.isEqualTo(Effect.CONTESTS);
			assertThat(new Standing(decision, true, FINISH_TIME, true, true, false).judge(expired().build()))
				.isEqualTo(Effect.ENDS_REOPENED);
		}
	}

	@Test
	void theLaterOfTwoVerdictsContestsAWeightierOneInEitherOrder() {
		var later = automatic("DENIED").finishTime(FINISH_TIME + 1);
		assertThat(on(reviewed("APPROVED")).judge(later.build())).isEqualTo(Effect.CONTESTS);
		assertThat(on(later).judge(reviewed("APPROVED").build())).isEqualTo(Effect.CONTESTS);
	}

	@Test
	void anExpiryWithAVerdictStandsOnlyIfItIsCalledFinalAndNoReviewIsAnnounced() {
		var expiry = new ReportBuilder(Event.EXPIRED, "DENIED");
		var preliminary = on(preliminary("APPROVED")).decision();
		assertThat(on(null).judge(expiry.saidFinal(true).build())).isEqualTo(Effect.DECIDES);
		assertThat(new Standing(preliminary, false, null, false, true, false).judge(expiry.build()))
			.isEqualTo(Effect.CONTESTS);
		assertThat(on(expiry).judge(preliminary("APPROVED").build())).isEqualTo(Effect.CONTESTS);
		for (var said : new Boolean[] { null, false }) {
			assertThat(on(null).judge(expiry.saidFinal(said).build())).isEqualTo(Effect.CONTESTS);
		}
	}

	@Test
	void whatFinishedBeforeWhatWeighsTheSameIsNoted() {
		for (var older : List.of(preliminary("DENIED"), automatic("DENIED"), reviewed("DENIED"))) {
			var report = older.build();
			var newer = new Decision("APPROVED", report.isFinal(), null, null, null, null, null, List.of(), List.of(),
					Source.WEBHOOK, NOW.minus(Duration.ofHours(1)), report.weight(), FINISH_TIME + 1);
			assertThat(new Standing(newer, false, null, false, false, false).judge(report)).isEqualTo(Effect.NOTED);
		}
	}

	@Test
	void whatFinishedBeforeTheResubmissionIsNotedWhateverItWeighs() {
		var standing = new Standing(null, true, FINISH_TIME + 1, false, true, false);
		for (var older : List.of(preliminary("APPROVED"), automatic("APPROVED"), reviewed("APPROVED"),
				expired().finishTime(FINISH_TIME), resubmitted().finishTime(FINISH_TIME))) {
			assertThat(standing.judge(older.build())).isEqualTo(Effect.NOTED);
		}
	}

	@Test
	void aResubmissionThatWasDecidedSinceIsNoted() {
		var decided = on(reviewed("APPROVED").finishTime(FINISH_TIME + 61));
		assertThat(decided.judge(resubmitted().build())).isEqualTo(Effect.NOTED);
	}

	@Test
	void aReviewAnnouncedIsRememberedWhateverWordCameLater() {
		var active = on(preliminary("ACTIVE")).decision();
		assertThat(new Standing(active, false, null, false, true, false).judge(expired().build()))
			.isEqualTo(Effect.CONTESTS);
	}

	private static Standing on(@Nullable ReportBuilder report) {
		var decision = (report != null) ? Decision.heard(report.build(), NOW) : null;
		return new Standing(decision, false, null, false, false, false);
	}

}
