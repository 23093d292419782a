package dev.backstop.idenfy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.ScanRef;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(20)
class IdenfyTests {

	private static final ScanRef SCAN_REF = new ScanRef("328c6766-934e-11ed-bb9b-025ad99a18e7");

	private static final Instant NOW = Instant.parse("2026-03-06T12:00:00Z");

	private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

	@ParameterizedTest
	@CsvSource({ "status.json, APPROVED,", "status-denied.json, DENIED,", "status-suspected.json, SUSPECTED,",
			"status-reviewing.json, REVIEWING,", "status-active.json, ACTIVE,", "status-expired.json, EXPIRED,",
			"status-unknown-value.json, EXPIRED-DELETED, true" })
	void aStatusIsFetched(String file, String overall, Boolean saidFinal) throws IOException {
		try (var vendor = Vendor.answering(200, Samples.bytes(file))) {
			var answer = idenfy(vendor).status(SCAN_REF);

			assertThat(answer.findings().overall()).isEqualTo(overall);
			assertThat(answer.saidFinal()).isEqualTo(saidFinal);
			assertThat(answer.clientId()).isEqualTo("W2GL2K333Y");
		}
	}

	@Test
	void theFindingsAreThoseOfTheAnswerAndBlankOnesAreNull() throws IOException {
		try (var denied = Vendor.answering(200, Samples.bytes("status-denied.json"));
				var blank = Vendor.answering(200, Samples.bytes("status-unknown-value.json"))) {
			assertThat(idenfy(denied).status(SCAN_REF).findings()).satisfies((findings) -> {
				assertThat(findings.manualFace()).isEqualTo("FAKE_FACE");
				assertThat(findings.manualDocument()).isEqualTo("DOC_FAKE");
				assertThat(findings.autoFace()).isEqualTo("FACE_MISMATCH");
				assertThat(findings.autoDocument()).isEqualTo("DOC_VALIDATED");
				assertThat(findings.fraudTags()).containsExactly("DOC_PRINT_SPOOFED");
				assertThat(findings.mismatchTags()).isEmpty();
			});
			assertThat(idenfy(blank).status(SCAN_REF).findings().manualFace()).isNull();
		}
	}

	@Test
	void dataIsEveryFieldButTheNames() throws IOException {
		try (var vendor = Vendor.answering(200, Samples.bytes("data.json"))) {
			assertThat(idenfy(vendor).data(SCAN_REF).fields()).hasSize(33)
				.containsEntry("docFirstName", "JOHN")
				.containsEntry("docPersonalCode", null)
				.containsEntry("manuallyDataChanged", false)
				.doesNotContainKeys("scanRef", "clientId");
		}
	}

	@Test
	void whatPostgresRefusesIsReplacedInData() throws IOException {
		try (var vendor = Vendor.answering(200,
				"{\"docFirstName\": \"JO\\u0000HN\", \"docNumber\": \"\", \"x\": 1e999}")) {
			assertThat(idenfy(vendor).data(SCAN_REF).fields()).containsEntry("docFirstName", "JO\u2400HN")
				.containsEntry("docNumber", null)
				.containsEntry("x", "1e999");
		}
	}

	@Test
	void filesAreLinksThatTellTheirEnd() throws IOException {
		try (var vendor = Vendor.answering(200, Samples.bytes("files.json"))) {
			var files = idenfy(vendor).files(SCAN_REF);

			assertThat(files).extracting(FileLink::name).containsExactly("FACE", "FRONT");
			assertThat(files).extracting(FileLink::linkExpiresAt).containsOnly(Instant.ofEpochSecond(1772806200));
		}
	}

