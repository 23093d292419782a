package dev.backstop.operations;

import java.time.Duration;
import java.time.Instant;

import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Part;
import dev.backstop.verification.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
class ReconciliationEndpointTests {

	@Autowired
	private Scene scene;

	@Autowired
	private JdbcClient jdbc;

	@LocalManagementPort
	private int port;

	private Actuator operator;

	@BeforeEach
	void clear() {
		this.scene.clear();
		this.operator = Actuator.asOperator(this.port);
	}

	@Test
	void tellsThatItRunsAndWhatIsDue() {
		this.scene.overdueBy(Duration.ofMinutes(90));
		this.scene.overdueBy(Duration.ofMinutes(5));
		this.scene.overdueBy(Duration.ofMinutes(-5));

		var overview = this.operator.get("/reconciliation").json();

		assertThat(overview.path("state").asString()).isEqualTo("RUNNING");
		assertThat(overview.get("reason").isNull()).isTrue();
		assertThat(overview.path("dueNow").asInt()).isEqualTo(2);
		assertThat(Duration.parse(overview.path("oldestOverdueFor").asString())).isBetween(Duration.ofMinutes(90),
				Duration.ofMinutes(91));
		assertThat(Instant.parse(overview.path("oldestDueAt").asString())).isBefore(Instant.now());
		assertThat(overview.path("awaited").asInt()).isEqualTo(3);
		assertThat(overview.path("breaker").asString()).isEqualTo("CLOSED");
		assertThat(overview.get("lastRun").isNull()).isTrue();
		assertThat(Instant.parse(overview.path("nextExecution").asString())).isAfter(Instant.now());
	}

	@Test
	void aBacklogIsCountedNoFurtherThanAnAnswerMayTake() {
		this.scene.overdue(10_001);

		var overview = this.operator.get("/reconciliation").json();

		assertThat(overview.path("dueNow").asInt()).isEqualTo(10_000);
		assertThat(overview.path("awaited").asInt()).isEqualTo(10_000);
		assertThat(this.operator.get("/health").json().at("/components/reconciliation/details/dueNow").asInt())
			.isEqualTo(10_000);
	}

	@Test
	void tellsHowMuchOfTheBudgetIsUsed() {
		this.scene.call(this.scene.settled(), "STATUS", "ANSWERED");

		var budget = this.operator.get("/reconciliation").json().path("budget");

		assertThat(budget).hasToString("""
				{"limitForPeriod":1,"refreshPeriod":"PT0.5S","callsInLastMinute":1,"callsPerMinuteAtMost":120}""");
	}

	@Test
	void parkedOnesAreCountedByEveryReasonAndShownNewestFirst() {
		var older = this.scene.notFound(Duration.ofHours(2));
		var newer = this.scene.notFound(Duration.ofHours(1));

		var overview = this.operator.get("/reconciliation").json();

		assertThat(overview.path("parked")).hasToString("""
				{"UNDECIDED":0,"FAILING":0,"NOT_FOUND":2,"REFUSED":0,"UNSTORABLE":0}""");
		assertThat(overview.path("newestParked").valueStream().map((each) -> each.path("scanRef").asString()))
			.containsExactly(newer.value(), older.value());
		assertThat(overview.at("/newestParked/0/reason").asString()).isEqualTo("NOT_FOUND");
	}

	@Test
	void anOperatorPausesItUntilAnOperatorResumesIt() {
		var paused = this.operator.post("/reconciliation", """
				{"action": "pause"}""").json();

		assertThat(paused.path("state").asString()).isEqualTo("PAUSED");
		assertThat(paused.path("reason").asString()).isEqualTo("OPERATOR");
		assertThat(paused.path("by").asString()).isEqualTo("oncall");
		assertThat(paused.get("until").isNull()).isTrue();
		assertThat(paused.path("nextStep").asString()).contains("resume");

		var resumed = this.operator.post("/reconciliation", """
				{"action": "resume"}""").json();

		assertThat(resumed.path("state").asString()).isEqualTo("RUNNING");
	}

	@Test
	void whatIdenfyHoldsIsExplained() {
		this.scene.hold("PAUSED", "ACCESS_REFUSED", "UNAUTHORIZED");

		var overview = this.operator.get("/reconciliation").json();

		assertThat(overview.path("state").asString()).isEqualTo("PAUSED");
		assertThat(overview.path("detail").asString()).isEqualTo("UNAUTHORIZED");
		assertThat(Instant.parse(overview.path("until").asString())).isAfter(Instant.now());
		assertThat(overview.path("nextStep").asString()).contains("idenfy.api-key");
	}

	@Test
	void runBringsTheNextExecutionForward() {
		var answer = this.operator.post("/reconciliation", """
				{"action": "run"}""");

		assertThat(answer.status()).isEqualTo(200);
		assertThat(this.scene.nextExecution()).isBefore(Instant.now());
		assertThat(Instant.parse(answer.json().path("nextExecution").asString())).isBefore(Instant.now());
	}

