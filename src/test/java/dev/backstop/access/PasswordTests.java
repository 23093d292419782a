package dev.backstop.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PasswordTests {

	private static final String HASH = new BCryptPasswordEncoder(4).encode("a secret");

	@ParameterizedTest
	@ValueSource(strings = { "a secret", "pässwörd", "{", "}{", "$2a$10$is no hash", "a:b,c" })
	void aValueWithoutAnIdIsThePasswordItself(String value) {
		assertThat(Password.of(value).matches(value)).isTrue();
		assertThat(Password.of(value).matches(value + " ")).isFalse();
		assertThat(Password.of(value).matches("")).isFalse();
	}

	@Test
	void aPasswordThatLooksLikeAnIdIsWrittenWithNoop() {
		assertThat(Password.of("{noop}{abc}def").matches("{abc}def")).isTrue();
	}

	@Test
	void aBcryptHashIsMatchedByItsPasswordOnly() {
		var password = Password.of("{bcrypt}" + HASH);

		assertThat(password.matches("a secret")).isTrue();
		assertThat(password.matches("another")).isFalse();
		assertThat(password.matches(HASH)).isFalse();
		assertThat(password.matches("")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t", "{noop}", "{noop} " })
	void aBlankPasswordIsNone(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> Password.of(value)).withMessage("is blank");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{s3cret}rest", "{BCRYPT}x", "{argon2}$argon2id$v=19$m=16384,t=2,p=1$c2FsdA$aGFzaA", "{}x" })
	void anUnknownIdIsRefusedWithoutShowingIt(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> Password.of(value))
			.withMessage("begins with an {id} that is none of those known here: [bcrypt]")
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{bcrypt}", "{bcrypt}s3cret", "{bcrypt}0IeOvgTl",
			"{bcrypt}$2a$99$" + "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" })
	void aHashThatCannotBeReadIsRefusedWithoutShowingIt(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> Password.of(value))
			.withMessage("is no hash that bcrypt can read")
			.withNoCause();
	}

	@Test
	void aPasswordIsNeverShown() {
		var account = new Account(Role.CLIENT, "shop", Password.of("s3cret"));

		assertThat(account.toString()).contains("shop").doesNotContain("s3cret");
		assertThat(Password.of("{bcrypt}" + HASH).toString()).doesNotContain(HASH);
	}

}
