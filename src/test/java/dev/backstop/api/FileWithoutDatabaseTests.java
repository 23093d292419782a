package dev.backstop.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.Database;
import dev.backstop.DatabaseLine;
import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClient;
import dev.backstop.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/** A file never looks complete where the database broke off. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "db-scheduler.enabled=false")
@Import({ DatabaseLine.Configuration.class, TestClock.Configuration.class, ApiTestSupport.class,
		ScheduleWithoutRunner.class, TestClient.class })
@DirtiesContext
// beside other classes, but its own tests one after the other
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the database of FileWithoutDatabaseTests")
@ResourceLock(value = Resources.SYSTEM_OUT, mode = ResourceAccessMode.READ)
@Timeout(60)
class FileWithoutDatabaseTests {

	private static final int CHUNK = 256 * 1024;

	/** More than all buffers on the way. */
	private static final int CHUNKS = 160;

	private final HttpClient http = HttpClient.newHttpClient();

	@Autowired
	private Sessions sessions;

	@Autowired
	private Database database;

	@Autowired
	private DatabaseLine line;

	@Autowired
	private HikariDataSource pool;

	@Autowired
	private JdbcClient jdbc;

	@LocalServerPort
	private int port;

	@BeforeEach
	void aFilmIsKept() {
		this.jdbc.sql("truncate verification, archive_content, archive_chunk cascade").update();
		this.sessions.registered("settled");
		this.sessions.retrieved("settled");
		var content = UUID.randomUUID();
		this.jdbc.sql("insert into archive_content values (?, 'POSTGRES', now(), sha256('synthetic'))")
			.param(content)
			.update();
		this.jdbc.sql("""
				insert into archive_chunk
				select ?, number, convert_to(repeat('film', ? / 4), 'UTF8') from generate_series(0, ? - 1) number""")
			.params(content, CHUNK, CHUNKS)
			.update();
		this.jdbc.sql("""
				insert into archive_file (id, scan_ref, version, kind, name, source, state, linked_at, link_expires_at,
					tries, content, sha256, size, content_type, ended_at)
				values (gen_random_uuid(), 'settled', 1, 'IMAGE', 'FRONT', 'RETRIEVAL', 'ARCHIVED', now(), now(), 1, ?,
					sha256('synthetic'), ?, 'video/mp4', now())""").params(content, (long) CHUNK * CHUNKS).update();
	}

	@AfterEach
	void mend() {
		this.line.mend();
		this.pool.getHikariPoolMXBean().softEvictConnections();
		// waits for nothing that a failed test has left unread
		this.http.shutdownNow();
	}

	@Test
	void aFilmIsServedToItsEnd() throws Exception {
		assertThat(download("bytes=0-").body().readAllBytes()).hasSize(CHUNK * CHUNKS);
	}

	@Test
	void aDatabaseThatIsAwayIsUnavailable() throws Exception {
		this.line.cut();

		assertUnavailable(download("bytes=0-"));
	}

	@ParameterizedTest
	@CsvSource({ "Range, 'bytes=0-1,1000000-1000100'", "Range, bytes=0-", "Accept, */*" })
	void aDatabaseThatHangsBeforeTheFirstByteIsUnavailable(String header, String value) throws Exception {
		try (var other = connect(); var statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table archive_chunk in access exclusive mode");

			assertUnavailable(download(header, value));
		}
		var mended = download(header, value);
		mended.body().close();
		assertThat(mended.statusCode()).isIn(200, 206);
	}

	@Test
	void aConnectionThatBreaksOffBeforeTheFirstByteIsUnavailable() throws Exception {
		try (var other = connect(); var statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table archive_chunk in access exclusive mode");
			var response = CompletableFuture.supplyAsync(() -> download("bytes=0-"));

			await().until(this::breakOffWhatWaits);

			assertUnavailable(response.get());
		}
	}

	@ParameterizedTest
	@CsvSource({ "Range, bytes=0-", "Range, bytes=1000-", "Range, 'bytes=0-41000000,41000001-'", "If-Range, \"other\"",
			"Accept, */*" })
	void anAnswerIsCutWhereTheDatabaseGoesAway(String header, String value) throws Exception {
		try (var body = download(header, value).body()) {
			assertThat(body.readNBytes(CHUNK)).hasSize(CHUNK);

			this.line.cut();

			assertThatIOException().isThrownBy(body::readAllBytes);
		}
	}

	@Test
	void anAnswerIsCutWhereTheDatabaseHangs() throws Exception {
		try (var body = download("bytes=0-").body()) {
			assertThat(body.readNBytes(CHUNK)).hasSize(CHUNK);

			this.line.fallSilent();

			assertThatIOException().isThrownBy(body::readAllBytes);
		}
	}

	private HttpResponse<InputStream> download(String range) {
		return download("Range", range);
	}

	private HttpResponse<InputStream> download(String header, String value) {
		var credentials = Base64.getEncoder()
			.encodeToString("onboarding:onboarding-password".getBytes(StandardCharsets.UTF_8));
		var request = HttpRequest
			.newBuilder(URI.create("http://localhost:%d/api/v1/verifications/settled/files/FRONT".formatted(this.port)))
			.header("Authorization", "Basic " + credentials)
			.header(header, value);
		if (header.equals("If-Range")) {
			request.header("Range", "bytes=0-9");
		}
		try {
			return this.http.send(request.build(), BodyHandlers.ofInputStream());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void assertUnavailable(HttpResponse<InputStream> response) throws IOException {
		var text = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(response.statusCode()).as(text).isEqualTo(503);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.headers().firstValue("Retry-After")).contains("5");
		assertThat(response.headers().map()).doesNotContainKeys("ETag", "Content-Disposition", "Content-Range");
		assertThat(text).doesNotContain("postgres", "localhost", "Exception");
	}

	private boolean breakOffWhatWaits() throws SQLException {
		try (var connection = connect();
				var statement = connection.createStatement();
				var broken = statement.executeQuery("""
						select pg_terminate_backend(pid) from pg_stat_activity
						where datname = current_database() and wait_event_type = 'Lock'
							and query like 'select%archive_chunk%'
						""")) {
			return broken.next();
		}
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(this.database.url(), this.database.username(), this.database.password());
	}

}
