package dev.backstop.operations;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstop.reconciliation.ConnectionTest;
import dev.backstop.reconciliation.DueVerifications;
import dev.backstop.reconciliation.Hold;
import dev.backstop.reconciliation.Reconciliation.Overview;
import dev.backstop.verification.ParkedReason;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * How the reconciler does, for an operator.
 *
 * @param state {@code RUNNING}, {@code PAUSED} or {@code THROTTLED}
 * @param oldestOverdueFor for how long the oldest is due, in whole seconds
 * @param dueNow how many are due; this and the other counts go no further than 10,000
 * @param awaited how many are waited for, due or not
 * @param parked how many were given up, by each reason
 * @param newestParked the newest 100 of those
 * @param lastRun null before the first
 * @param test the test that an operator asked for last, null before the first
 * @param rearmed how many the action re-armed, only after one that does
 */
record ReconciliationView(String state, Hold.@Nullable Reason reason, @Nullable String detail, @Nullable String by,
		@Nullable Instant since, @Nullable Instant until, @Nullable String nextStep, long dueNow,
		@Nullable Instant oldestDueAt, @Nullable Duration oldestOverdueFor, long awaited,
		Map<ParkedReason, Long> parked, List<DueVerifications.Parked> newestParked, Overview.RunnerView runner,
		Overview.@Nullable LastRun lastRun, Overview.Budget budget, CircuitBreaker.State breaker,
		@Nullable Instant nextExecution, @Nullable Test test,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer rearmed) {

	static ReconciliationView of(Overview overview, Instant now, @Nullable Integer rearmed) {
		var hold = Optional.ofNullable(overview.hold());
		var oldest = overview.oldestDueAt();
		return new ReconciliationView(hold.map(Hold::state).map(Enum::name).orElse("RUNNING"),
				hold.map(Hold::reason).orElse(null), hold.map(Hold::detail).orElse(null),
				hold.map(Hold::by).orElse(null), hold.map(Hold::since).orElse(null), hold.map(Hold::until).orElse(null),
				hold.map(Hold::reason).map(Hold.Reason::nextStep).orElse(null), overview.dueNow(), oldest,
				(oldest != null) ? overdueFor(oldest, now) : null, overview.awaited(), overview.parked(),
				overview.newestParked(), overview.runner(),
				(overview.lastRun().startedAt() != null) ? overview.lastRun() : null, overview.budget(),
				overview.breaker(), overview.nextExecution(),
				Optional.ofNullable(overview.test()).map(Test::of).orElse(null), rearmed);
	}

	/** One call to iDenfy that shows if key, host and account are right. */
	record Test(String scanRef, String by, Instant askedAt, @Nullable Instant endedAt, String result,
			@Nullable String detail, String nextStep) {

		static Test of(ConnectionTest test) {
			var result = test.result();
			return new Test(test.scanRef(), test.by(), test.askedAt(), test.endedAt(),
					(result != null) ? result.name() : "PENDING", test.detail(), (result != null) ? result.nextStep()
							: "The call waits for its turn: look at GET /actuator/reconciliation in a few seconds");
		}

	}

	/** For how long something is due at an instant, in whole seconds. */
	static Duration overdueFor(Instant dueAt, Instant now) {
		return dueAt.isBefore(now) ? Duration.between(dueAt, now).truncatedTo(ChronoUnit.SECONDS) : Duration.ZERO;
	}

}
