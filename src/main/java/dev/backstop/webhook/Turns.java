package dev.backstop.webhook;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.stereotype.Component;
import org.springframework.util.ReflectionUtils;

/** How many webhooks are in the database at once, and how long one is waited for. */
@Component
class Turns {

	// connections for the clients, the reconciler, the archive, the schedule and health
	private static final int LEFT_FOR_OTHERS = 8;

	private static final Duration TURN_WITHIN = Duration.ofSeconds(1);

	// iDenfy shall have its answer within 5 seconds
	private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

	private final Semaphore turns;

	Turns(HikariDataSource dataSource) {
		this.turns = new Semaphore(Math.max(1, dataSource.getMaximumPoolSize() - LEFT_FOR_OTHERS), true);
	}

	/** Does something that needs the database when it is its turn. */
	void take(Runnable work) {
		try {
			if (!this.turns.tryAcquire(TURN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new Overloaded(Overloaded.Lack.TURN);
			}
		}
		catch (InterruptedException _) {
			throw interrupted();
		}
		try {
			work.run();
		}
		finally {
			this.turns.release();
		}
	}

	/**
	 * Waits for some work, but only for as long as an answer may take, since the steps of
	 * a transaction may each be slow. It is not broken off then: it ends by the time-outs
	 * of the database, and if it commits, iDenfy's next attempt is a repeat.
	 */
	static void answerInTime(Runnable work) {
		var task = new FutureTask<Void>(work, null);
		Thread.startVirtualThread(task);
		try {
			task.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException _) {
			throw new Overloaded(Overloaded.Lack.TIME);
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowRuntimeException(ex.getCause());
		}
		catch (InterruptedException _) {
			throw interrupted();
		}
	}

	private static Overloaded interrupted() {
		Thread.currentThread().interrupt();
		return new Overloaded(Overloaded.Lack.TIME);
	}

}
