package dev.backstop.api;

import java.time.Duration;
import java.util.Optional;

import dev.backstop.TestClock;
import dev.backstop.reconciliation.Hold;
import dev.backstop.reconciliation.Reconciliation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

@ApiTest
class AskingTests {

	@Autowired
	private ApiClient api;

	@Autowired
	private Sessions sessions;

	@Autowired
	private Reconciliation reconciliation;

	@Autowired
	private TestClock clock;

	@Autowired
	private JdbcClient jdbc;

	@BeforeEach
	void nothingIsKnown() {
		this.jdbc.sql("delete from verification").update();
	}

	@Test
	void aCheckThatIsAskedForIsDueNowAndKeepsTheDeadline() {
		this.sessions.registered("back");
		var deadline = this.clock.instant().plus(Duration.ofMinutes(100));

		var response = this.api.post("/api/v1/verifications/back/check");

		assertThat(response).hasStatus(HttpStatus.ACCEPTED).bodyJson().isLenientlyEqualTo("""
				{"dueAt": "%s", "reconciliation": {"state": "RUNNING", "reason": null, "since": null, "until": null}}
				""".formatted(this.clock.instant()));
		assertThat(this.api.get("/api/v1/verifications/back")).bodyJson()
			.extractingPath("dueAt")
			.isEqualTo(deadline.toString());
		then(this.reconciliation).should().bringForward();
	}

	@Test
	void aCheckThatIsAskedForTwiceIsOneCheck() {
		this.sessions.registered("twice");
		this.api.post("/api/v1/verifications/twice/check");

		var again = this.api.post("/api/v1/verifications/twice/check");

		assertThat(again).hasStatus(HttpStatus.ACCEPTED);
		assertThat(asked("twice")).isOne();
	}

	@Test
	void whileReconciliationIsHeldTheAnswerSaysSo() {
		this.sessions.registered("held");
		var since = this.clock.instant();
		given(this.reconciliation.hold()).willReturn(Optional.of(new Hold(Hold.State.PAUSED, Hold.Reason.ACCESS_REFUSED,
				"PERMISSIONS_ERROR", "oncall", since, since.plusSeconds(900))));

		var response = this.api.post("/api/v1/verifications/held/check");

		assertThat(response).hasStatus(HttpStatus.ACCEPTED).bodyJson().isLenientlyEqualTo("""
				{"reconciliation": {"state": "PAUSED", "reason": "ACCESS_REFUSED", "since": "%s", "until": "%s"}}
				""".formatted(since, since.plusSeconds(900)));
		assertThat(response).bodyJson().extractingPath("detail").asString().contains("paused");
		assertThat(response).bodyText().doesNotContain("oncall", "PERMISSIONS_ERROR");
		then(this.reconciliation).should().bringForward();
	}

	@Test
	void soonAfterACheckTheAnswerSaysWhenToAskAgain() {
		this.sessions.registered("soon");
		this.api.post("/api/v1/verifications/soon/check");
		this.sessions.checkedInVain("soon");
		this.clock.advance(Duration.ofMillis(500));

		var response = this.api.post("/api/v1/verifications/soon/check");

		assertThat(response).hasStatus(HttpStatus.TOO_MANY_REQUESTS)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.hasHeader(HttpHeaders.RETRY_AFTER, "600");
		assertThat(asked("soon")).isOne();
		then(this.reconciliation).should(times(1)).bringForward();
	}

	@Test
	void afterTheLastCheckThatMayBeAskedForTheNextIsRefused() {
		this.sessions.registered("often");
		for (int i = 0; i < 3; i++) {
			this.clock.advance(Duration.ofMinutes(10));
			assertThat(this.api.post("/api/v1/verifications/often/check")).hasStatus(HttpStatus.ACCEPTED);
			this.sessions.checkedInVain("often");
		}
		this.clock.advance(Duration.ofMinutes(10));

		assertRefused(this.api.post("/api/v1/verifications/often/check"));
	}

	@Test
	void aSettledOrParkedOneIsNotChecked() {
		this.sessions.registered("settled");
		this.sessions.retrieved("settled");
		this.sessions.registered("parked");
		this.sessions.notFound("parked");

		assertRefused(this.api.post("/api/v1/verifications/settled/check"));
		assertRefused(this.api.post("/api/v1/verifications/parked/check"));
		then(this.reconciliation).should(never()).bringForward();
	}

	@Test
	void expectingMoreWaitsAnewAndKeepsTheDecision() {
		this.sessions.registered("more");
		this.sessions.retrieved("more");
		var dueAt = this.clock.instant().plusSeconds(86_400).plus(Duration.ofMinutes(30));

		var response = expect("more", "{\"within\": 86400}");

		assertThat(response).hasStatus(HttpStatus.ACCEPTED)
			.bodyJson()
			.isStrictlyEqualTo("{\"dueAt\": \"" + dueAt + "\"}");
		assertThat(this.api.get("/api/v1/verifications/more")).bodyJson().isLenientlyEqualTo("""
				{"progress": "AWAITED", "dueAt": "%s", "outstanding": ["STATUS", "DATA", "FILES"],
				 "decision": {"overall": "APPROVED", "final": true}, "data": {"docFirstName": "ANNA"}}
				""".formatted(dueAt));
		assertThat(this.api.get("/api/v1/verifications/more/timeline")).bodyJson()
			.extractingPath("entries[?(@.outcome == 'EXPECTED')].by")
			.asArray()
			.containsExactly("onboarding");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"within\": null}", "{\"within\": -1}", "{\"within\": \"60\"}",
			"{\"within\": 1.5}", "{\"within\": 315532801}", "{\"within\": []}" })
	void withinIsAWholeNumberOfSecondsUpToTenYears(String json) {
		this.sessions.registered("within");

		var response = expect("within", json);

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("errors").asMap().containsOnlyKeys("within");
		assertThat(expect("within", "{\"within\": 315532800}")).hasStatus(HttpStatus.ACCEPTED);
		assertThat(expect("within", "{\"within\": 0}")).hasStatus(HttpStatus.ACCEPTED);
	}

	@Test
	void nothingCanBeAskedOfAnUnknownOne() {
		assertThat(this.api.post("/api/v1/verifications/unknown/check")).hasStatus(HttpStatus.NOT_FOUND)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(expect("unknown", "{\"within\": 0}")).hasStatus(HttpStatus.NOT_FOUND)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	private RestTestClientResponse expect(String scanRef, String json) {
		return this.api.post("/api/v1/verifications/" + scanRef + "/expect", json);
	}

	private int asked(String scanRef) {
		return this.jdbc.sql("select asked_checks from verification where scan_ref = ?")
			.param(scanRef)
			.query(Integer.class)
			.single();
	}

	private static void assertRefused(RestTestClientResponse response) {
		assertThat(response).hasStatus(HttpStatus.CONFLICT)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.doesNotContainHeader(HttpHeaders.RETRY_AFTER);
		assertThat(response).bodyJson().extractingPath("detail").asString().isNotBlank();
	}

}
