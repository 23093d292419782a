package dev.backstop.verification;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A link to one file of a verification, good for an hour.
 *
 * @param name iDenfy's key, such as {@code FRONT}; the set is open
 * @param url where the file can be fetched without credentials until the link expires
 * @param linkExpiresAt when the link dies
 * @see <a href="https://documentation.idenfy.com/kyc/verification-report">iDenfy: links
 * live one hour</a>
 */
public record FileLink(String name, Kind kind, String url, Instant linkExpiresAt) {

	/** What a file is. */
	@Schema(name = "FileKind", enumAsRef = true, description = "What a file is")
	public enum Kind {

		IMAGE, VIDEO, DOCUMENT

	}

	/** Without the link, which opens the file to anyone. */
	@Override
	public String toString() {
		return this.kind + " " + this.name;
	}

}