	@Test
	void runSaysThatNothingRunsWhileAnOperatorHasPausedIt() {
		this.operator.post("/reconciliation", """
				{"action": "pause"}""");

		var problem = this.operator.post("/reconciliation", """
				{"action": "run"}""").problem(409);

		assertThat(problem).contains("Nothing will run", "PAUSED", "oncall", "resume");
		assertThat(this.scene.nextExecution()).isAfter(Instant.now());
	}

	@ParameterizedTest
	@CsvSource({ "PAUSED, ACCESS_REFUSED, idenfy.api-key", "THROTTLED, TOO_MANY_REQUESTS, rate limit" })
	void runSaysUntilWhenNothingRunsThatIdenfyHolds(String state, String reason, String step) {
		this.scene.hold(state, reason, "HTTP 400");

		assertThat(this.operator.post("/reconciliation", """
				{"action": "run"}""").problem(409)).contains("Nothing will run until 2", state, "HTTP 400", step);
	}

	@Test
	void runMakesTheProbeThatIsDue() {
		this.scene.hold("PAUSED", "ACCESS_REFUSED", "HTTP 401");
		this.jdbc.sql("update reconciliation set held_until = now() - interval '1 second'").update();

		assertThat(this.operator.post("/reconciliation", """
				{"action": "run"}""").status()).isEqualTo(200);
		assertThat(this.scene.nextExecution()).isBefore(Instant.now());
	}

	@Test
	void rearmMakesAsManyDueAsWantedTheLongestParkedFirst() {
		var longest = this.scene.notFound(Duration.ofHours(2));
		var newest = this.scene.notFound(Duration.ofHours(1));

		var answer = this.operator.post("/reconciliation", """
				{"action": "rearm", "reason": "NOT_FOUND", "limit": 1}""").json();

		assertThat(answer.path("rearmed").asInt()).isOne();
		assertThat(answer.path("dueNow").asInt()).isOne();
		assertThat(this.scene.find(longest).progress()).isEqualTo(Progress.AWAITED);
		assertThat(this.scene.find(newest).parkedReason()).contains(ParkedReason.NOT_FOUND);
		assertThat(this.scene.operatorsActions(longest)).containsExactly("REARMED by oncall");
	}

