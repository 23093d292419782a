package dev.backstop.archive;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/** Bytes that are kept, once however many files have them. */
@Entity
@Table(name = "archive_content")
class ArchiveContent {

	@Id
	@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
	private @Nullable UUID id;

	@Enumerated(EnumType.STRING)
	private ArchiveProperties.Kind store;

	private Instant begunAt;

	/** Absent while the bytes are on their way. */
	private byte @Nullable [] sha256;

	/** Whether its bytes are being deleted. */
	private boolean abandoned;

	@SuppressWarnings("NullAway.Init")
	protected ArchiveContent() {
	}

	ArchiveContent(ArchiveProperties.Kind store, Instant begunAt) {
		this.store = store;
		this.begunAt = begunAt;
	}

	void complete(byte[] sha256) {
		this.sha256 = sha256;
	}

	/** Its key; only what is stored has one. */
	UUID id() {
		return Objects.requireNonNull(this.id);
	}

	Instant begunAt() {
		return this.begunAt;
	}

	/** Where the bytes are. */
	ArchiveProperties.Kind store() {
		return this.store;
	}

}
