package dev.backstop.operations;

import java.time.Instant;
import java.util.List;

import dev.backstop.archive.Archive;
import dev.backstop.archive.ArchivedFile;
import dev.backstop.archive.FileState;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** Shows operators which files wait, and which will be missing for ever. */
@Component
@Endpoint(id = "archive")
class ArchiveEndpoint {

	private static final int SHOWN = 100;

	private final Archive archive;

	ArchiveEndpoint(Archive archive) {
		this.archive = archive;
	}

	/**
	 * Gives how many files wait, counted no further than 10,000, and the newest 100 of
	 * those refused or lost.
	 */
	@ReadOperation
	ArchiveView overview() {
		return Refusal.whereTheDatabaseIsAway(() -> {
			var waiting = this.archive.waiting();
			return new ArchiveView(this.archive.store(), waiting.count(), waiting.nearestDeath(),
					this.archive.missing(SHOWN).stream().map(MissingFile::of).toList());
		});
	}

	/**
	 * How the archive is doing.
	 *
	 * @param store where files are kept
	 * @param nearestLinkDeath when the first link of those that wait dies, null if none
	 * waits
	 * @param newestMissing the files that were refused or lost
	 */
	record ArchiveView(String store, long waiting, @Nullable Instant nearestLinkDeath,
			List<MissingFile> newestMissing) {
	}

	/**
	 * A file that is not kept and will not be.
	 *
	 * @param endedAt since when that is known
	 */
	record MissingFile(ScanRef scanRef, String name, FileLink.Kind kind, int version, FileState state,
			@Nullable String reason, @Nullable Instant endedAt) {

		static MissingFile of(ArchivedFile file) {
			return new MissingFile(file.scanRef(), file.name(), file.kind(), file.version(), file.state(),
					file.reason(), file.endedAt());
		}

	}

}
