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
import dev.backstop.verification.FileQueue;
import dev.backstop.verification.Outcome;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
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

	private final EntityManager entityManager;

	private final FileQueue files;

	private final Clock clock;

	WebhookIntake(Deliveries deliveries, Verifications verifications, WebhookPayload payload, Deadlines deadlines,
			EntityManager entityManager, FileQueue files, Clock clock) {
		this.deliveries = deliveries;
		this.verifications = verifications;
		this.payload = payload;
		this.deadlines = deadlines;
		this.entityManager = entityManager;
		this.files = files;
		this.clock = clock;
	}

	/**
	 * Keeps and applies a webhook.
	 * @return what became of it, none if it repeats an earlier one
	 */
	@Transactional
	Optional<Outcome> take(Received received, Webhook webhook) {
		var known = lock(received, webhook);
		var same = known.sameAs(webhook);
		if (same.isPresent()) {
			this.deliveries.countRepeat(same.get().id(), received.at());
			return Optional.empty();
		}
		return Optional.of(apply(webhook, known, received.at(),
				(outcome, reason) -> this.deliveries
					.save(new Delivery(received, webhook.scanRef(), webhook.type(), outcome, reason))
					.id()));
	}

	/**
	 * Judges a webhook that was not understood once more.
	 * @param by the operator who wants it
	 * @return the delivery as it is now, none if there is no such delivery
	 */
	@Transactional
	public Optional<Delivery> replay(UUID id, String by) {
		var found = this.deliveries.findById(id);
		found.filter((delivery) -> delivery.outcome() == Outcome.UNREADABLE)
			.ifPresent((delivery) -> judgeAgain(delivery, by));
		return found;
	}

	private void judgeAgain(Delivery delivery, String by) {
		var received = delivery.received();
		var webhook = this.payload.read(received.body(), received.eventType());
		var known = lock(received, webhook).without(delivery.id());
		// only now, as a repeat locks them in this order, too
		this.entityManager.refresh(delivery, LockModeType.PESSIMISTIC_WRITE);
		if (delivery.outcome() != Outcome.UNREADABLE) {
			return;
		}
		if (known.sameAs(webhook).isPresent()) {
			delivery.judgedAgain(null, Outcome.NOTED, "repeats another delivery");
			return;
		}
		var at = this.clock.instant();
		apply(webhook, known, at, (outcome, reason) -> {
			delivery.judgedAgain(webhook.scanRef(), outcome, reason);
			return delivery.id();
		});
		known.verification().ifPresent((verification) -> verification.tellOfReplay(delivery.id(), by, at));
	}

	/** What is known so far, and cannot change until the transaction ends. */
	private Known lock(Received received, Webhook webhook) {
		Optional<Verification> verification = Optional.empty();
		if (webhook instanceof Webhook.OfVerification of) {
			verification = Optional.of(this.verifications.lockOrCreate(of.scanRef(),
					() -> Verification.unregistered(of.scanRef(), this.clock.instant(), this.deadlines)));
		}
		else {
			this.deliveries.lockName(HexFormat.of().formatHex(received.sha256()));
		}
		var scanRef = webhook.scanRef();
		return new Known(verification,
				(scanRef != null) ? this.deliveries.findEarlier(scanRef.value(), received.sha256())
						: this.deliveries.findEarlier(received.sha256()));
	}

	private Outcome apply(Webhook webhook, Known known, Instant at, Keeping keeping) {
		return switch (webhook) {
			case Webhook.OfVerification of -> apply(of, known, at, keeping);
			case Webhook.Note note -> {
				var delivery = keeping.keep(Outcome.NOTED, null);
				note.scanRefs()
					.stream()
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

	private Outcome apply(Webhook.OfVerification webhook, Known known, Instant at, Keeping keeping) {
		var verification = known.verification().orElseThrow();
		if (known.wasAppliedUnderAnother(webhook.type())) {
			verification.note(keeping.keep(Outcome.NOTED, "applied under another event type"), webhook.type().word(),
					at);
			return Outcome.NOTED;
		}
		var outcome = verification.outcomeOf(webhook.report());
		verification.hear(webhook.report(), keeping.keep(outcome, null), at, this.deadlines);
		verification.linked().ifPresent(this.files::queue);
		return outcome;
	}

	/**
	 * What is known when a webhook comes.
	 *
	 * @param verification the locked verification that the webhook is about, if it is
	 * about one
	 * @param earlier the deliveries of the same body
	 */
	private record Known(Optional<Verification> verification, List<Deliveries.Earlier> earlier) {

		Optional<Deliveries.Earlier> sameAs(Webhook webhook) {
			return this.earlier.stream().filter((one) -> one.eventType().equals(webhook.type().identity())).findFirst();
		}

		Known without(UUID delivery) {
			return new Known(this.verification,
					this.earlier.stream().filter((one) -> !one.id().equals(delivery)).toList());
		}

		/**
		 * Whether the body was applied under another type. The type is not signed, so
		 * that anyone who has seen a webhook could send it again as something else; only
		 * the legacy event is followed by its specific twin.
		 */
		boolean wasAppliedUnderAnother(EventType type) {
			return this.earlier.stream()
				.filter((one) -> one.outcome() == Outcome.APPLIED)
				.anyMatch((one) -> !(type.isSpecific() && EventType.isLegacy(one.eventType())));
		}

	}

	/** Stores the delivery with what became of it, and gives its key. */
	private interface Keeping {

		UUID keep(Outcome outcome, @Nullable String reason);

	}

}
