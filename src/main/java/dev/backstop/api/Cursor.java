package dev.backstop.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Pattern;

import dev.backstop.verification.ScanRef;

/**
 * A place in a list of verifications, which is the same whatever is added to the list or
 * changes in it.
 *
 * @param createdAt when the last verification of a page was first known, in microseconds
 * as the database keeps them
 * @param filter which filter the list was made with, so that another is not continued
 * with by mistake
 */
record Cursor(Instant createdAt, ScanRef scanRef, String filter) {

	// up to the year 5138, which the database can hold
	private static final Pattern SHAPE = Pattern.compile("(\\d{1,17})\\.([0-9a-f]{1,8})\\.([A-Za-z0-9_-]{1,40})");

	/** The place that {@link #encode} wrote down. */
	static Cursor decode(String text) {
		var decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
		var matcher = SHAPE.matcher(decoded);
		if (!matcher.matches()) {
			throw new IllegalArgumentException();
		}
		var createdAt = Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS);
		return new Cursor(createdAt, new ScanRef(matcher.group(3)), matcher.group(2));
	}

	/** Opaque, and safe in a URL. */
	String encode() {
		var micros = ChronoUnit.MICROS.between(Instant.EPOCH, this.createdAt);
		var text = micros + "." + this.filter + "." + this.scanRef;
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
	}

}
