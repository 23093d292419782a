package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.shaded.jdbc.SQLRuntimeException;
import dev.backstop.DatabaseUnavailable;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Part;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.TimelineEntries;
import dev.backstop.verification.TimelineEntry;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What operators and clients can see and want of the reconciler. */
@Component
public class Reconciliation {

	private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

	private static final TaskInstanceId TASK = TaskInstanceId.of(ReconciliationSchedule.TASK, RecurringTask.INSTANCE);

	private static final int SHOWN = 100;

	private final ReconciliationStates states;

	private final DueVerifications due;

	private final IdenfyCalls calls;

	private final Verifications verifications;

	private final TimelineEntries timeline;

	private final ReconciliationProperties properties;

	private final SchedulerClient scheduler;

	private final RateLimiterRegistry limiters;

	private final CircuitBreakerRegistry breakers;

	private final TransactionTemplate transaction;

	private final Clock clock;

	Reconciliation(ReconciliationStates states, DueVerifications due, IdenfyCalls calls, Verifications verifications,
			TimelineEntries timeline, ReconciliationProperties properties, SchedulerClient scheduler,
			RateLimiterRegistry limiters, CircuitBreakerRegistry breakers, TransactionTemplate transaction,
			Clock clock) {
		this.states = states;
		this.due = due;
		this.calls = calls;
		this.verifications = verifications;
		this.timeline = timeline;
		this.properties = properties;
		this.scheduler = scheduler;
		this.limiters = limiters;
		this.breakers = breakers;
		this.transaction = transaction;
		this.clock = clock;
	}

	/** What keeps the reconciler from calling iDenfy, on every replica. */
	public Optional<Hold> hold() {
		var now = this.clock.instant();
		return this.states.get().hold().filter((hold) -> !hold.isOver(now));
	}

	/**
	 * Brings the next run forward to now; one that is under way finds what has become
	 * due.
	 */
	public void bringForward() {
		try {
			reschedule();
		}
		catch (TaskInstanceCurrentlyExecutingException ex) {
			log.debug("The reconciler is running already");
		}
		catch (TaskInstanceNotFoundException ex) {
			log.warn("No run is scheduled yet: the first one comes when a scheduler has started");
		}
		catch (SQLRuntimeException ex) {
			log.warn("The database failed: the next run comes at the next interval");
		}
	}

	private void reschedule() {
		try {
			this.scheduler.reschedule(TASK, this.clock.instant());
		}
		catch (ExecutionException ex) {
			// a run began or ended between looking at the schedule and changing it
			this.scheduler.reschedule(TASK, this.clock.instant());
		}
	}

	/** Holds the reconciler of every replica until an operator resumes it. */
	public void pause(String by) {
		this.transaction.executeWithoutResult((_) -> this.states.lock().pause(by, this.clock.instant()));
		log.warn("{} paused the reconciler", by);
	}

	/** Ends whatever holds the reconciler, and re-arms what it parked by mistake. */
	public void resume(String by) {
		for (var scanRef : this.states.get().parkedByMistake()) {
			changeEach(scanRef, (verification) -> verification.unpark(by, this.clock.instant()));
		}
		this.transaction.executeWithoutResult((_) -> this.states.lock().resume());
		log.info("{} resumed the reconciler", by);
		bringForward();
	}

	/**
	 * Changes one of several; the others are changed, even if it cannot be.
	 * @return whether it was there, and is changed
	 */
	private boolean changeEach(ScanRef scanRef, Predicate<Verification> change) {
		try {
			return Boolean.TRUE
				.equals(this.transaction.execute((_) -> this.verifications.lock(scanRef).filter(change).isPresent()));
		}
		catch (RuntimeException ex) {
			if (DatabaseUnavailable.isWithoutConnection(ex)) {
				throw ex;
			}
			// without the message, which may quote what is stored
			log.warn("{} could not be re-armed, and stays parked: {}", scanRef, ex.getClass().getSimpleName());
			return false;
		}
	}

	/**
	 * Runs now instead of at the next interval.
	 * @return the hold that keeps anything from running, none if it runs
	 */
	public Optional<Hold> run(String by) {
		var now = this.clock.instant();
		var hold = hold().filter((each) -> !each.allowsProbe(now));
		if (hold.isEmpty()) {
			log.info("{} wants the reconciler to run", by);
			bringForward();
		}
		return hold;
	}

	/**
	 * Has iDenfy asked once about a scanRef, known here or not, to see if key, host and
	 * account are right.
	 */
	public void test(ScanRef scanRef, String by) {
		this.transaction.executeWithoutResult((_) -> {
			var now = this.clock.instant();
			this.states.lock().test(scanRef, by, now);
			if (this.verifications.existsById(scanRef)) {
				this.timeline.save(TimelineEntry.ofTest(this.verifications.getReferenceById(scanRef), now, by));
			}
		});
		log.info("{} wants to test the connection to iDenfy", by);
		bringForward();
	}

	/** Returns the test that an operator asked for last. */
	public Optional<ConnectionTest> test() {
		return this.states.get().test();
	}

	/**
	 * Tries parked verifications again, the longest parked first.
	 * @param limit how many at most
	 * @return how many were re-armed
	 */
	public int rearm(ParkedReason reason, int limit, String by) {
		int rearmed = 0;
		for (var scanRef : this.due.findParked(reason, Limit.of(limit))) {
			rearmed += changeEach(new ScanRef(scanRef), (verification) -> rearmIfParked(verification, by)) ? 1 : 0;
		}
		log.info("{} re-armed {} verifications parked as {}", by, rearmed, reason);
		bringForward();
		return rearmed;
	}

