package dev.backstop.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.backstop.TestClock;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

@ApiTest
class ReadingTests {

	@Autowired
	private ApiClient api;

	@Autowired
	private Sessions sessions;

	@Autowired
	private TestClock clock;

	@BeforeEach
	void nothingIsKnown(@Autowired JdbcClient jdbc) {
		jdbc.sql("delete from verification").update();
	}

	@Test
	void aSettledVerificationHasEverythingAndWhereItCameFrom() {
		this.sessions.registered("settled", "c", "order-1");
		this.sessions.retrieved("settled");
		var registeredAt = this.clock.instant();
		var at = registeredAt.plus(Duration.ofMinutes(100));

		var response = this.api.get("/api/v1/verifications/settled");

		assertThat(response).hasStatusOk().hasContentType(MediaType.APPLICATION_JSON);
		assertThat(response).bodyJson().isStrictlyEqualTo("""
				{"scanRef": "settled", "clientId": "c", "externalRef": "order-1",
				 "progress": "SETTLED", "parkedReason": null, "dueAt": null, "outstanding": [],
				 "checks": {"count": 1, "lastAt": "%2$s", "lastResult": "SETTLED"},
				 "decision": {"overall": "APPROVED", "final": true, "event": null, "autoDocument": "DOC_VALIDATED",
				              "autoFace": "FACE_MATCH", "manualDocument": "DOC_VALIDATED", "manualFace": "FACE_MATCH",
				              "fraudTags": [], "mismatchTags": [], "source": "RETRIEVAL", "decidedAt": "%2$s"},
				 "data": {"docFirstName": "ANNA", "docExpiry": null}, "dataSource": "RETRIEVAL", "dataAt": "%2$s",
				 "files": [{"name": "FRONT", "kind": "IMAGE", "url": "https://files.example/front.png",
				            "linkExpiresAt": "%3$s"}], "filesSource": "RETRIEVAL", "filesAt": "%2$s",
				 "webhook": {}, "registeredAt": "%1$s", "lastWebhookAt": null, "createdAt": "%1$s", "updatedAt": "%2$s"}
				""".formatted(registeredAt, at, at.plusSeconds(3600)));
	}

	@Test
	void theFieldsAreInTheOrderOfTheDocumentation() {
		this.sessions.registered("settled", "c", "order-1");
		this.sessions.retrieved("settled");

		var response = this.api.get("/api/v1/verifications/settled");

		assertThat(response).bodyJson()
			.extractingPath("$")
			.asMap()
			.extracting((body) -> body.keySet().stream().map(Object::toString).toList())
			.asInstanceOf(list(String.class))
			.containsExactly("scanRef", "clientId", "externalRef", "progress", "parkedReason", "dueAt", "outstanding",
					"checks", "decision", "data", "dataSource", "dataAt", "files", "filesSource", "filesAt", "webhook",
					"registeredAt", "lastWebhookAt", "createdAt", "updatedAt");
	}

	@Test
	void whatIsUnknownIsNullOrEmpty() {
		this.sessions.registered("awaited");

		var response = this.api.get("/api/v1/verifications/awaited");

		assertThat(response).bodyJson().isLenientlyEqualTo("""
				{"externalRef": null, "parkedReason": null, "dueAt": "%s", "outstanding": ["STATUS"],
				 "checks": {"count": 0, "lastAt": null, "lastResult": null}, "decision": null,
				 "data": null, "dataSource": null, "dataAt": null, "files": [], "filesSource": null, "filesAt": null,
				 "webhook": {}, "lastWebhookAt": null}
				""".formatted(this.clock.instant().plus(Duration.ofMinutes(100))));
	}

	@Test
	void whatAWebhookBroughtIsShownWithItsEvent() {
		this.sessions.heard("heard", Sessions.REVIEWING);

		var response = this.api.get("/api/v1/verifications/heard");

		assertThat(response).bodyJson().isLenientlyEqualTo("""
				{"progress": "AWAITED", "registeredAt": null, "lastWebhookAt": "%1$s",
				 "decision": {"overall": "REVIEWING", "final": false, "event": "IDENTIFICATION_AUTO_FINISHED",
				              "manualFace": null, "source": "WEBHOOK", "decidedAt": "%1$s"},
				 "data": {"docFirstName": "ANNA"}, "dataSource": "WEBHOOK", "webhook": {"platform": "PC"}}
				""".formatted(this.clock.instant()));
	}

	@Test
	void thePersonIsNotInAnyText(@Autowired Verifications verifications) {
		this.sessions.heard("heard", Sessions.APPROVED);
		var verification = verifications.findById(new ScanRef("heard")).orElseThrow();

		assertThat(VerificationJson.of(verification, List.of())).hasToString("verification heard");
	}

	@Test
	void aParkedOneSaysWhy() {
		this.sessions.registered("parked");
		this.sessions.notFound("parked");

		var response = this.api.get("/api/v1/verifications/parked");

		assertThat(response).bodyJson()
			.isLenientlyEqualTo("{\"progress\": \"PARKED\", \"parkedReason\": \"NOT_FOUND\", \"dueAt\": null}");
	}

	@Test
	void theTimelineIsOldestFirstWithoutThePerson() {
		this.sessions.registered("told");
		this.sessions.retrieved("told");

		var response = this.api.get("/api/v1/verifications/told/timeline");

		assertThat(response).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{"entries": [
				 {"at": "%s", "kind": "REGISTERED", "outcome": "REGISTERED", "details": {"by": "onboarding"}},
				 {"kind": "TRANSITION", "outcome": "AWAITED", "details": {"because": "registered"}},
				 {"kind": "TRANSITION", "outcome": "SETTLED", "details": {"overall": "APPROVED"}},
				 {"kind": "CHECK", "outcome": "SETTLED", "details": {}}]}
				""".formatted(this.clock.instant()));
		assertThat(response).bodyText().doesNotContain("ANNA");
	}

	@Test
	void theKindOfAFileIsNotTheKindOfItsTimelineEntry() {
		this.sessions.registered("filed");
		this.sessions.archived("filed");

		var response = this.api.get("/api/v1/verifications/filed/timeline");

		assertThat(response).bodyJson()
			.extractingPath("entries[?(@.outcome == 'FILE_ARCHIVED')]")
			.isEqualTo(List.of(Map.of("at", this.clock.instant().toString(), "kind", "TRANSITION", "outcome",
					"FILE_ARCHIVED", "details",
					Map.of("name", "FRONT", "kind", "IMAGE", "version", 1, "tries", 1, "size", 48_213))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/timeline" })
	void anUnknownScanRefIsAProblemThatSaysWhatToDo(String path) {
		var response = this.api.get("/api/v1/verifications/unknown" + path);

		assertThat(response).hasStatus(HttpStatus.NOT_FOUND).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("detail").asString().contains("unknown", "Register it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a.b", "ü", "12345678901234567890123456789012345678901" })
	void aMalformedScanRefIsAProblemThatSaysWhatIsAllowed(String scanRef) {
		var read = this.api.get("/api/v1/verifications/{scanRef}", scanRef);
		var timeline = this.api.get("/api/v1/verifications/{scanRef}/timeline", scanRef);

		assertThat(read).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(read).bodyJson().extractingPath("detail").asString().contains("1 to 40 characters");
		assertThat(timeline).hasStatus(HttpStatus.BAD_REQUEST);
	}

}
