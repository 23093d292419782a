package dev.backstop.archive;

import java.time.Instant;
import java.util.UUID;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import org.jspecify.annotations.Nullable;

/**
 * A file that a link led to, as others see it.
 *
 * @param version which of the sets of files that the verification was given it is of
 * @param sha256 of its bytes, in hexadecimal digits, null until they are kept
 * @param size in bytes
 * @param contentType what the bytes look like
 * @param linkedAt when the link came
 * @param nextTryAt when it is fetched, null if it is not waited for
 * @param reason why it is not kept, or not yet
 * @param endedAt since when it is kept, refused or lost
 */
public record ArchivedFile(UUID id, ScanRef scanRef, int version, FileLink.Kind kind, String name, Source source,
		FileState state, @Nullable String sha256, @Nullable Long size, @Nullable String contentType, Instant linkedAt,
		@Nullable Instant nextTryAt, @Nullable String reason, @Nullable Instant endedAt) {

	/** Whether a link leads to it. */
	public boolean isLinkedBy(FileLink link) {
		return this.kind == link.kind() && this.name.equals(link.name());
	}

}
