package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import dev.backstop.idenfy.Idenfy;
import dev.backstop.idenfy.IdenfyException;
import dev.backstop.reconciliation.Checks.Answer;
import dev.backstop.reconciliation.Checks.Line;
import dev.backstop.reconciliation.Checks.Question;
import dev.backstop.reconciliation.Checks.Step;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Part;
import dev.backstop.verification.ScanRef;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.util.Assert;

/**
 * Finds what is overdue, oldest first, and asks iDenfy once for each part that is
 * outstanding, until nothing is due.
 */
@Component
class Reconciler {

	private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

	// well before another instance can take over, which takes four missed heartbeats
	private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(5);

	private final DueVerifications due;

	private final ReconciliationStates states;

	private final Checks checks;

	private final Idenfy idenfy;

	private final Deadlines deadlines;

	private final ReconciliationProperties properties;

	private final InstanceName instanceName;

	private final Lock gate = new ReentrantLock();

	private final RateLimiter limiter;

	private final Spacing spacing;

	private final Retry retry;

	private final CircuitBreaker breaker;

	private final Clock clock;

	private final MeterRegistry meters;

	Reconciler(DueVerifications due, ReconciliationStates states, Checks checks, Idenfy idenfy, Deadlines deadlines,
			ReconciliationProperties properties, InstanceName instanceName, RateLimiterRegistry limiters,
			RetryRegistry retries, CircuitBreakerRegistry breakers, Clock clock, MeterRegistry meters) {
		this.due = due;
		this.states = states;
		this.checks = checks;
		this.idenfy = idenfy;
		this.deadlines = deadlines;
		this.properties = properties;
		this.instanceName = instanceName;
		this.limiter = limiters.rateLimiter("idenfy");
		Assert.state(this.limiter.getRateLimiterConfig().getTimeoutDuration().isPositive(),
				"resilience4j.ratelimiter.instances.idenfy.timeout-duration must be positive: it is how long a call "
						+ "waits for its permit at a time");
		this.spacing = new Spacing(this.limiter.getRateLimiterConfig());
		this.retry = retries.retry("idenfy");
		this.breaker = breakers.circuitBreaker("idenfy");
		this.clock = clock;
		this.meters = meters;
	}

