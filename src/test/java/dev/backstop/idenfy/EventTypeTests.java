package dev.backstop.idenfy;

import dev.backstop.verification.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EventTypeTests {

	@ParameterizedTest
	@CsvSource({ "IDENTIFICATION_AUTO_FINISHED, AUTO_FINISHED", "IDENTIFICATION_MANUAL_FINISHED, MANUAL_FINISHED",
			"IDENTIFICATION_RESUBMITTED, RESUBMITTED", "IDENTIFICATION_CANCELLED, CANCELLED",
			"IDENTIFICATION_EXPIRED, EXPIRED" })
	void aSpecificNameTellsTheEvent(String name, Event event) {
		var type = new EventType(name);

		assertThat(type.event()).contains(event);
		assertThat(type.isSpecific()).isTrue();
		assertThat(EventType.isLegacy(type.identity())).isFalse();
		assertThat(type.decidesNothing()).isFalse();
		assertThat(type.identity()).isEqualTo(name);
		assertThat(type.name()).isEqualTo(name);
	}

	@ParameterizedTest
	@CsvSource({ "ID_VERIFICATION_AUTO_FINISHED, IDENTIFICATION_AUTO_FINISHED",
			"ID_VERIFICATION_MANUAL_FINISHED, IDENTIFICATION_MANUAL_FINISHED",
			"ID_VERIFICATION_CANCELED, IDENTIFICATION_CANCELLED", "IDENTIFICATION_CANCELED, IDENTIFICATION_CANCELLED",
			"ID_VERIFICATION_CANCELLED, IDENTIFICATION_CANCELLED", "ID_VERIFICATION, IDENTIFICATION",
			"' IDENTIFICATION_EXPIRED ', IDENTIFICATION_EXPIRED" })
	void anotherSpellingIsTheSameEvent(String word, String name) {
		var type = new EventType(word);

		assertThat(type.identity()).isEqualTo(name);
		assertThat(type.name()).isEqualTo(name);
		assertThat(type.word()).isEqualTo(word);
	}

	@Test
	void theLegacyEventIsNotSpecific() {
		var type = new EventType("IDENTIFICATION");

		assertThat(type.isSpecific()).isFalse();
		assertThat(type.identity()).isEqualTo("IDENTIFICATION").matches(EventType::isLegacy);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "DOCUMENT_EXPIRATION", "VIDEO_CALL_FINISHED", "AML_MONITORING", "AML_MONITORING_EXPIRATION",
					"FACIAL_AUTHENTICATION", "BANK_VERIFICATION", "ACCOUNT_CHECK", "BANK_CARD_VERIFICATION_COMPLETED",
					"AGE_ESTIMATION", "COMPANY_REVIEW", "COMPANY_DELETE", "COMPANY_AML_REVIEW", "COMPANY_INFO_REQUEST",
					"COMPANY_EXPIRATION", "COMPANY_SUBMIT", "GOV_ORDERED_DOCUMENT", "SOS_REPORT" })
	void otherProductsDecideNothing(String name) {
		var type = new EventType(name);

		assertThat(type.decidesNothing()).isTrue();
		assertThat(type.isSpecific()).isFalse();
		assertThat(type.identity()).isEqualTo(name);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "  ", "IDENTIFICATION_ARCHIVED", "identification_expired", "ID_VERIFICATIONS",
			"UNKNOWN", "é", "\u0000" })
	void allThatIsUnknownOrMissingCountsAsOne(String word) {
		var type = new EventType(word);

		assertThat(type.identity()).isEqualTo("UNKNOWN");
		assertThat(EventType.isLegacy(type.identity())).isFalse();
		assertThat(type.isSpecific()).isFalse();
		assertThat(type.decidesNothing()).isFalse();
	}

	@Test
	void aMissingOrBlankHeaderHasNoWord() {
		assertThat(new EventType(null).word()).isNull();
		assertThat(new EventType(" ").word()).isNull();
		assertThat(new EventType(null).name()).isNull();
	}

	@Test
	void anUnknownWordIsKeptButNeitherEndlessNorWithControlCharacters() {
		assertThat(new EventType("NEW_EVENT").name()).isEqualTo("NEW_EVENT");
		assertThat(new EventType("a\u0000b\nc").word()).isEqualTo("a\uFFFDb\uFFFDc");
		assertThat(new EventType("x".repeat(5000)).word()).hasSize(100);
		assertThat(new EventType("x".repeat(99) + "\uD83D\uDE00").word()).endsWith("x\uFFFD");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ID_VERIFICATION_CANCELED", " IDENTIFICATION ", "NEW_EVENT", "a\u0000b" })
	void aStoredWordIsReadAgainAsTheSame(String word) {
		var type = new EventType(word);

		assertThat(new EventType(type.word())).isEqualTo(type);
		assertThat(new EventType(type.word()).identity()).isEqualTo(type.identity());
	}

}
