package dev.backstop.reconciliation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.backstop.verification.ScanRef;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * What all replicas know of the reconciler: who runs, and what holds it back. One row.
 */
@Entity
@Table(name = "reconciliation")
class ReconciliationState {

	static final int ID = 1;

	private static final int NOT_FOUND_LIMIT = 10;

	@Id
	private int id;

	private long runner;

	private @Nullable String runnerName;

	private @Nullable Instant runnerSince;

	@Enumerated(EnumType.STRING)
	private Hold.@Nullable State hold;

	@Enumerated(EnumType.STRING)
	private Hold.@Nullable Reason holdReason;

	private @Nullable String holdDetail;

	private @Nullable String heldBy;

	private @Nullable Instant heldSince;

	private @Nullable Instant heldUntil;

	@Column(name = "holds_in_a_row")
	private int holdsInARow;

	@JdbcTypeCode(SqlTypes.ARRAY)
	@Column(name = "not_found_in_a_row")
	private List<String> notFoundInARow;

	private @Nullable Instant lastRunStartedAt;

	private @Nullable Instant lastRunEndedAt;

	private @Nullable Integer lastRunChecks;

	private @Nullable Integer lastRunCalls;

	@SuppressWarnings("NullAway.Init")
	protected ReconciliationState() {
	}

	/**
	 * The next number, for an instance that is about to reconcile.
	 * @return the number, and whether another instance had the one before
	 */
	Runner handOver(String name, Instant now) {
		boolean fresh = !name.equals(this.runnerName);
		this.runner++;
		this.runnerName = name;
		if (fresh) {
			this.runnerSince = now;
		}
		if (hold().filter((hold) -> hold.isOver(now)).isPresent()) {
			lift();
		}
		return new Runner(this.runner, fresh);
	}

	/** Whether a runner may call iDenfy now. */
	boolean allows(Runner runner, Instant now) {
		return this.runner == runner.number() && hold().map((hold) -> hold.allowsProbe(now)).orElse(true);
	}

	/** An operator holds the reconciler until an operator resumes it. */
	void pause(String by, Instant now) {
		hold(Hold.State.PAUSED, Hold.Reason.OPERATOR, null, by, now, null);
	}

	/** iDenfy wants to be left alone for a while. */
	void throttle(Duration wait, Instant now, ReconciliationProperties properties) {
		if (this.hold == null) {
			this.holdsInARow++;
			hold(Hold.State.THROTTLED, Hold.Reason.TOO_MANY_REQUESTS, null, null, now, now.plus(wait));
		}
		else if (isProbing(now)) {
			probeInVain(now, properties);
			var until = Objects.requireNonNull(this.heldUntil);
			this.heldUntil = until.isAfter(now.plus(wait)) ? until : now.plus(wait);
		}
	}

	/** iDenfy refuses the reconciler; a probe will find out whether it still does. */
	void refuse(Hold.Reason reason, String detail, Instant now, ReconciliationProperties properties) {
		boolean probed = isProbing(now);
		if (this.hold == null || this.hold == Hold.State.THROTTLED || probed) {
			var since = probed ? Objects.requireNonNull(this.heldSince) : now;
			int refusals = probed ? this.holdsInARow : 0;
			hold(Hold.State.PAUSED, reason, detail, null, since, properties.probeAt(now, refusals));
			this.holdsInARow = refusals + 1;
		}
	}

	/**
	 * iDenfy does not know a verification. So many of these in a row that nothing was
	 * answered between must be our own fault.
	 * @return the verifications that were parked by mistake, where this ends a hold
	 */
	List<ScanRef> notFound(ScanRef scanRef, String detail, Instant now, ReconciliationProperties properties) {
		if (!this.notFoundInARow.contains(scanRef.value())) {
			var more = new ArrayList<>(this.notFoundInARow);
			more.add(scanRef.value());
			this.notFoundInARow = more;
		}
		if (this.notFoundInARow.size() >= NOT_FOUND_LIMIT) {
			refuse(Hold.Reason.NOT_FOUND, detail, now, properties);
			return List.of();
		}
		return isProbing(now) ? resume() : List.of();
	}

	/** iDenfy could not be reached by a probe: the next one comes later. */
	void probeInVain(Instant now, ReconciliationProperties properties) {
		if (isProbing(now)) {
			refuse(Objects.requireNonNull(this.holdReason), Objects.requireNonNullElse(this.holdDetail, ""), now,
					properties);
		}
	}

	private boolean isProbing(Instant now) {
		return hold().filter((hold) -> hold.allowsProbe(now)).isPresent();
	}

	/** Whether an answer would change anything here. */
	boolean isTroubled() {
		return this.holdsInARow > 0 || !this.notFoundInARow.isEmpty();
	}

	/**
	 * iDenfy answered a call.
	 * @return the verifications that were parked by mistake
	 */
	List<ScanRef> answered(Instant now) {
		if (isProbing(now)) {
			return resume();
		}
		if (this.hold == null) {
			this.holdsInARow = 0;
			this.notFoundInARow = List.of();
		}
		return List.of();
	}

	/**
	 * Ends the hold.
	 * @return the verifications that were parked by mistake
	 */
	List<ScanRef> resume() {
		var mistaken = (this.notFoundInARow.size() >= NOT_FOUND_LIMIT)
				? this.notFoundInARow.stream().map(ScanRef::new).toList() : List.<ScanRef>of();
		lift();
		this.holdsInARow = 0;
		this.notFoundInARow = List.of();
		return mistaken;
	}

	private void lift() {
		this.hold = null;
		this.holdReason = null;
		this.holdDetail = null;
		this.heldBy = null;
		this.heldSince = null;
		this.heldUntil = null;
	}

	private void hold(Hold.State state, Hold.Reason reason, @Nullable String detail, @Nullable String by, Instant since,
			@Nullable Instant until) {
		this.hold = state;
		this.holdReason = reason;
		this.holdDetail = detail;
		this.heldBy = by;
		this.heldSince = since;
		this.heldUntil = until;
	}

	/** Keeps what a run did, unless another instance has taken over since. */
	void ran(Runner runner, Instant startedAt, Instant endedAt, int checks, int calls) {
		if (this.runner != runner.number()) {
			return;
		}
		this.lastRunStartedAt = startedAt;
		this.lastRunEndedAt = endedAt;
		this.lastRunChecks = checks;
		this.lastRunCalls = calls;
	}

	/** How often iDenfy sent the reconciler away since it last answered. */
	int holdsInARow() {
		return this.holdsInARow;
	}

	Optional<Hold> hold() {
		if (this.hold == null) {
			return Optional.empty();
		}
		return Optional.of(new Hold(this.hold, Objects.requireNonNull(this.holdReason), this.holdDetail, this.heldBy,
				Objects.requireNonNull(this.heldSince), this.heldUntil));
	}

	long runner() {
		return this.runner;
	}

	Optional<String> runnerName() {
		return Optional.ofNullable(this.runnerName);
	}

	@Nullable Instant runnerSince() {
		return this.runnerSince;
	}

	@Nullable Instant lastRunStartedAt() {
		return this.lastRunStartedAt;
	}

	@Nullable Instant lastRunEndedAt() {
		return this.lastRunEndedAt;
	}

	@Nullable Integer lastRunChecks() {
		return this.lastRunChecks;
	}

	@Nullable Integer lastRunCalls() {
		return this.lastRunCalls;
	}

}
