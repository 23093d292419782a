package dev.backstop.verification;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordTests {

	@ParameterizedTest
	@ValueSource(strings = { "APPROVED", "DENIED", "SUSPECTED" })
	void decidesAboutThePersonWhetherCalledFinalOrNot(String overall) {
		assertThat(Word.of(overall, true)).isEqualTo(Word.VERDICT);
		assertThat(Word.of(overall, false)).isEqualTo(Word.VERDICT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "EXPIRED", "DELETED", "EXPIRED-DELETED", "ARCHIVED" })
	void closesWithoutADecisionWhetherCalledFinalOrNot(String overall) {
		assertThat(Word.of(overall, true)).isEqualTo(Word.CLOSING);
		assertThat(Word.of(overall, false)).isEqualTo(Word.CLOSING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ACTIVE", "REVIEWING" })
	void leavesOpenEvenIfCalledFinal(String overall) {
		assertThat(Word.of(overall, true)).isEqualTo(Word.OPEN);
		assertThat(Word.of(overall, false)).isEqualTo(Word.OPEN);
	}

	@ParameterizedTest
	@CsvSource({ "ESCALATED, true, VERDICT", "ESCALATED, false, OPEN", "approved, true, VERDICT",
			"approved, false, OPEN" })
	void anUnknownWordDecidesOnlyIfTheVendorCallsItFinal(String overall, boolean saidFinal, Word expected) {
		assertThat(Word.of(overall, saidFinal)).isEqualTo(expected);
	}

}
