package dev.backstop.operations;

import java.security.Principal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import dev.backstop.verification.Outcome;
import dev.backstop.webhook.Deliveries;
import dev.backstop.webhook.WebhookIntake;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Shows operators the webhooks that were not understood, and lets them try one again. */
@Component
@Endpoint(id = "deliveries")
class DeliveriesEndpoint {

	private static final Limit SHOWN = Limit.of(100);

	private final Deliveries deliveries;

	private final WebhookIntake intake;

	private final Situation situation;

	DeliveriesEndpoint(Deliveries deliveries, WebhookIntake intake, Situation situation) {
		this.deliveries = deliveries;
		this.intake = intake;
		this.situation = situation;
	}

	/**
	 * Gives how many there are, counted no further than 10,000, and the newest 100
	 * without their content.
	 */
	@ReadOperation
	DeliveriesView unreadable() {
		return Refusal.whereTheDatabaseIsAway(() -> new DeliveriesView(this.deliveries.countUnreadable(),
				this.deliveries.findUnreadable(SHOWN).stream().map(DeliveryView::of).toList()));
	}

	/** Takes {@code replay} and gives what became of the delivery. */
	@WriteOperation
	Replay act(@Selector String id, @Nullable String action, Principal operator) {
		if (!"replay".equals(action)) {
			throw Refusal.badRequest(((action != null) ? "This action is unknown" : "The action is missing")
					+ ". Send, as application/json, {\"action\": \"replay\"}");
		}
		var key = key(id);
		try {
			return Refusal.whereTheDatabaseIsAway(() -> replay(key, operator.getName()));
		}
		finally {
			this.situation.forget();
		}
	}

	private Replay replay(UUID id, String by) {
		return this.intake.replay(id, by)
			.map((delivery) -> new Replay(id, delivery.outcome(), delivery.scanRef().orElse(null),
					delivery.reason().orElse(null)))
			.orElseThrow(() -> Refusal.unknownDelivery(id));
	}

	private static UUID key(String id) {
		try {
			return UUID.fromString(id);
		}
		catch (IllegalArgumentException _) {
			throw Refusal.badRequest("The id of a delivery is a UUID, as GET /actuator/deliveries shows it");
		}
	}

	/** The webhooks that were not understood. */
	record DeliveriesView(long unreadable, List<DeliveryView> deliveries) {
	}

	/**
	 * One of them, without its content.
	 *
	 * @param size in bytes
	 * @param sha256 of the body, in hexadecimal
	 */
	record DeliveryView(UUID id, Instant receivedAt, @Nullable String scanRef, String eventType, int size,
			String sha256, @Nullable String reason, int repeats) {

		static DeliveryView of(Deliveries.Unreadable delivery) {
			return new DeliveryView(delivery.id(), delivery.receivedAt(), delivery.scanRef(), delivery.eventType(),
					delivery.size(), HexFormat.of().formatHex(delivery.sha256()), delivery.reason(),
					delivery.repeats());
		}

	}

	/** What became of a delivery that was judged again. */
	record Replay(UUID id, Outcome outcome, @Nullable String scanRef, @Nullable String reason) {
	}

}
