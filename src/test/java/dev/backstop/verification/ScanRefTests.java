package dev.backstop.verification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ScanRefTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "328c6766-934e-11ed-bb9b-025ad99a18e7", "A_z-09",
			"0123456789012345678901234567890123456789" })
	void isOneToFortyLettersDigitsUnderscoresAndHyphens(String value) {
		assertThat(new ScanRef(value)).hasToString(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a/b", "a\n", "ą", "\u0000", "%00", "'",
			"01234567890123456789012345678901234567890" })
	void isNothingElse(String value) {
		assertThat(ScanRef.isScanRef(value)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> new ScanRef(value))
			.withMessageContaining("1 to 40 characters");
	}

	@Test
	void isComparedExactly() {
		assertThat(new ScanRef("abc")).isEqualTo(new ScanRef("abc")).isNotEqualTo(new ScanRef("ABC"));
	}

}
