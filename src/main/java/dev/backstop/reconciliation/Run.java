package dev.backstop.reconciliation;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/** One pass of a runner over all that is due. */
class Run {

	private final Runner runner;

	private final BooleanSupplier shuttingDown;

	private final AtomicReference<@Nullable String> stopReason = new AtomicReference<>();

	private final AtomicInteger checks = new AtomicInteger();

	private final AtomicInteger calls = new AtomicInteger();

	Run(Runner runner, BooleanSupplier shuttingDown) {
		this.runner = runner;
		this.shuttingDown = shuttingDown;
	}

	/** Another part of the same run, which stops only when the process does. */
	Run untilShutdown() {
		return new Run(this.runner, this.shuttingDown);
	}

	/** Lets the calls in the air come back, and starts no further one. */
	void stop(String reason) {
		this.stopReason.compareAndSet(null, reason);
	}

	boolean isStopped() {
		if (this.shuttingDown.getAsBoolean()) {
			stop("shutting down");
		}
		return this.stopReason.get() != null;
	}

	void countCheck() {
		this.checks.incrementAndGet();
	}

	void countCall() {
		this.calls.incrementAndGet();
	}

	Runner runner() {
		return this.runner;
	}

	int checks() {
		return this.checks.get();
	}

	int calls() {
		return this.calls.get();
	}

	/** Why it ended, in words for an operator. */
	String end() {
		var reason = this.stopReason.get();
		return (reason != null) ? reason : "nothing is due any more";
	}

}
