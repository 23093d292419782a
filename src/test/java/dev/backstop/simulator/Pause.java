package dev.backstop.simulator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wait that ends early when what it waits in comes to its end. */
final class Pause {

	private final CountDownLatch end = new CountDownLatch(1);

	/** Whether the whole time has passed. */
	boolean lasts(Duration duration) {
		try {
			return !this.end.await(duration.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	void end() {
		this.end.countDown();
	}

	boolean ended() {
		return this.end.getCount() == 0;
	}

}
