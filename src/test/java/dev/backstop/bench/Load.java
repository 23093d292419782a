package dev.backstop.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/** Callers that work at the same time, each on a thread of its own. */
final class Load implements AutoCloseable {

	private final List<Caller> callers;

	private final Duration pace;

	private Load(List<Caller> callers, Duration pace) {
		this.callers = callers;
		this.pace = pace;
	}

	/** Callers who call again as soon as they are answered. */
	static Load eager(int callers, Making making) throws Exception {
		return paced(callers, Duration.ZERO, making);
	}

	/**
	 * Callers who call at certain times, and whose waiting begins then, however late the
	 * call before was answered.
	 * @param pace the time between two calls of a caller
	 */
	static Load paced(int callers, Duration pace, Making making) throws Exception {
		var made = new ArrayList<Caller>();
		for (int i = 0; i < callers; i++) {
			made.add(making.make());
		}
		return new Load(made, pace);
	}

	/** Lets them call for some time. */
	Measured run(Duration duration) throws InterruptedException, ExecutionException {
		var start = new CountDownLatch(1);
		try (var threads = Executors.newFixedThreadPool(this.callers.size())) {
			var running = new ArrayList<Future<Measured>>();
			for (int i = 0; i < this.callers.size(); i++) {
				var caller = this.callers.get(i);
				var delay = this.pace.multipliedBy(i).dividedBy(this.callers.size());
				running.add(threads.submit(() -> {
					start.await();
					return repeat(caller, System.nanoTime() + delay.toNanos(), duration.toNanos());
				}));
			}
			start.countDown();
			var sum = new Measured();
			for (var each : running) {
				sum.add(each.get());
			}
			return sum;
		}
	}

	private Measured repeat(Caller caller, long first, long duration) {
		var measured = new Measured();
		long begin = System.nanoTime();
		long next = first;
		while (next - begin < duration) {
			for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			boolean succeeded = succeeds(caller);
			long end = System.nanoTime();
			measured.record(succeeded, end - next);
			next = this.pace.isZero() ? end : next + this.pace.toNanos();
		}
		measured.lasted(System.nanoTime() - begin);
		return measured;
	}

	private static boolean succeeds(Caller caller) {
		try {
			return caller.call();
		}
		catch (Exception ex) {
			Progress.say("a call failed: %s", ex);
			return false;
		}
	}

	@Override
	public void close() throws Exception {
		for (var caller : this.callers) {
			caller.close();
		}
	}

	/** Makes a caller. */
	interface Making {

		Caller make() throws Exception;

	}

	/** How many calls there were and how long they took. */
	static final class Measured {

		private final Histogram latencies = new Histogram(3);

		private long failed;

		private long nanos;

		private void record(boolean succeeded, long nanos) {
			this.latencies.recordValue(nanos / 1000);
			this.failed += succeeded ? 0 : 1;
		}

		private void lasted(long nanos) {
			this.nanos = nanos;
		}

		private void add(Measured other) {
			this.latencies.add(other.latencies);
			this.failed += other.failed;
			this.nanos = Math.max(this.nanos, other.nanos);
		}

		/** Those of several rounds, one after the other. */
		static Measured sum(List<Measured> rounds) {
			var sum = new Measured();
			rounds.forEach((round) -> {
				long nanos = sum.nanos + round.nanos;
				sum.add(round);
				sum.nanos = nanos;
			});
			return sum;
		}

		long succeeded() {
			return this.latencies.getTotalCount() - this.failed;
		}

		long failed() {
			return this.failed;
		}

		double perSecond() {
			return succeeded() * 1e9 / this.nanos;
		}

		/** Within how many milliseconds so many percent were answered. */
		double millis(double percentile) {
			return this.latencies.getValueAtPercentile(percentile) / 1000.0;
		}

	}

}
