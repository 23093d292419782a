package dev.backstop.operations;

import dev.backstop.webhook.SignatureFailures;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether iDenfy's webhooks are let in and understood. */
@Component
class WebhooksHealthIndicator implements HealthIndicator {

	static final String SIGNATURE_FAILURES = "SIGNATURE_FAILURES";

	private final SignatureFailures signatureFailures;

	private final Situation situation;

	WebhooksHealthIndicator(SignatureFailures signatureFailures, Situation situation) {
		this.signatureFailures = signatureFailures;
		this.situation = situation;
	}

	@Override
	public Health health() {
		var health = Health.up();
		long failures = this.signatureFailures.sinceLastGood();
		health.withDetail("signatureFailuresSinceLastGood", failures);
		this.signatureFailures.lastGood().ifPresent((at) -> health.withDetail("lastGoodAt", at));
		this.signatureFailures.lastFailure().ifPresent((at) -> health.withDetail("lastFailureAt", at));
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
