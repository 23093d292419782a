package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestDatabase;
import dev.backstop.idenfy.Idenfy;
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
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false",
				"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=" + BudgetTests.PERIOD_IN_MILLIS
						+ "ms" })
@Import({ TestDatabase.class, ScheduleWithoutRunner.class })
@DirtiesContext
class BudgetTests {

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
	private MeterRegistry meters;

	@Autowired
	private Clock clock;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("idenfy.base-url", idenfy::baseUrl);
		registry.add("idenfy.api-key", idenfy::apiKey);
		registry.add("idenfy.api-secret", idenfy::apiSecret);
	}

	@AfterAll
	static void stop() {
		idenfy.close();
	}

	@Test
	void aFreshRunnerWaitsOutOnePeriodAndAsksForNothingTwice() {
		for (int i = 0; i < 25; i++) {
			overdue();
		}
		var other = otherInstance();

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

	/** On the same database, with a limiter of its own. */
	private Reconciler otherInstance() {
		var limiters = RateLimiterRegistry.of(RateLimiterConfig.custom()
			.limitForPeriod(1)
			.limitRefreshPeriod(PERIOD)
			.timeoutDuration(Duration.ofSeconds(60))
			.build());
		return new Reconciler(this.due, this.states, this.checks, this.client, this.deadlines, this.properties,
				new InstanceName("another instance"), limiters, this.retries, this.breakers, this.clock, this.meters);
	}

	private void overdue() {
		var scanRef = new ScanRef(idenfy.create().scanRef());
		this.verifications.save(Verification.registered(new Registration(scanRef, "client", null, null, null),
				"onboarding", this.clock.instant().minus(Duration.ofDays(1)), this.deadlines));
	}

}
