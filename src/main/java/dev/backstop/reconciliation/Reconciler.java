package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import dev.backstop.DatabaseUnavailable;
import dev.backstop.idenfy.Idenfy;
import dev.backstop.idenfy.IdenfyException;
import dev.backstop.reconciliation.Checks.Answer;
import dev.backstop.reconciliation.Checks.Line;
import dev.backstop.reconciliation.Checks.Question;
import dev.backstop.reconciliation.Checks.Step;
import dev.backstop.reconciliation.ConnectionTest.Result;
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
import org.slf4j.event.Level;

import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
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

	private static final String STOOD_STILL = "the process or its database stood still, so that a call was given up";

	/** No claim is of it. */
	private static final long NO_RUNNER = 0;

	private final DueVerifications due;

	private final ReconciliationStates states;

	private final Checks checks;

	private final ConnectionTests tests;

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

	private final AtomicBoolean failing = new AtomicBoolean();

	Reconciler(DueVerifications due, ReconciliationStates states, Checks checks, ConnectionTests tests, Idenfy idenfy,
			Deadlines deadlines, ReconciliationProperties properties, InstanceName instanceName,
			RateLimiterRegistry limiters, RetryRegistry retries, CircuitBreakerRegistry breakers, Clock clock,
			MeterRegistry meters) {
		this.due = due;
		this.states = states;
		this.checks = checks;
		this.tests = tests;
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
		if (!this.tests.isAnyPending() && !isAnyToAskAbout()) {
			return;
		}
		var runner = this.checks.handOver(this.instanceName.value());
		if (runner.fresh()) {
			waitOutOnePeriod(runner);
		}
		var run = new Run(runner, shuttingDown);
		try {
			lose(this.checks.findLost(runner), run);
			test(run);
			if (isAnyToAskAbout()) {
				askAlone(run);
				workOff(run);
				test(run);
			}
			else {
				run.stop("there is nothing to ask about");
			}
		}
		finally {
			this.checks.ran(runner, startedAt, run.checks(), run.calls());
			log.info("Run {} made {} checks with {} calls in {}, then: {}", runner.number(), run.checks(), run.calls(),
					Duration.between(startedAt, this.clock.instant()), run.end());
		}
	}

	/**
	 * Returns whether a verification is due, and nothing keeps it from being asked about.
	 */
	private boolean isAnyToAskAbout() {
		var now = this.clock.instant();
		return this.states.get()
			.hold()
			.filter((hold) -> !hold.isOver(now))
			.map((hold) -> hold.allowsProbe(now) && this.checks.findAlone(NO_RUNNER).isPresent())
			.orElseGet(() -> this.due.findNext().filter((next) -> !next.isAfter(now)).isPresent());
	}

	/** Makes the call of a test, if an operator wants one. */
	private void test(Run run) {
		guard("The test", run, () -> {
			if (this.tests.isAnyWanted()) {
				openTest(run.untilShutdown()).ifPresent((line) -> {
					run.countCall();
					test(line);
				});
			}
		});
	}

	private Optional<ConnectionTests.Line> openTest(Run run) {
		this.gate.lock();
		try {
			awaitTurn(run);
			long begin = System.nanoTime();
			var line = this.tests.open(run.runner());
			line.ifPresent((opened) -> {
				if (stoodStill(opened.startedAt(), begin)) {
					this.tests.record(opened, IdenfyCall.Outcome.LOST, Result.LOST, "not made");
					throw new Stopped(STOOD_STILL);
				}
				leave();
			});
			return line;
		}
		finally {
			this.gate.unlock();
		}
	}

	private void test(ConnectionTests.Line line) {
		long start = System.nanoTime();
		try {
			this.idenfy.status(new ScanRef(line.test().scanRef()));
			measure(Part.STATUS, "ANSWERED", start);
			this.tests.record(line, IdenfyCall.Outcome.ANSWERED, Result.OK, null);
			log.info("{} tested the connection to iDenfy: it is right", line.test().by());
		}
		catch (IdenfyException ex) {
			measure(Part.STATUS, ex.category(), start);
			var result = Result.of(ex);
			this.tests.record(line, IdenfyCall.Outcome.valueOf(ex.category()), result, ex.reason());
			log.warn("{} tested the connection to iDenfy, which answered {}. {}", line.test().by(), ex.reason(),
					result.nextStep());
		}
	}

	/**
	 * Asks about one verification at a time, as long as it is open whether iDenfy refuses
	 * the account or one verification alone.
	 */
	private void askAlone(Run run) {
		parkRefused(run);
		var next = this.checks.findAlone(run.runner().number());
		while (next.isPresent() && !run.isStopped()) {
			int before = run.calls();
			check(next.get(), run);
			parkRefused(run);
			if (run.calls() > before && this.states.get().hold().isPresent()) {
				run.stop("the probe did not end the pause");
			}
			next = this.checks.findAlone(run.runner().number());
		}
	}

	private void parkRefused(Run run) {
		for (var refused : this.checks.findRefusedAlone()) {
			guard(refused.scanRef(), run, () -> {
				if (this.checks.parkRefused(refused) == CheckResult.REFUSED) {
					count(CheckResult.REFUSED);
					log.atWarn()
						.addKeyValue("scanRef", refused.scanRef())
						.addKeyValue("outcome", CheckResult.REFUSED)
						.log("Parked {} as REFUSED, since iDenfy answers about others, but about this one: {}. It is not "
								+ "asked about again until it is re-armed", refused.scanRef(), refused.detail());
				}
			});
		}
	}

	private void lose(List<UUID> lost, Run run) {
		for (var call : lost) {
			guard("call " + call, run, () -> this.checks.lose(call));
		}
	}

	/**
	 * Keeps a fault of one item from the others.
	 * @return whether there was none
	 */
	private static boolean guard(String item, Run run, Runnable action) {
		try {
			action.run();
			return true;
		}
		catch (RuntimeException ex) {
			if (isDatabaseAway(ex)) {
				run.stop("the database failed");
			}
			// without the message, which may quote what is stored
			log.warn("{} could not be dealt with, which is tried again in the next run: {}{}", item, reason(ex),
					place(ex));
			return false;
		}
	}

	private static String place(RuntimeException ex) {
		return Arrays.stream(ex.getStackTrace()).findFirst().map((frame) -> " at " + frame).orElse("");
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
				var batch = this.checks.findDue(run.runner())
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
					test(run);
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
		boolean sound = guard(name, run, () -> {
			if (!run.isStopped()) {
				this.checks.begin(scanRef, run.runner()).ifPresent((question) -> {
					var unsettled = this.checks.findUnsettled(question);
					if (unsettled.isEmpty()) {
						check(question, run);
						this.checks.giveBack(scanRef, run.runner());
					}
					else {
						leave(question, unsettled);
					}
				});
			}
		});
		if (!sound && !run.isStopped()) {
			// what is open is not asked for again at once
			guard(name, run, () -> lose(this.checks.findOpen(scanRef, run.runner()), run));
		}
	}

	/** Leaves the claim, so that it is not found again at once. */
	private void leave(Question question, List<IdenfyCall> unsettled) {
		log.warn(
				"{} is not asked about, since the ledger does not know how {} of its calls ended, or the answer could not "
						+ "be stored",
				question.check().scanRef(), unsettled.size());
		unsettled.stream()
			.flatMap((call) -> call.reason().stream())
			.findFirst()
			.ifPresent((reason) -> this.checks.parkUnstored(question, reason));
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
			conclude(first, step, "answered " + answered);
		}
		catch (IdenfyException.Unavailable ex) {
			boolean counted = this.breaker.getState() == CircuitBreaker.State.CLOSED;
			conclude(first, this.checks.fail(first.check(), counted), "failed by " + ex.reason());
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
			awaitTurn(run);
			long begin = System.nanoTime();
			var line = this.checks.open(question, run.runner());
			line.ifPresent((opened) -> {
				if (stoodStill(opened.startedAt(), begin)) {
					this.checks.giveUp(opened);
					throw new Stopped(STOOD_STILL);
				}
				leave();
			});
			return line;
		}
		finally {
			this.gate.unlock();
		}
	}

	private void awaitTurn(Run run) {
		await(this.spacing::await, run);
		await(this.limiter::acquirePermission, run);
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

	/** By both, since one clock may be set back, and the other not tell a standstill. */
	private boolean stoodStill(Instant startedAt, long begin) {
		return startedAt.plus(LONGEST_STANDSTILL).isBefore(this.clock.instant())
				|| System.nanoTime() - begin > LONGEST_STANDSTILL.toNanos();
	}

	private void leave() {
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
			warnOfFirst(ex, line.question());
			var step = this.checks.record(line, ex);
			if (ex instanceof IdenfyException.Unavailable unavailable) {
				failure.set(unavailable);
				throw unavailable;
			}
			if (step.held()) {
				throw new Stopped("iDenfy answered " + ex.reason());
			}
			return step;
		}
		catch (RuntimeException ex) {
			this.breaker.releasePermission();
			throw ex;
		}
		this.breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		this.failing.set(false);
		measure(part, "ANSWERED", start);
		return record(line, answer);
	}

	/** Keeps an answer, or at least that there was one. */
	private Step record(Line line, Answer answer) {
		try {
			return this.checks.record(line, answer);
		}
		catch (RuntimeException ex) {
			if (isDatabaseAway(ex)) {
				throw ex;
			}
			var reason = "could not be stored: " + reason(ex);
			log.warn("iDenfy's answer about {} {}{}. It is not asked for again until the verification is re-armed",
					line.question().check().scanRef(), reason, place(ex));
			return recordUnstored(line, reason);
		}
	}

	private Step recordUnstored(Line line, String reason) {
		try {
			return this.checks.recordUnstored(line, reason);
		}
		catch (RuntimeException ex) {
			if (isDatabaseAway(ex)) {
				throw ex;
			}
			this.checks.endUnstored(line, reason);
			throw ex;
		}
	}

	private static boolean isDatabaseAway(RuntimeException ex) {
		return ex instanceof CannotCreateTransactionException || DatabaseUnavailable.isCauseOf(ex);
	}

	/** Without the message, which may quote what is stored. */
	private static String reason(RuntimeException ex) {
		return DatabaseUnavailable.sqlState(ex)
			.map((state) -> "SQLSTATE " + state)
			.orElse(ex.getClass().getSimpleName());
	}

	/** Logs the first failure in a row; health and overview show how long it goes on. */
	private void warnOfFirst(IdenfyException failure, Question question) {
		boolean failed = !(failure instanceof IdenfyException.NotFound);
		if (!this.failing.getAndSet(failed) && failed) {
			log.warn("The call for {} of {} failed: {}. Others that follow in a row are not logged; "
					+ "/actuator/reconciliation and component idenfy of /actuator/health show what is done about it",
					question.part(), question.check().scanRef(), failure.reason());
		}
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
				yield (verification, at) -> {
					verification.attach(data.files(), at);
					return verification.answer(check, data.fields(), at);
				};
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

	private void count(CheckResult result) {
		this.meters.counter("backstop.checks", "result", result.name()).increment();
	}

	private void conclude(Question question, Step step, String how) {
		var result = step.result();
		if (result == null) {
			return;
		}
		var scanRef = question.check().scanRef();
		count(result);
		if (result == CheckResult.SETTLED && question.deadline() != null) {
			var late = Duration.between(question.deadline(), this.clock.instant());
			// a client may have asked for the check before the deadline
			this.meters.timer("backstop.settled.after.deadline").record(late.isNegative() ? Duration.ZERO : late);
		}
		boolean givenUp = step.dueAt().isEmpty() && result != CheckResult.SETTLED && result != CheckResult.SUPERSEDED;
		log.atLevel(givenUp ? Level.WARN : Level.INFO)
			.addKeyValue("scanRef", scanRef)
			.addKeyValue("outcome", result)
			.log("Checked {}, {}: {}, {}", scanRef, how, result,
					step.dueAt()
						.map((due) -> "next due " + due)
						.orElse(givenUp ? "not due again until it is re-armed or reopened" : "not due again"));
	}

}
