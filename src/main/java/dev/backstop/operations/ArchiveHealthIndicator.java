package dev.backstop.operations;

import java.time.Clock;
import java.time.Duration;

import dev.backstop.archive.Archive;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether files are fetched before the links to them die. */
@Component
class ArchiveHealthIndicator implements HealthIndicator {

	static final String LINKS_DYING = "LINKS_DYING";

	private static final Duration SOON = Duration.ofMinutes(15);

	private final Situation situation;

	private final Clock clock;

	ArchiveHealthIndicator(Situation situation, Clock clock) {
		this.situation = situation;
		this.clock = clock;
	}

	@Override
	public Health health() {
		return this.situation.seen()
			.map((seen) -> health(seen.files()))
			.orElseGet(() -> Health.unknown().withDetail("reason", "The database does not answer").build());
	}

	private Health health(Archive.Waiting files) {
		var health = Health.up().withDetail("waiting", files.count());
		if (files.nearestDeath() != null) {
			health.withDetail("nearestLinkDeath", files.nearestDeath());
			if (files.nearestDeath().isBefore(this.clock.instant().plus(SOON))) {
				health.status(LINKS_DYING)
					.withDetail("reason", "A link dies in less than 15 minutes, or is dead, and its file is not kept")
					.withDetail("nextStep", """
							Look at the timeline of the file's verification for the reason of each try, and whether \
							this instance reaches the hosts of backstop.archive.allowed-hosts and the store. iDenfy \
							is asked for new links by itself, once a verification""");
			}
		}
		return health.build();
	}

}
