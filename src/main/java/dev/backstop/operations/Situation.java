package dev.backstop.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import dev.backstop.archive.Archive;
import dev.backstop.reconciliation.DueVerifications;
import dev.backstop.reconciliation.Hold;
import dev.backstop.reconciliation.Reconciliation;
import dev.backstop.verification.ParkedReason;
import dev.backstop.webhook.Deliveries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * What health and metrics tell of the database: looked up once for all of them, however
 * often they are asked.
 */
@Component
class Situation {

	private static final Logger log = LoggerFactory.getLogger(Situation.class);

	private static final Duration KEPT = Duration.ofSeconds(5);

	private final Reconciliation reconciliation;

	private final DueVerifications due;

	private final Deliveries deliveries;

	private final Archive archive;

	private final Clock clock;

	private Instant lookedUpAt = Instant.MIN;

	private Optional<Seen> seen = Optional.empty();

	Situation(Reconciliation reconciliation, DueVerifications due, Deliveries deliveries, Archive archive,
			Clock clock) {
		this.reconciliation = reconciliation;
		this.due = due;
		this.deliveries = deliveries;
		this.archive = archive;
		this.clock = clock;
	}

	/** What was seen a few seconds ago at most, none if the database does not answer. */
	synchronized Optional<Seen> seen() {
		if (this.lookedUpAt.isBefore(this.clock.instant().minus(KEPT))) {
			this.seen = lookUp();
			// anew, since a database that hangs takes its time
			this.lookedUpAt = this.clock.instant();
		}
		return this.seen;
	}

	/** An operator has just changed something. */
	synchronized void forget() {
		this.lookedUpAt = Instant.MIN;
	}

	private Optional<Seen> lookUp() {
		try {
			var now = this.clock.instant();
			return Optional.of(new Seen(this.reconciliation.hold().orElse(null), this.due.count(now),
					this.due.findNext().orElse(null), this.due.countParked(), this.due.findParkedSince().orElse(null),
					this.deliveries.countUnreadable(), this.archive.waiting()));
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("Health and metrics know nothing of reconciler and archive: the database does not answer ({})",
					ex.getClass().getSimpleName());
			return Optional.empty();
		}
	}

	/**
	 * What was seen.
	 *
	 * @param nextDueAt when the next verification is due, or since when the oldest is
	 * @param parkedSince since when the first of the parked ones is, null if none is
	 */
	record Seen(@Nullable Hold hold, long dueNow, @Nullable Instant nextDueAt, Map<ParkedReason, Long> parked,
			@Nullable Instant parkedSince, long unreadable, Archive.Waiting files) {

		/** For how long the oldest is due. */
		Duration overdueFor(Instant now) {
			return (this.nextDueAt != null) ? ReconciliationView.overdueFor(this.nextDueAt, now) : Duration.ZERO;
		}

		boolean isHeld(Hold.State state) {
			return this.hold != null && this.hold.state() == state;
		}

	}

}