	@Test
	void rearmWithoutALimitTakesAllOfThatReason() {
		this.scene.notFound(Duration.ofHours(2));
		this.scene.notFound(Duration.ofHours(1));

		var ofAnotherReason = this.operator.post("/reconciliation", """
				{"action": "rearm", "reason": "FAILING"}""").json();
		var all = this.operator.post("/reconciliation", """
				{"action": "rearm", "reason": "NOT_FOUND"}""").json();

		assertThat(ofAnotherReason.path("rearmed").asInt()).isZero();
		assertThat(all.path("rearmed").asInt()).isEqualTo(2);
		assertThat(all.at("/parked/NOT_FOUND").asInt()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{}                                                      | rearm
					{"action": "stop"}                                      | resume
					{"action": null}                                        | pause
					{"action": "rearm"}                                     | [UNDECIDED, FAILING, NOT_FOUND, REFUSED, UNSTORABLE]
					{"action": "rearm", "reason": "LATE"}                   | [UNDECIDED, FAILING, NOT_FOUND, REFUSED, UNSTORABLE]
					{"action": "rearm", "reason": "FAILING", "limit": 0}    | from 1 to 10000
					{"action": "rearm", "reason": "FAILING", "limit": 10001}| from 1 to 10000
					{"action": "rearm", "reason": "FAILING", "limit": 1.5}  | from 1 to 10000
					{"action": "rearm", "reason": "FAILING", "limit": "ten"}| from 1 to 10000
					{"action": "test"}                                      | scanRef
					{"action": "test", "scanRef": "a.b"}                    | 1 to 40 characters""")
	void whatItDoesNotKnowIsAnsweredWithWhatItKnows(String body, String named) {
		assertThat(this.operator.post("/reconciliation", body).problem(400)).contains(named);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "[]", "\"run\"", "{\"action\": {}}" })
	void whatIsNoObjectOfWordsIsAProblem(String body) {
		this.operator.post("/reconciliation", body).problem(400);
	}

	@Test
	void anActionInAnotherFormIsAProblem() {
		this.operator.post("/reconciliation", "application/x-www-form-urlencoded", "").problem(415);
	}

	@Test
	void anotherMethodIsAProblem() {
		this.operator.delete("/reconciliation").problem(405);
	}

	@Test
	void theTypesOfSpringBootAreTakenAsWell() {
		var answer = this.operator.post("/reconciliation", "application/vnd.spring-boot.actuator.v3+json", """
				{"action": "run"}""");

		assertThat(answer.status()).isEqualTo(200);
	}

	@Test
	void aMonitorMayOnlyRead() {
		var monitor = Actuator.asMonitor(this.port);

		assertThat(monitor.get("/reconciliation").status()).isEqualTo(200);
		monitor.post("/reconciliation", """
				{"action": "pause"}""").problem(403);
		assertThat(this.operator.get("/reconciliation").json().path("state").asString()).isEqualTo("RUNNING");
	}

	@Test
	void oneVerificationIsShownWithItsCallsAndWithoutThePerson() {
		var scanRef = this.scene.settled();
		this.scene.call(scanRef, "STATUS", "UNAVAILABLE");
		this.scene.call(scanRef, "STATUS", "ANSWERED");

		var answer = this.operator.get("/reconciliation/" + scanRef);

		var one = answer.json();
		assertThat(one.path("scanRef").asString()).isEqualTo(scanRef.value());
		assertThat(one.path("progress").asString()).isEqualTo("SETTLED");
		assertThat(one.get("dueAt").isNull()).isTrue();
		assertThat(one.path("outstanding")).isEmpty();
		assertThat(one.at("/checks/count").asInt()).isOne();
		assertThat(one.at("/checks/lastResult").asString()).isEqualTo("SETTLED");
		assertThat(one.path("failures").asInt()).isZero();
		assertThat(one.at("/decision/overall").asString()).isEqualTo("APPROVED");
		assertThat(one.at("/decision/final").asBoolean()).isTrue();
		assertThat(one.path("calls").valueStream().map((call) -> call.path("outcome").asString()))
			.containsExactly("UNAVAILABLE", "ANSWERED");
		assertThat(answer.text()).doesNotContain(Scene.PERSON);
	}

	@Test
	void aTestThatTakesLongIsShownAsPending() {
		var answer = this.operator.post("/reconciliation", """
				{"action": "test", "scanRef": "unknown"}""").json();

		assertThat(answer.at("/test/result").asString()).isEqualTo("PENDING");
		assertThat(answer.at("/test/scanRef").asString()).isEqualTo("unknown");
		assertThat(answer.at("/test/by").asString()).isEqualTo("oncall");
		assertThat(answer.at("/test/nextStep").asString()).contains("GET /actuator/reconciliation");
		assertThat(this.operator.get("/reconciliation").json().path("test")).isEqualTo(answer.path("test"));
	}

	@Test
	void aParkedOneIsReArmed() {
		var scanRef = this.scene.notFound(Duration.ofHours(1));

		var one = this.operator.post("/reconciliation/" + scanRef, """
				{"action": "rearm"}""").json();

		assertThat(one.path("progress").asString()).isEqualTo("AWAITED");
		assertThat(one.get("parkedReason").isNull()).isTrue();
		assertThat(Instant.parse(one.path("dueAt").asString())).isBefore(Instant.now());
		assertThat(this.scene.operatorsActions(scanRef)).containsExactly("REARMED by oncall");
		assertThat(this.scene.nextExecution()).isBefore(Instant.now());
	}

	@Test
	void aSettledOneIsReopenedAndAskedAnew() {
		var scanRef = this.scene.settled();

		var one = this.operator.post("/reconciliation/" + scanRef, """
				{"action": "reopen"}""").json();

		assertThat(one.path("progress").asString()).isEqualTo("AWAITED");
		assertThat(one.at("/decision/final").asBoolean()).isTrue();
		assertThat(this.scene.find(scanRef).outstanding()).contains(Part.STATUS);
		assertThat(this.scene.operatorsActions(scanRef)).containsExactly("REOPENED by oncall");
	}

	@Test
	void whatIsNotParkedCannotBeReArmed() {
		var scanRef = this.scene.settled();

		var detail = this.operator.post("/reconciliation/" + scanRef, """
				{"action": "rearm"}""").problem(409);

		assertThat(detail).contains("parked", "is SETTLED");
		assertThat(this.scene.operatorsActions(scanRef)).isEmpty();
	}

	@Test
	void whatIsAwaitedCannotBeReopened() {
		var scanRef = this.scene.overdueBy(Duration.ofHours(1));

		assertThat(this.operator.post("/reconciliation/" + scanRef, """
				{"action": "reopen"}""").problem(409)).contains("settled or parked");
	}

	@Test
	void anUnknownOneIsNotFound() {
		assertThat(this.operator.get("/reconciliation/unknown").problem(404)).contains("unknown");
		this.operator.post("/reconciliation/unknown", """
				{"action": "rearm"}""").problem(404);
	}

	@Test
	void aMalformedScanRefIsAProblem() {
		assertThat(this.operator.get("/reconciliation/a.b").problem(400)).contains("1 to 40 characters");
		this.operator.post("/reconciliation/" + "a".repeat(41), """
				{"action": "rearm"}""").problem(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"action\": \"run\"}" })
	void anUnknownActionForOneNamesTheKnown(String body) {
		var scanRef = this.scene.settled();

		assertThat(this.operator.post("/reconciliation/" + scanRef, body).problem(400)).contains("rearm", "reopen");
	}

}
