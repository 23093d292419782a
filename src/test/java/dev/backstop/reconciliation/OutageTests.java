package dev.backstop.reconciliation;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Progress;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
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

import static org.assertj.core.api.Assertions.assertThat;

/** With the default breaker, but for how long it stays open. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "idenfy.answer-timeout=3s",
				"backstop.reconciliation.max-in-flight=" + OutageTests.IN_FLIGHT,
				"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=" + OutageTests.PERIOD_IN_MILLIS + "ms",
				"resilience4j.retry.instances.idenfy.wait-duration=1ms",
				"resilience4j.circuitbreaker.instances.idenfy.wait-duration-in-open-state=100ms" })
@Import({ TestDatabase.class, TestClock.Configuration.class, ScheduleWithoutRunner.class })
@DirtiesContext
// beside other classes, but its own tests one after the other
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the simulator of OutageTests")
@ResourceLock(value = Resources.SYSTEM_OUT, mode = ResourceAccessMode.READ)
class OutageTests {

	static final int PERIOD_IN_MILLIS = 20;

	/** More than there are connections to the database. */
	static final int IN_FLIGHT = 12;

	private static final int HALF_OPEN_CALLS = 2;

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().retries(0, Duration.ZERO));

	@Autowired
	private Reconciler reconciler;

	@Autowired
	private Reconciliation reconciliation;

	@Autowired
	private Verifications verifications;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TestClock clock;

	@Autowired
	private CircuitBreakerRegistry breakers;

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
	}

	@Test
	void anHourWithoutIdenfyCostsFewCallsAndParksNothingAndTheBacklogDrainsOldestFirst() {
		var oldestFirst = IntStream.range(0, 80).mapToObj((_) -> overdue()).toList();
		this.clock.advance(Duration.ofDays(1));

		idenfy.stopListening();
		run();
		// or half open already, where the run took a while
		assertThat(this.reconciliation.breaker()).isNotEqualTo(CircuitBreaker.State.CLOSED);
		assertThat(callsMade()).isBetween(20, 20 + IN_FLIGHT);
		assertThat(claims()).isZero();
		var failures = failures(oldestFirst);
		for (int minute = 1; minute <= 30; minute++) {
			runWhenTheBreakerLetsProbesThrough();
		}
		idenfy.startListening();
		idenfy.fault(Fault.UNAVAILABLE);
		for (int minute = 31; minute <= 60; minute++) {
			runWhenTheBreakerLetsProbesThrough();
		}

		assertThat(failures(oldestFirst)).isEqualTo(failures);
		assertThat(failures.values()).allMatch((count) -> count <= 1);
		assertThat(oldestFirst).allMatch((scanRef) -> find(scanRef).progress() == Progress.AWAITED);
		assertThat(claims()).isZero();
		var neverTried = oldestFirst.stream().filter((scanRef) -> find(scanRef).checkCount() == 0).toList();
		assertThat(neverTried).isNotEmpty();

		idenfy.clearFaults();
		idenfy.forget();
		this.clock.advance(Duration.ofMinutes(1));
		Awaitility.await().until(() -> {
			run();
			return oldestFirst.stream().allMatch((scanRef) -> find(scanRef).progress() == Progress.SETTLED);
		});

		assertThat(idenfy.calls()).hasSize(3 * 80).allMatch(Call::answered);
		var asked = idenfy.calls()
			.stream()
			.filter((call) -> call.endpoint() == Endpoint.STATUS)
			.map((call) -> new ScanRef(call.scanRef()))
			.filter(neverTried::contains)
			.toList();
		assertThat(IntStream.range(0, asked.size()))
			.allMatch((place) -> neverTried.indexOf(asked.get(place)) < place + IN_FLIGHT);
		long took = idenfy.calls().getLast().nanos() - idenfy.calls().getFirst().nanos();
		assertThat(Duration.ofNanos(took)).isGreaterThan(Duration.ofMillis(3 * 80 * PERIOD_IN_MILLIS * 9 / 10));
	}

	static List<Fault> troubles() {
		return List.of(Fault.HANG, Fault.trickle(Duration.ofMillis(20)), Fault.ENDLESS);
	}

	@ParameterizedTest
	@MethodSource("troubles")
	void webhooksAreAnsweredAsEverWhileAllCallsHang(Fault trouble) {
		var scanRefs = IntStream.range(0, 40).mapToObj((_) -> overdue()).toList();
		this.clock.advance(Duration.ofDays(1));
		idenfy.fault(trouble);
		var enough = new AtomicBoolean();

		var running = CompletableFuture.runAsync(() -> this.reconciler.run(enough::get), Thread::startVirtualThread);
		Awaitility.await().until(() -> idenfy.calls().size() >= IN_FLIGHT);
		var slowest = scanRefs.stream().map(this::timeOfAWebhook).max(Duration::compareTo).orElseThrow();
		enough.set(true);
		running.join();

		System.out.printf("%s: the slowest of %d webhooks took %s%n", trouble, scanRefs.size(), slowest);
		assertThat(slowest).isLessThan(Duration.ofSeconds(1));
		assertThat(idenfy.calls()).noneMatch(Call::answered)
			.allMatch((call) -> call.took().compareTo(Duration.ofSeconds(5)) < 0);
		assertThat(scanRefs).allMatch((scanRef) -> find(scanRef).progress() == Progress.SETTLED);
	}

	private Duration timeOfAWebhook(ScanRef scanRef) {
		var webhook = idenfy.prepare(scanRef.value(), Event.manualFinished("DENIED"));
		long start = System.nanoTime();
		assertThat(idenfy.send(webhook)).isEqualTo(200);
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private void runWhenTheBreakerLetsProbesThrough() {
		this.clock.advance(Duration.ofMinutes(1));
		int before = callsMade();
		Awaitility.await().until(() -> {
			run();
			return callsMade() > before;
		});
		assertThat(callsMade() - before).isLessThanOrEqualTo(HALF_OPEN_CALLS);
	}

	/** One that is decided, later than the one before. */
	private ScanRef overdue() {
		this.clock.advance(Duration.ofMinutes(1));
		var scanRef = new ScanRef(idenfy.create().scanRef());
		this.verifications.save(Verification.registered(new Registration(scanRef, "client", null, null, null),
				"onboarding", this.clock.instant(), this.deadlines));
		idenfy.lose(scanRef.value(), Event.manualFinished("APPROVED"));
		return scanRef;
	}

	private void run() {
		this.reconciler.run(() -> false);
	}

	private Verification find(ScanRef scanRef) {
		return this.verifications.findById(scanRef).orElseThrow();
	}

	private Map<ScanRef, Integer> failures(List<ScanRef> scanRefs) {
		return scanRefs.stream().collect(Collectors.toMap(Function.identity(), (scanRef) -> find(scanRef).failures()));
	}

	private int callsMade() {
		return this.jdbc.sql("select count(*) from idenfy_call").query(Integer.class).single();
	}

	private int claims() {
		return this.jdbc.sql("select count(*) from claim").query(Integer.class).single();
	}

}
