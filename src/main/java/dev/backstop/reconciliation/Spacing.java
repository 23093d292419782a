package dev.backstop.reconciliation;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;

/**
 * Keeps calls apart that leave one after the other, so that what delays some of them on
 * their way does not crowd them.
 */
class Spacing {

	private static final long LONGEST_WAIT = Duration.ofMillis(500).toNanos();

	private final long gap;

	private long next = System.nanoTime();

	/**
	 * Three quarters of what the budget allows on average: the rest makes up for the time
	 * that the ledger takes.
	 */
	Spacing(RateLimiterConfig budget) {
		this.gap = budget.getLimitRefreshPeriod().toNanos() / budget.getLimitForPeriod() * 3 / 4;
	}

	/**
	 * Waits until the next call may leave, but not for so long that nothing else is
	 * noticed.
	 * @return whether it may
	 */
	boolean await() {
		LockSupport.parkNanos(Math.min(remaining(), LONGEST_WAIT));
		return remaining() <= 0;
	}

	private long remaining() {
		return this.next - System.nanoTime();
	}

	/** A call leaves. */
	void leave() {
		this.next = System.nanoTime() + this.gap;
	}

}
