package dev.backstop.operations;

import java.util.ArrayList;

import dev.backstop.webhook.RefusedWebhooks;
import dev.backstop.webhook.Unsigned;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether iDenfy's webhooks are let in and understood. */
@Component
class WebhooksHealthIndicator implements HealthIndicator {

	static final String SIGNATURE_FAILURES = "SIGNATURE_FAILURES";

	static final String MISDIRECTED = "MISDIRECTED";

	private static final String FIND_THE_KEY = """
			If iDenfy sent them, their key is not configured: compare the signing key of each \
			notification in iDenfy's dashboard with idenfy.webhook.signing-keys. If a stranger did, \
			nothing: the next good webhook ends this""";

	private final RefusedWebhooks refused;

	private final Situation situation;

	WebhooksHealthIndicator(RefusedWebhooks refused, Situation situation) {
		this.refused = refused;
		this.situation = situation;
	}

	@Override
	public Health health() {
		var health = Health.up();
		var nextSteps = new ArrayList<String>();
		this.situation.seen().map(Situation.Seen::unreadable).ifPresent((unreadable) -> {
			health.withDetail("unreadable", unreadable);
			if (unreadable > 0) {
				nextSteps.add("Look at GET /actuator/deliveries, and replay them after an update");
			}
		});
		this.refused.lastMisdirected().ifPresent((last) -> {
			health.withDetail("lastMisdirectedAt", last.at());
			nextSteps.add("Webhooks came where none is taken: " + last.mistake().advice());
			if (this.refused.lastGood().filter(last.at()::isBefore).isEmpty()) {
				health.status(MISDIRECTED);
			}
		});
		this.refused.reason().ifPresent((reason) -> {
			health.status(SIGNATURE_FAILURES).withDetail("reason", reason.detail());
			nextSteps
				.add((reason == Unsigned.TRANSACTION_MONITORING) ? "Let iDenfy send those elsewhere" : FIND_THE_KEY);
		});
		this.refused.lastGood().ifPresent((at) -> health.withDetail("lastGoodAt", at));
		this.refused.lastFailure().ifPresent((at) -> health.withDetail("lastFailureAt", at));
		health.withDetail("signatureFailuresSinceLastGood", this.refused.sinceLastGood())
			.withDetail("misdirected", this.refused.misdirected())
			.withDetail("tooLarge", this.refused.tooLarge())
			.withDetail("shed", this.refused.shed())
			.withDetail("faults", this.refused.faults());
		if (!nextSteps.isEmpty()) {
			health.withDetail("nextStep", String.join(". ", nextSteps));
		}
		return health.build();
	}

}
