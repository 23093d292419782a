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
 */
@Schema(name = "File", description = "A file of a verification; what does not apply is absent")
@JsonInclude(JsonInclude.Include.NON_NULL)
record FileJson(
		@Schema(description = "iDenfy's key, of an open vocabulary, further files of one key numbered; "
				+ "of a link in data or webhook the name that stands in its place",
				examples = {
						"FRONT", "BACK", "FACE" }) String name,
		@Schema(description = "What it is", examples = "IMAGE") FileLink.Kind kind,
		@Schema(description = "Whether Backstop keeps it, absent where files are not kept",
				examples = "ARCHIVED") @Nullable FileState state,
		@Schema(description = "What its bytes look like", examples = "image/jpeg") @Nullable String contentType,
		@Schema(description = "In bytes", minimum = "1", examples = "48213") @Nullable Long size,
		@Schema(description = "Of its bytes, in hexadecimal digits", pattern = "^[0-9a-f]{64}$",
				examples = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") @Nullable String sha256,
		@Schema(description = "Since when it is kept", examples = "2026-01-31T12:05:02Z") @Nullable Instant archivedAt,
		@Schema(description = "Where it is served, once it is kept", format = "uri-reference",
				examples = "/api/v1/verifications/328c6766-934e-11ed-bb9b-025ad99a18e7/files/FRONT") @Nullable String href,
		@Schema(description = "Why it is not kept, or not yet", examples = "HTTP 503") @Nullable String reason,
		@Schema(description = "The set of files that it belongs to; the newest has the highest number",
				examples = "1") @Nullable Integer version,
		@Schema(description = "Of this version of the file, which is served by it, too",
				examples = "019e0b8e-1c00-7a6b-8000-0123456789ab") @Nullable UUID id,
		@Schema(description = "What linked it", examples = "WEBHOOK") @Nullable Source source,
		@Schema(description = "iDenfy's link, where files are not kept", format = "uri",
				examples = "https://files.example/FRONT.jpg") @Nullable String url,
		@Schema(description = "When iDenfy's link dies",
				examples = "2026-01-31T13:05:00Z") @Nullable Instant linkExpiresAt){

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
				kept ? VerificationController.path() + "/" + file.scanRef() + "/files/" + path : null, file.reason(),
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
