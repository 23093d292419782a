package dev.backstop.webhook;

import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps signed webhooks and applies them to their verifications, in one transaction: each
 * once, however often it comes.
 */
@Component
public class WebhookIntake {

	private static final Logger log = LoggerFactory.getLogger(WebhookIntake.class);

	// those that share a transaction shall not wait long for what one of them waits for
	private static final String SHARED_WAIT = "200ms";

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
	 * Keeps and applies webhooks, all or none.
	 * @param arrivals any one, or several outcomes of as many verifications
	 * @return what became of each, none of one that repeats an earlier one
	 */
	@Transactional
	List<Optional<Outcome>> take(List<Arrival> arrivals) {
		if (arrivals.size() > 1) {
			this.verifications.waitForLocksAtMost(SHARED_WAIT);
		}
		var known = lock(arrivals);
		var outcomes = known.stream().map(this::take).toList();
		known.forEach(this::queueFiles);
		known.forEach(this::countRepeat);
		return outcomes;
	}

	private Optional<Outcome> take(Known known) {
		if (known.same().isPresent()) {
			return Optional.empty();
		}
		var received = known.arrival().received();
		var webhook = known.arrival().webhook();
		return Optional.of(apply(known, received.at(),
				(outcome, reason) -> this.deliveries
					.save(new Delivery(received, webhook.scanRef(), webhook.type(), outcome, reason))
					.id()));
	}

	/** After all verifications, which the files refer to. */
	private void queueFiles(Known known) {
		known.verification().stream().map(Verification::linked).flatMap(List::stream).forEach(this.files::queue);
	}

	private void countRepeat(Known known) {
		known.same().ifPresent((same) -> this.deliveries.countRepeat(same.getId(), known.arrival().received().at()));
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
		var known = lock(List.of(new Arrival(received, webhook))).getFirst().without(delivery.id());
		// only now, as a repeat locks them in this order, too
		this.entityManager.refresh(delivery, LockModeType.PESSIMISTIC_WRITE);
		if (delivery.outcome() != Outcome.UNREADABLE) {
			return;
		}
		if (known.same().isPresent()) {
			delivery.judgedAgain(null, Outcome.NOTED, "repeats another delivery");
			return;
		}
		var at = this.clock.instant();
		apply(known, at, (outcome, reason) -> {
			delivery.judgedAgain(webhook.scanRef(), outcome, reason);
			return delivery.id();
		});
		queueFiles(known);
		known.verification().ifPresent((verification) -> verification.tellOfReplay(delivery.id(), by, at));
	}

	/** What is known so far, and cannot change until the transaction ends. */
	private List<Known> lock(List<Arrival> arrivals) {
		var named = arrivals.stream().flatMap((arrival) -> arrival.verification().stream()).toList();
		var verifications = named.isEmpty() ? Map.<ScanRef, Verification>of()
				: this.verifications.lockNames(named)
					.stream()
					.collect(Collectors.toMap(Verification::scanRef, Function.identity()));
		arrivals.stream()
			.filter((arrival) -> arrival.verification().isEmpty())
			.forEach((arrival) -> this.deliveries.lockName(HexFormat.of().formatHex(arrival.received().sha256())));
		var earlier = findEarlier(arrivals);
		return arrivals.stream()
			.map((arrival) -> new Known(arrival,
					arrival.verification()
						.map((scanRef) -> Optional.ofNullable(verifications.get(scanRef))
							.orElseGet(() -> Verification.unregistered(scanRef, this.clock.instant(), this.deadlines))),
					earlier.stream().filter(arrival::repeats).toList()))
			.toList();
	}

	private List<Deliveries.Earlier> findEarlier(List<Arrival> arrivals) {
		var naming = arrivals.stream().filter((arrival) -> arrival.scanRef() != null).toList();
		if (naming.isEmpty()) {
			return arrivals.stream()
				.flatMap((arrival) -> this.deliveries.findEarlier(arrival.received().sha256()).stream())
				.toList();
		}
		return this.deliveries.findEarlier(naming.stream().map(Arrival::scanRef).toArray(String[]::new),
				naming.stream().map((arrival) -> arrival.received().sha256()).toArray(byte[][]::new));
	}

	private Outcome apply(Known known, Instant at, Keeping keeping) {
		return switch (known.arrival().webhook()) {
			case Webhook.OfVerification of -> apply(of, known, at, keeping);
			case Webhook.Note note -> {
				var delivery = keeping.keep(Outcome.NOTED, null);
				this.verifications.lock(note.scanRefs())
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
		var outcome = apply(webhook, verification, known, at, keeping);
		// only now a new one is written, once
		this.entityManager.persist(verification);
		if (verification.parkedAt().filter(at::equals).isPresent()) {
			log.warn("Webhook {} parked {} as {}: iDenfy is not asked about it until it is re-armed or reopened",
					webhook.type().identity(), webhook.scanRef(), verification.parkedReason().orElseThrow());
		}
		return outcome;
	}

	private Outcome apply(Webhook.OfVerification webhook, Verification verification, Known known, Instant at,
			Keeping keeping) {
		if (!known.earlier().isEmpty() && !isSpecificTwin(webhook, known)) {
			verification.note(keeping.keep(Outcome.NOTED, "known under another event type"), webhook.type().word(), at);
			return Outcome.NOTED;
		}
		var outcome = verification.outcomeOf(webhook.report());
		verification.hear(webhook.report(), keeping.keep(outcome, null), at, this.deadlines);
		return outcome;
	}

	/**
	 * Returns whether a webhook is the specific twin of a legacy one. The event type is
	 * not signed, so that anyone who has seen a webhook could send it again as something
	 * else: any other type is only noted, and the twin may not weigh more either.
	 */
	private boolean isSpecificTwin(Webhook.OfVerification webhook, Known known) {
		return webhook.type().isSpecific()
				&& known.earlier().stream().map(Deliveries.Earlier::getEventType).allMatch(EventType::isLegacy)
				&& this.payload.read(known.arrival().received().body(),
						EventType.LEGACY) instanceof Webhook.OfVerification legacy
				&& !webhook.report().weighsMoreThan(legacy.report());
	}

	/**
	 * What is known when a webhook comes.
	 *
	 * @param verification the locked or new verification whose outcome the webhook tells,
	 * if it tells one
	 * @param earlier the deliveries of the same body
	 */
	private record Known(Arrival arrival, Optional<Verification> verification, List<Deliveries.Earlier> earlier) {

		Optional<Deliveries.Earlier> same() {
			var identity = this.arrival.webhook().type().identity();
			return this.earlier.stream().filter((one) -> one.getEventType().equals(identity)).findFirst();
		}

		Known without(UUID delivery) {
			return new Known(this.arrival, this.verification,
					this.earlier.stream().filter((one) -> !one.getId().equals(delivery)).toList());
		}

	}

	/** Stores the delivery with what became of it, and gives its key. */
	private interface Keeping {

		UUID keep(Outcome outcome, @Nullable String reason);

	}

}
