package dev.backstop.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The webhooks that this instance has refused. Several without a good signature since the
 * last good one are the sign of a signing key that is not the one in iDenfy's dashboard.
 */
@Component
public class RefusedWebhooks {

	private static final Logger log = LoggerFactory.getLogger(RefusedWebhooks.class);

	// without a shed webhook for so long, the next one is news
	private static final Duration QUIET = Duration.ofMinutes(1);

	private final AtomicReference<State> state = new AtomicReference<>(new State(0, null, null));

	private final Clock clock;

	private final MeterRegistry meters;

	private final Counter tooLarge;

	private final Counter faults;

	private final AtomicReference<@Nullable Instant> lastShed = new AtomicReference<>();

	RefusedWebhooks(Clock clock, MeterRegistry meters) {
		this.clock = clock;
		this.meters = meters;
		this.tooLarge = meters.counter("backstop.webhooks.too.large");
		this.faults = meters.counter("backstop.webhooks.faults");
		// so that each is there before the first
		Stream.of(Overloaded.Lack.values()).forEach(this::shedFor);
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

	/** Counts one that iDenfy has to send again, and says when that begins. */
	void shed(Overloaded.Lack lack) {
		shedFor(lack).increment();
		var now = this.clock.instant();
		var last = this.lastShed.getAndSet(now);
		if (last == null || last.isBefore(now.minus(QUIET))) {
			log.warn("Sheds webhooks for want of {}; backstop.webhooks.shed tells how many", lack.word());
		}
	}

	void countTooLarge() {
		this.tooLarge.increment();
	}

	/** How many were larger than they may be since this instance started. */
	public long tooLarge() {
		return (long) this.tooLarge.count();
	}

	void countFault() {
		this.faults.increment();
	}

	/** How many a fault of the database or of our own has kept from being applied. */
	public long faults() {
		return (long) this.faults.count();
	}

	/** How many were shed since this instance started. */
	public long shed() {
		return Stream.of(Overloaded.Lack.values()).mapToLong((lack) -> (long) shedFor(lack).count()).sum();
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

	private Counter shedFor(Overloaded.Lack lack) {
		return this.meters.counter("backstop.webhooks.shed", "reason", lack.word());
	}

	private record State(long count, @Nullable Instant lastGood, @Nullable Instant lastFailure) {
	}

}