	@Test
	void everyCallIsOnePostOfTheScanRefWithTheKey() throws IOException {
		try (var vendor = Vendor.answering(200, "{\"status\": \"ACTIVE\"}")) {
			var idenfy = idenfy(vendor);
			idenfy.status(SCAN_REF);
			idenfy.data(SCAN_REF);
			idenfy.files(SCAN_REF);

			var basic = Base64.getEncoder().encodeToString("kéy:s3cret".getBytes(StandardCharsets.UTF_8));
			assertThat(vendor.requests()).extracting((request) -> request.lines().findFirst().orElseThrow())
				.containsExactly("POST /api/v2/status HTTP/1.1", "POST /api/v2/data HTTP/1.1",
						"POST /api/v2/files HTTP/1.1");
			assertThat(vendor.requests()).allSatisfy((request) -> assertThat(request.replace("\r", ""))
				.containsIgnoringCase("\nauthorization: Basic " + basic + "\n")
				.containsIgnoringCase("\ncontent-type: application/json\n")
				.containsIgnoringCase("\ncontent-length: 50\n")
				.containsIgnoringCase("\naccept-encoding: identity\n")
				.endsWith("\n\n{\"scanRef\":\"" + SCAN_REF + "\"}"));
		}
	}

	@Test
	void aBaseUrlMayHaveAPathAndASlash() throws IOException {
		try (var vendor = Vendor.answering(200, "{}")) {
			idenfy(vendor.url() + "/proxy/").data(SCAN_REF);

			assertThat(vendor.requests().getFirst()).startsWith("POST /proxy/api/v2/data ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "400, error-400-bad-value.json, NOT_FOUND, HTTP 400 BAD_VALUE",
			"400, error-400-full-envelope.json, UNAVAILABLE, HTTP 400 PARTNER_ERROR",
			"400, error-400-missing.json, PROTOCOL, HTTP 400 MISSING_VALUE",
			"401, error-401.json, ACCESS_REFUSED, HTTP 401", "402, error-402.json, ACCESS_REFUSED, HTTP 402",
			"403, error-403-env.json, ACCESS_REFUSED, HTTP 403 PERMISSIONS_ERROR",
			"403, error-403-inactive.json, ACCESS_REFUSED, HTTP 403",
			"429, error-429.json, THROTTLED, HTTP 429 TOO_MANY_REQUESTS",
			"500, error-500.json, UNAVAILABLE, HTTP 500 INTERNAL_ERROR" })
	void aSampleOfAnErrorIsItsFailure(int status, String file, String category, String reason) throws IOException {
		try (var vendor = Vendor.answering(status, Samples.bytes(file))) {
			var failure = failureOf(() -> idenfy(vendor).status(SCAN_REF));

			assertThat(failure.category()).isEqualTo(category);
			assertThat(failure.reason()).isEqualTo(reason);
		}
	}

	@ParameterizedTest
	@MethodSource
	void failuresAreSortedByIdentifierAndStatusInOrder(int status, String identifier, String category)
			throws IOException {
		var body = "{\"identifier\": \"" + identifier + "\", \"message\": \"JOHN SAMPLE\"}";
		try (var vendor = Vendor.answering(status, body)) {
			var failure = failureOf(() -> idenfy(vendor).data(SCAN_REF));

			assertThat(failure.category()).isEqualTo(category);
			assertThat(failure.reason()).isEqualTo(("HTTP " + status + " " + identifier).strip());
			assertThat(failure).hasMessage(category + ": " + failure.reason()).hasNoCause();
		}
	}

	static Stream<Object[]> failuresAreSortedByIdentifierAndStatusInOrder() {
		return """
				200 TOO_MANY_REQUESTS      THROTTLED
				400 TOO_MANY_REQUESTS      THROTTLED
				401 TOO_MANY_REQUESTS      THROTTLED
				500 TOO_MANY_REQUESTS      THROTTLED
				429 -                      THROTTLED
				429 UNAUTHORIZED           THROTTLED
				429 INTERNAL_ERROR         THROTTLED
				200 UNAUTHORIZED           ACCESS_REFUSED
				400 UNAUTHORIZED           ACCESS_REFUSED
				400 PERMISSIONS_ERROR      ACCESS_REFUSED
				400 PARTNER_CONTRACT_ERROR ACCESS_REFUSED
				500 UNAUTHORIZED           ACCESS_REFUSED
				404 UNAUTHORIZED           ACCESS_REFUSED
				401 -                      ACCESS_REFUSED
				402 -                      ACCESS_REFUSED
				403 -                      ACCESS_REFUSED
				403 BAD_VALUE              ACCESS_REFUSED
				401 INTERNAL_ERROR         ACCESS_REFUSED
				200 INTERNAL_ERROR         UNAVAILABLE
				400 INTERNAL_ERROR         UNAVAILABLE
				400 PARTNER_ERROR          UNAVAILABLE
				404 INTERNAL_ERROR         UNAVAILABLE
				408 -                      UNAVAILABLE
				500 -                      UNAVAILABLE
				502 -                      UNAVAILABLE
				503 -                      UNAVAILABLE
				599 BAD_VALUE              UNAVAILABLE
				200 BAD_VALUE              NOT_FOUND
				400 BAD_VALUE              NOT_FOUND
				400 TOKEN_NOT_VALID        NOT_FOUND
				400 VALIDATION_ERROR       NOT_FOUND
				404 -                      NOT_FOUND
				410 -                      NOT_FOUND
				404 SOMETHING_NEW          NOT_FOUND
				200 MISSING_VALUE          PROTOCOL
				400 MISSING_VALUE          PROTOCOL
				400 JSON_ERROR             PROTOCOL
				400 ENCODING_ERROR         PROTOCOL
				405 METHOD_NOT_ALLOWED     PROTOCOL
				400 SOMETHING_NEW          PROTOCOL
				400 -                      PROTOCOL
				409 -                      PROTOCOL
				422 -                      PROTOCOL
				600 -                      PROTOCOL
				301 -                      PROTOCOL
				302 BAD_VALUE              PROTOCOL
				307 -                      PROTOCOL""".lines().map((line) -> {
			var words = line.split(" +");
			return new Object[] { Integer.valueOf(words[0]), words[1].replace("-", ""), words[2] };
		});
	}

	@ParameterizedTest
	@CsvSource({ "200, UNAVAILABLE", "201, UNAVAILABLE", "302, PROTOCOL", "400, UNAVAILABLE", "401, ACCESS_REFUSED",
			"402, ACCESS_REFUSED", "403, ACCESS_REFUSED", "404, UNAVAILABLE", "405, UNAVAILABLE", "408, UNAVAILABLE",
			"410, UNAVAILABLE", "429, THROTTLED", "500, UNAVAILABLE", "503, UNAVAILABLE" })
	void aBodyThatIsNoJsonObjectIsUnavailableUnlessTheStatusTellsMore(int status, String category) throws IOException {
		for (var body : new String[] { "<html>JOHN</html>", "", "[]", "null", "\"JOHN\"", "{\"status\": \"JOHN" }) {
			try (var vendor = Vendor.answering(status, body)) {
				var failure = failureOf(() -> idenfy(vendor).status(SCAN_REF));

				assertThat(failure.category()).isEqualTo(category);
				assertThat(failure).message().doesNotContain("JOHN");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "john sample", "JOHN SAMPLE", "JOHN-1", "", "x\\nERROR" })
	void anIdentifierThatIsNoWordIsNotRepeated(String identifier) throws IOException {
		try (var vendor = Vendor.answering(400, "{\"identifier\": \"" + identifier + "\"}");
				var endless = Vendor.answering(400, "{\"identifier\": \"" + "A".repeat(65) + "\"}")) {
			assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF)).reason()).isEqualTo("HTTP 400");
			assertThat(failureOf(() -> idenfy(endless).status(SCAN_REF)).reason()).isEqualTo("HTTP 400");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			120                            | PT2M
			86400                          | P1D
			Fri, 06 Mar 2026 12:00:30 GMT  | PT30S
			0                              |
			-5                             |
			86401                          | P1D
			99999999999999999999           |
			soon                           |
			1.5                            |
			Fri, 06 Mar 2026 11:00:00 GMT  |
			Fri, 06 Mar 2099 11:00:00 GMT  | P1D
			2026-03-06T12:00:30Z           |""")
	void aThrottledCallTellsHowLongToWaitIfThatMakesSense(String header, Duration wait) throws IOException {
		try (var vendor = Vendor.answering(429, "{}", "Retry-After: " + header)) {
			var failure = failureOf(() -> idenfy(vendor).status(SCAN_REF));

			assertThat(failure).isInstanceOfSatisfying(IdenfyException.Throttled.class,
					(throttled) -> assertThat(throttled.retryAfter().orElse(null)).isEqualTo(wait));
		}
	}

	@Test
	void anAnswerAboutAnotherScanRefIsNotTaken() throws IOException {
		for (var other : new String[] { "\"another\"", "17", "\"" + SCAN_REF + " \"", "{}" }) {
			try (var vendor = Vendor.answering(200, "{\"status\": \"APPROVED\", \"scanRef\": " + other + "}")) {
				var idenfy = idenfy(vendor);
				for (var call : new ThrowingCallable[] { () -> idenfy.status(SCAN_REF), () -> idenfy.data(SCAN_REF),
						() -> idenfy.files(SCAN_REF) }) {
					assertThat(failureOf(call)).isInstanceOf(IdenfyException.Unavailable.class);
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{}", "{\"status\": null}", "{\"status\": \"\"}", "{\"status\": {\"overall\": \"APPROVED\"}}" })
	void anAnswerWithoutAStatusIsUnavailable(String body) throws IOException {
		try (var vendor = Vendor.answering(200, body)) {
			assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF))).isInstanceOf(IdenfyException.Unavailable.class)
				.hasMessage("UNAVAILABLE: HTTP 200, without a status");
		}
	}

	@Test
	void aRedirectIsNotFollowedSoThatTheKeyStaysWhereItBelongs() throws IOException {
		for (int status : new int[] { 301, 302, 303, 307, 308 }) {
			try (var elsewhere = Vendor.answering(200, "{\"status\": \"APPROVED\"}");
					var vendor = Vendor.answering(status, "", "Location: " + elsewhere.url() + "/api/v2/status")) {
				assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF)))
					.isInstanceOf(IdenfyException.Protocol.class);
				assertThat(elsewhere.requests()).isEmpty();
				assertThat(vendor.requests()).hasSize(1);
			}
		}
	}

	@Test
	void aCutOffAnswerIsUnavailable() throws IOException {
		var whole = Samples.bytes("status.json");
		try (var vendor = new Vendor((out) -> {
			out.write(Vendor.head(200, "Content-Length: " + whole.length));
			out.write(whole, 0, 100);
		})) {
			assertUnavailable(vendor, "HTTP 200, the body is cut off or too slow");
		}
	}

	@Test
	void aConnectionThatIsClosedWithoutAnAnswerIsUnavailableAndNotTriedAgain() throws IOException {
		try (var vendor = new Vendor((out) -> {
		})) {
			var failure = failureOf(() -> idenfy(vendor).status(SCAN_REF));

			assertThat(failure).isInstanceOf(IdenfyException.Unavailable.class);
			assertThat(vendor.requests()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\n{}",
			"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 JOHN\r\n\r\n", "JOHN\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: JOHN\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
			"HTTP/1.1 200 OK\r\nJO HN: x\r\n\r\n{}",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nJOHN\r\n{}" })
	void whatIsNotEvenHttpIsAFailureWithoutItsContent(String answer) throws IOException {
		try (var vendor = new Vendor((out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)))) {
			assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF))).hasNoCause().message().doesNotContain("JOHN");
		}
	}

	@Test
	void nobodyAtTheOtherEndIsUnavailable() throws IOException {
		int port;
		try (var socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}

		var failure = failureOf(() -> idenfy("http://localhost:" + port).status(SCAN_REF));

		assertThat(failure).isInstanceOf(IdenfyException.Unavailable.class);
		assertThat(failure.reason()).startsWith("no answer: ");
	}

	@Test
	void anAnswerThatDoesNotBeginInTimeIsUnavailable() throws IOException {
		try (var vendor = new Vendor((out) -> Thread.sleep(10_000))) {
			assertUnavailable(vendor, "no answer: HttpTimeoutException");
		}
	}

	@Test
	void anAnswerThatDripsIsUnavailableWhenItsTimeIsOver() throws IOException {
		try (var vendor = new Vendor((out) -> {
			out.write(Vendor.head(200, "Content-Length: 1000"));
			drip(out, "{ ");
		})) {
			assertUnavailable(vendor, "HTTP 200, the body is cut off or too slow");
		}
	}

	@Test
	void headersThatDripAreUnavailableWhenTheirTimeIsOver() throws IOException {
		try (var vendor = new Vendor((out) -> {
			out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
			drip(out, "x");
		})) {
			assertUnavailable(vendor, "no answer: HttpTimeoutException");
		}
	}

	@Test
	void aRefusalWhoseBodyDripsIsStillARefusal() throws IOException {
		try (var vendor = new Vendor((out) -> {
			out.write(Vendor.head(401, "Content-Length: 1000"));
			drip(out, " ");
		})) {
			assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF)))
				.isInstanceOf(IdenfyException.AccessRefused.class);
		}
	}

	@Test
	void anAnswerWithoutEndIsReadNoFurtherThanAMegabyte() throws IOException {
		var blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.ISO_8859_1);
		try (var vendor = new Vendor((out) -> {
			out.write(Vendor.head(200, "X: endless"));
			while (true) {
				out.write(blanks);
			}
		})) {
			assertUnavailable(vendor, "HTTP 200, the body is too long");
		}
	}

	@Test
	void anAnswerOfAMegabyteIsRead() throws IOException {
		var body = "{\"docFirstName\":\"JOHN\"}";
		try (var vendor = Vendor.answering(200, body + " ".repeat((1 << 20) - body.length()));
				var longer = Vendor.answering(200, body + " ".repeat((1 << 20) - body.length() + 1))) {
			assertThat(idenfy(vendor).data(SCAN_REF).fields()).containsEntry("docFirstName", "JOHN");
			assertUnavailable(longer, "HTTP 200, the body is too long");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "GZIP", "x-gzip" })
	void aPackedAnswerIsUnpacked(String encoding) throws IOException {
		try (var vendor = Vendor.answering(200, gzip(Samples.bytes("status.json")), "Content-Encoding: " + encoding)) {
			assertThat(idenfy(vendor).status(SCAN_REF).findings().overall()).isEqualTo("APPROVED");
		}
	}

	@Test
	void aPackedRefusalIsStillARefusal() throws IOException {
		for (var body : List.of(gzip(Samples.bytes("error-401.json")), new byte[0])) {
			try (var vendor = Vendor.answering(401, body, "Content-Encoding: gzip")) {
				assertThat(failureOf(() -> idenfy(vendor).status(SCAN_REF)))
					.isInstanceOf(IdenfyException.AccessRefused.class);
			}
		}
	}

	@Test
	void aPackedAnswerIsUnpackedNoFurtherThanAMegabyte() throws IOException {
		var blanks = gzip(" ".repeat(50_000_000).getBytes(StandardCharsets.US_ASCII));
		try (var vendor = Vendor.answering(200, blanks, "Content-Encoding: gzip")) {
			assertUnavailable(vendor, "HTTP 200, the body is too long");
		}
	}

	@Test
	void anAnswerThatIsNotPackedAsItSaysIsUnavailable() throws IOException {
		var packed = gzip(Samples.bytes("data.json"));
		var spoilt = packed.clone();
		spoilt[spoilt.length - 5] ^= 1;
		try (var plain = Vendor.answering(200, "{}", "Content-Encoding: gzip");
				var wrong = Vendor.answering(200, spoilt, "Content-Encoding: gzip");
				var half = Vendor.answering(200, Arrays.copyOf(packed, packed.length / 2), "Content-Encoding: gzip");
				var unknown = Vendor.answering(200, packed, "Content-Encoding: br")) {
			assertUnavailable(plain, "HTTP 200, the body is not packed as it says");
			assertUnavailable(wrong, "HTTP 200, the body is not packed as it says");
			assertUnavailable(half, "HTTP 200, the body is cut off or too slow");
			assertUnavailable(unknown, "HTTP 200, the body is not JSON");
		}
	}

	@Test
	void aByteOrderMarkBeforeAnAnswerIsSkipped() throws IOException {
		try (var vendor = Vendor.answering(200, "\uFEFF{\"status\": \"ACTIVE\", \"clientId\": 4711}")) {
			assertThat(idenfy(vendor).status(SCAN_REF).clientId()).isEqualTo("4711");
		}
	}

	@Test
	void aScanRefOfDigitsMayBeANumber() throws IOException {
		try (var vendor = Vendor.answering(200, "{\"status\": \"ACTIVE\", \"scanRef\": 4711}")) {
			assertThat(idenfy(vendor).status(new ScanRef("4711")).findings().overall()).isEqualTo("ACTIVE");
			assertThat(failureOf(() -> idenfy(vendor).status(new ScanRef("4712"))))
				.isInstanceOf(IdenfyException.Unavailable.class);
		}
	}

	@Test
	void nestedAnswersAndEndlessNumbersEndAtOnce() throws IOException {
		try (var nested = Vendor.answering(200, "{\"a\":".repeat(1 << 17));
				var number = Vendor.answering(200, "{\"a\":" + "9".repeat(1_000_000) + "}")) {
			assertThat(failureOf(() -> idenfy(nested).data(SCAN_REF))).isInstanceOf(IdenfyException.Unavailable.class);
			assertThat(idenfy(number).data(SCAN_REF).fields().get("a")).asString().hasSize(1_000_000);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aCallThatIsInterruptedEndsAtOnceAndStaysInterrupted(boolean inTheBody) throws Exception {
		var asked = new CountDownLatch(1);
		try (var vendor = new Vendor((out) -> {
			if (inTheBody) {
				out.write(Vendor.head(200, "Content-Length: 1000"));
				out.flush();
			}
			asked.countDown();
			Thread.sleep(30_000);
		})) {
			var idenfy = idenfy(vendor.url(), Duration.ofSeconds(30));
			var failure = new AtomicReference<IdenfyException>();
			var interrupted = new AtomicReference<Boolean>();
			var caller = Thread.ofVirtual().start(() -> {
				failure.set(failureOf(() -> idenfy.status(SCAN_REF)));
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			asked.await();
			if (inTheBody) {
				Thread.sleep(200);
			}
			caller.interrupt();

			assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
			assertThat(failure.get()).isInstanceOf(IdenfyException.Unavailable.class);
			assertThat(interrupted.get()).isTrue();
		}
	}

	private static byte[] gzip(byte[] bytes) throws IOException {
		var packed = new ByteArrayOutputStream();
		try (var gzip = new GZIPOutputStream(packed)) {
			gzip.write(bytes);
		}
		return packed.toByteArray();
	}

	private static void assertUnavailable(Vendor vendor, String reason) {
		long start = System.nanoTime();
		var failure = failureOf(() -> idenfy(vendor).data(SCAN_REF));

		assertThat(failure).isInstanceOf(IdenfyException.Unavailable.class);
		assertThat(failure.reason()).isEqualTo(reason);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ANSWER_TIMEOUT.plusSeconds(3));
	}

	private static void drip(OutputStream out, String drop) throws IOException, InterruptedException {
		while (true) {
			out.write(drop.getBytes(StandardCharsets.ISO_8859_1));
			out.flush();
			Thread.sleep(20);
		}
	}

	private static IdenfyException failureOf(ThrowingCallable call) {
		return catchThrowableOfType(IdenfyException.class, call);
	}

	private static Idenfy idenfy(Vendor vendor) {
		return idenfy(vendor.url());
	}

	private static Idenfy idenfy(String url) {
		return idenfy(url, ANSWER_TIMEOUT);
	}

	private static Idenfy idenfy(String url, Duration answerTimeout) {
		var properties = new IdenfyProperties(url, new Secret("kéy"), new Secret("s3cret"), Duration.ofSeconds(1),
				answerTimeout);
		return new Idenfy(RestClient.builder(), properties, Clock.fixed(NOW, ZoneOffset.UTC));
	}

}
