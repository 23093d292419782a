package dev.backstop.api;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstop.archive.ArchivedFile;
import dev.backstop.archive.FileState;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.Source;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A file of a verification as clients see it; what does not apply is absent.
 *
 * @param name iDenfy's key, such as {@code FRONT}
 * @param state whether Backstop keeps it, absent where files are not kept
 * @param contentType what the bytes look like
 * @param size in bytes
 * @param sha256 of the bytes, in hexadecimal digits
 * @param archivedAt since when it is kept
 * @param href where it is served, once it is kept
 * @param reason why it is not kept, or not yet
 * @param version which set of files of the verification it is of, the newest has the
 * highest number
 * @param id of this version of the file, by which it is served, too
 * @param url iDenfy's link, where files are not kept
 * @param linkExpiresAt when iDenfy's link dies
 */
@Schema(name = "File")
@JsonInclude(JsonInclude.Include.NON_NULL)
record FileJson(String name, FileLink.Kind kind, @Nullable FileState state, @Nullable String contentType,
		@Nullable Long size, @Nullable String sha256, @Nullable Instant archivedAt, @Nullable String href,
		@Nullable String reason, @Nullable Integer version, @Nullable UUID id, @Nullable Source source,
		@Nullable String url, @Nullable Instant linkExpiresAt) {

	// what a path may name without being encoded
	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,100}");

	/** The files that a verification has now. */
	static List<FileJson> current(List<FileLink> links, List<ArchivedFile> archived) {
		return links.stream()
			.map((link) -> archived.stream()
				.filter((file) -> file.isLinkedBy(link))
				.findFirst()
				.map((file) -> of(file, isPlain(file, archived) ? file.name() : file.id().toString()))
				.orElseGet(() -> of(link)))
			.toList();
	}

	private static boolean isPlain(ArchivedFile file, List<ArchivedFile> all) {
		return PLAIN.matcher(file.name()).matches()
				&& all.stream().filter((other) -> other.name().equals(file.name())).count() == 1;
	}

	/** A file of any version. */
	static FileJson of(ArchivedFile file) {
		return of(file, file.id().toString());
	}

	private static FileJson of(ArchivedFile file, String path) {
		boolean kept = file.state() == FileState.ARCHIVED;
		return new FileJson(file.name(), file.kind(), file.state(), file.contentType(), file.size(), file.sha256(),
				kept ? file.endedAt() : null,
				kept ? VerificationController.PATH + "/" + file.scanRef() + "/files/" + path : null, file.reason(),
				file.version(), file.id(), file.source(), null, null);
	}

	private static FileJson of(FileLink link) {
		return new FileJson(link.name(), link.kind(), null, null, null, null, null, null, null, null, null, null,
				link.url(), link.linkExpiresAt());
	}

	/** Without the link. */
	@Override
	public String toString() {
		return this.kind + " " + this.name;
	}

}
