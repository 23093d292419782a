package dev.backstop;

import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/** Starts on databases that cannot be used, or not yet. */
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
@Timeout(60)
class DatabaseStartTests {

	private static PostgresServer server;

	private static Database database;

	@BeforeAll
	static void prepareServer() {
		server = PostgresServer.start();
		database = server.createDatabase();
		var jdbc = jdbc();
		for (var role : new String[] { "denied", "unadmitted", "weak", "limited", "reader" }) {
			jdbc.sql("create role %s login password 'right'".formatted(role)).update();
		}
		jdbc.sql("alter role limited connection limit 0").update();
		jdbc.sql("alter role reader superuser").update();
		jdbc.sql("alter role reader set default_transaction_read_only = on").update();
		jdbc.sql("create database closed allow_connections false").update();
		// asks for the password of one role, and does not let another one in
		jdbc.sql("""
				copy (select unnest(array['host all denied all scram-sha-256', 'host all unadmitted all reject',
					'host all all all trust', 'local all all trust'])) to '%s'
				""".formatted(jdbc.sql("show hba_file").query(String.class).single())).update();
		jdbc.sql("select pg_reload_conf()").query().singleRow();
		await().until(() -> jdbc.sql("select count(*) from pg_hba_file_rules where auth_method = 'reject'")
			.query(Long.class)
			.single() == 1);
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					denied     |                   | refuses the role of Backstop: FATAL: password authentication failed    | Set spring.datasource.username
					nobody     |                   | refuses the role of Backstop: FATAL: role "nobody" does not exist      | Set spring.datasource.username
					unadmitted |                   | refuses the role of Backstop: FATAL: pg_hba.conf rejects connection    | pg_hba.conf admit it
					weak       | backstop_1=missing| does not exist: FATAL: database "missing" does not exist               | Create it
					weak       | backstop_1=closed | takes no connections: FATAL: database "closed" is not currently acc    | Allow connections
					weak       |                   | denies Backstop a right: ERROR: permission denied for schema public    | Make the role
					weak       | $=?currentSchema=x| denies Backstop a right: ERROR: permission denied for database         | owner of the database
					reader     |                   | is read-only: ERROR: cannot execute                                    | to the primary server
					weak       | $=?sslmode=require| cannot be connected to: The server does not support SSL                | the SSL parameters
					""")
	void aDatabaseThatCannotBeUsedIsRefusedAtOnceWithWhatToDo(String role, String change, String problem, String action,
			CapturedOutput output) {
		var url = database.url();
		if (change != null) {
			url = url.replaceFirst(change.substring(0, change.indexOf('=')), change.substring(change.indexOf('=') + 1));
		}

		assertRefused(url, role, "10m", output, problem, action);

		assertThat(output).doesNotContain("does not answer yet");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					localhost:[0-9]+ | nosuchhost.invalid  | does not answer: The connection attempt failed. (UnknownHostException: nosuchhost.invalid)
					localhost:[0-9]+ | localhost:1         | does not answer: Connection to localhost:1 refused
					backstop_1       | backstop_1          | has no connection left: FATAL: too many connections for role "limited"
					""")
	void aDatabaseThatDoesNotAnswerIsWaitedForAndThenRefused(String there, String elsewhere, String problem,
			CapturedOutput output) {
		assertRefused(database.url().replaceFirst(there, elsewhere), "limited", "1s", output,
				"The database does not answer yet. Waiting for it for at most 0 s more: ", problem);
	}

	@Test
	void aServerThatSaysNothingIsWaitedForAndThenRefused(CapturedOutput output) throws IOException {
		try (var silent = new ServerSocket(0)) {
			assertRefused(database.url().replaceFirst("localhost:[0-9]+", "localhost:" + silent.getLocalPort()), "weak",
					"1s", output, "does not answer: Connection attempt timed out.");
		}
	}

	@Test
	void aStartGoesOnAsSoonAsTheDatabaseAnswers(CapturedOutput output) throws IOException {
		try (var line = new DatabaseLine(server.createDatabase())) {
			line.cut();
			var start = CompletableFuture.runAsync(() -> start(line.database().url(), "postgres", "10m"));
			await().until(() -> output.getAll().contains("The database does not answer yet. "));
			assertThat(start).isNotDone();

			line.mend();

			await().untilAsserted(() -> assertThat(start).isCompleted());
			assertThat(output.getAll().split("does not answer yet")).hasSize(2);
		}
	}

	@Test
	void aServerOlderThanTheTestedOnesIsRefused() throws SQLException {
		var connection = mock(Connection.class);
		var metadata = mock(DatabaseMetaData.class);
		var old = mock(DataSource.class);
		given(old.getConnection()).willReturn(connection);
		given(connection.getMetaData()).willReturn(metadata);
		given(metadata.getDatabaseProductName()).willReturn("PostgreSQL");
		given(metadata.getDatabaseProductVersion()).willReturn("17.5");
		given(metadata.getDatabaseMajorVersion()).willReturn(17);

		assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> new DatabaseCheck(Duration.ZERO).run(old))
			.withMessageContaining("PostgreSQL 17.5")
			.withMessageContaining("tested on PostgreSQL 18 and newer");
	}

	private static void assertRefused(String url, String username, String wait, CapturedOutput output,
			String... expected) {
		assertThatException().isThrownBy(() -> start(url, username, wait));

		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(expected)
			.doesNotContain("\tat ", "Caused by", "s3cret");
	}

	private static void start(String url, String username, String wait) {
		var application = new SpringApplication(OnlyDatabase.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setRegisterShutdownHook(false);
		application
			.run("--spring.datasource.url=" + url, "--spring.datasource.username=" + username,
					"--spring.datasource.password=s3cret", "--backstop.database.wait=" + wait)
			.close();
	}

	private static JdbcClient jdbc() {
		return JdbcClient.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
	}

	@Import(Migrations.class)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
	static class OnlyDatabase {

	}

}
