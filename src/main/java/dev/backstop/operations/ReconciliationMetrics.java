package dev.backstop.operations;

import java.time.Clock;
import java.util.function.ToDoubleFunction;

import dev.backstop.reconciliation.Hold;
import dev.backstop.verification.ParkedReason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.stereotype.Component;

/** What monitoring draws of the reconciler; not a number while the database is away. */
@Component
class ReconciliationMetrics implements MeterBinder {

	private final Situation situation;

	private final Clock clock;

	ReconciliationMetrics(Situation situation, Clock clock) {
		this.situation = situation;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge("backstop.due", "Verifications that are due, counted no further than 10,000", Situation.Seen::dueNow)
			.register(registry);
		gauge("backstop.overdue.oldest", "For how long the oldest of them is",
				(seen) -> seen.overdueFor(this.clock.instant()).toSeconds())
			.baseUnit("seconds")
			.register(registry);
		for (var reason : ParkedReason.values()) {
			gauge("backstop.parked", "Verifications that were given up, counted no further than 10,000",
					(seen) -> seen.parked().get(reason))
				.tag("reason", reason.name())
				.register(registry);
		}
		for (var state : Hold.State.values()) {
			gauge("backstop.reconciliation.held", "Whether the reconciler is held",
					(seen) -> seen.isHeld(state) ? 1 : 0)
				.tag("state", state.name())
				.register(registry);
		}
		gauge("backstop.deliveries.unreadable", "Webhooks that were not understood, counted no further than 10,000",
				Situation.Seen::unreadable)
			.register(registry);
	}

	private Gauge.Builder<Situation> gauge(String name, String description, ToDoubleFunction<Situation.Seen> value) {
		return Gauge
			.builder(name, this.situation, (situation) -> situation.seen().map(value::applyAsDouble).orElse(Double.NaN))
			.description(description);
	}

}
