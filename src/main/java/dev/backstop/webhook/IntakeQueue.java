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
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.DatabaseUnavailable;
import dev.backstop.verification.Outcome;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.ReflectionUtils;

/**
 * Where webhooks wait to be stored. Those that have come while the workers were busy
 * share one transaction, and with it the waits for the database; each is answered after
 * the commit.
 */
@Component
class IntakeQueue implements DisposableBean {

	// connections for the clients, the reconciler, the archive, the schedule and health
	private static final int LEFT_FOR_OTHERS = 8;

	// with more of them under way, fewer webhooks would share one
	private static final int BATCHES_AT_ONCE = 2;

	// many times what a batch takes: the others wait for locks, or for a database that is
	// in trouble
	private static final Duration STUCK_AFTER = Duration.ofMillis(100);

	private static final int LARGEST_BATCH = 64;

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
	 * @param ended runs when nobody needs the webhook any more
	 * @return what became of it, none if it repeats an earlier one
	 * @throws Overloaded if there is too much to do
	 */
	Optional<Outcome> take(Arrival arrival, Runnable ended) {
		var waiting = new Waiting(arrival, false, new CompletableFuture<>());
		waiting.outcome.whenComplete((_, _) -> ended.run());
		this.queue.add(waiting);
		try {
			return await(waiting);
		}
		catch (TimeoutException _) {
			throw new Overloaded(Overloaded.Lack.TIME);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
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
		try {
			while (true) {
				storeNext();
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

	private void storeNext() throws InterruptedException {
		var batch = new ArrayList<Waiting>();
		boolean counted = false;
		try {
			this.taking.lockInterruptibly();
			try {
				batch.add(this.queue.take());
				// more come meanwhile
				counted = this.batches.tryAcquire(STUCK_AFTER.toMillis(), TimeUnit.MILLISECONDS);
				fill(batch);
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
		for (Waiting next; (next = this.queue.peek()) != null && fits(next, batch) && this.queue.remove(next);) {
			batch.add(next);
		}
	}

	private static boolean fits(Waiting next, List<Waiting> batch) {
		return batch.size() < LARGEST_BATCH && next.canShare() && batch.getFirst().canShare()
				&& batch.stream().noneMatch(next::isOfTheSameVerificationAs);
	}

	private void store(List<Waiting> batch) {
		try {
			var outcomes = this.intake.take(batch.stream().map(Waiting::arrival).toList());
			IntStream.range(0, batch.size()).forEach((i) -> batch.get(i).outcome.complete(outcomes.get(i)));
		}
		catch (CannotCreateTransactionException ex) {
			batch.forEach((waiting) -> waiting.outcome.completeExceptionally(ex));
		}
		catch (RuntimeException ex) {
			if (batch.size() > 1) {
				// one of them is to blame: each by itself
				batch.forEach((waiting) -> this.queue.add(waiting.alone()));
			}
			else {
				fail(batch.getFirst(), ex);
			}
		}
		catch (Error ex) {
			batch.forEach((waiting) -> waiting.outcome.completeExceptionally(ex));
		}
	}

	private void fail(Waiting waiting, RuntimeException ex) {
		if (DatabaseUnavailable.isCauseOf(ex) || waiting.arrival.isUnreadable()) {
			waiting.outcome.completeExceptionally(ex);
		}
		else {
			this.queue.add(waiting.unreadable(ex));
		}
	}

	@Override
	public void destroy() {
		this.workers.shutdownNow();
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

		Waiting unreadable(RuntimeException ex) {
			return new Waiting(this.arrival.unreadable(ex), true, this.outcome);
		}

	}

}
