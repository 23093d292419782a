package dev.backstop.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.DatabaseUnavailable;
import dev.backstop.verification.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.ReflectionUtils;

/**
 * Where webhooks wait to be stored. Those that have come while the workers were busy
 * share one transaction, and with it the waits for the database; each is answered after
 * the commit.
 */
@Component
class IntakeQueue implements DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(IntakeQueue.class);

	// connections for the clients, the reconciler, the archive, the schedule and health
	private static final int LEFT_FOR_OTHERS = 8;

	// with more of them under way, fewer webhooks would share one
	private static final int BATCHES_AT_ONCE = 2;

	// many times what a batch takes: the others wait for locks, or for a database that is
	// in trouble
	private static final Duration STUCK_AFTER = Duration.ofMillis(100);

	private static final int LARGEST_BATCH = 16;

	private static final Duration TURN_WITHIN = Duration.ofSeconds(1);

	// iDenfy shall have its answer within 5 seconds
	private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

	private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();

	/** Whoever has it takes webhooks out of the queue. */
	private final ReentrantLock taking = new ReentrantLock();

	private final Semaphore batches = new Semaphore(BATCHES_AT_ONCE);

	private final WebhookIntake intake;

	private final ExecutorService workers;

	IntakeQueue(WebhookIntake intake, HikariDataSource dataSource) {
		this.intake = intake;
		int count = Math.max(1, dataSource.getMaximumPoolSize() - LEFT_FOR_OTHERS);
		this.workers = Executors.newFixedThreadPool(count, Thread.ofPlatform().name("intake-", 1).factory());
		IntStream.range(0, count).forEach((_) -> this.workers.execute(this::work));
	}

	/**
	 * Has a webhook stored and applied, and waits for that, but only for as long as an
	 * answer may take, since the steps of a transaction may each be slow. It is not
	 * broken off then: it ends by the time-outs of the database, and if it commits,
	 * iDenfy's next attempt is a repeat.
	 * @param stored is told, when it is committed, what became of it, none if it repeats
	 * an earlier one
	 * @param ended runs when nobody needs the webhook any more
	 * @throws Overloaded if there is too much to do
	 */
	void take(Arrival arrival, Consumer<Optional<Outcome>> stored, Runnable ended) {
		var waiting = new Waiting(arrival, false, new CompletableFuture<>());
		waiting.outcome.whenComplete((_, _) -> ended.run());
		this.queue.add(waiting);
		try {
			stored.accept(await(waiting));
		}
		catch (TimeoutException _) {
			waiting.outcome.thenAccept(stored);
			throw new Overloaded(Overloaded.Lack.TIME);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			waiting.outcome.thenAccept(stored);
			throw new Overloaded(Overloaded.Lack.TIME);
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowRuntimeException(ex.getCause());
			throw new IllegalStateException(ex);
		}
	}

	private Optional<Outcome> await(Waiting waiting) throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return waiting.outcome.get(TURN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException _) {
			if (this.queue.remove(waiting)) {
				waiting.outcome.completeExceptionally(new Overloaded(Overloaded.Lack.TURN));
			}
			return waiting.outcome.get(ANSWER_WITHIN.minus(TURN_WITHIN).toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void work() {
		while (!this.workers.isShutdown()) {
			try {
				storeNext();
			}
			catch (InterruptedException _) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private void storeNext() throws InterruptedException {
		var batch = new ArrayList<Waiting>();
		boolean counted = false;
		try {
			this.taking.lockInterruptibly();
			try {
				var first = this.queue.take();
				batch.add(first);
				if (first.canShare()) {
					// more come meanwhile
					counted = this.batches.tryAcquire(STUCK_AFTER.toMillis(), TimeUnit.MILLISECONDS);
					fill(batch);
				}
			}
			finally {
				this.taking.unlock();
			}
			store(batch);
		}
		finally {
			this.batches.release(counted ? 1 : 0);
		}
	}

	private void fill(List<Waiting> batch) {
		for (var next : this.queue) {
			if (fits(next, batch) && this.queue.remove(next)) {
				batch.add(next);
			}
		}
	}

	private static boolean fits(Waiting next, List<Waiting> batch) {
		return batch.size() < LARGEST_BATCH && next.canShare()
				&& batch.stream().noneMatch(next::isOfTheSameVerificationAs);
	}

	private void store(List<Waiting> batch) {
		try {
			var outcomes = this.intake.take(batch.stream().map(Waiting::arrival).toList());
			IntStream.range(0, batch.size()).forEach((i) -> batch.get(i).outcome.complete(outcomes.get(i)));
		}
		catch (RuntimeException ex) {
			if (batch.size() == 1) {
				fail(batch.getFirst(), ex);
			}
			else if (DatabaseUnavailable.isWithoutConnection(ex)) {
				batch.forEach((waiting) -> waiting.outcome.completeExceptionally(ex));
			}
			else {
				// without the message, which may quote what could not be stored
				log.warn("{} webhooks could not be stored together, so that each is by itself: {}", batch.size(),
						ex.getClass().getSimpleName());
				batch.forEach((waiting) -> this.queue.add(waiting.alone()));
			}
		}
		catch (Error ex) {
			batch.forEach((waiting) -> waiting.outcome.completeExceptionally(waiting.arrival.fault(ex)));
		}
	}

	private void fail(Waiting waiting, RuntimeException ex) {
		if (DatabaseUnavailable.isCauseOf(ex)) {
			waiting.outcome.completeExceptionally(ex);
			return;
		}
		var fault = waiting.arrival.fault(ex);
		if (fault.isOfContent() && !waiting.arrival.isUnreadable()) {
			this.queue.add(waiting.unreadable(fault));
		}
		else {
			waiting.outcome.completeExceptionally(fault);
		}
	}

	@Override
	public void destroy() {
		this.workers.shutdownNow();
		this.workers.close();
	}

	/**
	 * A webhook that is to be stored.
	 *
	 * @param byItself whether it has failed with others
	 * @param outcome what became of it, once that is committed
	 */
	private record Waiting(Arrival arrival, boolean byItself, CompletableFuture<Optional<Outcome>> outcome) {

		boolean canShare() {
			return !this.byItself && this.arrival.verification().isPresent();
		}

		boolean isOfTheSameVerificationAs(Waiting other) {
			return this.arrival.verification().equals(other.arrival.verification());
		}

		Waiting alone() {
			return new Waiting(this.arrival, true, this.outcome);
		}

		Waiting unreadable(WebhookFault refusal) {
			return new Waiting(this.arrival.unreadable(refusal), true, this.outcome);
		}

	}

}
