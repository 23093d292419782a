package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** The files that are kept, waited for or given up. */
@Component
public class Archive {

	private final ArchiveFiles files;

	private final Stores stores;

	private final ArchiveProperties properties;

	Archive(ArchiveFiles files, Stores stores, ArchiveProperties properties) {
		this.files = files;
		this.stores = stores;
		this.properties = properties;
	}

	/** What is kept, for the operator. */
	public String inWords() {
		return this.properties.keepsFiles()
				? "keeps files in %s, %d at once, at most %s each".formatted(store(), this.properties.workers(),
						FetchedBytes.text(this.properties.maxFileSize()))
				: "keeps no files, whose links die in an hour";
	}

	/** Where files are kept, for the operator. */
	public String store() {
		return this.properties.store().name();
	}

	/** The files that a verification has now. */
	public List<ArchivedFile> files(Verification verification) {
		var all = verification.files().isEmpty() ? List.<ArchivedFile>of() : files(verification.scanRef());
		return verification.files()
			.stream()
			.flatMap((link) -> all.stream()
				.filter((file) -> file.isLinkedBy(link)
						&& (link.belongsToField() || file.version() == verification.filesVersion()))
				.limit(1))
			.toList();
	}

	/** All files that a verification was ever given, the newest first. */
	public List<ArchivedFile> files(ScanRef scanRef) {
		return this.files.findByScanRef(scanRef.value()).stream().map(Archive::show).toList();
	}

	public Optional<ArchivedFile> file(UUID id) {
		return this.files.findWithContent(id).map(Archive::show);
	}

	/**
	 * Opens the bytes of a file that is kept. They are read as they are asked for, and
	 * what is skipped is not read at all.
	 * @throws IOException if they cannot be read, a {@link StoreException} if the store
	 * does not answer
	 */
	public InputStream open(ArchivedFile archived) throws IOException {
		var content = this.files.findWithContent(archived.id())
			.flatMap(ArchiveFile::content)
			.orElseThrow(() -> new IOException("The file is not kept any more"));
		return this.stores.of(content).read(content.id(), Objects.requireNonNull(archived.size()));
	}

	/**
	 * How many files wait, counted no further than 10,000, and when the first of their
	 * links dies.
	 */
	public Waiting waiting() {
		return new Waiting(this.files.countWaiting(), this.files.findNearestDeath().orElse(null));
	}

	/** The files that were refused or lost, the newest first. */
	public List<ArchivedFile> missing(int limit) {
		return this.files.findMissing(Limit.of(limit)).stream().map(Archive::show).toList();
	}

	private static ArchivedFile show(ArchiveFile file) {
		return new ArchivedFile(file.id(), file.scanRef(), file.version(), file.kind(), file.name(), file.source(),
				file.state(), file.sha256().map(HexFormat.of()::formatHex).orElse(null), file.size().orElse(null),
				file.contentType().orElse(null), file.linkedAt(), file.nextTryAt().orElse(null),
				file.reason().orElse(null), file.endedAt().orElse(null));
	}

	/**
	 * What waits to be fetched.
	 *
	 * @param nearestDeath when the first of the links dies, null if nothing waits
	 */
	public record Waiting(long count, @Nullable Instant nearestDeath) {
	}

}
