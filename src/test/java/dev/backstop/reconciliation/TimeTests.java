package dev.backstop.reconciliation;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TimeZone;

import com.jayway.jsonpath.JsonPath;
import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestClient;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.Findings;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.StatusAnswer;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the clock, the JVM's time zone and the database's say, no verification is
 * forgotten and none is checked early.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false",
				"spring.datasource.hikari.connection-init-sql=set time zone 'Asia/Kathmandu'",
				"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=1ms",
				"resilience4j.retry.instances.idenfy.wait-duration=1ms" })
@Import({ TestDatabase.class, TestClock.Configuration.class, ScheduleWithoutRunner.class, TestClient.class })
@DirtiesContext
class TimeTests {

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().retries(0, Duration.ZERO));

	private static final TimeZone zoneBefore = TimeZone.getDefault();

	private static final Instant START = Instant.parse("2027-06-01T12:00:00.123456Z");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

	private static final Duration EXPIRY_TIME = Duration.ofHours(2);

	private static final Duration SESSION_LENGTH = Duration.ofMinutes(15);

	private static final Duration REVIEW_AND_GRACE = Duration.ofMinutes(20 + 10);

	private static final Duration UNTIL_DUE = EXPIRY_TIME.plus(SESSION_LENGTH).plus(REVIEW_AND_GRACE);

	private static final Duration CENTURY = Duration.ofDays(36_525);

	private static final Duration DECADE = Duration.ofDays(3_652);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration HOUR = Duration.ofHours(1);

	@Autowired
	private Reconciler reconciler;

	@Autowired
	private Reconciliation reconciliation;

	@Autowired
	private Checks checks;

	@Autowired
	private Verifications verifications;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private RestTestClient http;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TestClock clock;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		idenfy.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@BeforeAll
	static void liveWhereClocksAreChanged() {
		TimeZone.setDefault(TimeZone.getTimeZone("Europe/Vilnius"));
	}

	@AfterAll
	static void stop() {
		TimeZone.setDefault(zoneBefore);
		idenfy.close();
	}

	@BeforeEach
	void empty() {
		set(START);
		idenfy.clearFaults();
		idenfy.forget();
		idenfy.deliverTo(URI.create("http://localhost:" + this.port + "/webhooks/idenfy"));
		this.jdbc.sql("truncate verification, delivery, idenfy_call cascade").update();
		this.jdbc
			.sql("""
					update reconciliation set hold = null, hold_reason = null, hold_detail = null, held_by = null, held_since = null,
						held_until = null, holds_in_a_row = 0, not_found_in_a_row = '{}', refused = '[]', rearmed = '{}'""")
			.update();
	}

	@Test
	void theDatabaseAndTheJvmLiveInTimeZonesOfTheirOwn() {
		assertThat(this.jdbc.sql("show time zone").query(String.class).single()).isEqualTo("Asia/Kathmandu");
		assertThat(TimeZone.getDefault().getID()).isEqualTo("Europe/Vilnius");
	}

	// Vilnius skips 03:00 to 04:00, at 01:00 UTC, in March, and repeats it from 00:00 UTC
	// on in October;
	// who took UTC for its time would meet both at 03:30 UTC
	@ParameterizedTest
	@ValueSource(strings = { "2027-06-01T12:00:00.123456Z", "2027-03-28T00:59:59.999999Z", "2027-03-28T01:00:00Z",
			"2027-03-28T01:30:00Z", "2027-03-28T03:30:00Z", "2027-03-28T04:00:00Z", "2027-10-31T00:00:00Z",
			"2027-10-31T00:30:00Z", "2027-10-31T01:00:00Z", "2027-10-31T01:30:00Z", "2027-10-31T03:30:00Z",
			"2027-12-31T18:15:00Z", "2028-02-29T12:00:00Z" })
	void aDeadlineIsTheSameInEveryTimeZone(Instant deadline) {
		set(deadline.minus(UNTIL_DUE));

		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);

		assertThat(stored("due_at", scanRef)).isEqualTo(deadline);
		assertThat(stored("next_check_at", scanRef)).isEqualTo(deadline);
		assertThat(stored("registered_at", scanRef)).isEqualTo(deadline.minus(UNTIL_DUE));
		assertThat(dueAt(scanRef)).isEqualTo(deadline);
		assertThat(find(scanRef).dueAt()).contains(deadline);
		isCheckedAtAndNotBefore(deadline, scanRef);
	}

	@ParameterizedTest
	@CsvSource({ "2027-03-28T00:30:00Z, PT1H", "2027-10-31T00:30:00Z, PT1H", "2027-10-31T00:30:00Z, PT30M" })
	void aWaitAcrossTheSkippedOrTheRepeatedHourIsAsLongAsAnyOther(Instant registeredAt, Duration expiryTime) {
		set(registeredAt);

		var scanRef = registered(expiryTime, SESSION_LENGTH);

		isCheckedAtAndNotBefore(registeredAt.plus(expiryTime).plus(SESSION_LENGTH).plus(REVIEW_AND_GRACE), scanRef);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2027-03-28T00:30:00Z", "2027-10-31T00:30:00Z" })
	void aFollowUpAcrossTheSkippedOrTheRepeatedHourComesInTime(Instant firstCheckAt) {
		set(firstCheckAt.minus(UNTIL_DUE));
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		set(firstCheckAt);
		run();
		idenfy.forget();

		isCheckedAtAndNotBefore(firstCheckAt.plus(Duration.ofMinutes(30)), scanRef);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2027-03-28T01:30:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z" })
	void whatChangesInTheSkippedOrTheRepeatedHourIsListedFromThatInstantOn(Instant at) {
		set(at);
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);

		assertThat(updatedSince(at)).containsExactly(scanRef.value());
		assertThat(updatedSince(at.plusSeconds(1))).isEmpty();
	}

	@Test
	void aClockThatStepsBackAfterARegistrationNeitherHastensNorLosesIt() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		stepBack();

		assertThat(dueAt(scanRef)).isEqualTo(START.plus(UNTIL_DUE));
		isCheckedAtAndNotBefore(START.plus(UNTIL_DUE), scanRef);
	}

	@Test
	void aClockThatStepsBackAtTheDeadlineWaitsForItAgain() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		set(START.plus(UNTIL_DUE).plusSeconds(1));
		stepBack();

		isCheckedAtAndNotBefore(START.plus(UNTIL_DUE), scanRef);
	}

	@Test
	void aClockThatStepsBackAfterACheckPutsOffOnlyWhatItSaysItDoes() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		set(START.plus(UNTIL_DUE));
		run();
		idenfy.forget();
		stepBack();

		isCheckedAtAndNotBefore(START.plus(UNTIL_DUE).plus(Duration.ofMinutes(30)), scanRef);
	}

	@Test
	void aClockThatStepsBackWhileThrottledIsHeldUntilTheTimeItNamesAndNoLonger() {
		var scanRef = overdue();
		var until = this.clock.instant().plus(Duration.ofMinutes(7));
		idenfy.failNext(Endpoint.STATUS, Fault.tooManyRequests(Duration.ofMinutes(7)), 1);
		run();
		idenfy.forget();
		stepBack();

		run();

		assertThat(idenfy.calls()).isEmpty();
		assertThat(this.reconciliation.hold().orElseThrow().until()).isEqualTo(until);
		var asked = post("/api/v1/verifications/" + scanRef + "/check", "");
		assertThat(asked).hasStatus(HttpStatus.ACCEPTED);
		assertThat(asked).bodyJson().isLenientlyEqualTo("""
				{"reconciliation": {"state": "THROTTLED", "until": "%s"}}
				""".formatted(until));
		isCheckedAtAndNotBefore(until, scanRef);
		assertThat(this.reconciliation.hold()).isEmpty();
	}

	@Test
	void aClockThatStepsBackWhileAccessIsRefusedProbesAtTheTimeItNames() {
		var scanRef = overdue();
		idenfy.failNext(Endpoint.STATUS, Fault.UNAUTHORIZED, 1);
		run();
		var until = this.reconciliation.hold().orElseThrow().until();
		idenfy.forget();
		stepBack();

		assertThat(until).isEqualTo(START.plus(UNTIL_DUE).plus(HOUR.multipliedBy(2)).plus(Duration.ofMinutes(15)));
		isCheckedAtAndNotBefore(until, scanRef);
		assertThat(this.reconciliation.hold()).isEmpty();
	}

	@Test
	void aClaimOfARunnerThatDiedBeforeTheClockSteppedBackIsTakenOver() {
		var scanRef = overdue();
		assertThat(this.checks.begin(scanRef, this.checks.handOver("an instance that dies"))).isPresent();
		stepBack();

		run();

		assertThat(find(scanRef).lastCheckResult()).contains(CheckResult.OPEN);
		assertThat(calls(scanRef)).hasSize(1);
	}

	@Test
	void aCallOfARunnerThatDiedBeforeTheClockSteppedBackIsMadeAgainSoon() {
		var scanRef = overdue();
		var dead = this.checks.handOver("an instance that dies");
		this.checks.open(this.checks.begin(scanRef, dead).orElseThrow(), dead);
		stepBack();
		var now = this.clock.instant();

		run();

		assertThat(calls(scanRef)).isEmpty();
		isCheckedAtAndNotBefore(now.plus(Duration.ofMinutes(1)), scanRef);
	}

	@Test
	void anAnswerThatComesAfterTheClockSteppedBackIsKept() {
		var scanRef = overdue();
		var runner = this.checks.handOver("this instance");
		var question = this.checks.begin(scanRef, runner).orElseThrow();
		var line = this.checks.open(question, runner).orElseThrow();
		stepBack();
		var now = this.clock.instant();
		var status = new StatusAnswer(
				new Findings("REVIEWING", "DOC_VALIDATED", "FACE_MATCH", null, null, List.of(), List.of()), null, null);

		var step = this.checks.record(line,
				(verification, at) -> verification.answer(question.check(), status, at, this.deadlines));

		assertThat(step.result()).isEqualTo(CheckResult.OPEN);
		isCheckedAtAndNotBefore(now.plus(Duration.ofMinutes(30)), scanRef);
	}

	@Test
	void aReviewThatIsHeardOfEarlierThanTheFirstVerdictStands() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		idenfy.emit(scanRef.value(), Event.autoFinished("APPROVED"));
		stepBack();

		idenfy.emit(scanRef.value(), Event.manualFinished("DENIED"));

		isSettledAs("DENIED", scanRef);
	}

	@Test
	void aFirstVerdictThatIsHeardOfEarlierThanTheReviewChangesNothing() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		var first = idenfy.prepare(scanRef.value(), Event.autoFinished("APPROVED"));
		idenfy.emit(scanRef.value(), Event.manualFinished("DENIED"));
		stepBack();

		idenfy.send(first);

		isSettledAs("DENIED", scanRef);
	}

	@Test
	void aChangeAfterTheClockSteppedBackIsListedFromItsOwnTimeOn() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		stepBack();
		var now = this.clock.instant();

		idenfy.emit(scanRef.value(), Event.autoFinished("APPROVED"));

		assertThat(updatedSince(now)).containsExactly(scanRef.value());
	}

	@Test
	void whoHasSeenOneBeforeTheClockSteppedBackIsToldOfWhatChangesThen() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		idenfy.emit(scanRef.value(), Event.autoFinished("APPROVED"));
		var seen = Instant.parse(read(scanRef, "updatedAt"));
		stepBack();

		idenfy.emit(scanRef.value(), Event.manualFinished("DENIED"));

		assertThat(updatedSince(seen)).containsExactly(scanRef.value());
	}

	@ParameterizedTest
	@CsvSource({ "PT262980H, PT15M", "PT876600H, PT0S", "PT0S, PT876600H", "PT876600H, PT876600H" })
	void aDeadlineDecadesAwayIsKept(Duration expiryTime, Duration sessionLength) {
		var deadline = START.plus(expiryTime).plus(sessionLength).plus(REVIEW_AND_GRACE);

		var scanRef = registered(expiryTime, sessionLength);

		assertThat(stored("due_at", scanRef)).isEqualTo(deadline);
		assertThat(dueAt(scanRef)).isEqualTo(deadline);
		assertThat(listed()).containsExactly(deadline.toString());
		assertThat(this.reconciliation.overview().dueNow()).isZero();
		isCheckedAtAndNotBefore(deadline, scanRef);
	}

	@Test
	void whatIsExpectedWithinTheLongestTimeIsWaitedFor() {
		var scanRef = registered(Duration.ZERO, Duration.ZERO);
		var deadline = START.plus(DECADE).plus(REVIEW_AND_GRACE);

		var response = expect(scanRef, DECADE);

		assertThat(response).hasStatus(HttpStatus.ACCEPTED);
		assertThat(response).bodyJson().extractingPath("dueAt").isEqualTo(deadline.toString());
		assertThat(listed()).containsExactly(deadline.toString());
		isCheckedAtAndNotBefore(deadline, scanRef);
	}

	@Test
	void whatIsExpectedWithinDecadesIsRefusedAndChangesNothing() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);

		var response = expect(scanRef, DECADE.multipliedBy(3));

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST);
		assertThat(response).bodyJson().extractingPath("errors").asMap().containsOnlyKeys("within");
		isCheckedAtAndNotBefore(START.plus(UNTIL_DUE), scanRef);
	}

	@ParameterizedTest
	@ValueSource(strings = { "9950-01-01T00:00:00Z", "9999-12-31T23:00:00Z" })
	void noDeadlineIsLaterThanTheLastSecondThatCanBeWritten(Instant registeredAt) {
		set(registeredAt);

		var scanRef = registered(CENTURY, CENTURY);

		assertThat(stored("due_at", scanRef)).isEqualTo(LAST);
		assertThat(dueAt(scanRef)).isEqualTo(LAST);
		assertThat(listed()).containsExactly(LAST.toString());
		set(LAST.minus(SECOND));
		run();
		assertThat(calls(scanRef)).isEmpty();
		set(LAST);
		run();
		assertThat(calls(scanRef)).isNotEmpty();
	}

	@Test
	void whatIsExpectedAtTheEndOfTimeIsWaitedForUntilThen() {
		set(LAST.minus(Duration.ofDays(1)));
		var scanRef = registered(Duration.ZERO, Duration.ZERO);

		var response = expect(scanRef, DECADE);

		assertThat(response).bodyJson().extractingPath("dueAt").isEqualTo(LAST.toString());
		assertThat(dueAt(scanRef)).isEqualTo(LAST);
		run();
		assertThat(calls(scanRef)).isEmpty();
	}

	@Test
	void aTokenThatLivesForNoTimeIsCheckedAfterTheReviewAndTheGrace() {
		var scanRef = registered(Duration.ZERO, Duration.ZERO);

		assertThat(stored("due_at", scanRef)).isEqualTo(START.plus(REVIEW_AND_GRACE));
		run();
		assertThat(calls(scanRef)).isEmpty();
		isCheckedAtAndNotBefore(START.plus(REVIEW_AND_GRACE), scanRef);
	}

	@Test
	void whatIsExpectedWithinNoTimeIsCheckedAfterTheReviewAndTheGrace() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);

		assertThat(expect(scanRef, Duration.ZERO)).hasStatus(HttpStatus.ACCEPTED);

		isCheckedAtAndNotBefore(START.plus(REVIEW_AND_GRACE), scanRef);
	}

	private void isCheckedAtAndNotBefore(Instant deadline, ScanRef scanRef) {
		set(deadline.minus(SECOND));
		run();
		assertThat(calls(scanRef)).as("calls one second before").isEmpty();
		set(deadline.plus(SECOND));
		run();
		assertThat(calls(scanRef)).as("calls one second after").extracting(Call::endpoint).contains(Endpoint.STATUS);
		assertThat(find(scanRef).lastCheckAt()).contains(deadline.plus(SECOND));
	}

	private void isSettledAs(String overall, ScanRef scanRef) {
		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(find(scanRef).decision().orElseThrow().overall()).isEqualTo(overall);
		set(START.plus(UNTIL_DUE).plus(HOUR));
		run();
		assertThat(calls(scanRef)).isEmpty();
	}

	private ScanRef registered(Duration expiryTime, Duration sessionLength) {
		var token = idenfy.create(expiryTime, sessionLength);
		assertThat(post("/api/v1/verifications", token.json())).hasStatus(HttpStatus.CREATED);
		return new ScanRef(token.scanRef());
	}

	/** Registered, and due for two hours. */
	private ScanRef overdue() {
		var scanRef = registered(EXPIRY_TIME, SESSION_LENGTH);
		set(START.plus(UNTIL_DUE).plus(HOUR.multipliedBy(2)));
		return scanRef;
	}

	private void set(Instant instant) {
		this.clock.advance(Duration.between(this.clock.instant(), instant));
	}

	private void stepBack() {
		this.clock.advance(HOUR.negated());
	}

	private void run() {
		this.reconciler.run(() -> false);
	}

	private Verification find(ScanRef scanRef) {
		return this.verifications.findById(scanRef).orElseThrow();
	}

	private List<Call> calls(ScanRef scanRef) {
		return idenfy.calls(scanRef.value());
	}

	private Instant stored(String column, ScanRef scanRef) {
		var seconds = this.jdbc
			.sql("select extract(epoch from %s) from verification where scan_ref = ?".formatted(column))
			.param(scanRef.value())
			.query(BigDecimal.class)
			.single();
		return Instant.ofEpochSecond(seconds.longValue(),
				seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
	}

	private Instant dueAt(ScanRef scanRef) {
		return Instant.parse(read(scanRef, "dueAt"));
	}

	private String read(ScanRef scanRef, String field) {
		return JsonPath.read(get("/api/v1/verifications/{scanRef}", scanRef), field);
	}

	private List<String> listed() {
		return JsonPath.read(get("/api/v1/verifications"), "$..dueAt");
	}

	private List<String> updatedSince(Instant since) {
		return JsonPath.read(get("/api/v1/verifications?updatedSince={since}", since), "$..scanRef");
	}

	private RestTestClientResponse expect(ScanRef scanRef, Duration within) {
		return post("/api/v1/verifications/" + scanRef + "/expect", "{\"within\": %d}".formatted(within.toSeconds()));
	}

	private String get(String uri, Object... variables) {
		return this.http.get()
			.uri(uri, variables)
			.headers((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

	private RestTestClientResponse post(String uri, String json) {
		return RestTestClientResponse.from(this.http.post()
			.uri(uri)
			.headers((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.contentType(MediaType.APPLICATION_JSON)
			.body(json)
			.exchange());
	}

}