	/** Works until nothing is due, or something holds the reconciler. */
	void run(BooleanSupplier shuttingDown) {
		try {
			reconcile(shuttingDown);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void reconcile(BooleanSupplier shuttingDown) throws InterruptedException {
		var startedAt = this.clock.instant();
		var hold = this.states.get().hold().filter((each) -> !each.isOver(startedAt));
		boolean probing = hold.filter((each) -> each.allowsProbe(startedAt)).isPresent();
		boolean anyDue = this.due.findNext().filter((next) -> !next.isAfter(startedAt)).isPresent();
		if ((hold.isPresent() && !probing) || !anyDue) {
			return;
		}
		var runner = this.checks.handOver(this.instanceName.value());
		if (runner.fresh()) {
			waitOutOnePeriod(runner);
		}
		this.checks.findLost(runner).forEach(this.checks::lose);
		var run = new Run(runner, shuttingDown);
		try {
			if (probing) {
				this.due.find(this.clock.instant(), runner.number(), 1).forEach((scanRef) -> check(scanRef, run));
				if (this.states.get().hold().isPresent()) {
					run.stop("the probe did not end the pause");
				}
			}
			workOff(run);
		}
		finally {
			this.checks.ran(runner, startedAt, run.checks(), run.calls());
			log.info("Run {} made {} checks with {} calls in {}, then: {}", runner.number(), run.checks(), run.calls(),
					Duration.between(startedAt, this.clock.instant()), run.end());
		}
	}

	/** The runner before may just have used up the budget of this period. */
	private void waitOutOnePeriod(Runner runner) throws InterruptedException {
		log.info("Took over as runner {}", runner.number());
		Thread.sleep(this.limiter.getRateLimiterConfig().getLimitRefreshPeriod());
	}

	/** Begins a check whenever another has ended, the most overdue first. */
	private void workOff(Run run) throws InterruptedException {
		var free = new Semaphore(this.properties.maxInFlight());
		Set<String> underWay = ConcurrentHashMap.newKeySet();
		// of the operating system: there are few, and their waits depend on no other
		// thread
		try (var workers = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("check-", 1).factory())) {
			while (!run.isStopped()) {
				var batch = this.due.find(this.clock.instant(), run.runner().number(), this.properties.batchSize())
					.stream()
					.filter((scanRef) -> !underWay.contains(scanRef))
					.toList();
				if (batch.isEmpty() && underWay.isEmpty()) {
					return;
				}
				if (batch.isEmpty()) {
					awaitEnds(free);
				}
				for (var scanRef : batch) {
					free.acquire();
					underWay.add(scanRef);
					workers.execute(() -> {
						try {
							check(scanRef, run);
						}
						finally {
							underWay.remove(scanRef);
							free.release();
						}
					});
				}
			}
		}
	}

	/**
	 * Waits for the last checks, but not for so long that others which become due wait.
	 */
	private void awaitEnds(Semaphore free) throws InterruptedException {
		int all = this.properties.maxInFlight();
		if (free.tryAcquire(all, this.properties.interval().toMillis(), TimeUnit.MILLISECONDS)) {
			free.release(all);
		}
	}

	private void check(String name, Run run) {
		var scanRef = new ScanRef(name);
		try {
			if (!run.isStopped()) {
				this.checks.begin(scanRef, run.runner()).ifPresent((question) -> {
					check(question, run);
					this.checks.giveBack(scanRef, run.runner());
				});
			}
		}
		catch (TransientDataAccessException | DataAccessResourceFailureException | UncategorizedDataAccessException
				| TransactionException ex) {
			run.stop("the database failed");
			log.error("The check of {} failed in the database: {}", scanRef, ex.getClass().getSimpleName());
		}
		catch (DataAccessException ex) {
			// without the message, which may quote what could not be stored
			log.error("The check of {} could not be stored: {}", scanRef, ex.getClass().getSimpleName());
			abandon(scanRef, run);
		}
		catch (RuntimeException ex) {
			log.error("The check of {} failed", scanRef, ex);
			abandon(scanRef, run);
		}
	}

	/** An answer that cannot be kept is lost, and not asked for again at once. */
	private void abandon(ScanRef scanRef, Run run) {
		try {
			this.checks.findOpen(scanRef, run.runner()).forEach(this.checks::lose);
		}
		catch (DataAccessException | TransactionException ex) {
			run.stop("the database failed");
			log.error("The check of {} could not be closed: {}", scanRef, ex.getClass().getSimpleName());
		}
	}

	private void check(Question first, Run run) {
		run.countCheck();
		try {
			var answered = new ArrayList<>(List.of(first.part()));
			var step = ask(first, run);
			while (step.next().isPresent()) {
				answered.add(step.next().get().part());
				step = ask(step.next().get(), run);
			}
			conclude(first, step, answered);
		}
		catch (IdenfyException.Unavailable ex) {
			boolean counted = this.breaker.getState() == CircuitBreaker.State.CLOSED;
			conclude(first, this.checks.fail(first.check(), counted), List.of());
		}
		catch (Stopped ex) {
			run.stop(ex.reason());
		}
	}

	private Step ask(Question question, Run run) {
		var failure = new AtomicReference<IdenfyException.@Nullable Unavailable>();
		try {
			return this.retry.executeSupplier(() -> call(question, run, failure));
		}
		catch (Stopped ex) {
			run.stop(ex.reason());
			var unavailable = failure.get();
			if (unavailable != null && this.breaker.getState() != CircuitBreaker.State.CLOSED) {
				throw unavailable;
			}
			throw ex;
		}
	}

	private Step call(Question question, Run run, AtomicReference<IdenfyException.@Nullable Unavailable> failure) {
		if (!this.breaker.tryAcquirePermission()) {
			throw new Stopped("the circuit breaker is open");
		}
		Optional<Line> line;
		try {
			line = open(question, run);
		}
		catch (RuntimeException ex) {
			this.breaker.releasePermission();
			throw ex;
		}
		if (line.isEmpty()) {
			this.breaker.releasePermission();
			return Step.superseded();
		}
		run.countCall();
		return call(line.get(), failure);
	}

	/**
	 * One at a time, so that calls leave apart from each other and in the period of their
	 * permits, however long the ledger takes.
	 */
	private Optional<Line> open(Question question, Run run) {
		this.gate.lock();
		try {
			await(this.spacing::await, run);
			await(this.limiter::acquirePermission, run);
			long begin = System.nanoTime();
			var line = this.checks.open(question, run.runner());
			line.ifPresent((opened) -> leave(opened, begin));
			return line;
		}
		finally {
			this.gate.unlock();
		}
	}

	private void await(BooleanSupplier arrival, Run run) {
		do {
			if (Thread.currentThread().isInterrupted()) {
				run.stop("interrupted");
			}
			if (run.isStopped()) {
				throw new Stopped(run.end());
			}
		}
		while (!arrival.getAsBoolean());
	}

	private void leave(Line line, long begin) {
		// by both, since one clock may be set back, and the other not tell a standstill
		// of
		// the machine
		if (line.startedAt().plus(LONGEST_STANDSTILL).isBefore(this.clock.instant())
				|| System.nanoTime() - begin > LONGEST_STANDSTILL.toNanos()) {
			this.checks.giveUp(line);
			throw new Stopped("the process or its database stood still, so that a call was given up");
		}
		boolean late = this.limiter.getMetrics().getAvailablePermissions() == this.limiter.getRateLimiterConfig()
			.getLimitForPeriod();
		if (late) {
			// a new period has begun, and the call is one of those that it allows
			this.limiter.acquirePermission();
		}
		this.spacing.leave();
	}

	private Step call(Line line, AtomicReference<IdenfyException.@Nullable Unavailable> failure) {
		var part = line.question().part();
		long start = System.nanoTime();
		Answer answer;
		try {
			answer = fetch(line.question());
		}
		catch (IdenfyException ex) {
			tellBreaker(ex, start);
			measure(part, ex.category(), start);
			var step = this.checks.record(line, ex);
			if (ex instanceof IdenfyException.Unavailable unavailable) {
				failure.set(unavailable);
				throw unavailable;
			}
			if (ex instanceof IdenfyException.NotFound) {
				return step;
			}
			throw new Stopped("iDenfy answered " + ex.reason());
		}
		catch (RuntimeException ex) {
			this.breaker.releasePermission();
			throw ex;
		}
		this.breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		measure(part, "ANSWERED", start);
		return this.checks.record(line, answer);
	}

	/** A refusal is an answer, but says nothing of whether iDenfy is well. */
	private void tellBreaker(IdenfyException failure, long start) {
		long took = System.nanoTime() - start;
		switch (failure) {
			case IdenfyException.Unavailable _ -> this.breaker.onError(took, TimeUnit.NANOSECONDS, failure);
			case IdenfyException.NotFound _ -> this.breaker.onSuccess(took, TimeUnit.NANOSECONDS);
			default -> this.breaker.releasePermission();
		}
	}

	private Answer fetch(Question question) {
		var check = question.check();
		return switch (question.part()) {
			case STATUS -> {
				var status = this.idenfy.status(check.scanRef());
				yield (verification, at) -> verification.answer(check, status, at, this.deadlines);
			}
			case DATA -> {
				var data = this.idenfy.data(check.scanRef());
				yield (verification, at) -> verification.answer(check, data, at);
			}
			case FILES -> {
				var files = this.idenfy.files(check.scanRef());
				yield (verification, at) -> verification.answer(check, files, at);
			}
		};
	}

	private void measure(Part part, String outcome, long start) {
		this.meters.timer("backstop.idenfy.calls", "part", part.name(), "outcome", outcome)
			.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
	}

	private void conclude(Question question, Step step, List<Part> answered) {
		var result = step.result();
		if (result == null) {
			return;
		}
		var scanRef = question.check().scanRef();
		this.meters.counter("backstop.checks", "result", result.name()).increment();
		if (result == CheckResult.SETTLED && question.deadline() != null) {
			this.meters.timer("backstop.settled.after.deadline")
				.record(Duration.between(question.deadline(), this.clock.instant()));
		}
		log.atInfo()
			.addKeyValue("scanRef", scanRef)
			.addKeyValue("outcome", result)
			.log("Checked {}, answered {}: {}, {}", scanRef, answered, result,
					step.dueAt().map((due) -> "next due " + due).orElse("not due again"));
	}

}
