package dev.backstop.reconciliation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.backstop.verification.ScanRef;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Mutability;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.Immutability;
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

	/** What a resume re-armed since iDenfy last answered. */
	@JdbcTypeCode(SqlTypes.ARRAY)
	private List<String> rearmed;

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private List<Refused> refused;

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private @Nullable ConnectionTest test;

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
	void throttle(ScanRef scanRef, String detail, Duration wait, Instant now, ReconciliationProperties properties) {
		if (refusalOf(scanRef).filter(Refused::isExhausted).isPresent()) {
			refuse(Hold.Reason.TOO_MANY_REQUESTS, detail, now, properties);
		}
		else if (this.hold == null) {
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

	/** Records that iDenfy refused a call about a verification. */
	Refused refused(ScanRef scanRef, boolean throttled, String detail) {
		var refusal = refusalOf(scanRef).map((earlier) -> earlier.again(throttled, detail))
			.orElseGet(() -> Refused.first(scanRef.value(), throttled, detail));
		forget(scanRef);
		changeRefused(Refused::otherRefused);
		addRefused(refusal);
		return refusal;
	}

	/** Returns the verifications that iDenfy refused, and may refuse alone. */
	List<Refused> refused() {
		return this.refused;
	}

	/** Returns their scanRefs. */
	String[] refusedNames() {
		return this.refused.stream().map(Refused::scanRef).toArray(String[]::new);
	}

	/** Removes a verification that is no longer in question. */
	void forget(ScanRef scanRef) {
		this.refused = this.refused.stream().filter((each) -> !each.scanRef().equals(scanRef.value())).toList();
	}

	private Optional<Refused> refusalOf(ScanRef scanRef) {
		return this.refused.stream().filter((each) -> each.scanRef().equals(scanRef.value())).findFirst();
	}

	private void changeRefused(UnaryOperator<Refused> change) {
		this.refused = this.refused.stream().map(change).toList();
	}

	private void addRefused(Refused added) {
		this.refused = Stream.concat(this.refused.stream(), Stream.of(added)).toList();
	}

	/**
	 * iDenfy does not know a verification. So many of these in a row that nothing was
	 * answered between must be our own fault.
	 * @param counted whether it is one of these: not if a webhook has named it
	 */
	void notFound(ScanRef scanRef, boolean counted, String detail, Instant now, ReconciliationProperties properties) {
		if (this.holdReason != Hold.Reason.NOT_FOUND) {
			accepted(scanRef, now);
		}
		if (counted && !this.notFoundInARow.contains(scanRef.value())) {
			var more = new ArrayList<>(this.notFoundInARow);
			more.add(scanRef.value());
			this.notFoundInARow = more;
		}
		if (this.notFoundInARow.size() >= NOT_FOUND_LIMIT) {
			refuse(Hold.Reason.NOT_FOUND, detail, now, properties);
		}
	}

	/** Records that iDenfy could not be reached. */
	void unavailable(ScanRef scanRef, String detail, Instant now, ReconciliationProperties properties) {
		if (isProbing(now)) {
			var inVain = refusalOf(scanRef).map(Refused::askedInVain)
				.orElseGet(() -> Refused.unanswered(scanRef.value(), detail));
			forget(scanRef);
			addRefused(inVain);
			probeInVain(now, properties);
		}
		else if (this.hold == null) {
			forget(scanRef);
		}
	}

	/** The next probe comes later. */
	private void probeInVain(Instant now, ReconciliationProperties properties) {
		refuse(Objects.requireNonNull(this.holdReason), Objects.requireNonNullElse(this.holdDetail, ""), now,
				properties);
	}

	/** Returns whether one call may find out if the hold can end. */
	boolean isProbing(Instant now) {
		return hold().filter((hold) -> hold.allowsProbe(now)).isPresent();
	}

	/** Whether an answer would change anything here. */
	boolean isTroubled() {
		return this.holdsInARow > 0 || !this.notFoundInARow.isEmpty() || !this.refused.isEmpty();
	}

	/** Records that iDenfy answered a call, so that the key pair is the right one. */
	void answered(ScanRef scanRef, Instant now) {
		if (accepted(scanRef, now)) {
			this.notFoundInARow = List.of();
			this.rearmed = List.of();
		}
	}

	/** Records that iDenfy took a call, unless it was in flight before a hold. */
	private boolean accepted(ScanRef scanRef, Instant now) {
		boolean counts = this.hold == null || isProbing(now);
		if (counts) {
			accept(scanRef);
		}
		return counts;
	}

	private void accept(ScanRef scanRef) {
		lift();
		this.holdsInARow = 0;
		forget(scanRef);
		changeRefused(Refused::otherAnswered);
	}

	/** Records that an operator wants to know if key, host and account are right. */
	void test(ScanRef scanRef, String by, Instant now) {
		this.test = ConnectionTest.wanted(scanRef.value(), by, now);
	}

	/** Starts the test that is wanted, if the runner is still the latest. */
	Optional<ConnectionTest> startTest(Runner runner, Instant now) {
		var started = test().filter((wanted) -> wanted.isWanted() && this.runner == runner.number())
			.map((wanted) -> wanted.started(now));
		started.ifPresent((each) -> this.test = each);
		return started;
	}

	/**
	 * Ends a test. A good one ends a hold as a probe does, but for an operator's; a bad
	 * one holds nothing, since the next call finds out automatically.
	 */
	void endTest(ConnectionTest started, ConnectionTest.Result result, @Nullable String detail, Instant now) {
		if (started.equals(this.test)) {
			this.test = started.ended(result, detail, now);
		}
		boolean right = result == ConnectionTest.Result.OK;
		boolean taken = right
				|| (result == ConnectionTest.Result.UNKNOWN_SCAN_REF && this.holdReason != Hold.Reason.NOT_FOUND);
		if (taken && this.holdReason != Hold.Reason.OPERATOR) {
			accept(new ScanRef(started.scanRef()));
			this.notFoundInARow = right ? List.of() : this.notFoundInARow;
			this.rearmed = right ? List.of() : this.rearmed;
		}
	}

	/** Ends a test whose call ended unseen. */
	void loseTest(Instant now) {
		test().filter((last) -> last.isPending() && !last.isWanted())
			.ifPresent((last) -> this.test = last.ended(ConnectionTest.Result.LOST, null, now));
	}

	/** Returns the test that an operator asked for last. */
	Optional<ConnectionTest> test() {
		return Optional.ofNullable(this.test);
	}

	/**
	 * The verifications that were parked by mistake, if the key pair was that of another
	 * environment, but for those that an earlier resume re-armed in vain.
	 */
	List<ScanRef> parkedByMistake() {
		return (this.notFoundInARow.size() >= NOT_FOUND_LIMIT) ? this.notFoundInARow.stream()
			.filter((scanRef) -> !this.rearmed.contains(scanRef))
			.map(ScanRef::new)
			.toList() : List.of();
	}

	/** Ends the hold, whatever it is. */
	void resume() {
		this.rearmed = Stream.concat(this.rearmed.stream(), parkedByMistake().stream().map(ScanRef::value)).toList();
		lift();
		this.holdsInARow = 0;
		this.notFoundInARow = List.of();
		changeRefused(Refused::resumed);
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
