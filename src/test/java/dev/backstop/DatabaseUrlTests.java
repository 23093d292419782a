package dev.backstop;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseUrlTests {

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://db:5432/backstop, jdbc:postgresql://db:5432/backstop",
			"jdbc:postgresql://db/backstop?user=me&password=secret, jdbc:postgresql://db/backstop",
			"jdbc:postgresql://me:secret@db/backstop, jdbc:postgresql://db/backstop",
			"jdbc:postgresql://me:se@cret@db/backstop?ssl=true, jdbc:postgresql://db/backstop" })
	void showsADatabaseWithoutCredentialsAndParameters(String url, String shown) {
		assertThat(DatabaseUrl.withoutCredentials(url)).isEqualTo(shown);
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://db/backstop, jdbc:postgresql://db/backstop",
			"jdbc:postgresql://db/backstop?socketTimeout=2, jdbc:postgresql://db/backstop?",
			"jdbc:postgresql://db/backstop?ssl=true&queryTimeout=2&user=me, jdbc:postgresql://db/backstop?ssl=true&user=me",
			"jdbc:postgresql://db/socketTimeout=2?connectTimeout=1, jdbc:postgresql://db/socketTimeout=2?connectTimeout=1" })
	void theTimeLimitsOfCallsAreLeftOutOfAUrl(String url, String withoutLimits) {
		assertThat(DatabaseUrl.withoutTimeLimits(url)).isEqualTo(withoutLimits);
	}

}
