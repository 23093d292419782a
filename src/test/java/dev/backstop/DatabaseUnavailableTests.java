package dev.backstop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import jakarta.persistence.PersistenceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
@Timeout(20)
@Import(TestClient.class)
class DatabaseUnavailableTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private Database database;

	@Test
	void aDatabaseThatHangsIsGivenUpWithin5Seconds() throws Exception {
		try (var other = connect(); var statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table verification in access exclusive mode");
			long start = System.nanoTime();

			var response = get();

			assertUnavailable(response);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		}
		assertThat(get()).hasStatus(HttpStatus.NOT_FOUND);
	}

	@Test
	void aConnectionThatBreaksOffIsUnavailable() throws Exception {
		try (var other = connect(); var statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table verification in access exclusive mode");
			var response = CompletableFuture.supplyAsync(this::get);

			await().until(this::breakOffWhatWaits);

			assertUnavailable(response.get());
		}
	}

	@Test
	void whatTheDatabaseRefusesForAReasonStaysAnErrorOfOurs() {
		var refused = new PersistenceException(new SQLException("duplicate key", "23505"));

		assertThatExceptionOfType(PersistenceException.class)
			.isThrownBy(() -> new DatabaseUnavailable().answer(refused, new MockHttpServletResponse()))
			.isSameAs(refused);
	}

	private boolean breakOffWhatWaits() throws SQLException {
		try (var connection = connect();
				var statement = connection.createStatement();
				var broken = statement.executeQuery("""
						select pg_terminate_backend(pid) from pg_stat_activity
						where wait_event_type = 'Lock' and query like 'select%verification%'
						""")) {
			return broken.next();
		}
	}

	private RestTestClientResponse get() {
		return get(this.http);
	}

	static RestTestClientResponse get(RestTestClient http) {
		return RestTestClientResponse.from(http.get()
			.uri("/api/v1/verifications/unknown")
			.headers((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.exchange());
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(this.database.url(), this.database.username(), this.database.password());
	}

	static void assertUnavailable(RestTestClientResponse response) {
		assertThat(response).hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.hasHeader(HttpHeaders.RETRY_AFTER, "5");
		assertThat(response).bodyText().doesNotContain("postgres", "localhost", "Exception");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class OwnServer {

		@Bean
		PostgresServer server() {
			return PostgresServer.start();
		}

		@Bean
		Database database(PostgresServer server) {
			return server.createDatabase();
		}

	}

}
