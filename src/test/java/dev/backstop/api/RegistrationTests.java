package dev.backstop.api;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;

import dev.backstop.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

import static dev.backstop.api.ApiClient.body;
import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
@ExtendWith(OutputCaptureExtension.class)
// while others print, their stack traces would be taken for its own
@ResourceLock(Resources.SYSTEM_OUT)
class RegistrationTests {

	private static final String TOKEN_RESPONSE = """
			{
			  "message": "Token created successfully",
			  "authToken": "3FA5TFPA2ZE3LMPGGS1EGOJNJE0123456789abcd",
			  "redirectUrl": "https://ivs.idenfy.com/api/v2/redirect?authToken=3FA5TFPA2ZE3LMPGGS1EGOJNJE0123456789abcd",
			  "scanRef": "328c6766-934e-11ed-bb9b-025ad99a18e7",
			  "clientId": "W2GL2K333Y",
			  "firstName": "ANNA",
			  "lastName": null,
			  "locale": "en",
			  "expiryTime": 7200,
			  "sessionLength": 900,
			  "documents": ["ID_CARD", "PASSPORT"],
			  "allowedDocuments": {},
			  "showInstructions": true,
			  "tokenType": "IDENTIFICATION",
			  "additionalSteps": {},
			  "externalRef": "order-2026-000123",
			  "digitString": null
			}
			""";

	private static final String SECOND_SHAPE = """
			{
			  "tokenString": "3FA5TFPA2ZE3LMPGGS1EGOJNJE0123456789abcd",
			  "scanRef": "328c6766-934e-11ed-bb9b-025ad99a18e7",
			  "isValid": true,
			  "tokenType": "IDENTIFICATION",
			  "clientId": "W2GL2K333Y",
			  "digitString": null,
			  "expiration": "%s",
			  "isActive": true,
			  "externalRef": "order-2026-000123",
			  "locale": "en",
			  "sessionLength": 1830,
			  "sessionUrl": "https://ui.idenfy.com/?authToken=3FA5TFPA2ZE3LMPGGS1EGOJNJE0123456789abcd",
			  "client": {"name": "ANNA"},
			  "urls": {"webhookUrl": null},
			  "settings": {"verifyEmail": true}
			}
			""";

	@Autowired
	private ApiClient api;

	@Autowired
	private Sessions sessions;

	@Autowired
	private TestClock clock;

	@Autowired
	private JdbcClient jdbc;

	@LocalServerPort
	private int port;

	@BeforeEach
	void nothingIsKnown() {
		this.jdbc.sql("delete from verification").update();
	}

	@Test
	void aTokenResponseIsRegisteredAsIDenfySentIt() {
		var dueAt = this.clock.instant().plusSeconds(7200 + 900).plus(Duration.ofMinutes(30));

		var response = this.api.register(TOKEN_RESPONSE);

		assertThat(response).hasStatus(HttpStatus.CREATED)
			.hasHeader(HttpHeaders.LOCATION, "/api/v1/verifications/328c6766-934e-11ed-bb9b-025ad99a18e7");
		assertThat(response).bodyJson().isLenientlyEqualTo("""
				{"scanRef": "328c6766-934e-11ed-bb9b-025ad99a18e7", "clientId": "W2GL2K333Y",
				 "externalRef": "order-2026-000123", "progress": "AWAITED", "dueAt": "%s", "outstanding": ["STATUS"],
				 "decision": null, "data": null, "files": [], "webhook": {}, "registeredAt": "%s"}
				""".formatted(dueAt, this.clock.instant()));
		var read = this.api.get("/api/v1/verifications/328c6766-934e-11ed-bb9b-025ad99a18e7");
		assertThat(read).bodyText().isEqualTo(body(response));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/json;charset=UTF-8" })
	void aByteOrderMarkIsSkipped(String contentType) {
		var response = this.api.http()
			.post()
			.uri("/api/v1/verifications")
			.header("Content-Type", contentType)
			.body(("\uFEFF" + TOKEN_RESPONSE).getBytes(StandardCharsets.UTF_8))
			.exchange();

		response.expectStatus().isCreated();
	}

	@Test
	void tokenOfTheSecondShapeIsAwaitedUntilItsExpiration() {
		var expiration = this.clock.instant().plus(Duration.ofDays(15));

		var response = this.api.register(SECOND_SHAPE.formatted(expiration));

		assertThat(response).hasStatus(HttpStatus.CREATED).bodyJson().isLenientlyEqualTo("""
				{"clientId": "W2GL2K333Y", "externalRef": "order-2026-000123", "progress": "AWAITED", "dueAt": "%s"}
				""".formatted(expiration.plusSeconds(1830).plus(Duration.ofMinutes(30))));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "PT5H     | `'lifetime': 18000`",
			"PT2H     | `'expiryTime': 7200, 'lifetime': 18000`", "PT72H    | `'expiration': 'IN_3_DAYS'`",
			"PT72H    | `'expiration': 'IN_3_DAYS', 'expiryTime': 7200, 'lifetime': 18000`",
			"PT2H     | `'expiration': null, 'expiryTime': 7200`", "PT5H     | `'expiryTime': null, 'lifetime': 18000`",
			"PT1H     | `'expiration': null, 'expiryTime': null, 'lifetime': null`",
			"PT72H    | `'expiration': 'IN_3_DAYS', 'isValid': false, 'isActive': false`" })
	void expirationCountsBeforeExpiryTimeAndThatBeforeLifetime(Duration tokenLife, String fields) {
		// written at another offset, which is the same instant
		var inThreeDays = this.clock.instant().plus(Duration.ofDays(3)).atOffset(ZoneOffset.ofHours(-7));

		var response = this.api.register("{'scanRef': 'life', 'clientId': 'c', %s}".formatted(fields)
			.replace('\'', '"')
			.replace("IN_3_DAYS", inThreeDays.toString()));

		assertThat(response).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(this.clock.instant().plus(tokenLife).plus(Duration.ofMinutes(40)).toString());
	}

