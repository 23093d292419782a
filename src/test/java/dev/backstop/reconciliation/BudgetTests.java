package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestDatabase;
import dev.backstop.idenfy.Idenfy;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "backstop.reconciliation.max-in-flight=8",
				"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=" + BudgetTests.PERIOD_IN_MILLIS
						+ "ms" })
@Import({ TestDatabase.class, ScheduleWithoutRunner.class })
@DirtiesContext
// beside other classes, but its own tests one after the other
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the simulator of BudgetTests")
@ResourceLock(value = Resources.SYSTEM_OUT, mode = ResourceAccessMode.READ)
class BudgetTests {

	/** How many a backlog lasts, some of them undisturbed. */
	private static final int PERIODS = 24;

	private static final int SOME_PERIODS = 16;

	static final int PERIOD_IN_MILLIS = 200;

	private static final Duration PERIOD = Duration.ofMillis(PERIOD_IN_MILLIS);

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings());

	@Autowired
	private Reconciler reconciler;

	@Autowired
	private DueVerifications due;

	@Autowired
	private ReconciliationStates states;

	@Autowired
	private Checks checks;

	@Autowired
	private ConnectionTests tests;

	@Autowired
	private Idenfy client;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private ReconciliationProperties properties;

	@Autowired
	private RetryRegistry retries;

	@Autowired
	private CircuitBreakerRegistry breakers;

	@Autowired
	private Verifications verifications;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private Clock clock;

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
		idenfy.forget();
		idenfy.fault(Endpoint.STATUS, Fault.slow(Duration.ofMillis(50)));
		this.jdbc.sql("truncate verification, idenfy_call cascade").update();
	}

	@Test
	void aFreshRunnerWaitsOutOnePeriodAndAsksForNothingTwice() {
		for (int i = 0; i < 25; i++) {
			overdue();
		}
		var other = instance("another instance", 1, PERIOD);

		var first = CompletableFuture.runAsync(() -> this.reconciler.run(() -> false), Thread::startVirtualThread);
		Awaitility.await().until(() -> idenfy.calls().size() >= 10);
		other.run(() -> false);
		first.join();

		assertThat(idenfy.calls()).hasSize(25).extracting("scanRef").doesNotHaveDuplicates();
		var runners = this.jdbc.sql(
				"select min(started_at) as first, max(started_at) as last from idenfy_call group by runner order by runner")
			.query((row, _) -> List.of(row.getTimestamp("first").toInstant(), row.getTimestamp("last").toInstant()))
			.list();
		assertThat(runners).hasSize(2);
		assertThat(Duration.between(runners.getFirst().getLast(), runners.getLast().getFirst()))
			.isGreaterThanOrEqualTo(PERIOD);
		assertThat(this.states.get().runnerName()).contains("another instance");
	}

	@ParameterizedTest
	@CsvSource({ "1, PT0.4S", "4, PT0.4S" })
	void aBacklogUsesTheWholeBudget(int limit, Duration period) {
		for (int i = 0; i < PERIODS * limit; i++) {
			overdue();
		}

		instance("a hurried instance", limit, period).run(() -> false);

		assertThat(idenfy.calls()).hasSize(PERIODS * limit);
		assertThat(mostOfTheBudgetUsed(limit, period)).isGreaterThan(0.95);
		// the machine may be busy with something else for a while
		assertThat(budgetUsed(limit, period)).isGreaterThan(0.7);
		assertThat(idenfy.mostCallsWithin(period)).isLessThanOrEqualTo(2 * limit);
	}

	@ParameterizedTest
	@CsvSource({ "1, PT0.2S", "5, PT0.2S" })
	void aSlowLedgerCrowdsNoCalls(int limit, Duration period) {
		for (int i = 0; i < SOME_PERIODS * limit; i++) {
			overdue();
		}
		var done = new AtomicBoolean();

		var slowing = CompletableFuture.runAsync(() -> holdUpTheLedger(period, done), Thread::startVirtualThread);
		instance("an instance held up", limit, period).run(() -> false);
		done.set(true);
		slowing.join();

		assertThat(idenfy.calls()).hasSize(SOME_PERIODS * limit);
		assertThat(idenfy.mostCallsWithin(period)).isLessThanOrEqualTo(2 * limit);
		assertThat(idenfy.calls())
			.hasSizeLessThanOrEqualTo(limit * (int) Math.ceil(periods(period, 0, idenfy.calls().size() - 1)) + limit);
	}

	@Test
	void aTakeOverCrowdsNoCallsEvenIfTheLedgerIsSlow() {
		for (int i = 0; i < 32; i++) {
			overdue();
		}
		var done = new AtomicBoolean();

		var slowing = CompletableFuture.runAsync(() -> holdUpTheLedger(PERIOD, done), Thread::startVirtualThread);
		var runs = IntStream.rangeClosed(1, 4).mapToObj((number) -> {
			var instance = instance("instance " + number, 1, PERIOD);
			var run = CompletableFuture.runAsync(() -> instance.run(() -> false), Thread::startVirtualThread);
			Awaitility.await().until(() -> idenfy.calls().size() >= 8 * number);
			return run;
		}).toList();
		runs.forEach(CompletableFuture::join);
		done.set(true);
		slowing.join();

		assertThat(idenfy.calls()).hasSize(32).extracting("scanRef").doesNotHaveDuplicates();
		assertThat(idenfy.mostCallsWithin(PERIOD)).isLessThanOrEqualTo(2);
		assertThat(idenfy.calls()).hasSizeLessThanOrEqualTo((int) Math.ceil(periods(PERIOD, 0, 31)) + 1);
	}

	/** Locks the row that each line of the ledger needs, now and then. */
	private void holdUpTheLedger(Duration period, AtomicBoolean done) {
		var random = new Random(1);
		while (!done.get()) {
			this.transaction.executeWithoutResult((_) -> {
				this.states.lock();
				rest(random.nextDouble() * 2 * period.toMillis());
			});
			rest(random.nextDouble() * 4 * period.toMillis());
		}
	}

	private void rest(double millis) {
		this.jdbc.sql("select pg_sleep(?)").param(millis / 1000).query().singleRow();
	}

	/**
	 * The share of it in the best of all stretches of ten periods, which is a quiet one.
	 */
	private static double mostOfTheBudgetUsed(int limit, Duration period) {
		int all = idenfy.calls().size();
		int some = 10 * limit;
		double most = IntStream.range(0, all - some)
			.mapToDouble((first) -> some / (limit * periods(period, first, first + some)))
			.max()
			.orElseThrow();
		System.out.printf("%d calls each %s: %.3f of the budget in all, %.3f at best, at most %d in a period%n", limit,
				period, budgetUsed(limit, period), most, idenfy.mostCallsWithin(period));
		return most;
	}

	private static double budgetUsed(int limit, Duration period) {
		int all = idenfy.calls().size();
		return (all - limit) / (limit * periods(period, 0, all - 1));
	}

	private static double periods(Duration period, int first, int last) {
		var calls = idenfy.calls();
		return (calls.get(last).nanos() - calls.get(first).nanos()) / (double) period.toNanos();
	}

	/** On the same database, with a limiter of its own. */
	private Reconciler instance(String name, int limit, Duration period) {
		var limiters = RateLimiterRegistry.of(RateLimiterConfig.custom()
			.limitForPeriod(limit)
			.limitRefreshPeriod(period)
			.timeoutDuration(Duration.ofSeconds(60))
			.build());
		return new Reconciler(this.due, this.states, this.checks, this.tests, this.client, this.deadlines,
				this.properties, new InstanceName(name), limiters, this.retries, this.breakers, this.clock,
				this.meters);
	}

	private void overdue() {
		var scanRef = new ScanRef(idenfy.create().scanRef());
		this.verifications.save(Verification.registered(new Registration(scanRef, "client", null, null, null),
				"onboarding", this.clock.instant().minus(Duration.ofDays(1)), this.deadlines));
	}

}
