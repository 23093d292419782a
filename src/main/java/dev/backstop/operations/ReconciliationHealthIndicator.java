package dev.backstop.operations;

import java.time.Clock;
import java.time.Duration;

import dev.backstop.reconciliation.Hold;
import dev.backstop.reconciliation.Reconciliation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether verifications whose webhook is missing are being fetched in time. */
@Component
class ReconciliationHealthIndicator implements HealthIndicator {

	static final String OVERDUE = "OVERDUE";

	static final String PARKED = "PARKED";

	private final Situation situation;

	private final Reconciliation reconciliation;

	private final Clock clock;

	ReconciliationHealthIndicator(Situation situation, Reconciliation reconciliation, Clock clock) {
		this.situation = situation;
		this.reconciliation = reconciliation;
		this.clock = clock;
	}

	@Override
	public Health health() {
		return this.situation.seen()
			.map(this::health)
			.orElseGet(() -> Health.unknown().withDetail("reason", "The database does not answer").build());
	}

	private Health health(Situation.Seen seen) {
		var overdueFor = seen.overdueFor(this.clock.instant());
		var health = Health.up();
		if (seen.hold() != null) {
			tell(seen.hold(), health);
		}
		else if (overdueFor.compareTo(this.reconciliation.overdueLimit()) > 0) {
			tellOverdue(overdueFor, health);
		}
		else if (seen.parkedSince() != null) {
			health.status(PARKED)
				.withDetail("reason", "Verifications are parked: iDenfy is not asked about them any more")
				.withDetail("nextStep", """
						Look at newestParked of GET /actuator/reconciliation, and for each at GET \
						/actuator/reconciliation/{scanRef}: re-arm it when the cause is gone""");
		}
		withDetail(health, "parkedSince", seen.parkedSince());
		health.withDetail("parked", seen.parked().values().stream().mapToLong(Long::longValue).sum());
		health.withDetail("dueNow", seen.dueNow());
		if (seen.dueNow() > 0) {
			withDetail(health, "oldestDueAt", seen.nextDueAt());
			health.withDetail("oldestOverdueFor", overdueFor);
		}
		return health.build();
	}

	private static void tell(Hold hold, Health.Builder health) {
		health.status(hold.state().name()).withDetail("reason", hold.reason());
		withDetail(health, "detail", hold.detail());
		withDetail(health, "by", hold.by());
		withDetail(health, "since", hold.since());
		withDetail(health, "until", hold.until());
		health.withDetail("nextStep", hold.reason().nextStep());
	}

	private void tellOverdue(Duration overdueFor, Health.Builder health) {
		health.status(OVERDUE)
			.withDetail("reason",
					"The oldest due verification has been due for %s, longer than overdue-limit, %s"
						.formatted(overdueFor, this.reconciliation.overdueLimit()))
			.withDetail("nextStep", """
					Look at GET /actuator/reconciliation: an old lastRun and nextExecution say that no instance \
					reconciles, a used up budget that more is due than iDenfy may be asked, an open breaker that \
					iDenfy does not answer""");
	}

	private static void withDetail(Health.Builder health, String name, @Nullable Object value) {
		if (value != null) {
			health.withDetail(name, value);
		}
	}

}
