package dev.backstop.verification;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A link to one file of a verification, good for an hour.
 *
 * @param name iDenfy's key, such as {@code FRONT}; the set is open. Further links under
 * one key are numbered, such as {@code UTILITY_BILL_2}
 * @param url where the file can be fetched without credentials until the link expires
 * @param linkExpiresAt when the link dies
 * @param field the field of {@code data} or {@code webhook} in which the link was found,
 * null if it was among iDenfy's links to files
 * @see <a href="https://documentation.idenfy.com/kyc/verification-report">iDenfy: links
 * live one hour</a>
 */
public record FileLink(String name, Kind kind, String url, Instant linkExpiresAt, @Nullable String field) {

	public FileLink(String name, Kind kind, String url, Instant linkExpiresAt) {
		this(name, kind, url, linkExpiresAt, null);
	}

	/** What a file is. */
	@Schema(name = "FileKind", enumAsRef = true, description = "What a file is")
	public enum Kind {

		IMAGE, VIDEO, DOCUMENT

	}

	/** Whether another link leads to the same file. */
	public boolean isSameFile(FileLink other) {
		return this.kind == other.kind && this.name.equals(other.name);
	}

	/** Whether it belongs to a field of {@code data} or {@code webhook}. */
	public boolean belongsToField() {
		return this.field != null;
	}

	/** Without the link, which opens the file to anyone. */
	@Override
	public String toString() {
		return this.kind + " " + this.name;
	}

}
