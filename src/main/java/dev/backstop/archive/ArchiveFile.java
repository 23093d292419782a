package dev.backstop.archive;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.FilesLinked;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/** A file that a link led to, and whether it is kept. */
@Entity
@Table(name = "archive_file")
class ArchiveFile {

	// whatever a link says of itself, it is not tried for ever
	private static final Duration LONGEST_LIFE = Duration.ofDays(1);

	@Id
	@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
	private @Nullable UUID id;

	private String scanRef;

	private int version;

	@Enumerated(EnumType.STRING)
	private FileLink.Kind kind;

	private String name;

	@Enumerated(EnumType.STRING)
	private Source source;

	@Enumerated(EnumType.STRING)
	private FileState state;

	/** The link, kept for as long as it is wanted. */
	private @Nullable String url;

	private Instant linkedAt;

	private Instant linkExpiresAt;

	private int tries;

	private @Nullable Instant nextTryAt;

	private @Nullable String reason;

	@ManyToOne(fetch = FetchType.LAZY)
	@JoinColumn(name = "content")
	private @Nullable ArchiveContent content;

	private byte @Nullable [] sha256;

	/** In bytes. */
	private @Nullable Long size;

	private @Nullable String contentType;

	private @Nullable Instant endedAt;

	@SuppressWarnings("NullAway.Init")
	protected ArchiveFile() {
	}

	ArchiveFile(FilesLinked linked, FileLink link) {
		this.scanRef = linked.scanRef().value();
		this.version = linked.version();
		this.kind = link.kind();
		this.name = link.name();
		this.source = linked.source();
		this.state = FileState.WAITING;
		this.url = link.url();
		this.linkedAt = linked.at();
		this.linkExpiresAt = death(link, linked.at());
		this.nextTryAt = linked.at();
	}

	/** Gives it a new link, since the one before died. */
	void relink(FileLink link, Instant at) {
		this.url = link.url();
		this.linkedAt = at;
		this.linkExpiresAt = death(link, at);
		this.nextTryAt = at;
		this.reason = null;
	}

	private static Instant death(FileLink link, Instant linkedAt) {
		var last = linkedAt.plus(LONGEST_LIFE);
		return link.linkExpiresAt().isBefore(last) ? link.linkExpiresAt() : last;
	}

	/** It is tried again later. */
	void postpone(String reason, Instant until) {
		this.reason = reason;
		this.nextTryAt = until;
	}

	void archive(ArchiveContent content, Fetched fetched, Instant at) {
		end(FileState.ARCHIVED, null, at);
		this.content = content;
		this.sha256 = fetched.sha256();
		this.size = fetched.size();
		this.contentType = fetched.contentType();
	}

	void refuse(String reason, Instant at) {
		end(FileState.REFUSED, reason, at);
	}

	/** Its link leads nowhere from now on. */
	void expire(String reason, Instant at) {
		this.reason = reason;
		this.linkExpiresAt = at.isBefore(this.linkExpiresAt) ? at : this.linkExpiresAt;
	}

	void lose(Instant at) {
		end(FileState.LOST, this.reason, at);
	}

	private void end(FileState state, @Nullable String reason, Instant at) {
		this.state = state;
		this.reason = reason;
		this.url = null;
		this.nextTryAt = null;
		this.endedAt = at;
	}

	/**
	 * Whether its link leads nowhere any more. It is tried once in any case, since clocks
	 * may differ.
	 */
	boolean isLinkDead(Instant now) {
		return this.reason != null && !now.isBefore(this.linkExpiresAt);
	}

	/** Whether it still waits for what this link leads to. */
	boolean waitsFor(@Nullable String url) {
		return this.state == FileState.WAITING && Objects.equals(this.url, url);
	}

	/** Whether a link leads to it. */
	boolean isLinkedBy(FileLink link) {
		return this.kind == link.kind() && this.name.equals(link.name());
	}

	/** Its key; only what is stored has one. */
	UUID id() {
		return Objects.requireNonNull(this.id);
	}

	ScanRef scanRef() {
		return new ScanRef(this.scanRef);
	}

	int version() {
		return this.version;
	}

	FileLink.Kind kind() {
		return this.kind;
	}

	String name() {
		return this.name;
	}

	Source source() {
		return this.source;
	}

	FileState state() {
		return this.state;
	}

	/** The link, which opens the file to anyone. */
	Optional<String> url() {
		return Optional.ofNullable(this.url);
	}

	Instant linkedAt() {
		return this.linkedAt;
	}

	Instant linkExpiresAt() {
		return this.linkExpiresAt;
	}

	int tries() {
		return this.tries;
	}

	Optional<Instant> nextTryAt() {
		return Optional.ofNullable(this.nextTryAt);
	}

	Optional<String> reason() {
		return Optional.ofNullable(this.reason);
	}

	Optional<ArchiveContent> content() {
		return Optional.ofNullable(this.content);
	}

	Optional<byte[]> sha256() {
		return Optional.ofNullable(this.sha256);
	}

	Optional<Long> size() {
		return Optional.ofNullable(this.size);
	}

	Optional<String> contentType() {
		return Optional.ofNullable(this.contentType);
	}

	Optional<Instant> endedAt() {
		return Optional.ofNullable(this.endedAt);
	}

	/** Without the link. */
	@Override
	public String toString() {
		return this.name + " of " + this.scanRef;
	}

}
