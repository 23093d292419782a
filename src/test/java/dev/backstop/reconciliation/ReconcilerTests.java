package dev.backstop.reconciliation;

import java.net.URI;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.backstop.LoggedLines;
import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.CheckWish;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Findings;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Part;
import dev.backstop.verification.Progress;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import dev.backstop.verification.StatusAnswer;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false",
				"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=1ms",
				"resilience4j.retry.instances.idenfy.wait-duration=1ms",
				"resilience4j.circuitbreaker.instances.idenfy.minimum-number-of-calls=100",
				"resilience4j.circuitbreaker.instances.idenfy.sliding-window-size=100" })
@Import({ TestDatabase.class, TestClock.Configuration.class, ScheduleWithoutRunner.class })
@DirtiesContext
class ReconcilerTests {

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().retries(0, Duration.ZERO));

	private static final Duration UNTIL_OVERDUE = Duration.ofMinutes(101);

	@Autowired
	private Reconciler reconciler;

	@Autowired
	private Reconciliation reconciliation;

	@Autowired
	private Checks checks;

	@Autowired
	private ConnectionTests tests;

	@Autowired
	private DueVerifications due;

	@Autowired
	private ReconciliationProperties properties;

	@Autowired
	private Verifications verifications;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TestClock clock;

	@Autowired
	private CircuitBreakerRegistry breakers;

	@Autowired
	private MeterRegistry meters;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		idenfy.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@AfterAll
	static void stop() {
		idenfy.close();
	}

	@BeforeEach
	void empty() {
		idenfy.clearFaults();
		idenfy.forget();
		idenfy.deliverTo(URI.create("http://localhost:" + this.port + "/webhooks/idenfy"));
		this.breakers.circuitBreaker("idenfy").reset();
		this.jdbc.sql("truncate verification, delivery, idenfy_call, claim cascade").update();
		this.jdbc
			.sql("""
					update reconciliation set hold = null, hold_reason = null, hold_detail = null, held_by = null, held_since = null,
						held_until = null, holds_in_a_row = 0, not_found_in_a_row = '{}', refused = '[]', rearmed = '{}', test = null""")
			.update();
	}

	@Test
	void aLostWebhookIsRecoveredWithExactlyThreeCalls() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		overdue();

		run();
		run();

		var verification = find(scanRef);
		assertThat(verification.progress()).isEqualTo(Progress.SETTLED);
		assertThat(verification.decision().orElseThrow().overall()).isEqualTo("APPROVED");
		assertThat(verification.decision().orElseThrow().isFinal()).isTrue();
		assertThat(verification.decision().orElseThrow().source()).isEqualTo(Source.RETRIEVAL);
		assertThat(verification.data().orElseThrow()).containsAllEntriesOf(idenfy.truth(scanRef.value()).data());
		assertThat(verification.files()).extracting("name")
			.containsExactlyInAnyOrderElementsOf(idenfy.truth(scanRef.value()).files());
		assertThat(endpoints()).containsExactly(Endpoint.STATUS, Endpoint.DATA, Endpoint.FILES);
		assertThat(ledger()).containsExactly("STATUS ANSWERED", "DATA ANSWERED", "FILES ANSWERED");
	}

	@Test
	void whatIsNotDueIsNotAskedFor() {
		registered();
		this.clock.advance(UNTIL_OVERDUE.minusMinutes(2));

		run();

		assertThat(idenfy.calls()).isEmpty();
	}

	@Test
	void whatAWebhookSettledIsNotAskedFor() {
		var scanRef = registered();
		idenfy.emit(scanRef.value(), Event.autoFinished("APPROVED"));
		overdue();

		run();

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(idenfy.calls()).isEmpty();
	}

	@Test
	void anExpiredVerificationNeedsOneCall() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.expired());
		overdue();

		run();

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(endpoints()).containsExactly(Endpoint.STATUS);
	}

	@Test
	void theOldestAreAskedForFirst() {
		var oldestFirst = IntStream.range(0, 20).mapToObj((_) -> {
			this.clock.advance(Duration.ofMinutes(1));
			return registered().value();
		}).toList();
		overdue();

		run();

		var asked = idenfy.calls().stream().map(Call::scanRef).toList();
		assertThat(asked).hasSize(20);
		// as many as are in flight at once may overtake each other
		assertThat(IntStream.range(0, 20)).allMatch((place) -> oldestFirst.indexOf(asked.get(place)) <= place + 3);
	}

	@Test
	void anUndecidedOneIsFollowedUpAlongTheLadderAndThenParked() {
		var scanRef = registered();
		overdue();

		for (var gap : List.of(Duration.ofMinutes(30), Duration.ofHours(2), Duration.ofHours(6),
				Duration.ofHours(24))) {
			run();
			assertThat(find(scanRef).dueAt()).contains(this.clock.instant().plus(gap));
			this.clock.advance(gap);
		}
		run();

		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.UNDECIDED);
		assertThat(idenfy.calls()).hasSize(5);
	}

	@Test
	void aReviewThatHasNotHappenedIsWaitedFor() {
		var scanRef = registered();
		idenfy.emit(scanRef.value(), Event.preliminary("APPROVED"));
		this.clock.advance(Duration.ofMinutes(31));

		run();
		assertThat(find(scanRef).decision().orElseThrow().isFinal()).isFalse();
		idenfy.lose(scanRef.value(), Event.manualFinished("DENIED"));
		this.clock.advance(Duration.ofMinutes(30));
		run();

		assertThat(find(scanRef).decision().orElseThrow().overall()).isEqualTo("DENIED");
		assertThat(find(scanRef).decision().orElseThrow().isFinal()).isTrue();
	}

	@Test
	void onlyThePartThatAFinalWebhookLacksIsAskedFor() {
		var scanRef = registered();
		idenfy.emit(scanRef.value(), Event.autoFinished("APPROVED").with(Event.Quirk.NO_DATA));
		this.clock.advance(Duration.ofMinutes(11));

		run();

		assertThat(endpoints()).containsExactly(Endpoint.DATA);
		assertThat(find(scanRef).dataSource()).contains(Source.RETRIEVAL);
		assertThat(find(scanRef).decision().orElseThrow().source()).isEqualTo(Source.WEBHOOK);
	}

	static List<Fault> refusals() {
		return List.of(Fault.UNAUTHORIZED, Fault.OUT_OF_FUNDS, Fault.WRONG_ENVIRONMENT, Fault.PARTNER_INACTIVE,
				Fault.OLD_STYLE_UNAUTHORIZED);
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void aRefusedAccountPausesEverythingUntilAProbeIsAnswered(Fault refusal) {
		var scanRefs = List.of(registered(), registered(), registered());
		overdue();
		idenfy.fault(refusal);

		run();
		run();

		assertThat(idenfy.calls()).hasSizeBetween(1, 3);
		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.ACCESS_REFUSED);
		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).failures()).isZero());

		idenfy.forget();
		this.clock.advance(Duration.ofMinutes(15));
		run();
		assertThat(idenfy.calls()).hasSize(1);

		idenfy.forget();
		this.clock.advance(Duration.ofMinutes(29));
		run();
		assertThat(idenfy.calls()).isEmpty();

		idenfy.clearFaults();
		this.clock.advance(Duration.ofMinutes(1));
		run();
		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).checkCount()).isOne());
	}

	@Test
	void aProbeThatIsNotAnsweredIsTheOnlyCallUntilTheNext() {
		registered();
		overdue();
		idenfy.fault(Fault.UNAUTHORIZED);
		run();
		idenfy.forget();
		idenfy.fault(Fault.UNAVAILABLE);
		this.clock.advance(Duration.ofMinutes(15));

		run();
		run();

		assertThat(idenfy.calls()).hasSize(1);
		assertThat(this.reconciliation.hold()).isPresent();
	}

	@Test
	void aProbeNeverLiftsAnOperatorsPause() {
		registered();
		overdue();
		this.reconciliation.pause("oncall");
		this.clock.advance(Duration.ofDays(365));

		run();

		assertThat(idenfy.calls()).isEmpty();
		assertThat(this.reconciliation.hold().orElseThrow().by()).isEqualTo("oncall");
	}

	@Test
	void tooManyRequestsMakeEverythingWaitAsLongAsTold() {
		var scanRef = registered();
		overdue();
		idenfy.failNext(Endpoint.STATUS, Fault.tooManyRequests(Duration.ofMinutes(7)), 1);

		run();
		run();
		assertThat(idenfy.calls()).hasSize(1);
		assertThat(claims()).isZero();
		assertThat(this.reconciliation.hold().orElseThrow().until())
			.isEqualTo(this.clock.instant().plus(Duration.ofMinutes(7)));

		this.clock.advance(Duration.ofMinutes(7));
		run();
		assertThat(find(scanRef).lastCheckResult()).contains(CheckResult.OPEN);
		assertThat(find(scanRef).failures()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1, PT1M", "2, PT5M" })
	void tooManyRequestsWithoutATimeMakeEverythingBackOff(int times, Duration wait) {
		registered();
		overdue();
		idenfy.fault(Endpoint.STATUS, Fault.OLD_STYLE_TOO_MANY_REQUESTS);

		run();
		for (int i = 1; i < times; i++) {
			this.clock.advance(Duration.ofMinutes(1));
			run();
		}

		assertThat(this.reconciliation.hold().orElseThrow().until()).isEqualTo(this.clock.instant().plus(wait));
	}

	@Test
	void whatFailsIsRepeatedThenPutOffThenParked() {
		var scanRef = registered();
		overdue();
		idenfy.fault(Fault.INTERNAL_ERROR);

		run();
		assertThat(idenfy.calls()).hasSize(3);
		assertThat(find(scanRef).dueAt()).contains(this.clock.instant().plus(Duration.ofMinutes(1)));
		for (int check = 2; check <= 8; check++) {
			this.clock.advance(Duration.ofHours(6));
			run();
		}

		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.FAILING);
		assertThat(idenfy.calls()).hasSize(24);
	}

	@Test
	void firstFailureInARowAndWhatIsParkedAreWarningsWithTheirCause() {
		idenfy.lose(registered().value(), Event.manualFinished("APPROVED"));
		overdue();
		run();
		var scanRef = registered();
		idenfy.fault(Fault.INTERNAL_ERROR);
		try (var lines = new LoggedLines(Reconciler.class)) {
			for (int check = 1; check <= 8; check++) {
				overdue();
				this.clock.advance(Duration.ofHours(6));
				run();
			}

			assertThat(lines.warnings()).hasSize(2).allMatch((line) -> line.contains(scanRef.value()));
			assertThat(lines.warnings().getFirst()).contains("STATUS", "INTERNAL_ERROR");
			assertThat(lines.warnings().getLast()).contains("INTERNAL_ERROR", "FAILING", "until it is re-armed");

			idenfy.clearFaults();
			this.reconciliation.rearm(scanRef, "oncall");
			run();
			idenfy.fault(Fault.INTERNAL_ERROR);
			this.clock.advance(Duration.ofHours(6));
			run();

			assertThat(lines.warnings()).hasSize(3);
		}
	}

	@Test
	void nothingIsParkedWhileTheBreakerIsOpen() {
		var scanRefs = IntStream.range(0, 40).mapToObj((_) -> registered()).toList();
		overdue();
		idenfy.fault(Fault.UNAVAILABLE);

		run();

		assertThat(this.reconciliation.breaker()).isEqualTo(CircuitBreaker.State.OPEN);
		assertThat(idenfy.calls()).hasSizeBetween(100, 103);
		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.AWAITED));
	}

	@Test
	void onePoisonousVerificationDoesNotStopTheOthers() {
		var poisonous = registered();
		var others = IntStream.range(0, 10).mapToObj((_) -> registered()).toList();
		overdue();
		idenfy.fault(Endpoint.STATUS, poisonous.value(), Fault.ENDLESS);

		run();

		assertThat(find(poisonous).failures()).isOne();
		assertThat(others).allSatisfy((scanRef) -> assertThat(find(scanRef).checkCount()).isOne());
	}

	@Test
	@Timeout(30)
	void oneThatCannotBeReadDoesNotStopTheOthers() {
		var unreadable = registered();
		var other = registered();
		overdue();
		this.jdbc.sql("update verification set files = '{}' where scan_ref = ?").param(unreadable.value()).update();

		run();

		assertThat(idenfy.calls()).hasSize(1);
		assertThat(find(other).checkCount()).isOne();
	}

	@Test
	void anUnknownVerificationIsParked() {
		var scanRef = registered();
		overdue();
		idenfy.failNext(Endpoint.STATUS, Fault.BAD_VALUE, 1);

		run();

		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.NOT_FOUND);
		assertThat(this.reconciliation.hold()).isEmpty();
	}

	@Test
	void tenUnknownVerificationsInARowAreOurOwnFault() {
		var scanRefs = IntStream.range(0, 30).mapToObj((_) -> registered()).toList();
		overdue();
		idenfy.fault(Fault.NOT_FOUND);

		run();

		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.NOT_FOUND);
		assertThat(idenfy.calls()).hasSizeBetween(10, 13);
		idenfy.clearFaults();
		this.reconciliation.resume("oncall");
		run();
		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.AWAITED));
	}

	@Test
	void unknownVerificationsStayParkedWhenAProbeIsAnswered() {
		var unknown = unknown(10);
		overdue();
		run();
		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.NOT_FOUND);
		var known = approved();
		overdue();

		run();
		run();

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(find(known).progress()).isEqualTo(Progress.SETTLED);
		assertThat(unknown)
			.allSatisfy((scanRef) -> assertThat(find(scanRef).parkedReason()).contains(ParkedReason.NOT_FOUND))
			.allSatisfy((scanRef) -> assertThat(callsAbout(scanRef)).isOne());
	}

	@Test
	void unknownVerificationsAreReArmedByTheFirstResumeOnly() {
		var unknown = unknown(10);
		overdue();
		run();

		this.reconciliation.resume("oncall");
		run();
		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.NOT_FOUND);
		this.reconciliation.resume("oncall");
		run();

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(unknown)
			.allSatisfy((scanRef) -> assertThat(find(scanRef).parkedReason()).contains(ParkedReason.NOT_FOUND))
			.allSatisfy((scanRef) -> assertThat(callsAbout(scanRef)).isEqualTo(2));
	}

	@Test
	void unknownVerificationsThatAWebhookNamedDoNotCount() {
		unknown(12).forEach((scanRef) -> idenfy.emit(scanRef.value(), Event.preliminary("APPROVED")));
		overdue();

		run();

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(idenfy.calls()).hasSize(12);
	}

	@Test
	void missingDocumentsDoNotCountAsUnknownVerifications() {
		IntStream.range(0, 12).forEach((_) -> approved());
		overdue();
		idenfy.fault(Endpoint.DATA, Fault.NOT_FOUND);

		run();

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(endpoints()).hasSize(24).doesNotContain(Endpoint.FILES);
	}

	static List<Fault> refusalsOfOne() {
		return List.of(Fault.VERIFICATION_REMOVED, Fault.WRONG_ENVIRONMENT, Fault.OLD_STYLE_TOO_MANY_REQUESTS,
				Fault.UNAUTHORIZED);
	}

	@ParameterizedTest
	@MethodSource("refusalsOfOne")
	void oneThatAloneIsRefusedIsParkedAfterAProbeAndTheOthersSettle(Fault refusal) {
		var refused = refused(refusal);
		var others = IntStream.range(0, 20).mapToObj((_) -> approved()).toList();
		overdue();

		run();
		assertThat(this.reconciliation.hold()).isPresent();
		this.checks.handOver("another replica");
		this.clock.advance(Duration.ofMinutes(15));
		run();

		assertThat(others).allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED))
			.allSatisfy((scanRef) -> assertThat(callsAbout(scanRef)).isEqualTo(3));
		assertThat(find(refused).parkedReason()).contains(ParkedReason.REFUSED);
		assertThat(find(refused).parkedDetail().orElseThrow()).startsWith("HTTP 4");
		assertThat(callsAbout(refused)).isBetween(2, 3);
		assertThat(this.reconciliation.hold()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("refusalsOfOne")
	void aResumeAsksAboutAnotherThanTheRefusedOne(Fault refusal) {
		var refused = refused(refusal);
		var others = IntStream.range(0, 20).mapToObj((_) -> approved()).toList();
		overdue();

		run();
		this.reconciliation.resume("oncall");
		run();

		assertThat(others).allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED));
		assertThat(find(refused).parkedReason()).contains(ParkedReason.REFUSED);
		assertThat(callsAbout(refused)).isBetween(2, 3);
	}

	@Test
	void oneThatALimitHitsTwiceByChanceIsNotParked() {
		var throttled = approved();
		idenfy.failNext(Endpoint.STATUS, throttled.value(), Fault.OLD_STYLE_TOO_MANY_REQUESTS, 2);
		this.clock.advance(Duration.ofMinutes(1));
		IntStream.range(0, 5).forEach((_) -> approved());
		overdue();

		run();
		this.clock.advance(Duration.ofMinutes(1));
		run();

		assertThat(find(throttled).progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void aProbeWhoseAnswerCannotBeStoredEndsThePauseAsWell() {
		refused(Fault.WRONG_ENVIRONMENT);
		overdue();
		run();
		var probed = approved();
		overdue();
		refuseInTheDatabase("before update on verification for each row when (new.overall is not null)", "P0001");
		try {
			run();
		}
		finally {
			acceptInTheDatabase();
		}

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(find(probed).parkedReason()).contains(ParkedReason.UNSTORABLE);
	}

	@ParameterizedTest
	@MethodSource("refusalsOfOne")
	void theOnlyOneThatIsDueIsAskedAboutThreeTimesWithinAHold(Fault refusal) {
		var refused = refused(refusal);
		overdue();

		for (int time = 1; time <= 6; time++) {
			run();
			this.clock.advance(Duration.ofHours(7));
		}

		assertThat(callsAbout(refused)).isEqualTo(3);
		assertThat(find(refused).progress()).isEqualTo(Progress.AWAITED);
		assertThat(this.reconciliation.hold().orElseThrow().state()).isEqualTo(Hold.State.PAUSED);

		var other = approved();
		overdue();
		run();
		this.clock.advance(Duration.ofHours(7));
		run();

		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
		assertThat(find(refused).parkedReason()).contains(ParkedReason.REFUSED);
	}

	@Test
	void severalThatAreRefusedAreParkedOneAfterTheOther() {
		var refused = IntStream.range(0, 6).mapToObj((_) -> refused(Fault.WRONG_ENVIRONMENT)).toList();
		var others = IntStream.range(0, 12).mapToObj((_) -> approved()).toList();
		overdue();

		for (int time = 1; time <= 8; time++) {
			run();
			this.clock.advance(Duration.ofHours(7));
		}

		assertThat(others).allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED));
		assertThat(refused)
			.allSatisfy((scanRef) -> assertThat(find(scanRef).parkedReason()).contains(ParkedReason.REFUSED))
			.allSatisfy((scanRef) -> assertThat(callsAbout(scanRef)).isBetween(2, 3));
	}

	@Test
	void noneIsParkedWhileTheAccountIsRefusedNowAndThen() {
		var refused = refused(Fault.OUT_OF_FUNDS);
		var answered = approved();
		overdue();
		run();
		this.clock.advance(Duration.ofMinutes(15));
		var alsoRefused = refused(Fault.OUT_OF_FUNDS);
		overdue();

		run();

		assertThat(find(answered).progress()).isEqualTo(Progress.SETTLED);
		assertThat(List.of(refused, alsoRefused))
			.allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.AWAITED));
		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.ACCESS_REFUSED);
	}

	@Test
	void aProbeTakesAnotherEachTimeAndNoneMoreThanThreeTimes() {
		IntStream.range(0, 6).forEach((_) -> registered());
		overdue();
		idenfy.fault(Fault.OUT_OF_FUNDS);

		for (int time = 1; time <= 30; time++) {
			run();
			this.clock.advance(Duration.ofHours(7));
		}

		assertThat(idenfy.calls().stream().limit(6).map(Call::scanRef)).doesNotHaveDuplicates();
		assertThat(idenfy.calls()).hasSize(18);
		this.reconciliation.resume("oncall");
		run();
		assertThat(idenfy.calls()).hasSizeGreaterThan(18);
	}

	@Test
	void aRefusedOneIsAskedAboutAgainWhenItIsReArmedOrReopened() {
		var refused = refused(Fault.WRONG_ENVIRONMENT);
		IntStream.range(0, 3).forEach((_) -> approved());
		overdue();
		run();
		this.clock.advance(Duration.ofMinutes(15));
		run();
		change(refused, (verification) -> verification.reopen("oncall", this.clock.instant()));
		run();
		approved();
		overdue();
		run();
		assertThat(find(refused).parkedReason()).contains(ParkedReason.REFUSED);
		idenfy.clearFaults();
		idenfy.lose(refused.value(), Event.manualFinished("DENIED"));

		assertThat(this.reconciliation.rearm(ParkedReason.REFUSED, 10, "oncall")).isOne();
		run();

		assertThat(find(refused).decision().orElseThrow().overall()).isEqualTo("DENIED");
		assertThat(find(refused).parkedDetail()).isEmpty();
	}

	@Test
	void aWebhookDecidesOneThatIsInQuestion() {
		var refused = refused(Fault.WRONG_ENVIRONMENT);
		var other = approved();
		overdue();
		run();
		idenfy.emit(refused.value(), Event.autoFinished("DENIED"));
		this.clock.advance(Duration.ofMinutes(15));

		run();

		assertThat(List.of(refused, other))
			.allSatisfy((scanRef) -> assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED));
		assertThat(callsAbout(refused)).isOne();
	}

	@Test
	void aCallThatIDenfyDoesNotUnderstandPausesEverything() {
		var scanRef = registered();
		overdue();
		idenfy.fault(Fault.REDIRECT);

		run();

		assertThat(this.reconciliation.hold().orElseThrow().reason()).isEqualTo(Hold.Reason.PROTOCOL);
		assertThat(idenfy.calls()).hasSize(1);
		assertThat(find(scanRef).failures()).isZero();
	}

	@Test
	void aCallWhoseEndNobodyKnowsIsAFailedCheckAndKeepsWhatWasAnswered() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		overdue();
		var dead = this.checks.handOver("an instance that dies");
		var question = this.checks.begin(scanRef, dead).orElseThrow();
		var line = this.checks.open(question, dead).orElseThrow();
		var status = new StatusAnswer(new Findings("APPROVED", "DOC_VALIDATED", "FACE_MATCH", "DOC_VALIDATED",
				"FACE_MATCH", List.of(), List.of()), null, null);
		var step = this.checks.record(line,
				(verification, at) -> verification.answer(question.check(), status, at, this.deadlines));
		this.checks.open(step.next().orElseThrow(), dead);

		run();
		assertThat(idenfy.calls()).isEmpty();
		assertThat(ledger()).containsExactly("STATUS ANSWERED", "DATA LOST");
		assertThat(find(scanRef).failures()).isOne();

		this.clock.advance(Duration.ofMinutes(1));
		run();
		assertThat(endpoints()).containsExactly(Endpoint.DATA, Endpoint.FILES);
		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void aProcessThatStoodStillBeforeACallDoesNotMakeIt() {
		var scanRef = registered();
		overdue();
		var running = this.transaction.execute((_) -> {
			this.jdbc.sql("lock table idenfy_call in share mode").update();
			var run = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
			Awaitility.await().until(() -> this.jdbc.sql("""
					select exists (select from pg_locks join pg_database d on d.oid = database
						where datname = current_database() and not granted)""").query(Boolean.class).single());
			this.clock.advance(Duration.ofSeconds(6));
			return run;
		});
		running.join();
		assertThat(claims()).isZero();
		assertThat(ledger()).containsExactly("STATUS LOST");
		assertThat(find(scanRef).failures()).isZero();
		assertThat(idenfy.calls()).isEmpty();

		run();
		assertThat(ledger()).containsExactly("STATUS LOST", "STATUS ANSWERED");
		assertThat(find(scanRef).failures()).isZero();
	}

	@Test
	void aRunIsBroughtForwardEvenIfTheScheduleChangesAtTheSameTime() {
		this.jdbc
			.sql("""
					delete from scheduled_tasks;
					insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
					values ('reconciliation', 'recurring', now() + interval '1 day', false, 1);
					create sequence attempts;
					create function fail_first() returns trigger language plpgsql as $$
					begin if nextval('attempts') = 1 then return null; end if; return new; end $$;
					create trigger fail_first before update on scheduled_tasks for each row execute function fail_first()""")
			.update();
		try {
			this.reconciliation.bringForward();
		}
		finally {
			this.jdbc
				.sql("drop trigger fail_first on scheduled_tasks; drop function fail_first; drop sequence attempts")
				.update();
		}

		assertThat(this.jdbc.sql("select execution_time <= ? from scheduled_tasks")
			.param(Timestamp.from(this.clock.instant()))
			.query(Boolean.class)
			.single()).isTrue();
	}

	@Test
	void aRunnerThoughtDeadMakesNoFurtherCall() {
		var scanRef = registered();
		overdue();
		var stalled = this.checks.handOver("an instance that stalls");
		var question = this.checks.begin(scanRef, stalled).orElseThrow();

		this.checks.handOver("the next instance");

		assertThatThrownBy(() -> this.checks.open(question, stalled)).isInstanceOf(Stopped.class);
	}

	@Test
	void aPauseOnAnotherReplicaHoldsAtTheNextCall() {
		var scanRef = registered();
		overdue();
		var runner = this.checks.handOver("this instance");
		var question = this.checks.begin(scanRef, runner).orElseThrow();

		this.reconciliation.pause("oncall");

		assertThatThrownBy(() -> this.checks.open(question, runner)).isInstanceOf(Stopped.class);
	}

	@Test
	void aPauseLetsTheCallsInTheAirComeBackAndGivesClaimsBack() {
		IntStream.range(0, 20).forEach((_) -> registered());
		overdue();
		idenfy.fault(Endpoint.STATUS, Fault.slow(Duration.ofMillis(500)));

		var running = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
		Awaitility.await().until(() -> !idenfy.calls().isEmpty());
		this.reconciliation.pause("oncall");
		running.join();

		assertThat(idenfy.calls()).hasSizeBetween(1, 4).allMatch(Call::answered);
		assertThat(ledger()).hasSameSizeAs(idenfy.calls()).allMatch("STATUS ANSWERED"::equals);
		assertThat(claims()).isZero();
	}

	@Test
	void aRunThatAnOperatorWantsDuringAPauseMakesNoCall() {
		registered();
		overdue();
		this.reconciliation.pause("oncall");

		this.reconciliation.run("oncall");
		run();

		assertThat(idenfy.calls()).isEmpty();
		assertThat(this.reconciliation.hold()).isPresent();
	}

	@Test
	void anOperatorResumesWhatARefusalPaused() {
		var scanRefs = List.of(registered(), registered(), registered());
		overdue();
		idenfy.fault(Fault.OUT_OF_FUNDS);
		run();
		assertThat(this.reconciliation.hold().orElseThrow().detail()).isEqualTo("HTTP 402");
		assertThat(claims()).isZero();
		idenfy.clearFaults();

		this.reconciliation.resume("oncall");
		run();

		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).checkCount()).isOne());
	}

	/** So few failures in a minute do not open the breaker. */
	@Test
	void anOutageThatFewVerificationsMeetParksNoneAndPutsNoneOffForMoreThanAnHour() {
		var scanRefs = IntStream.range(0, 3).mapToObj((_) -> registered()).toList();
		overdue();
		idenfy.stopListening();
		try {
			for (int minute = 0; minute < 60; minute++) {
				run();
				this.clock.advance(Duration.ofMinutes(1));
			}
		}
		finally {
			idenfy.startListening();
		}
		assertThat(scanRefs).allSatisfy((scanRef) -> {
			assertThat(find(scanRef).failures()).isEqualTo(4);
			assertThat(find(scanRef).dueAt().orElseThrow()).isBefore(this.clock.instant().plus(Duration.ofMinutes(22)));
		});

		this.clock.advance(Duration.ofMinutes(22));
		run();

		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(find(scanRef).failures()).isZero());
	}

	@Test
	void aWebhookDoesNotWaitForACallInTheAirAndWins() {
		var scanRef = registered();
		idenfy.declare(scanRef.value(), "EXPIRED");
		overdue();
		idenfy.failNext(Endpoint.STATUS, Fault.slow(Duration.ofSeconds(1)), 1);

		var running = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
		Awaitility.await().until(() -> !idenfy.calls().isEmpty());
		assertThat(idenfy.emit(scanRef.value(), Event.manualFinished("DENIED"))).isEqualTo(200);
		assertThat(running).isNotDone();
		running.join();

		assertThat(find(scanRef).decision().orElseThrow().overall()).isEqualTo("DENIED");
		assertThat(find(scanRef).decision().orElseThrow().source()).isEqualTo(Source.WEBHOOK);
	}

	@Test
	void aClientsWishMakesDueAndKeepsTheDeadline() {
		var scanRef = registered();
		var deadline = find(scanRef).dueAt();
		this.clock.advance(Duration.ofMinutes(5));
		change(scanRef,
				(verification) -> assertThat(
						verification.askForCheck("onboarding", this.clock.instant(), this.deadlines))
					.isInstanceOf(CheckWish.Granted.class));

		run();

		assertThat(endpoints()).containsExactly(Endpoint.STATUS);
		assertThat(find(scanRef).dueAt()).isEqualTo(deadline);
	}

	@Test
	void whatIsSettledBeforeItsDeadlineIsNotLate() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		var lateness = this.meters.timer("backstop.settled.after.deadline");
		long settled = lateness.count();
		double before = lateness.totalTime(TimeUnit.SECONDS);
		change(scanRef, (verification) -> verification.askForCheck("onboarding", this.clock.instant(), this.deadlines));

		run();

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(lateness.count()).isEqualTo(settled + 1);
		assertThat(lateness.totalTime(TimeUnit.SECONDS)).isEqualTo(before);
	}

	@Test
	void aReopenedVerificationIsAskedForAnew() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		overdue();
		run();
		idenfy.lose(scanRef.value(), Event.manualFinished("DENIED"));

		change(scanRef, (verification) -> verification.reopen("oncall", this.clock.instant()));
		run();

		assertThat(find(scanRef).decision().orElseThrow().overall()).isEqualTo("DENIED");
		assertThat(endpoints()).containsExactly(Endpoint.STATUS, Endpoint.DATA, Endpoint.FILES, Endpoint.STATUS,
				Endpoint.DATA, Endpoint.FILES);
	}

	@Test
	void aParkedVerificationThatIsRearmedKeepsWhatItHas() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		overdue();
		idenfy.fault(Endpoint.FILES, Fault.UNAVAILABLE);
		for (int check = 1; check <= 8; check++) {
			run();
			this.clock.advance(Duration.ofHours(6));
		}
		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.FAILING);
		assertThat(find(scanRef).outstanding()).containsExactly(Part.FILES);
		idenfy.clearFaults();
		idenfy.forget();

		assertThat(this.reconciliation.rearm(ParkedReason.FAILING, 10, "oncall")).isOne();
		run();

		assertThat(endpoints()).containsExactly(Endpoint.FILES);
		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void shuttingDownFinishesTheCallInTheAirAndGivesClaimsBack() {
		var scanRefs = IntStream.range(0, 10).mapToObj((_) -> registered()).toList();
		scanRefs.forEach((scanRef) -> idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED")));
		overdue();

		this.reconciler.run(() -> !idenfy.calls().isEmpty());

		assertThat(idenfy.calls()).hasSizeBetween(1, 4).allMatch(Call::answered);
		assertThat(ledger()).hasSameSizeAs(idenfy.calls()).allMatch("STATUS ANSWERED"::equals);
		assertThat(claims()).isZero();
	}

	@Test
	void tooManyRequestsToAProbeAreWaitedForLikeAnyOther() {
		registered();
		overdue();
		idenfy.fault(Fault.UNAUTHORIZED);
		run();
		idenfy.fault(Fault.tooManyRequests(Duration.ofHours(2)));
		this.clock.advance(Duration.ofMinutes(15));
		idenfy.forget();

		run();
		run();

		assertThat(idenfy.calls()).hasSize(1);
		assertThat(this.reconciliation.hold().orElseThrow().until())
			.isEqualTo(this.clock.instant().plus(Duration.ofHours(2)));
	}

	@Test
	void anOperatorsPauseStaysThoughAProbeInTheAirIsAnswered() {
		registered();
		overdue();
		idenfy.fault(Fault.UNAUTHORIZED);
		run();
		idenfy.clearFaults();
		idenfy.failNext(Endpoint.STATUS, Fault.slow(Duration.ofSeconds(1)), 1);
		this.clock.advance(Duration.ofMinutes(15));
		idenfy.forget();

		var running = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
		Awaitility.await().until(() -> !idenfy.calls().isEmpty());
		this.reconciliation.pause("oncall");
		running.join();

		assertThat(this.reconciliation.hold().orElseThrow().by()).isEqualTo("oncall");
	}

	@Test
	void aDatabaseThatFailsAfterACallDoesNotHoldTheBreakerOpen() {
		registered();
		overdue();
		var breaker = this.breakers.circuitBreaker("idenfy");
		breaker.transitionToOpenState();
		breaker.transitionToHalfOpenState();
		idenfy.fault(Fault.UNAVAILABLE);
		this.jdbc.sql("alter table idenfy_call add constraint broken check (outcome is null) not valid").update();
		try {
			run();
		}
		finally {
			this.jdbc.sql("alter table idenfy_call drop constraint broken").update();
		}
		idenfy.clearFaults();
		breaker.transitionToHalfOpenState();
		this.clock.advance(Duration.ofHours(1));

		var scanRef = registered();
		overdue();
		run();

		assertThat(find(scanRef).checkCount()).isOne();
	}

	@Test
	void anAnswerThatCannotBeStoredIsParkedWithTheReasonUntilItIsReArmed() {
		var scanRef = approved();
		var other = approved();
		overdue();
		this.jdbc
			.sql("alter table verification add constraint broken check (data is null or scan_ref <> '" + scanRef
					+ "') not valid")
			.update();
		try {
			runForADay();
		}
		finally {
			this.jdbc.sql("alter table verification drop constraint broken").update();
		}

		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.UNSTORABLE);
		assertThat(find(scanRef).parkedDetail()).contains("could not be stored: SQLSTATE 23514");
		assertThat(find(scanRef).decision().orElseThrow().overall()).isEqualTo("APPROVED");
		assertThat(ledger(scanRef)).containsExactly("STATUS ANSWERED", "DATA ANSWERED");

		assertThat(this.reconciliation.rearm(ParkedReason.UNSTORABLE, 10, "oncall")).isOne();
		run();

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(ledger(scanRef)).containsExactly("STATUS ANSWERED", "DATA ANSWERED", "DATA ANSWERED",
				"FILES ANSWERED");
	}

	@Test
	void oneThatCannotBeChangedAtAllIsAskedAboutOnceAndParkedAsSoonAsItCanBe() {
		var scanRef = approved();
		var other = approved();
		overdue();
		refuseInTheDatabase(
				"before update of data on verification for each row when (new.scan_ref = '" + scanRef + "')", "P0001");
		try {
			runForADay();
		}
		finally {
			acceptInTheDatabase();
		}
		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
		assertThat(ledger(scanRef)).containsExactly("STATUS ANSWERED");

		run();

		assertThat(ledger(scanRef)).containsExactly("STATUS ANSWERED");
		assertThat(find(scanRef).parkedReason()).contains(ParkedReason.UNSTORABLE);
	}

	@Test
	void aFailureThatCannotBeStoredKeepsOnlyItsOwnVerificationFromBeingAskedAbout() {
		var scanRef = registered();
		idenfy.fault(Endpoint.STATUS, scanRef.value(), Fault.UNAVAILABLE);
		var other = approved();
		overdue();
		refuseInTheDatabase("before insert on timeline_entry for each row when (new.scan_ref = '" + scanRef + "')",
				"42501");
		try {
			runForADay();
		}
		finally {
			acceptInTheDatabase();
		}

		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
		assertThat(callsAbout(scanRef)).isOne();
		run();
		assertThat(ledger(scanRef)).containsExactly("STATUS LOST");
		assertThat(find(scanRef).failures()).isOne();
	}

	@Test
	@Timeout(60)
	void oneThatCannotBeReadAndHasAnOpenCallDoesNotStopTheOthers() {
		var unreadable = registered();
		overdue();
		var dead = this.checks.handOver("an instance that dies");
		this.checks.open(this.checks.begin(unreadable, dead).orElseThrow(), dead);
		this.jdbc.sql("update verification set files = '{}' where scan_ref = ?").param(unreadable.value()).update();
		var other = approved();
		overdue();

		run();

		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
		assertThat(callsAbout(unreadable)).isZero();
	}

	@Test
	@Timeout(60)
	void oneThatCannotBeReadIsNoProbe() {
		registered();
		overdue();
		idenfy.fault(Fault.OUT_OF_FUNDS);
		run();
		idenfy.clearFaults();
		var unreadable = registered();
		var other = approved();
		overdue();
		this.jdbc.sql("update verification set files = '{}' where scan_ref = ?").param(unreadable.value()).update();

		run();
		run();

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(find(other).progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void oneThatCannotBeReArmedDoesNotKeepTheReconcilerPaused() {
		var unknown = unknown(10);
		overdue();
		run();
		this.jdbc.sql("update verification set files = '{}' where scan_ref = ?").param(unknown.get(3).value()).update();

		this.reconciliation.resume("oncall");

		assertThat(this.reconciliation.hold()).isEmpty();
		assertThat(this.jdbc.sql("select count(*) from verification where progress = 'AWAITED'")
			.query(Integer.class)
			.single()).isEqualTo(9);
	}

	@Test
	void aTestWhoseInstanceDiesIsLostAndNotRepeated() {
		this.reconciliation.test(new ScanRef(idenfy.create().scanRef()), "oncall");
		this.tests.open(this.checks.handOver("an instance that dies"));

		run();

		assertThat(idenfy.calls()).isEmpty();
		assertThat(ledger()).containsExactly("STATUS LOST");
		assertThat(this.reconciliation.test().orElseThrow().result()).isEqualTo(ConnectionTest.Result.LOST);
	}

	@Test
	void aTestGoesOutInTheMidstOfABacklog() {
		IntStream.range(0, 50).forEach((_) -> registered());
		overdue();
		idenfy.fault(Endpoint.STATUS, Fault.slow(Duration.ofMillis(100)));
		var tested = idenfy.create().scanRef();

		var running = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
		Awaitility.await().until(() -> !idenfy.calls().isEmpty());
		this.reconciliation.test(new ScanRef(tested), "oncall");
		running.join();

		assertThat(idenfy.calls().stream().map(Call::scanRef).toList().indexOf(tested)).isBetween(1, 40);
		assertThat(this.reconciliation.test().orElseThrow().result()).isEqualTo(ConnectionTest.Result.OK);
	}

	@Test
	void oneIsClaimedOnceHoweverManyWantIt() throws Exception {
		var scanRef = registered();
		overdue();
		var runner = this.checks.handOver("this instance");

		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			var begun = executor.invokeAll(
					Collections.nCopies(8, (Callable<Boolean>) () -> this.checks.begin(scanRef, runner).isPresent()));
			assertThat(begun).extracting(Future::resultNow).containsOnlyOnce(true);
		}
	}

	@Test
	void aClaimIsForOneRunnerAndForTheTimeOfItsLease() {
		var scanRef = registered();
		overdue();
		var older = this.checks.handOver("one instance");
		var runner = this.checks.handOver("another instance");

		assertThat(this.checks.begin(scanRef, older)).isPresent();
		assertThat(found(runner)).containsExactly(scanRef.value());
		assertThat(this.checks.begin(scanRef, runner)).isPresent();
		assertThat(found(runner)).isEmpty();
		assertThat(this.checks.begin(scanRef, runner)).isEmpty();
		assertThat(this.checks.begin(scanRef, older)).isEmpty();

		this.clock.advance(this.properties.lease().plusMillis(1));
		assertThat(found(runner)).containsExactly(scanRef.value());
		assertThat(this.checks.begin(scanRef, runner)).isPresent();
		this.checks.giveBack(scanRef, older);
		assertThat(found(runner)).isEmpty();
		this.checks.giveBack(scanRef, runner);
		assertThat(found(runner)).containsExactly(scanRef.value());
	}

	@Test
	void aClaimLastsALeaseFromTheLastCall() {
		var scanRef = registered();
		overdue();
		var most = this.properties.lease().minusSeconds(1);
		var runner = this.checks.handOver("this instance");
		var question = this.checks.begin(scanRef, runner).orElseThrow();
		this.clock.advance(most);

		assertThat(this.checks.open(question, runner)).isPresent();

		this.clock.advance(most);
		assertThat(found(runner)).isEmpty();
	}

	@Test
	void aClaimOfOneThatAWebhookSettlesMeanwhileIsGivenBack() {
		var scanRef = registered();
		overdue();
		this.jdbc
			.sql("""
					create function settle() returns trigger language plpgsql as $$ begin
						update verification set progress = 'SETTLED', outstanding = '{}', due_at = null, next_check_at = null;
						return null;
					end $$;
					create trigger settle after insert on claim execute function settle()""")
			.update();
		try {
			assertThat(this.checks.begin(scanRef, this.checks.handOver("this instance"))).isEmpty();
		}
		finally {
			this.jdbc.sql("drop function settle cascade").update();
		}

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(claims()).isZero();
	}

	@Test
	void aClaimDiesWithItsRunner() {
		var scanRef = registered();
		overdue();
		this.checks.begin(scanRef, this.checks.handOver("an instance that dies"));
		assertThat(claims()).isOne();

		this.checks.handOver("another instance");

		assertThat(claims()).isZero();
	}

	/** One that is decided, and whose webhook was lost. */
	private ScanRef approved() {
		var scanRef = registered();
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		return scanRef;
	}

	/** One that iDenfy refuses alone, and that is due before all that come later. */
	private ScanRef refused(Fault refusal) {
		var scanRef = registered();
		idenfy.fault(Endpoint.STATUS, scanRef.value(), refusal);
		this.clock.advance(Duration.ofMinutes(1));
		return scanRef;
	}

	private List<ScanRef> unknown(int count) {
		var unknown = IntStream.range(0, count).mapToObj((_) -> registered()).toList();
		unknown.forEach((scanRef) -> idenfy.fault(Endpoint.STATUS, scanRef.value(), Fault.NOT_FOUND));
		return unknown;
	}

	private void runForADay() {
		for (int hour = 1; hour <= 24; hour++) {
			run();
			this.clock.advance(Duration.ofHours(1));
		}
	}

	private void refuseInTheDatabase(String event, String sqlState) {
		this.jdbc.sql("""
				create function refuse() returns trigger language plpgsql as $$ begin
					raise exception 'refused' using errcode = '%s';
				end $$;
				create trigger refuse %s execute function refuse()""".formatted(sqlState, event)).update();
	}

	private void acceptInTheDatabase() {
		this.jdbc.sql("drop function refuse cascade").update();
	}

	private static int callsAbout(ScanRef scanRef) {
		return (int) idenfy.calls().stream().filter((call) -> scanRef.value().equals(call.scanRef())).count();
	}

	private ScanRef registered() {
		var token = idenfy.create();
		var scanRef = new ScanRef(token.scanRef());
		this.transaction.executeWithoutResult((_) -> this.verifications
			.save(Verification.registered(new Registration(scanRef, token.clientId(), token.externalRef(), null, null),
					"onboarding", this.clock.instant(), this.deadlines)));
		return scanRef;
	}

	private void overdue() {
		this.clock.advance(UNTIL_OVERDUE);
	}

	private void run() {
		this.reconciler.run(() -> false);
	}

	private Verification find(ScanRef scanRef) {
		return this.verifications.findById(scanRef).orElseThrow();
	}

	private void change(ScanRef scanRef, Consumer<Verification> change) {
		this.transaction.executeWithoutResult((_) -> change.accept(this.verifications.lock(scanRef).orElseThrow()));
	}

	private List<Endpoint> endpoints() {
		return idenfy.calls().stream().map(Call::endpoint).toList();
	}

	private List<String> found(Runner runner) {
		return this.due.find(this.clock.instant(), runner.number(), new String[0], 10);
	}

	private int claims() {
		return this.jdbc.sql("select count(*) from claim").query(Integer.class).single();
	}

	private List<String> ledger(ScanRef scanRef) {
		return this.jdbc.sql("select part || ' ' || outcome from idenfy_call where scan_ref = ? order by id")
			.param(scanRef.value())
			.query(String.class)
			.list();
	}

	private List<String> ledger() {
		return this.jdbc.sql("select part || ' ' || outcome from idenfy_call order by id").query(String.class).list();
	}

}
