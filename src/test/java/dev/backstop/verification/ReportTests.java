package dev.backstop.verification;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.attached;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			# event,         overall,   final, weighs, and is
			AUTO_FINISHED,   APPROVED,  true,  2,      final
			AUTO_FINISHED,   APPROVED,  false, 0,      preliminary
			AUTO_FINISHED,   APPROVED,  ,      0,      preliminary
			AUTO_FINISHED,   SUSPECTED, true,  2,      final
			AUTO_FINISHED,   REVIEWING, true,  0,      preliminary
			AUTO_FINISHED,   ACTIVE,    true,  0,      preliminary
			AUTO_FINISHED,   ESCALATED, true,  2,      final
			AUTO_FINISHED,   ESCALATED, ,      0,      preliminary
			AUTO_FINISHED,   EXPIRED,   true,  1,      final
			AUTO_FINISHED,   EXPIRED,   ,      0,      preliminary
			MANUAL_FINISHED, DENIED,    true,  3,      final
			MANUAL_FINISHED, DENIED,    ,      3,      final
			MANUAL_FINISHED, DENIED,    false, 0,      preliminary
			MANUAL_FINISHED, ESCALATED, true,  3,      final
			MANUAL_FINISHED, ESCALATED, ,      0,      preliminary
			MANUAL_FINISHED, REVIEWING, true,  0,      preliminary
			MANUAL_FINISHED, DELETED,   true,  1,      final
			RESUBMITTED,     APPROVED,  true,  3,      final
			RESUBMITTED,     APPROVED,  ,      0,      reopening
			RESUBMITTED,     REVIEWING, false, 0,      reopening
			RESUBMITTED,     REVIEWING, true,  0,      reopening
			EXPIRED,         EXPIRED,   ,      1,      final
			EXPIRED,         EXPIRED,   true,  1,      final
			EXPIRED,         EXPIRED,   false, 0,      preliminary
			EXPIRED,         DENIED,    true,  2,      final
			EXPIRED,         DENIED,    ,      0,      doubtful
			EXPIRED,         DENIED,    false, 0,      doubtful
			EXPIRED,         ESCALATED, ,      0,      preliminary
			EXPIRED,         ARCHIVED,  ,      1,      final
			CANCELLED,       DENIED,    ,      0,      doubtful
			CANCELLED,       APPROVED,  true,  0,      doubtful
			CANCELLED,       ESCALATED, true,  0,      doubtful
			CANCELLED,       DELETED,   ,      1,      final
			CANCELLED,       ACTIVE,    ,      1,      final
			CANCELLED,       ESCALATED, ,      1,      final
			CANCELLED,       DENIED,    false, 0,      doubtful
			""")
	void weighsWhatItsEventWordAndFinalFieldSay(Event event, String overall, @Nullable Boolean saidFinal, int weight,
			String is) {
		var report = new VerificationFixtures.ReportBuilder(event, overall).saidFinal(saidFinal).build();
		assertThat(report.weight()).isEqualTo(weight);
		assertThat(report.isFinal()).isEqualTo(is.equals("final"));
		assertThat(report.reopens()).isEqualTo(is.equals("reopening"));
		assertThat(report.closesWithVerdict()).isEqualTo(is.equals("doubtful"));
	}

	@Test
	void aFinalAutomaticVerdictWithManualResultsWeighsAsMuchAsAHumans() {
		assertThat(automatic("APPROVED").reviewed().build().weight()).isEqualTo(Decision.REVIEWED);
	}

	@Test
	void suppliesDataIfAnyDocumentFieldIsKnown() {
		assertThat(reviewed("APPROVED").build().suppliesData()).isTrue();
		assertThat(reviewed("APPROVED").withoutData().build().suppliesData()).isFalse();
		assertThat(reviewed("APPROVED").withoutData().data("docType", null).build().suppliesData()).isFalse();
		assertThat(reviewed("APPROVED").withoutData().data("ageEstimate", "OVER_30").build().suppliesData()).isFalse();
	}

	@Test
	void suppliesFilesIfAnyImageOrVideoIsLinked() {
		assertThat(reviewed("APPROVED").build().suppliesFiles()).isTrue();
		assertThat(reviewed("APPROVED").files(file("FACE_VIDEO", FileLink.Kind.VIDEO)).build().suppliesFiles())
			.isTrue();
		assertThat(reviewed("APPROVED").files(file("UTILITY_BILL", FileLink.Kind.DOCUMENT)).build().suppliesFiles())
			.isFalse();
		assertThat(reviewed("APPROVED").files().build().suppliesFiles()).isFalse();
		assertThat(reviewed("APPROVED").files(attached("questionnaireAnswers_1")).build().suppliesFiles()).isFalse();
	}

	@Test
	void saysNothingOfThePersonInLogs() {
		var report = reviewed("APPROVED").build();
		assertThat(report).hasToString("MANUAL_FINISHED APPROVED (final)");
		assertThat(report.files()).hasToString("[IMAGE FRONT, IMAGE FACE]");
	}

}
