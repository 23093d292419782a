package dev.backstop.webhook;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The webhooks that this instance has refused. Several without a good signature since the
 * last good one are the sign of a signing key that is not the one in iDenfy's dashboard.
 */
@Component
public class RefusedWebhooks {

	private final AtomicReference<State> state = new AtomicReference<>(new State(0, null, null));

	private final Clock clock;

	private final MeterRegistry meters;

	private final Counter tooLarge;

	RefusedWebhooks(Clock clock, MeterRegistry meters) {
		this.clock = clock;
		this.meters = meters;
		this.tooLarge = meters.counter("backstop.webhooks.too.large");
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

	void countTooLarge() {
		this.tooLarge.increment();
	}

	/** How many were larger than they may be since this instance started. */
	public long tooLarge() {
		return (long) this.tooLarge.count();
	}

	/** How many had no good signature since the last one that had. */
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
