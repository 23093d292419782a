package dev.backstop.webhook;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * How many webhooks this instance has refused since the last one with a good signature:
 * the sign of a signing key that is not the one in iDenfy's dashboard.
 */
@Component
public class SignatureFailures {

	private final AtomicReference<State> state = new AtomicReference<>(new State(0, null, null));

	private final Clock clock;

	private final MeterRegistry meters;

	SignatureFailures(Clock clock, MeterRegistry meters) {
		this.clock = clock;
		this.meters = meters;
	}

	void succeeded() {
		var now = this.clock.instant();
		this.state.updateAndGet((state) -> new State(0, now, state.lastFailure()));
	}

	void failed(boolean signed) {
		var now = this.clock.instant();
		this.state.updateAndGet((state) -> new State(state.count() + 1, state.lastGood(), now));
		this.meters.counter("backstop.signature.failures", "reason", signed ? "mismatch" : "missing").increment();
	}

	/** How many there were since the last good one. */
	public long sinceLastGood() {
		return this.state.get().count();
	}

	/** When the last webhook with a good signature came. */
	public Optional<Instant> lastGood() {
		return Optional.ofNullable(this.state.get().lastGood());
	}

	/** When the last webhook without one came. */
	public Optional<Instant> lastFailure() {
		return Optional.ofNullable(this.state.get().lastFailure());
	}

	private record State(long count, @Nullable Instant lastGood, @Nullable Instant lastFailure) {
	}

}
