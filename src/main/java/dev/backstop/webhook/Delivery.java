package dev.backstop.webhook;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.idenfy.EventType;
import dev.backstop.verification.Outcome;
import dev.backstop.verification.ScanRef;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/** One webhook as it was received, and what became of it. */
@Entity
@Table(name = "delivery")
public class Delivery {

	@Id
	@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
	private @Nullable UUID id;

	private Instant receivedAt;

	private @Nullable String scanRef;

	private String eventType;

	private @Nullable String eventWord;

	private @Nullable String contentType;

	private String signedBy;

	private byte[] body;

	private int bodySize;

	private byte[] bodySha256;

	@Enumerated(EnumType.STRING)
	private Outcome outcome;

	private @Nullable String reason;

	private int repeats;

	private @Nullable Instant lastRepeatAt;

	@SuppressWarnings("NullAway.Init")
	protected Delivery() {
	}

	/** One that has just been received. */
	Delivery(Received received, @Nullable ScanRef scanRef, EventType type, Outcome outcome, @Nullable String reason) {
		this.receivedAt = received.at();
		this.scanRef = (scanRef != null) ? scanRef.value() : null;
		this.eventType = type.identity();
		this.eventWord = type.word();
		this.contentType = received.contentType();
		this.signedBy = received.signedBy();
		this.body = received.body();
		this.bodySize = received.body().length;
		this.bodySha256 = received.sha256();
		this.outcome = outcome;
		this.reason = reason;
	}

	/** An operator had it judged again. */
	void judgedAgain(@Nullable ScanRef scanRef, Outcome outcome, @Nullable String reason) {
		this.scanRef = (scanRef != null) ? scanRef.value() : this.scanRef;
		this.outcome = outcome;
		this.reason = reason;
	}

	/** Its key; only what is stored has one. */
	UUID id() {
		return Objects.requireNonNull(this.id);
	}

	/** What became of it. */
	public Outcome outcome() {
		return this.outcome;
	}

	/** Why, where there is something to say. */
	public Optional<String> reason() {
		return Optional.ofNullable(this.reason);
	}

	/** The verification that it names, none if it names none. */
	public Optional<String> scanRef() {
		return Optional.ofNullable(this.scanRef);
	}

	/** The same as when it was received. */
	Received received() {
		return new Received(this.body, this.bodySha256, this.eventWord, this.contentType, this.signedBy,
				this.receivedAt);
	}

}
