package dev.backstop.api;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import dev.backstop.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
class FileTests {

	private static final int CHUNK = 256 * 1024;

	@Autowired
	private ApiClient api;

	@Autowired
	private Sessions sessions;

	@Autowired
	private TestClock clock;

	@Autowired
	private JdbcClient jdbc;

	@BeforeEach
	void oneIsSettled() {
		this.jdbc.sql("truncate verification, archive_content, archive_chunk cascade").update();
		this.sessions.registered("settled");
		this.sessions.retrieved("settled");
	}

	@Test
	void aFileIsServedAsADownloadThatNobodyRuns() {
		var bytes = kept(1, "FRONT", "image/png", 100);

		var response = get("FRONT").exchange().expectBody(byte[].class).returnResult();

		assertThat(response.getStatus()).isEqualTo(HttpStatus.OK);
		assertThat(response.getResponseBody()).isEqualTo(bytes);
		var headers = response.getResponseHeaders();
		assertThat(headers.getContentType()).isEqualTo(MediaType.IMAGE_PNG);
		assertThat(headers.getContentLength()).isEqualTo(100);
		assertThat(headers.getETag()).isEqualTo('"' + sha256(bytes) + '"');
		assertThat(headers.getContentDisposition().isAttachment()).isTrue();
		assertThat(headers.getFirst("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(headers.getFirst("Accept-Ranges")).isEqualTo("bytes");
	}

	@Test
	void theVerificationShowsWhereItIsInsteadOfTheLink() {
		var bytes = kept(1, "FRONT", "image/png", 100);

		assertThat(this.api.get("/api/v1/verifications/settled")).bodyJson()
			.isLenientlyEqualTo(
					"""
							{"files": [{"name": "FRONT", "kind": "IMAGE", "state": "ARCHIVED", "contentType": "image/png", "size": 100,
							            "sha256": "%s", "archivedAt": "%s", "href": "/api/v1/verifications/settled/files/FRONT"}]}
							"""
						.formatted(sha256(bytes), this.clock.instant()))
			.doesNotHavePath("$.files[0].url");
	}

	@Test
	void whoHasItIsToldSo() {
		var bytes = kept(1, "FRONT", "image/png", 100);

		var response = get("FRONT").header("If-None-Match", '"' + sha256(bytes) + '"')
			.exchange()
			.expectBody(byte[].class)
			.returnResult();

		assertThat(response.getStatus()).isEqualTo(HttpStatus.NOT_MODIFIED);
		assertThat(response.getResponseBody()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "bytes=0-0, 0, 1", "bytes=10-19, 10, 20", "bytes=262143-262144, 262143, 262145",
			"bytes=600000-, 600000, 600001", "bytes=-5, 599996, 600001", "bytes=0-9999999, 0, 600001",
			"bytes=0-99999999999999999999, 0, 600001", "bytes=-99999999999999999999, 0, 600001",
			"Bytes=000000000000000000000000000007-, 7, 600001", "'bytes=0-4,600001-', 0, 5",
			"'bytes=-0, 99999999999999999999-, 3-3', 3, 4", "'bytes=,, 1-2 ,', 1, 3" })
	void aRangeOfAFilmIsServed(String range, int from, int to) {
		var bytes = kept(1, "FRONT", "video/mp4", 600_001);

		var response = ranges(range);

		assertThat(response.getStatus()).isEqualTo(HttpStatus.PARTIAL_CONTENT);
		assertThat(response.getResponseBody()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
		assertThat(response.getResponseHeaders().getFirst("Content-Range"))
			.isEqualTo("bytes %d-%d/600001".formatted(from, to - 1));
	}

	@Test
	void severalRangesComeTogether() {
		var bytes = kept(1, "FRONT", "video/mp4", 600_001);

		var response = ranges("bytes=300000-300001,0-1,900000-");

		assertThat(response.getStatus()).isEqualTo(HttpStatus.PARTIAL_CONTENT);
		assertThat(response.getResponseHeaders().getContentType().toString()).startsWith("multipart/byteranges");
		assertThat(new String(response.getResponseBody(), StandardCharsets.ISO_8859_1).split("\r\n"))
			.containsSequence("Content-Type: video/mp4", "Content-Range: bytes 300000-300001/600001", "",
					text(bytes, 300_000, 300_002))
			.containsSequence("Content-Range: bytes 0-1/600001", "", text(bytes, 0, 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "bytes=100-", "bytes=99999999-", "bytes=99999999999999999999-", "bytes=-0",
			"bytes=100-200,300-", "bytes=99999999999999999998-99999999999999999999" })
	void aRangeThatIsNotThereIsSaidToBeNone(String range) {
		kept(1, "FRONT", "video/mp4", 100);

		var response = ranges(range);

		assertThat(response.getStatus()).isEqualTo(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
		assertThat(response.getResponseHeaders().getFirst("Content-Range")).isEqualTo("bytes */100");
		assertThat(response.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(new String(response.getResponseBody(), StandardCharsets.UTF_8)).contains("has 100 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "items=0-1", "bytes=5-2", "bytes=a-b", "bytes=", "bytes=-", "bytes=,", "bytes", "0-1",
			"bytes=0", "bytes=--1", "bytes=+1-2", "bytes=1-2-3", "bytes=0-1;2-3", "bytes=0-1,5-2", "bytes=0x1-2",
			"bytes=0-0,0-", "bytes=99999999999999999999-99999999999999999998", " " })
	void whatIsNoRangeIsIgnored(String range) {
		var bytes = kept(1, "FRONT", "video/mp4", 100);

		assertWhole(ranges(range), bytes);
	}

	@Test
	void rangesWithoutEndAreIgnored() {
		var bytes = kept(1, "FRONT", "video/mp4", 600_001);

		assertWhole(ranges("bytes=" + "0-0,".repeat(101)), bytes);
	}

	@Test
	void headIsOfTheWholeFile() {
		kept(1, "FRONT", "video/mp4", 100);

		for (var range : List.of("bytes=0-9", "bytes=100-")) {
			var response = this.api.http()
				.head()
				.uri("/api/v1/verifications/settled/files/FRONT")
				.header("Range", range)
				.exchange()
				.expectBody(byte[].class)
				.returnResult();

			assertThat(response.getStatus()).isEqualTo(HttpStatus.OK);
			assertThat(response.getResponseHeaders().getContentLength()).isEqualTo(100);
		}
	}

	@Test
	void whoHasItIsToldSoWhateverTheRange() {
		var bytes = kept(1, "FRONT", "video/mp4", 100);

		var response = get("FRONT").header("Range", "bytes=100-")
			.header("If-None-Match", '"' + sha256(bytes) + '"')
			.exchange()
			.expectBody(byte[].class)
			.returnResult();

		assertThat(response.getStatus()).isEqualTo(HttpStatus.NOT_MODIFIED);
	}

	@ParameterizedTest
	@CsvSource({ "bytes=0-9", "bytes=100-", "bytes=5-2" })
	void aRangeOfBytesThatNobodyHasAnyMoreIsAnsweredWithAll(String range) {
		var bytes = kept(1, "FRONT", "video/mp4", 100);

		for (var ifRange : List.of("W/\"" + sha256(bytes) + '"', sha256(bytes), "Fri, 06 Mar 2026 12:00:00 GMT", "*")) {
			assertWhole(get("FRONT").header("Range", range)
				.header("If-Range", ifRange)
				.exchange()
				.expectBody(byte[].class)
				.returnResult(), bytes);
		}
	}

	@Test
	void aRangeOfOtherBytesIsAnsweredWithAll() {
		var bytes = kept(1, "FRONT", "video/mp4", 600_001);

		var same = get("FRONT").header("Range", "bytes=0-9")
			.header("If-Range", '"' + sha256(bytes) + '"')
			.exchange()
			.expectBody(byte[].class)
			.returnResult();
		var other = get("FRONT").header("Range", "bytes=0-9")
			.header("If-Range", "\"other\"")
			.exchange()
			.expectBody(byte[].class)
			.returnResult();

		assertThat(same.getStatus()).isEqualTo(HttpStatus.PARTIAL_CONTENT);
		assertThat(other.getStatus()).isEqualTo(HttpStatus.OK);
		assertThat(other.getResponseBody()).isEqualTo(bytes);
	}

	@Test
	void headTellsWithoutReading() {
		var bytes = kept(1, "FRONT", "video/mp4", 600_001);
		this.jdbc.sql("truncate archive_chunk").update();

		var response = this.api.http()
			.head()
			.uri("/api/v1/verifications/settled/files/FRONT")
			.exchange()
			.expectBody(byte[].class)
			.returnResult();

		assertThat(response.getStatus()).isEqualTo(HttpStatus.OK);
		assertThat(response.getResponseHeaders().getContentLength()).isEqualTo(bytes.length);
		assertThat(response.getResponseHeaders().getETag()).isEqualTo('"' + sha256(bytes) + '"');
	}

	@ParameterizedTest
	@CsvSource({ "310, null, 2", "10, 'HTTP 503', 10", "310, 'HTTP 503', 60", "-5, 'HTTP 503', 1" })
	void aFileThatWaitsSaysWhenToTryAgain(int nextTry, String reason, String retryAfter) {
		file(1, "FRONT", "WAITING", "next_try_at, url, reason", "'%s', 'https://secret.example', %s"
			.formatted(this.clock.instant().plusSeconds(nextTry), reason.equals("null") ? reason : "'" + reason + "'"));

		var response = this.api.get("/api/v1/verifications/settled/files/FRONT");

		assertThat(response).hasStatus(HttpStatus.NOT_FOUND).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).hasHeader("Retry-After", retryAfter);
		assertThat(response).bodyJson().extractingPath("$.detail").asString().contains("not archived yet");
		assertThat(this.api.get("/api/v1/verifications/settled")).bodyJson()
			.doesNotHavePath("$.files[0].url")
			.doesNotHavePath("$.files[0].href")
			.extractingPath("$.files[0].state")
			.isEqualTo("WAITING");
	}

	@ParameterizedTest
	@ValueSource(strings = { "LOST", "REFUSED" })
	void aFileThatWillNotComeIsGone(String state) {
		file(1, "FRONT", state, "reason, ended_at", "'HTTP 503', now()");

		var response = this.api.get("/api/v1/verifications/settled/files/FRONT");

		assertThat(response).hasStatus(HttpStatus.GONE).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("$.detail").asString().contains("HTTP 503");
	}

	@Test
	void anEarlierVersionIsListedAndServedById() {
		var old = kept(0, "FRONT", "image/png", 50);
		var now = kept(1, "FRONT", "image/png", 100);

		var list = this.api.get("/api/v1/verifications/settled/files");

		assertThat(list).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{"items": [{"name": "FRONT", "version": 1, "size": 100}, {"name": "FRONT", "version": 0, "size": 50}]}
				""");
		assertThat(list).bodyJson().extractingPath("$.items[1].href").asString().satisfies((href) -> {
			assertThat(href).startsWith("/api/v1/verifications/settled/files/");
			assertThat(download(href)).isEqualTo(old);
		});
		assertThat(download("/api/v1/verifications/settled/files/FRONT")).isEqualTo(now);
	}

	@Test
	void aNameThatNoPathCanNameIsServedById() {
		this.jdbc.sql("update verification set files = jsonb_set(files, '{0,name}', '\"a/b ü\"')").update();
		var bytes = kept(1, "a/b ü", "image/png", 100);

		assertThat(this.api.get("/api/v1/verifications/settled")).bodyJson()
			.extractingPath("$.files[0].href")
			.asString()
			.satisfies((href) -> assertThat(download(href)).isEqualTo(bytes));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/v1/verifications/settled/files/BACK", "/api/v1/verifications/unknown/files/FRONT",
			"/api/v1/verifications/unknown/files",
			"/api/v1/verifications/settled/files/019cc3a4-0000-7000-8000-000000000001" })
	void whatIsUnknownIsNotFound(String path) {
		assertThat(this.api.get(path)).hasStatus(HttpStatus.NOT_FOUND)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void aFileOfAnotherVerificationIsNotFoundHere() {
		kept(1, "FRONT", "image/png", 100);
		this.sessions.registered("other");
		var id = this.jdbc.sql("select id from archive_file").query(UUID.class).single();

		assertThat(this.api.get("/api/v1/verifications/other/files/" + id)).hasStatus(HttpStatus.NOT_FOUND);
	}

	@Test
	void aFileOfWhichBytesAreMissingIsNeverServedShort() {
		kept(1, "FRONT", "video/mp4", 600_001);
		this.jdbc.sql("delete from archive_chunk where number = 0").update();

		var response = get("FRONT").exchange().expectBody(byte[].class).returnResult();
		var range = ranges("bytes=0-9");

		assertThat(response.getStatus()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(response.getResponseHeaders().getETag()).isNull();
		assertThat(range.getStatus()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(range.getResponseHeaders().containsHeader("Content-Range")).isFalse();
		assertThat(range.getResponseHeaders().getETag()).isNull();
	}

	private RestTestClient.RequestHeadersSpec<?> get(String file) {
		return this.api.http().get().uri("/api/v1/verifications/settled/files/" + file);
	}

	private EntityExchangeResult<byte[]> ranges(String ranges) {
		return get("FRONT").header("Range", ranges).exchange().expectBody(byte[].class).returnResult();
	}

	private static void assertWhole(EntityExchangeResult<byte[]> response, byte[] bytes) {
		assertThat(response.getStatus()).isEqualTo(HttpStatus.OK);
		assertThat(response.getResponseBody()).isEqualTo(bytes);
		assertThat(response.getResponseHeaders().getContentLength()).isEqualTo(bytes.length);
		assertThat(response.getResponseHeaders().containsHeader("Content-Range")).isFalse();
	}

	private static String text(byte[] bytes, int from, int to) {
		return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
	}

	private byte[] download(String href) {
		return this.api.http()
			.get()
			.uri(URI.create(href))
			.exchange()
			.expectBody(byte[].class)
			.returnResult()
			.getResponseBody();
	}

	/** What the archiver leaves of a file that it has kept. */
	private byte[] kept(int version, String name, String contentType, int size) {
		var bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		var content = UUID.randomUUID();
		this.jdbc.sql("insert into archive_content values (?, 'POSTGRES', now(), decode(?, 'hex'))")
			.params(content, sha256(bytes))
			.update();
		for (int chunk = 0; chunk * CHUNK < size; chunk++) {
			this.jdbc.sql("insert into archive_chunk values (?, ?, ?)")
				.params(content, chunk, Arrays.copyOfRange(bytes, chunk * CHUNK, Math.min((chunk + 1) * CHUNK, size)))
				.update();
		}
		file(version, name, "ARCHIVED", "content, sha256, size, content_type, ended_at",
				"'%s', decode('%s', 'hex'), %d, '%s', '%s'".formatted(content, sha256(bytes), size, contentType,
						this.clock.instant()));
		return bytes;
	}

	private void file(int version, String name, String state, String columns, String values) {
		this.jdbc
			.sql("""
					insert into archive_file (id, scan_ref, version, kind, name, source, state, linked_at, link_expires_at, tries, %s)
					values (gen_random_uuid(), 'settled', ?, 'IMAGE', ?, 'RETRIEVAL', ?, ?, ?, 1, %s)"""
				.formatted(columns, values))
			.params(version, name, state, OffsetDateTime.ofInstant(this.clock.instant(), ZoneOffset.UTC),
					OffsetDateTime.ofInstant(this.clock.instant().plusSeconds(3600), ZoneOffset.UTC))
			.update();
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
