package dev.backstop.operations;

import dev.backstop.webhook.RefusedWebhooks;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether iDenfy's webhooks are let in and understood. */
@Component
class WebhooksHealthIndicator implements HealthIndicator {

	static final String SIGNATURE_FAILURES = "SIGNATURE_FAILURES";

	private final RefusedWebhooks refused;

	private final Situation situation;

	WebhooksHealthIndicator(RefusedWebhooks refused, Situation situation) {
		this.refused = refused;
		this.situation = situation;
	}

	@Override
	public Health health() {
		var health = Health.up();
		long failures = this.refused.sinceLastGood();
		health.withDetail("signatureFailuresSinceLastGood", failures);
		this.refused.lastGood().ifPresent((at) -> health.withDetail("lastGoodAt", at));
		this.refused.lastFailure().ifPresent((at) -> health.withDetail("lastFailureAt", at));
		health.withDetail("tooLarge", this.refused.tooLarge());
		health.withDetail("shed", this.refused.shed());
		health.withDetail("faults", this.refused.faults());
		var unreadable = this.situation.seen().map(Situation.Seen::unreadable);
		unreadable.ifPresent((count) -> health.withDetail("unreadable", count));
		if (failures > 0) {
			health.status(SIGNATURE_FAILURES).withDetail("nextStep", """
					If iDenfy sent them, their key is not configured: compare the signing key of each \
					notification in iDenfy's dashboard with idenfy.webhook.signing-keys. If a stranger did, \
					nothing: the next good webhook ends this""");
		}
		else if (unreadable.orElse(0L) > 0) {
			health.withDetail("nextStep", "Look at GET /actuator/deliveries, and replay them after an update");
		}
		return health.build();
	}

}
