package dev.backstop.operations;

import java.time.Clock;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

import dev.backstop.archive.Archive;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.stereotype.Component;

/** What monitoring draws of the archive; not a number while the database is away. */
@Component
class ArchiveMetrics implements MeterBinder {

	private final Situation situation;

	private final Clock clock;

	ArchiveMetrics(Situation situation, Clock clock) {
		this.situation = situation;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge("backstop.archive.waiting", "Files that wait to be fetched, counted no further than 10,000",
				Archive.Waiting::count)
			.register(registry);
		gauge("backstop.archive.nearest.link.death", "For how long the first of their links still lives",
				this::secondsToLive)
			.baseUnit("seconds")
			.register(registry);
	}

	/** Not a number if nothing waits, less than 0 if the link is dead. */
	private double secondsToLive(Archive.Waiting files) {
		return (files.nearestDeath() != null) ? Duration.between(this.clock.instant(), files.nearestDeath()).toSeconds()
				: Double.NaN;
	}

	private Gauge.Builder<Situation> gauge(String name, String description, ToDoubleFunction<Archive.Waiting> value) {
		return Gauge
			.builder(name, this.situation,
					(situation) -> situation.seen().map((seen) -> value.applyAsDouble(seen.files())).orElse(Double.NaN))
			.description(description);
	}

}
