package dev.backstop.operations;

import java.sql.SQLException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RefusalTests {

	static Stream<RuntimeException> unavailabilities() {
		return Stream.of(new CannotCreateTransactionException("away"), new QueryTimeoutException("too slow"),
				new CannotAcquireLockException("locked"), new RecoverableDataAccessException("try again"),
				new DataAccessResourceFailureException("away"));
	}

	@ParameterizedTest
	@MethodSource("unavailabilities")
	void whatPassesIsRefused(RuntimeException unavailability) {
		assertIsRefused(unavailability);
	}

	@ParameterizedTest
	@ValueSource(strings = { "08006", "40001", "53300", "57P01", "58030", "25006", "25P03", "55P03" })
	void whatPostgresCallsUnavailableIsRefused(String state) {
		assertIsRefused(sqlError(state));
	}

	@Test
	void aConnectionThatWasLostHasNoState() {
		assertIsRefused(sqlError(null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "42P01", "22021", "23505", "XX000" })
	void anErrorOfOursStaysOne(String state) {
		assertIsPassedOn(sqlError(state));
	}

	@Test
	void aRowThatIsMissingOrRefusedIsAnErrorOfOurs() {
		assertIsPassedOn(new IncorrectResultSizeDataAccessException(1, 0));
		assertIsPassedOn(new DataIntegrityViolationException("refused", new SQLException("refused", "23514")));
	}

	private static void assertIsRefused(RuntimeException failure) {
		assertThatExceptionOfType(Refusal.class).isThrownBy(() -> Refusal.whereTheDatabaseIsAway(() -> fail(failure)))
			.satisfies((refusal) -> assertThat(refusal.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
	}

	private static void assertIsPassedOn(RuntimeException failure) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> Refusal.whereTheDatabaseIsAway(() -> fail(failure)))
			.isSameAs(failure);
	}

	private static String fail(RuntimeException failure) {
		throw failure;
	}

	private static UncategorizedSQLException sqlError(String state) {
		return new UncategorizedSQLException("task", null, new SQLException("an error", state));
	}

}