	@Test
	void tokenThatEndedJustBeforeItsRegistrationIsAwaitedForTheRestOfItsTime() {
		var expiration = this.clock.instant().minus(Duration.ofMinutes(20));

		var response = this.api.register(SECOND_SHAPE.formatted(expiration).replace("1830", "600"));

		assertThat(response).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(this.clock.instant().plus(Duration.ofMinutes(20)).toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-999999999-01-01T00:00:00+18:00" })
	void tokenThatEndedLongBeforeItsRegistrationIsDueAtOnceButNotOverdue(String expiration) {
		var response = this.api.register(SECOND_SHAPE.formatted(expiration));

		assertThat(response).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(this.clock.instant().toString());
	}

	@Test
	void laterExpirationDoesNotPostponeWhatIsKnown() {
		var first = this.api.register("{\"scanRef\": \"known\", \"clientId\": \"c\"}");

		var again = this.api.register("{\"scanRef\": \"known\", \"clientId\": \"c\", \"expiration\": \"%s\"}"
			.formatted(this.clock.instant().plus(Duration.ofDays(15))));

		assertThat(again).hasStatus(HttpStatus.OK).bodyText().isEqualTo(body(first));
	}

	@Test
	void idOfDigitsIsTakenAsItIsWritten() {
		var response = this.api
			.register("{\"scanRef\": 328676, \"clientId\": 4711, \"externalRef\": 12345678901234567890123}");

		assertThat(response).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.isLenientlyEqualTo(
					"{\"scanRef\": \"328676\", \"clientId\": \"4711\", \"externalRef\": \"12345678901234567890123\"}");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theTokenThatOpensTheSessionAndThePersonAreNeitherStoredNorLogged(boolean secondShape, CapturedOutput output) {
		var response = this.api.register(secondShape ? SECOND_SHAPE.formatted("2030-01-01T00:00:00Z") : TOKEN_RESPONSE);

		var stored = this.jdbc.sql("""
				select string_agg(v::text, '') || string_agg(e::text, '')
				from verification v join timeline_entry e using (scan_ref)
				""").query(String.class).single();
		assertThat(stored + body(response) + output).contains("328c6766")
			.doesNotContain("3FA5TFPA2ZE3LMPGGS1EGOJNJE0123456789abcd", "ANNA");
	}

	@Test
	void withoutLifetimesTheDefaultsCount() {
		var response = this.api.register("""
				{"scanRef": "defaults", "clientId": "c", "expiryTime": null, "externalRef": " "}
				""");

		assertThat(response).bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(this.clock.instant().plus(Duration.ofMinutes(100)).toString());
		assertThat(response).bodyJson().extractingPath("externalRef").isNull();
	}

	@Test
	void aWholeNumberOfSecondsMayBeWrittenWithAPoint() {
		var response = this.api.register("""
				{"scanRef": "point", "clientId": "c", "expiryTime": 0, "sessionLength": 600.0}
				""");

		assertThat(response).bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(this.clock.instant().plus(Duration.ofMinutes(40)).toString());
	}

	@Test
	void registeringAgainChangesNothing() {
		var first = body(this.api.register(TOKEN_RESPONSE));
		this.clock.advance(Duration.ofMinutes(1));

		var again = this.api
			.register(TOKEN_RESPONSE.replace("7200", "9000").replace("order-2026-000123", "another order"));

		assertThat(again).hasStatus(HttpStatus.OK).doesNotContainHeader(HttpHeaders.LOCATION);
		assertThat(again).bodyText().isEqualTo(first);
	}

	@Test
	void registeringAgainFillsInTheExternalRefThatWasAbsent() {
		this.api.register("{\"scanRef\": \"late\", \"clientId\": \"c\"}");

		var again = this.api.register("{\"scanRef\": \"late\", \"clientId\": \"c\", \"externalRef\": \"order-1\"}");

		assertThat(again).hasStatus(HttpStatus.OK).bodyJson().extractingPath("externalRef").isEqualTo("order-1");
	}

	@Test
	void registeringWhatAWebhookToldOfFillsInWhatIsAbsent() {
		this.sessions.heard("webhook-first", Sessions.APPROVED);
		this.clock.advance(Duration.ofMinutes(1));

		var response = this.api.register("""
				{"scanRef": "webhook-first", "clientId": "client-webhook-first", "externalRef": "order-1"}
				""");

		assertThat(response).hasStatus(HttpStatus.OK).bodyJson().isLenientlyEqualTo("""
				{"externalRef": "order-1", "registeredAt": "%s", "progress": "SETTLED", "dueAt": null,
				 "decision": {"overall": "APPROVED", "final": true}}
				""".formatted(this.clock.instant()));
	}

	@Test
	void aVerificationBelongsToOneClient() {
		this.api.register(TOKEN_RESPONSE);

		var response = this.api.register(TOKEN_RESPONSE.replace("W2GL2K333Y", "ANOTHER"));

		assertThat(response).hasStatus(HttpStatus.CONFLICT).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(body(response)).contains("another clientId").doesNotContain("W2GL2K333Y");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "scanRef       | `{'clientId': 'c'}`", "scanRef       | `{'scanRef': '', 'clientId': 'c'}`",
					"scanRef       | `{'scanRef': 'a b', 'clientId': 'c'}`",
					"scanRef       | `{'scanRef': 'a', 'scanRef': null, 'clientId': 'c'}`",
					"scanRef       | `{'scanRef': 7.5, 'clientId': 'c'}`",
					"scanRef       | `{'scanRef': '12345678901234567890123456789012345678901', 'clientId': 'c'}`",
					"clientId      | `{'scanRef': 'a'}`", "clientId      | `{'scanRef': 'a', 'clientId': ' '}`",
					"clientId      | `{'scanRef': 'a', 'clientId': 7.5}`",
					"clientId      | `{'scanRef': 'a', 'clientId': true}`",
					"clientId      | `{'scanRef': 'a', 'clientId': 'c\\u0000'}`",
					"clientId      | `{'scanRef': 'a', 'clientId': 'c\\ud800'}`",
					"clientId      | `{'scanRef': 'a', 'clientId': 'HUNDRED+'}`",
					"externalRef   | `{'scanRef': 'a', 'clientId': 'c', 'externalRef': 'HUNDREDHUNDREDHUNDRED'}`",
					"externalRef   | `{'scanRef': 'a', 'clientId': 'c', 'externalRef': {}}`",
					"externalRef   | `{'scanRef': 'a', 'clientId': 'c', 'externalRef': 'a\\nb'}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': 'tomorrow'}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': ''}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': 1788270000}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': '2026-03-06'}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': '2026-03-06T12:10:42'}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': '2026-02-30T12:10:42Z'}`",
					"expiration    | `{'scanRef': 'a', 'clientId': 'c', 'expiration': '9999-12-31T23:59:59Z'}`",
					"lifetime      | `{'scanRef': 'a', 'clientId': 'c', 'lifetime': -1}`",
					"lifetime      | `{'scanRef': 'a', 'clientId': 'c', 'lifetime': '3600'}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': '3600'}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': 3600.5}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': -1}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': 3155760001}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': 99999999999999999999}`",
					"expiryTime    | `{'scanRef': 'a', 'clientId': 'c', 'expiryTime': 1e999999999}`",
					"sessionLength | `{'scanRef': 'a', 'clientId': 'c', 'sessionLength': true}`" })
	void aWrongFieldIsNamed(String field, String json) {
		var response = this.api.register(json.replace('\'', '"').replace("HUNDRED", "x".repeat(100)));

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("errors").asMap().containsOnlyKeys(field);
		assertThat(response).bodyJson().extractingPath("detail").asString().startsWith(field + " ");
	}

	@Test
	void allWrongFieldsAreNamedAtOnce() {
		var response = this.api.register("{\"expiryTime\": -1}");

		assertThat(response).bodyJson()
			.isLenientlyEqualTo(
					"""
							{"type": "urn:backstop:problem:invalid-values", "status": 400, "title": "Bad Request",
							 "instance": "/api/v1/verifications",
							 "detail": "expiryTime must be a whole number of seconds from 0 to 3155760000; scanRef is required; clientId is required",
							 "errors": {"scanRef": "is required", "clientId": "is required",
							            "expiryTime": "must be a whole number of seconds from 0 to 3155760000"}}
							""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "[]", "\"ANNA\"", "{\"scanRef\": \"ANNA", "{\"scanRef\": ANNA}" })
	void anUnreadableBodyIsAProblemThatDoesNotRepeatIt(String body, CapturedOutput output) {
		var response = this.api.register(body);

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(body(response) + output).doesNotContain("ANNA", "jackson", "\tat ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "`{'scanRef': ANNA}`              | beyond line 1, column 13",
					"`{'scanRef': 'a',\n 'clientId'}`  | beyond line 2, column 12",
					"`{'scanRef': 'ANNA`              | beyond line 1, column 18",
					"`{'scanRef': 'a'} {}`            | beyond line 1, column 18", "`[]` | beyond line 1, column 1",
					"`{'scanRef': 'a', }`             | beyond line 1, column 18", "`null` | missing or null",
					"``                               | missing or null" })
	void brokenJsonSaysWhereItBreaks(String body, String where) {
		var response = this.api.register(body.replace('\'', '"').replace("\\n", "\n"));

		assertThat(response).bodyJson().isLenientlyEqualTo("""
				{"type": "urn:backstop:problem:malformed-json"}
				""");
		assertThat(response).bodyJson().extractingPath("detail").asString().contains(where);
	}

	@Test
	void aDeeplyNestedBodyIsAProblem() {
		var response = this.api
			.register("{\"clientId\": \"c\", \"additionalData\": " + "[".repeat(20_000) + "]".repeat(20_000) + "}");

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void aBodyOfMoreThan64KiBIsTooLarge() {
		var response = this.api.register(ofSize(64 * 1024 + 1));

		assertThat(response).hasStatus(HttpStatus.CONTENT_TOO_LARGE).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(this.api.register(ofSize(64 * 1024))).hasStatus(HttpStatus.CREATED);
	}

	@Test
	void aBodyThatDoesNotSayItsLengthIsTooLargeAsWell() throws Exception {
		var credentials = Base64.getEncoder()
			.encodeToString("onboarding:onboarding-password".getBytes(StandardCharsets.UTF_8));
		var body = ofSize(64 * 1024 + 1).getBytes(StandardCharsets.UTF_8);
		var request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/api/v1/verifications"))
			.header(HttpHeaders.AUTHORIZATION, "Basic " + credentials)
			.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
			.POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
			.build();
		try (var http = HttpClient.newHttpClient()) {

			var response = http.send(request, HttpResponse.BodyHandlers.ofString());

			assertThat(response.statusCode()).isEqualTo(413);
			assertThat(response.headers().firstValue(HttpHeaders.CONTENT_TYPE)).hasValue("application/problem+json");
		}
	}

	@RepeatedTest(20)
	void twoRegistrationsAtTheSameInstantBothSucceed() throws Exception {
		var responses = atTheSameInstant(() -> this.api.register(TOKEN_RESPONSE),
				() -> this.api.register(TOKEN_RESPONSE));

		assertThat(responses).extracting(RegistrationTests::status).containsExactlyInAnyOrder(201, 200);
		assertThat(this.jdbc.sql("select count(*) from timeline_entry where kind = 'REGISTERED'")
			.query(Integer.class)
			.single()).isOne();
	}

	@RepeatedTest(20)
	void aRegistrationAndAWebhookAtTheSameInstantBothSucceed() throws Exception {
		var responses = atTheSameInstant(() -> this.api.register("""
				{"scanRef": "both", "clientId": "client-both", "externalRef": "order-1"}
				"""), () -> {
			this.sessions.heard("both", Sessions.APPROVED);
			return this.api.get("/api/v1/verifications/both");
		});

		assertThat(responses).extracting(RegistrationTests::status).first().isIn(200, 201);
		assertThat(this.api.get("/api/v1/verifications/both")).bodyJson().isLenientlyEqualTo("""
				{"progress": "SETTLED", "externalRef": "order-1", "decision": {"overall": "APPROVED", "final": true}}
				""");
	}

	private static List<RestTestClientResponse> atTheSameInstant(Callable<RestTestClientResponse> one,
			Callable<RestTestClientResponse> another) throws Exception {
		var barrier = new CyclicBarrier(2);
		try (var threads = Executors.newFixedThreadPool(2)) {
			var first = threads.submit(() -> {
				barrier.await();
				return one.call();
			});
			var second = threads.submit(() -> {
				barrier.await();
				return another.call();
			});
			return List.of(first.get(), second.get());
		}
	}

	private static String ofSize(int size) {
		var start = "{\"scanRef\": \"large\", \"clientId\": \"c\", \"address\": \"";
		return start + "x".repeat(size - start.length() - 2) + "\"}";
	}

	private static int status(RestTestClientResponse response) {
		return response.getExchangeResult().getStatus().value();
	}

}
