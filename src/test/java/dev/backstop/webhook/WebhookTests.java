package dev.backstop.webhook;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.backstop.LoggedLines;
import dev.backstop.TestClient;
import dev.backstop.TestDatabase;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Part;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Progress;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ TestDatabase.class, TestClient.class })
class WebhookTests {

	private static final String SAMPLE_REF = "328c6766-934e-11ed-bb9b-025ad99a18e7";

	@Autowired
	private RestTestClient client;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private Verifications verifications;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private WebhookIntake intake;

	@Autowired
	private RefusedWebhooks refused;

	@LocalServerPort
	private int port;

	@BeforeEach
	void empty() {
		this.jdbc.sql("truncate verification, delivery cascade").update();
	}

	static List<SignedWebhook.Sample> samples() {
		return SignedWebhook.samples();
	}

	@ParameterizedTest
	@MethodSource("samples")
	void everySampleIsKeptByteForByteBeforeItIsAnswered(SignedWebhook.Sample sample) {
		sample.webhook().sendTo(this.client).expectStatus().isOk().expectBody().isEmpty();

		var kept = this.jdbc.sql("select body from delivery").query(byte[].class).single();
		assertThat(kept).isEqualTo(sample.webhook().body());
	}

	@Test
	void webhookThatParksAVerificationIsAWarning() {
		SignedWebhook.sample("webhook-approved.json", "warned").sendTo(this.client).expectStatus().isOk();
		SignedWebhook.sample("webhook-resubmitted-non-final.json", "warned").sendTo(this.client).expectStatus().isOk();
		try (var lines = new LoggedLines(WebhookIntake.class)) {
			SignedWebhook.sample("webhook-expired.json", "warned").sendTo(this.client).expectStatus().isOk();

			assertThat(lines.warnings()).filteredOn((line) -> line.contains("warned"))
				.singleElement()
				.asString()
				.contains("EXPIRED", "UNDECIDED", "until it is re-armed");
		}
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			webhook-approved.json,                     APPROVED,  true,  SETTLED
			webhook-approved-compact-escaped.json,     APPROVED,  true,  SETTLED
			webhook-auto-final-approved.json,          APPROVED,  true,  SETTLED
			webhook-legacy-identification.json,        APPROVED,  true,  SETTLED
			webhook-denied.json,                       DENIED,    true,  SETTLED
			webhook-suspected.json,                    SUSPECTED, true,  SETTLED
			webhook-cancelled.json,                    DENIED,    false, AWAITED
			webhook-expired.json,                      EXPIRED,   true,  SETTLED
			webhook-expired-no-final.json,             EXPIRED,   true,  SETTLED
			webhook-auto-non-final.json,               APPROVED,  false, AWAITED
			webhook-auto-non-final-reviewing.json,     REVIEWING, false, AWAITED
			webhook-resubmitted-non-final.json,        REVIEWING, false, AWAITED""")
	void aSampleDecidesWhatItSays(String file, String overall, boolean isFinal, Progress progress) {
		SignedWebhook.sample(file).sendTo(this.client).expectStatus().isOk();

		var verification = find(SAMPLE_REF);
		assertThat(verification.decision().orElseThrow().overall()).isEqualTo(overall);
		assertThat(verification.decision().orElseThrow().isFinal()).isEqualTo(isFinal);
		assertThat(verification.progress()).isEqualTo(progress);
	}

	@ParameterizedTest
	@CsvSource({ "webhook-document-expiration.json", "webhook-aml-monitoring.json" })
	void whatDecidesNothingMakesNoVerification(String file) {
		SignedWebhook.sample(file).sendTo(this.client).expectStatus().isOk();

		assertThat(outcomes()).containsExactly("NOTED");
		assertThat(this.verifications.findById(new ScanRef(SAMPLE_REF))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "webhook-document-expiration.json", "webhook-aml-monitoring.json" })
	void whatDecidesNothingIsNotedOnAKnownVerification(String file) {
		SignedWebhook.sample("webhook-approved.json").sendTo(this.client);

		SignedWebhook.sample(file).sendTo(this.client).expectStatus().isOk();

		var noted = this.jdbc.sql("select count(*) from timeline_entry where kind = 'DELIVERY' and outcome = 'NOTED'")
			.query(Integer.class)
			.single();
		assertThat(noted).isOne();
		assertThat(find(SAMPLE_REF).decision().orElseThrow().overall()).isEqualTo("APPROVED");
	}

	@ParameterizedTest
	@CsvSource({ "webhook-expired.json", "webhook-expired-no-final.json", "webhook-cancelled.json" })
	void aPersonWhoNeverCameHasNoData(String file) {
		SignedWebhook.sample(file).sendTo(this.client).expectStatus().isOk();

		assertThat(find(SAMPLE_REF).data()).isEmpty();
	}

	@Test
	void aWebhookNeedsASignature() {
		SignedWebhook.sample("webhook-approved.json")
			.signedWith(null)
			.sendTo(this.client)
			.expectStatus()
			.isUnauthorized()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);

		assertThat(outcomes()).isEmpty();
	}

	@Test
	void aWebhookNeedsItsOwnSignature() {
		var another = SignedWebhook.sample("webhook-denied.json").signature();

		SignedWebhook.sample("webhook-approved.json")
			.signedWith(another)
			.sendTo(this.client)
			.expectStatus()
			.isUnauthorized();

		assertThat(outcomes()).isEmpty();
	}

	@Test
	void aSignatureIsHexadecimalNotBase64() {
		var webhook = SignedWebhook.sample("webhook-approved.json");
		var base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(SignedWebhook.sign(webhook.body())));

		webhook.signedWith(base64).sendTo(this.client).expectStatus().isUnauthorized();

		assertThat(outcomes()).isEmpty();
	}

	@Test
	void aWebhookIsAtMostOneMebibyteLong() {
		var padded = " ".repeat(1024 * 1024) + "{}";

		SignedWebhook.of(padded, null)
			.sendTo(this.client)
			.expectStatus()
			.isEqualTo(413)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);

		assertThat(outcomes()).isEmpty();
		assertThat(this.refused.tooLarge()).isPositive();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain;charset=utf-16", "application/x-www-form-urlencoded", "multipart/form-data",
			"multipart/form-data; boundary=x", "multipart/mixed; boundary=x", "no type at all", ";;;" })
	void anyContentTypeIsTaken(String contentType) throws Exception {
		var webhook = SignedWebhook.sample("webhook-approved.json");
		var request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/webhooks/idenfy"))
			.header("Content-Type", contentType)
			.header("Idenfy-Signature", SignedWebhook.sign(webhook.body()))
			.POST(HttpRequest.BodyPublishers.ofByteArray(webhook.body()))
			.build();

		try (var sender = HttpClient.newHttpClient()) {
			assertThat(sender.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(200);
		}

		assertThat(outcomes()).containsExactly("APPLIED");
	}

	static List<String> unreadable() {
		return List.of("", "not JSON", "[]", "\"text\"", "{\"final\":true", "{}",
				"{\"status\":{\"overall\":\"APPROVED\"}}", "{\"scanRef\":\"not a scanRef\",\"status\":{}}",
				"{\"scanRef\":\"x\",\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
				"{\"scanRef\":\"x\",\"a\":" + "9".repeat(500_000) + "}");
	}

	@ParameterizedTest
	@MethodSource("unreadable")
	void whatIsSignedButNotUnderstoodIsKept(String body) {
		SignedWebhook.of(body, "IDENTIFICATION_AUTO_FINISHED").sendTo(this.client).expectStatus().isOk();

		assertThat(outcomes()).containsExactly("UNREADABLE");
		assertThat(this.jdbc.sql("select body from delivery").query(byte[].class).single())
			.isEqualTo(body.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aRepeatIsCountedAndChangesNothing() {
		var webhook = SignedWebhook.sample("webhook-approved.json");
		webhook.sendTo(this.client);
		var before = find(SAMPLE_REF);

		webhook.sendTo(this.client).expectStatus().isOk();

		assertThat(this.jdbc.sql("select repeats from delivery").query(Integer.class).single()).isOne();
		assertThat(find(SAMPLE_REF).updatedAt()).isEqualTo(before.updatedAt());
	}

	@Test
	void aRepeatWithoutAScanRefIsCountedToo() {
		SignedWebhook.of("not JSON", null).sendTo(this.client);

		SignedWebhook.of("not JSON", null).sendTo(this.client).expectStatus().isOk();

		assertThat(this.jdbc.sql("select repeats from delivery").query(Integer.class).single()).isOne();
	}

	@Test
	void allUnknownEventTypesAreOneForARepeat() {
		SignedWebhook.sample("webhook-approved.json").as("SOMETHING_NEW").sendTo(this.client);

		SignedWebhook.sample("webhook-approved.json").as("SOMETHING_ELSE").sendTo(this.client).expectStatus().isOk();

		assertThat(outcomes()).containsExactly("APPLIED");
		assertThat(this.jdbc.sql("select event_word from delivery").query(String.class).single())
			.isEqualTo("SOMETHING_NEW");
	}

	@Test
	void aBodySentAgainAsAnotherEventIsOnlyNoted() {
		SignedWebhook.sample("webhook-auto-non-final.json").sendTo(this.client);

		SignedWebhook.sample("webhook-auto-non-final.json")
			.as("IDENTIFICATION_MANUAL_FINISHED")
			.sendTo(this.client)
			.expectStatus()
			.isOk();

		assertThat(outcomes()).containsExactly("APPLIED", "NOTED");
		assertThat(find(SAMPLE_REF).decision().orElseThrow().isFinal()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "IDENTIFICATION_MANUAL_FINISHED", "IDENTIFICATION_RESUBMITTED" })
	void aKnownBodyWeighsNoMoreUnderAnotherType(String type) {
		var automatic = body("APPROVED", "");
		var reviewed = body("DENIED", ",\"manualFace\":\"FACE_MISMATCH\",\"manualDocument\":\"DOC_VALIDATED\"");
		for (var first : List.of("IDENTIFICATION", "IDENTIFICATION_AUTO_FINISHED", "DOCUMENT_EXPIRATION",
				"SOMETHING_NEW")) {
			empty();
			SignedWebhook.of(automatic, first).sendTo(this.client).expectStatus().isOk();
			SignedWebhook.of(reviewed, "IDENTIFICATION_MANUAL_FINISHED").sendTo(this.client).expectStatus().isOk();

			SignedWebhook.of(automatic, type).sendTo(this.client).expectStatus().isOk();

			assertDenied();
		}
	}

	@Test
	void aBodyThatWasOnlyNotedWeighsNoMoreUnderAnotherType() {
		var late = body("APPROVED", "");
		SignedWebhook.of(body("DENIED", ",\"manualFace\":\"FACE_MISMATCH\""), "IDENTIFICATION_MANUAL_FINISHED")
			.sendTo(this.client);
		SignedWebhook.of(late, "IDENTIFICATION_AUTO_FINISHED").sendTo(this.client);

		SignedWebhook.of(late, "IDENTIFICATION_MANUAL_FINISHED").sendTo(this.client).expectStatus().isOk();

		assertThat(outcomes()).containsExactly("APPLIED", "NOTED", "NOTED");
		assertDenied();
	}

	private void assertDenied() {
		var decision = find("twice").decision().orElseThrow();
		assertThat(decision.overall()).isEqualTo("DENIED");
		assertThat(decision.isFinal()).isTrue();
	}

	private static String body(String overall, String results) {
		return """
				{"final":true,"scanRef":"twice","clientId":"c","finishTime":1772802297,\
				"status":{"overall":"%s"%s},"data":{"docFirstName":"ZIVILE"}}""".formatted(overall, results);
	}

	@Test
	void theSpecificTwinOfALegacyEventIsApplied() {
		SignedWebhook.sample("webhook-approved.json").as("IDENTIFICATION").sendTo(this.client);

		SignedWebhook.sample("webhook-approved.json").sendTo(this.client).expectStatus().isOk();

		assertThat(outcomes()).containsExactly("APPLIED", "APPLIED");
		assertThat(find(SAMPLE_REF).decision().orElseThrow().event()).isEqualTo("IDENTIFICATION_MANUAL_FINISHED");
	}

	@Test
	void aNulCharacterLosesNothing() {
		var approved = new String(SignedWebhook.sample("webhook-approved.json").body(), StandardCharsets.UTF_8);

		SignedWebhook
			.of(approved.replace("\"ZIVILE\"", "\"ZIV\\u0000ILE\"").replace("order-2026", "order\\u0000"),
					"IDENTIFICATION_MANUAL_FINISHED")
			.sendTo(this.client)
			.expectStatus()
			.isOk();

		assertThat(outcomes()).containsExactly("APPLIED");
		assertThat(find(SAMPLE_REF).data().orElseThrow()).containsEntry("docFirstName", "ZIV\u2400ILE");
	}

	@Test
	void aNumberTooLargeForTheDatabaseLosesNothing() {
		var approved = new String(SignedWebhook.sample("webhook-approved.json").body(), StandardCharsets.UTF_8);

		SignedWebhook
			.of(approved.replaceFirst("\\{", "{\"huge\":1e999999999,\"exact\":12345678901234567890.123456789,"),
					"IDENTIFICATION_MANUAL_FINISHED")
			.sendTo(this.client)
			.expectStatus()
			.isOk();

		assertThat(outcomes()).containsExactly("APPLIED");
		assertThat(find(SAMPLE_REF).webhook()).containsKeys("huge", "exact");
		assertThat(find(SAMPLE_REF).webhook().get("exact")).asString().isEqualTo("12345678901234567890.123456789");
	}

	@Test
	void aFinalWebhookWithoutDataOrFilesLeavesThemOutstanding() {
		var body = """
				{"final":true,"scanRef":"bare","clientId":"c","status":{"overall":"APPROVED","manualFace":"FACE_MATCH"},\
				"data":{"docFirstName":null,"fullName":"X"},"fileUrls":{"FRONT":null}}""";

		SignedWebhook.of(body, "IDENTIFICATION_MANUAL_FINISHED").sendTo(this.client).expectStatus().isOk();

		var verification = find("bare");
		assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		assertThat(verification.progress()).isEqualTo(Progress.AWAITED);
		assertThat(verification.outstanding()).containsExactly(Part.DATA, Part.FILES);
	}

	@Test
	void afterAFaultOfOursAWebhookIsAskedForAgain() {
		SignedWebhook.sample("webhook-auto-non-final.json", "damaged").sendTo(this.client);
		this.jdbc.sql("update verification set webhook = 'null'").update();
		var webhook = SignedWebhook.sample("webhook-approved.json", "damaged");

		webhook.sendTo(this.client).expectStatus().isEqualTo(503).expectHeader().valueEquals("Retry-After", "5");

		assertThat(outcomes()).containsExactly("APPLIED");
		this.jdbc.sql("update verification set webhook = '{}'").update();
		webhook.sendTo(this.client).expectStatus().isOk();
		assertThat(outcomes()).containsExactly("APPLIED", "APPLIED");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			22001, 200, UNREADABLE
			22021, 200, UNREADABLE
			22P02, 200, UNREADABLE
			22P03, 503,
			23502, 503,
			23503, 503,
			23505, 503,
			23514, 200, UNREADABLE
			08P01, 503,
			26000, 503,
			42P05, 503,
			42501, 503,
			P0001, 503,
			XX000, 503,
			40001, 503,
			53100, 503,
			57014, 503,
			25006, 503,
			25P03, 503,
			55P03, 503,""")
	void onlyWhatTheContentCausesIsUnreadableAndNothingIsLost(String sqlState, int status, String outcome) {
		this.jdbc
			.sql("""
					create function refuse() returns trigger language plpgsql as $$
					begin raise exception 'secret' using errcode = '%s'; end $$;
					create trigger refuse before insert on verification for each row execute function refuse()"""
				.formatted(sqlState))
			.update();
		try {
			SignedWebhook.sample("webhook-approved.json").sendTo(this.client).expectStatus().isEqualTo(status);
		}
		finally {
			this.jdbc.sql("drop trigger refuse on verification; drop function refuse").update();
		}

		assertThat(outcomes()).isEqualTo(Optional.ofNullable(outcome).stream().toList());
		if (outcome != null) {
			assertThat(reason()).isEqualTo("It could not be applied: SQLSTATE " + sqlState);
		}
	}

