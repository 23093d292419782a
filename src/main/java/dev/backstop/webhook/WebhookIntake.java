package dev.backstop.webhook;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.idenfy.EventType;
import dev.backstop.idenfy.Webhook;
import dev.backstop.idenfy.WebhookPayload;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Outcome;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps a signed webhook and applies it to its verification, in one transaction: once,
 * however often it comes.
 */
@Component
public class WebhookIntake {

	private final Deliveries deliveries;

	private final Verifications verifications;

	private final WebhookPayload payload;

	private final Deadlines deadlines;

	private final Clock clock;

	WebhookIntake(Deliveries deliveries, Verifications verifications, WebhookPayload payload, Deadlines deadlines,
			Clock clock) {
		this.deliveries = deliveries;
		this.verifications = verifications;
		this.payload = payload;
		this.deadlines = deadlines;
		this.clock = clock;
	}

	/**
	 * Keeps and applies a webhook.
	 * @return what became of it, none if it repeats an earlier one
	 */
	@Transactional
	Optional<Outcome> take(Received received, Webhook webhook) {
		var earlier = lockEarlier(received, webhook);
		var same = earlier.stream().filter((one) -> one.eventType().equals(webhook.type().identity())).findFirst();
		if (same.isPresent()) {
			this.deliveries.countRepeat(same.get().id(), received.at());
			return Optional.empty();
		}
		return Optional.of(apply(webhook, earlier, received.at(),
				(outcome, reason) -> this.deliveries
					.save(new Delivery(received, webhook.scanRef(), webhook.type(), outcome, reason))
					.id()));
	}

	/**
	 * Judges a webhook that was not understood once more.
	 * @param by the operator who wants it
	 * @return what became of it, none if there is no such delivery
	 */
	@Transactional
	public Optional<Outcome> replay(UUID id, String by) {
		var found = this.deliveries.findById(id);
		found.filter((delivery) -> delivery.outcome() == Outcome.UNREADABLE).ifPresent((delivery) -> {
			var webhook = this.payload.read(delivery.received().body(), delivery.received().eventType());
			var earlier = lockEarlier(delivery.received(), webhook).stream()
				.filter((one) -> !one.id().equals(id))
				.toList();
			var at = this.clock.instant();
			if (earlier.stream().anyMatch((one) -> one.eventType().equals(webhook.type().identity()))) {
				delivery.judgedAgain(null, Outcome.NOTED, "repeats another delivery");
				return;
			}
			apply(webhook, earlier, at, (outcome, reason) -> {
				delivery.judgedAgain(webhook.scanRef(), outcome, reason);
				return id;
			});
			if (webhook instanceof Webhook.OfVerification of) {
				this.verifications.lock(of.scanRef())
					.ifPresent((verification) -> verification.tellOfReplay(id, by, at));
			}
		});
		return found.map(Delivery::outcome);
	}

	/**
	 * The deliveries of the same body, of which no more can come until the transaction
	 * ends.
	 */
	private List<Deliveries.Earlier> lockEarlier(Received received, Webhook webhook) {
		if (webhook instanceof Webhook.OfVerification of) {
			this.verifications.lockOrCreate(of.scanRef(),
					() -> Verification.unregistered(of.scanRef(), this.clock.instant(), this.deadlines));
		}
		else {
			this.deliveries.lockName(HexFormat.of().formatHex(received.sha256()));
		}
		var scanRef = webhook.scanRef();
		return (scanRef != null) ? this.deliveries.findEarlier(scanRef.value(), received.sha256())
				: this.deliveries.findEarlier(received.sha256());
	}

	private Outcome apply(Webhook webhook, List<Deliveries.Earlier> earlier, Instant at, Keeping keeping) {
		return switch (webhook) {
			case Webhook.OfVerification of -> apply(of, appliedUnderAnotherType(earlier, of.type()), at, keeping);
			case Webhook.Note note -> {
				var delivery = keeping.keep(Outcome.NOTED, null);
				note.scanRefs()
					.stream()
					.distinct()
					.sorted(Comparator.comparing(ScanRef::value))
					.flatMap((scanRef) -> this.verifications.lock(scanRef).stream())
					.forEach((verification) -> verification.note(delivery, note.type().word(), at));
				yield Outcome.NOTED;
			}
			case Webhook.Unreadable unreadable -> {
				keeping.keep(Outcome.UNREADABLE, unreadable.reason());
				yield Outcome.UNREADABLE;
			}
		};
	}

	private Outcome apply(Webhook.OfVerification webhook, boolean alreadyApplied, Instant at, Keeping keeping) {
		var verification = this.verifications.findById(webhook.scanRef()).orElseThrow();
		if (alreadyApplied) {
			verification.note(keeping.keep(Outcome.NOTED, "applied under another event type"), webhook.type().word(),
					at);
			return Outcome.NOTED;
		}
		var outcome = verification.outcomeOf(webhook.report());
		verification.hear(webhook.report(), keeping.keep(outcome, null), at, this.deadlines);
		return outcome;
	}

	/**
	 * Whether the body was applied under another type. The type is not signed, so that
	 * anyone who has seen a webhook could send it again as something else; only the
	 * legacy event is followed by its specific twin.
	 */
	private static boolean appliedUnderAnotherType(List<Deliveries.Earlier> earlier, EventType type) {
		return earlier.stream()
			.filter((one) -> one.outcome() == Outcome.APPLIED)
			.anyMatch((one) -> !(type.isSpecific() && EventType.isLegacy(one.eventType())));
	}

	/** Stores the delivery with what became of it, and gives its key. */
	private interface Keeping {

		UUID keep(Outcome outcome, @Nullable String reason);

	}

}
