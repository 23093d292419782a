package dev.backstop.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The webhooks that this instance has refused, or that did not reach it. Several without
 * a good signature since the last good one are the sign of a signing key that is not the
 * one in iDenfy's dashboard.
 */
@Component
public class RefusedWebhooks {

	private static final Logger log = LoggerFactory.getLogger(RefusedWebhooks.class);

	// without one of its kind for so long, the next one is logged
	private static final Duration QUIET = Duration.ofMinutes(1);

	private final AtomicReference<State> state = new AtomicReference<>(new State(0, null, null, null));

	private final Clock clock;

	private final MeterRegistry meters;

	private final Counter tooLarge;

	private final Counter faults;

	private final AtomicReference<@Nullable Misdirected> lastMisdirected = new AtomicReference<>();

	private final Map<Enum<?>, Instant> lastOfEach = new ConcurrentHashMap<>();

	RefusedWebhooks(Clock clock, MeterRegistry meters) {
		this.clock = clock;
		this.meters = meters;
		this.tooLarge = meters.counter("backstop.webhooks.too.large");
		this.faults = meters.counter("backstop.webhooks.faults");
		// so that each is there before the first
		Stream.of(Overloaded.Lack.values()).forEach(this::shedFor);
		Stream.of(Misdirection.values()).forEach(this::misdirectedBy);
	}

	void succeeded() {
		var now = this.clock.instant();
		this.state.updateAndGet((state) -> new State(0, null, now, state.lastFailure()));
	}

	void failed(Unsigned reason) {
		var now = this.clock.instant();
		this.state.updateAndGet((state) -> new State(state.count() + 1, reason, state.lastGood(), now));
		this.meters.counter("backstop.signature.failures", "reason", reason.word()).increment();
		if (isFirst(reason, now)) {
			log.warn("Refused a webhook: {}. It is not stored; backstop.signature.failures counts more of them",
					reason.detail());
		}
	}

	/** Counts a request that carries a signature and came where no webhook is taken. */
	void misdirected(Misdirection mistake) {
		misdirectedBy(mistake).increment();
		var now = this.clock.instant();
		this.lastMisdirected.set(new Misdirected(now, mistake));
		if (isFirst(mistake, now)) {
			log.warn("A request with Idenfy-Signature came where no webhook is taken and is not stored: {}. "
					+ "backstop.webhooks.misdirected counts more of them", mistake.advice());
		}
	}

	/** Counts one that iDenfy has to send again, and says when that begins. */
	void shed(Overloaded.Lack lack) {
		shedFor(lack).increment();
		if (isFirst(lack, this.clock.instant())) {
			log.warn("Sheds webhooks for want of {}; backstop.webhooks.shed tells how many", lack.word());
		}
	}

	private boolean isFirst(Enum<?> kind, Instant now) {
		var last = this.lastOfEach.put(kind, now);
		return last == null || last.isBefore(now.minus(QUIET));
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

	/** Counts those that came where none is taken since this instance started. */
	public long misdirected() {
		return Stream.of(Misdirection.values()).mapToLong((mistake) -> (long) misdirectedBy(mistake).count()).sum();
	}

	/** Finds the last one that came where none is taken. */
	public Optional<Misdirected> lastMisdirected() {
		return Optional.ofNullable(this.lastMisdirected.get());
	}

	/** How many had no good signature since the last one that had. */
	public long sinceLastGood() {
		return this.state.get().count();
	}

	/** Finds the reason for which the last of those was refused. */
	public Optional<Unsigned> reason() {
		return Optional.ofNullable(this.state.get().reason());
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

	private Counter misdirectedBy(Misdirection mistake) {
		return this.meters.counter("backstop.webhooks.misdirected", "mistake", mistake.word());
	}

	/** A request with a signature that came where no webhook is taken. */
	public record Misdirected(Instant at, Misdirection mistake) {
	}

	private record State(long count, @Nullable Unsigned reason, @Nullable Instant lastGood,
			@Nullable Instant lastFailure) {
	}

}