	@Test
	void theSameWebhookSentManyTimesAtOnceIsAppliedOnce() throws Exception {
		for (int round = 0; round < 10; round++) {
			var webhook = SignedWebhook.sample("webhook-approved.json", "at-once-" + round);

			atOnce(8, () -> webhook.sendTo(this.client).expectStatus().isOk());

			assertThat(this.jdbc.sql("select outcome, repeats from delivery where scan_ref = ?")
				.param("at-once-" + round)
				.query()
				.listOfRows()).containsExactly(Map.of("outcome", "APPLIED", "repeats", 7));
		}
	}

	@Test
	void aWebhookAndARegistrationAtTheSameInstantBothSucceed() throws Exception {
		for (int round = 0; round < 20; round++) {
			var scanRef = new ScanRef("both-" + round);
			var webhook = SignedWebhook.sample("webhook-approved.json", scanRef.value());
			var registration = new Registration(scanRef, "W2GL2K333Y", null, null, null);

			try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
				var sent = executor.submit(() -> webhook.sendTo(this.client).expectStatus().isOk());
				var registered = executor.submit(() -> register(registration));
				sent.get();
				registered.get();
			}

			assertThat(find(scanRef.value()).progress()).isEqualTo(Progress.SETTLED);
			assertThat(find(scanRef.value()).registeredAt()).isPresent();
		}
	}

	@Test
	void aWebhookUnparksWithADecision() {
		register(new Registration(new ScanRef("parked"), "W2GL2K333Y", null, null, null));
		this.transaction.executeWithoutResult((_) -> this.jdbc
			.sql("""
					update verification set progress = 'PARKED', parked_reason = 'NOT_FOUND', parked_at = now(), due_at = null,
						next_check_at = null where scan_ref = 'parked'""")
			.update());
		assertThat(find("parked").parkedReason()).contains(ParkedReason.NOT_FOUND);

		SignedWebhook.sample("webhook-approved.json", "parked").sendTo(this.client).expectStatus().isOk();

		assertThat(find("parked").progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void anUnreadableWebhookIsJudgedAgainWhenAnOperatorWantsIt() {
		var approved = SignedWebhook.sample("webhook-approved.json");
		approved.sendTo(this.client);
		this.jdbc
			.sql("update delivery set outcome = 'UNREADABLE', scan_ref = null, reason = 'seen by an older version'")
			.update();
		this.jdbc.sql("delete from verification").update();
		var id = this.jdbc.sql("select id from delivery").query(UUID.class).single();

		assertThat(this.intake.replay(id, "oncall")).map(Delivery::outcome).map(Enum::name).contains("APPLIED");

		assertThat(find(SAMPLE_REF).progress()).isEqualTo(Progress.SETTLED);
		assertThat(this.jdbc.sql("select scan_ref from delivery").query(String.class).single()).isEqualTo(SAMPLE_REF);
		assertThat(this.jdbc.sql("select details ->> 'by' from timeline_entry where kind = 'OPERATOR'")
			.query(String.class)
			.single()).isEqualTo("oncall");
	}

	@Test
	void aReplayThatIsWantedManyTimesAtOnceIsAppliedOnce() throws Exception {
		SignedWebhook.sample("webhook-resubmitted-non-final.json").sendTo(this.client);
		this.jdbc
			.sql("update delivery set outcome = 'UNREADABLE', scan_ref = null, reason = 'seen by an older version'")
			.update();
		this.jdbc.sql("delete from verification").update();
		var id = this.jdbc.sql("select id from delivery").query(UUID.class).single();

		atOnce(4, () -> this.intake.replay(id, "oncall"));

		assertThat(this.jdbc.sql("select round from verification").query(Integer.class).single()).isOne();
		assertThat(
				this.jdbc.sql("select outcome from timeline_entry where kind in ('DELIVERY', 'OPERATOR') order by id")
					.query(String.class)
					.list())
			.containsExactly("APPLIED", "REPLAYED");
	}

	@Test
	void aReplayOfWhatHasSinceBeenAppliedChangesNothing() {
		SignedWebhook.of("not JSON", null).sendTo(this.client);
		var approved = SignedWebhook.sample("webhook-approved.json");
		approved.sendTo(this.client);
		this.jdbc.sql("update delivery set body = ?, body_sha256 = sha256(?) where outcome = 'UNREADABLE'")
			.params(approved.body(), approved.body())
			.update();
		this.jdbc.sql("update delivery set event_word = 'IDENTIFICATION_MANUAL_FINISHED' where outcome = 'UNREADABLE'")
			.update();
		var before = find(SAMPLE_REF).updatedAt();
		var id = this.jdbc.sql("select id from delivery where outcome = 'UNREADABLE'").query(UUID.class).single();

		assertThat(this.intake.replay(id, "oncall")).map(Delivery::outcome).map(Enum::name).contains("NOTED");

		assertThat(find(SAMPLE_REF).updatedAt()).isEqualTo(before);
	}

	private Verification register(Registration registration) {
		return this.transaction.execute((_) -> {
			var now = Instant.now();
			var verification = this.verifications.lockOrCreate(registration.scanRef(),
					() -> Verification.registered(registration, "onboarding", now, this.deadlines));
			verification.register(registration, "onboarding", now);
			return verification;
		});
	}

	private static void atOnce(int times, Callable<?> task) throws Exception {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<?> future : executor.invokeAll(Collections.nCopies(times, task))) {
				future.get();
			}
		}
	}

	private Verification find(String scanRef) {
		return this.verifications.findById(new ScanRef(scanRef)).orElseThrow();
	}

	private String reason() {
		return this.jdbc.sql("select reason from delivery where outcome = 'UNREADABLE'").query(String.class).single();
	}

	private List<String> outcomes() {
		return this.jdbc.sql("select outcome from delivery order by id").query(String.class).list();
	}

}