	private boolean rearmIfParked(Verification verification, String by) {
		boolean parked = verification.parkedReason().isPresent();
		if (parked) {
			verification.rearm(by, this.clock.instant());
		}
		return parked;
	}

	/**
	 * Tries a parked verification again.
	 * @return the verification, none if it is unknown
	 * @throws IllegalStateException if it is not parked
	 */
	public Optional<Verification> rearm(ScanRef scanRef, String by) {
		var rearmed = this.transaction.execute((_) -> this.verifications.lock(scanRef).map((verification) -> {
			verification.rearm(by, this.clock.instant());
			return verification;
		}));
		bringForward();
		return rearmed;
	}

	/**
	 * Asks iDenfy anew for everything of a settled or parked verification.
	 * @return the verification, none if it is unknown
	 * @throws IllegalStateException if it is awaited
	 */
	public Optional<Verification> reopen(ScanRef scanRef, String by) {
		var reopened = this.transaction.execute((_) -> this.verifications.lock(scanRef).map((verification) -> {
			verification.reopen(by, this.clock.instant());
			return verification;
		}));
		bringForward();
		return reopened;
	}

	/** All calls to iDenfy about a verification, oldest first. */
	public List<Call> calls(ScanRef scanRef) {
		return this.calls.findByScanRef(scanRef.value());
	}

	/** How the reconciler does at present. */
	public Overview overview() {
		var now = this.clock.instant();
		var state = this.states.get();
		var oldest = this.due.findNext().filter((next) -> !next.isAfter(now)).orElse(null);
		var runner = new Overview.RunnerView(state.runner(), state.runnerName().orElse(null), state.runnerSince());
		var lastRun = new Overview.LastRun(state.lastRunStartedAt(), state.lastRunEndedAt(), state.lastRunChecks(),
				state.lastRunCalls());
		return new Overview(hold().orElse(null), this.due.count(now), oldest, this.due.countAwaited(),
				this.due.countParked(), this.due.findParked(Limit.of(SHOWN)), runner, lastRun, budget(now), breaker(),
				nextExecution(), state.test().orElse(null));
	}

	private Overview.Budget budget(Instant now) {
		var limit = this.limiters.rateLimiter("idenfy").getRateLimiterConfig();
		long perMinute = Math.ceilDiv(limit.getLimitForPeriod() * Duration.ofMinutes(1).toNanos(),
				limit.getLimitRefreshPeriod().toNanos());
		long used = this.calls.countSince(now.minus(Duration.ofMinutes(1)));
		return new Overview.Budget(limit.getLimitForPeriod(), limit.getLimitRefreshPeriod(), used, perMinute);
	}

	/**
	 * Whether calls to iDenfy fail so often that this instance makes none for a while.
	 */
	public CircuitBreaker.State breaker() {
		return this.breakers.circuitBreaker("idenfy").getState();
	}

	/** How overdue the oldest may be before health says so. */
	public Duration overdueLimit() {
		return this.properties.overdueLimit();
	}

	private @Nullable Instant nextExecution() {
		try {
			return this.scheduler.getScheduledExecution(TASK).map(ScheduledExecution::getExecutionTime).orElse(null);
		}
		catch (SQLRuntimeException ex) {
			throw new DataAccessResourceFailureException("The schedule cannot be read", ex);
		}
	}

	/**
	 * A line of the ledger.
	 *
	 * @param endedAt null while nobody knows how it ended
	 * @param outcome how it ended
	 * @param reason what iDenfy answered instead
	 */
	public record Call(Part part, Instant startedAt, @Nullable Instant endedAt, @Nullable String outcome,
			@Nullable String reason) {
	}

	/**
	 * How the reconciler does.
	 *
	 * @param hold what keeps it from calling iDenfy, null if it runs
	 * @param dueNow how many verifications are due; this and the other counts go no
	 * further than 10,000, so that they take no longer in a large backlog
	 * @param oldestDueAt since when the oldest of them is
	 * @param awaited how many are waited for, due or not
	 * @param parked how many were given up, by reason
	 * @param newestParked the newest 100 of those
	 * @param breaker whether this instance's circuit breaker lets calls through
	 * @param test the test that an operator asked for last
	 */
	public record Overview(@Nullable Hold hold, long dueNow, @Nullable Instant oldestDueAt, long awaited,
			Map<ParkedReason, Long> parked, List<DueVerifications.Parked> newestParked, RunnerView runner,
			LastRun lastRun, Budget budget, CircuitBreaker.State breaker, @Nullable Instant nextExecution,
			@Nullable ConnectionTest test) {

		/** Who reconciles at present. */
		public record RunnerView(long number, @Nullable String instance, @Nullable Instant since) {
		}

		/** What the last run did; null where there was none yet. */
		public record LastRun(@Nullable Instant startedAt, @Nullable Instant endedAt, @Nullable Integer checks,
				@Nullable Integer calls) {
		}

		/** How many calls may go to iDenfy, and how many did in the last minute. */
		public record Budget(int limitForPeriod, Duration refreshPeriod, long callsInLastMinute,
				long callsPerMinuteAtMost) {
		}

	}

}
