package dev.backstop.access;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AccountsTests {

	private final CountingEncoder encoder = new CountingEncoder();

	private final Accounts accounts = new Accounts(
			List.of(new Account(Role.OPERATOR, "ops", new HashedPassword(this.encoder, "hash of a secret")),
					new Account(Role.MONITOR, "grafana", new HashedPassword(this.encoder, "hash of another"))));

	@Test
	void anAccountIsKnownByItsNameAndPassword() {
		var caller = this.accounts.authenticate(attempt("grafana", "another"));

		assertThat(caller.isAuthenticated()).isTrue();
		assertThat(caller.getName()).isEqualTo("grafana");
		assertThat(caller.getAuthorities()).extracting("authority").containsExactly("ROLE_MONITOR");
		assertThat(caller.getCredentials()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "ops, another", "ops, ''", "OPS, a secret", "nobody, a secret", "'', a secret", "'', ''" })
	void anyOtherPairIsRefused(String name, String password) {
		assertRefused(name, password);
	}

	@Test
	void anUnknownNameCostsAsMuchAsAKnownOne() {
		for (int call = 0; call < 20; call++) {
			assertRefused("ops", "a guess");
		}
		assertThat(this.encoder.computed()).isEqualTo(20);

		for (int call = 0; call < 20; call++) {
			assertRefused("nobody" + call, "a guess");
		}
		assertThat(this.encoder.computed()).isEqualTo(40);
	}

	@Test
	void theRightPasswordUnderAnUnknownNameIsNoFasterThanAWrongOne() {
		this.accounts.authenticate(attempt("ops", "a secret"));
		this.accounts.authenticate(attempt("grafana", "another"));

		for (int call = 0; call < 20; call++) {
			assertRefused("nobody" + call, "a secret");
		}

		assertThat(this.encoder.computed()).isEqualTo(22);
	}

	@Test
	void anEmptyPasswordCostsNothingUnderAnyName() {
		assertRefused("ops", "");
		assertRefused("nobody", "");

		assertThat(this.encoder.computed()).isZero();
	}

	private void assertRefused(String name, String password) {
		assertThatExceptionOfType(BadCredentialsException.class)
			.isThrownBy(() -> this.accounts.authenticate(attempt(name, password)));
	}

	private static Authentication attempt(String name, String password) {
		return UsernamePasswordAuthenticationToken.unauthenticated(name, password);
	}

}
