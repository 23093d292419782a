package dev.backstop.reconciliation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.verification.Check;
import dev.backstop.verification.Part;
import dev.backstop.verification.ScanRef;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/** A line of the ledger: one call to iDenfy, written before it goes out. */
@Entity
@Table(name = "idenfy_call")
class IdenfyCall {

	/** How a call ended. */
	enum Outcome {

		ANSWERED, THROTTLED, ACCESS_REFUSED, UNAVAILABLE, NOT_FOUND, PROTOCOL, LOST

	}

	@Id
	@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
	private @Nullable UUID id;

	/** The verification that the call is about, none where it is a test. */
	private @Nullable String scanRef;

	/** The scanRef of a test, which may be unknown here. */
	private @Nullable String tested;

	@Enumerated(EnumType.STRING)
	private Part part;

	private int round;

	private boolean asked;

	private long runner;

	private Instant startedAt;

	private @Nullable Instant endedAt;

	@Enumerated(EnumType.STRING)
	private @Nullable Outcome outcome;

	private @Nullable String reason;

	@SuppressWarnings("NullAway.Init")
	protected IdenfyCall() {
	}

	IdenfyCall(Check check, Part part, Runner runner, Instant startedAt) {
		this.scanRef = check.scanRef().value();
		this.part = part;
		this.round = check.round();
		this.asked = check.asked();
		this.runner = runner.number();
		this.startedAt = startedAt;
	}

	static IdenfyCall ofTest(ConnectionTest test, Runner runner, Instant startedAt) {
		var call = new IdenfyCall();
		call.tested = test.scanRef();
		call.part = Part.STATUS;
		call.runner = runner.number();
		call.startedAt = startedAt;
		return call;
	}

	void end(Outcome outcome, @Nullable String reason, Instant at) {
		this.outcome = outcome;
		this.reason = reason;
		this.endedAt = at;
	}

	Optional<String> reason() {
		return Optional.ofNullable(this.reason);
	}

	/** Whether nobody knows yet how it ended. */
	boolean isOpen() {
		return this.endedAt == null;
	}

	/** Its key; only what is stored has one. */
	UUID id() {
		return Objects.requireNonNull(this.id);
	}

	Part part() {
		return this.part;
	}

	Instant startedAt() {
		return this.startedAt;
	}

	/** The check that it belongs to. */
	Check check() {
		return new Check(new ScanRef(Objects.requireNonNull(this.scanRef)), this.round, this.asked);
	}

}
