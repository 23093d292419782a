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

import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
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
			preliminary("APPROVED"), "expired", expired(), "cancelled", cancelled("DENIED"), "automatic",
			automatic("SUSPECTED"), "reviewed", reviewed("DENIED"), "resubmitted", resubmitted());

	@ParameterizedTest
	@CsvSource(useHeadersInDisplayName = true,
			textBlock = """
					comes,       on nothing,  on active,   on preliminary, on closed, on closed by status, on automatic, on reviewed, on reopened
					active,      PRELIMINARY, PRELIMINARY, PRELIMINARY,    NOTED,     NOTED,               NOTED,        NOTED,       NOTED
					preliminary, PRELIMINARY, PRELIMINARY, PRELIMINARY,    CONTESTS,  NOTED,               NOTED,        NOTED,       NOTED
					expired,     DECIDES,     DECIDES,     CONTESTS,       DECIDES,   DECIDES,             NOTED,        NOTED,       ENDS_REOPENED
					cancelled,   DECIDES,     DECIDES,     CONTESTS,       DECIDES,   DECIDES,             NOTED,        NOTED,       ENDS_REOPENED
					automatic,   DECIDES,     DECIDES,     DECIDES,        DECIDES,   DECIDES,             DECIDES,      NOTED,       DECIDES
					reviewed,    DECIDES,     DECIDES,     DECIDES,        DECIDES,   DECIDES,             DECIDES,      DECIDES,     DECIDES
					resubmitted, REOPENS,     REOPENS,     REOPENS,        REOPENS,   REOPENS,             REOPENS,      REOPENS,     REOPENS
					""")
	void whatComesIsJudgedByWhatStands(String comes, Effect onNothing, Effect onActive, Effect onPreliminary,
			Effect onClosed, Effect onClosedByStatus, Effect onAutomatic, Effect onReviewed, Effect onReopened) {
		var closed = on(expired());
		var report = REPORTS.get(comes).build();
		var effects = Stream
			.of(on(null), on(preliminary("ACTIVE")), on(preliminary("APPROVED")), closed,
					new Standing(closed.decision(), false, null, false, true), on(automatic("APPROVED")),
					on(reviewed("APPROVED")), new Standing(closed.decision(), true, null, false, false))
			.map((standing) -> standing.judge(report));
		assertThat(effects).containsExactly(onNothing, onActive, onPreliminary, onClosed, onClosedByStatus, onAutomatic,
				onReviewed, onReopened);
	}

	@Test
	void whatFinishedBeforeWhatWeighsTheSameIsNoted() {
		for (var older : List.of(preliminary("DENIED"), automatic("DENIED"), reviewed("DENIED"))) {
			var report = older.build();
			var newer = new Decision("APPROVED", report.isFinal(), null, null, null, null, null, List.of(), List.of(),
					Source.WEBHOOK, NOW.minus(Duration.ofHours(1)), report.weight(), FINISH_TIME + 1);
			assertThat(new Standing(newer, false, null, false, false).judge(report)).isEqualTo(Effect.NOTED);
		}
	}

	@Test
	void whatFinishedBeforeTheResubmissionIsNotedWhateverItWeighs() {
		var standing = new Standing(null, true, FINISH_TIME + 1, true, false);
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
		assertThat(new Standing(active, false, null, true, false).judge(expired().build())).isEqualTo(Effect.CONTESTS);
	}

	private static Standing on(@Nullable ReportBuilder report) {
		var decision = (report != null) ? Decision.heard(report.build(), NOW) : null;
		return new Standing(decision, false, null, false, false);
	}

}
