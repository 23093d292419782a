package dev.backstop.api;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import dev.backstop.TestClock;
import dev.backstop.reconciliation.Reconciliation;
import org.junit.jupiter.api.AfterEach;
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

	@Autowired
	private SchedulerClient scheduler;

	@Autowired
	private RecurringTask<Void> task;

	private Instant tomorrow;

	@BeforeEach
	void nothingIsKnownAndTheNextRunIsTomorrow() {
		this.jdbc.sql("truncate verification, scheduled_tasks cascade").update();
		this.tomorrow = this.clock.instant().plus(Duration.ofDays(1));
		this.scheduler.scheduleIfNotExists(this.task.instance(RecurringTask.INSTANCE), this.tomorrow);
	}

	@AfterEach
	void resume() {
		this.reconciliation.resume("oncall");
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
		assertThat(nextRun()).isEqualTo(this.clock.instant());
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
		this.reconciliation.pause("oncall");

		var response = this.api.post("/api/v1/verifications/held/check");

		assertThat(response).hasStatus(HttpStatus.ACCEPTED).bodyJson().isLenientlyEqualTo("""
				{"reconciliation": {"state": "PAUSED", "reason": "OPERATOR", "since": "%s", "until": null}}
				""".formatted(this.clock.instant()));
		assertThat(response).bodyJson().extractingPath("detail").asString().contains("paused");
		assertThat(response).bodyText().doesNotContain("oncall");
		assertThat(nextRun()).isEqualTo(this.clock.instant());
	}

	@Test
	void onceReconciliationIsResumedTheAnswerSaysSo() {
		this.sessions.registered("resumed");
		this.reconciliation.pause("oncall");
		this.reconciliation.resume("oncall");

		assertThat(this.api.post("/api/v1/verifications/resumed/check")).bodyJson()
			.extractingPath("reconciliation.state")
			.isEqualTo("RUNNING");
	}

	@Test
	void soonAfterACheckTheAnswerSaysWhenToAskAgain() {
		this.sessions.registered("soon");
		this.api.post("/api/v1/verifications/soon/check");
		this.sessions.checkedInVain("soon");
		var askedAt = this.clock.instant();
		this.clock.advance(Duration.ofMillis(500));

		var response = this.api.post("/api/v1/verifications/soon/check");

		assertThat(response).hasStatus(HttpStatus.TOO_MANY_REQUESTS)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.hasHeader(HttpHeaders.RETRY_AFTER, "600");
		assertThat(asked("soon")).isOne();
		assertThat(nextRun()).isEqualTo(askedAt);
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
		assertThat(nextRun()).isEqualTo(this.tomorrow);
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
			.extractingPath("entries[?(@.outcome == 'EXPECTED')].details")
			.asArray()
			.containsExactly(Map.of("by", "onboarding", "within", 86_400));
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

	private Instant nextRun() {
		return this.jdbc.sql("select execution_time from scheduled_tasks")
			.query(OffsetDateTime.class)
			.single()
			.toInstant();
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
