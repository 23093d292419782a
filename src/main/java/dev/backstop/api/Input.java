package dev.backstop.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a client sent, value by value, and remembers everything that is wrong with
 * it, so that one answer can name it all.
 */
final class Input {

	private final Map<String, String> errors = new LinkedHashMap<>();

	/**
	 * Remembers what is wrong with a field or parameter, in words that follow its name.
	 */
	void refuse(String name, String why) {
		this.errors.put(name, why);
	}

	/**
	 * Remembers that a value is missing, unless it is there or already known as wrong.
	 */
	void require(String name, @Nullable Object value) {
		if (value == null) {
			this.errors.putIfAbsent(name, "is required");
		}
	}

	boolean isWrong() {
		return !this.errors.isEmpty();
	}

	/** What to answer to everything that is wrong. */
	ApiProblem problem() {
		return ApiProblem.invalid(this.errors);
	}

	/**
	 * A text of a JSON body, null if it is absent, null or blank; a whole number is taken
	 * as it is written, since iDenfy may write an id of digits as one.
	 */
	@Nullable String text(String name, @Nullable JsonNode value, int maxLength) {
		return read(name, value, (node) -> {
			var text = written(node);
			return text.isBlank() ? null : fitting(text, maxLength);
		}, "must be a text of at most " + maxLength + " characters without control characters");
	}

	/** A text, or a whole number as it is written. */
	static String written(JsonNode node) {
		return node.isIntegralNumber() ? node.asString() : node.stringValue();
	}

	/** Whole seconds of a JSON body, null if they are absent or null. */
	@Nullable Duration seconds(String name, @Nullable JsonNode value, Duration max) {
		return read(name, value, (node) -> {
			// to JSON, 3600.0 is the same number as 3600; a fraction or a text throws
			var duration = Duration.ofSeconds(node.longValue());
			if (duration.isNegative() || duration.compareTo(max) > 0) {
				throw new IllegalArgumentException();
			}
			return duration;
		}, "must be a whole number of seconds from 0 to " + max.toSeconds());
	}

	/**
	 * Reads the time from now until an instant of a JSON body, negative if that is past,
	 * null if it is absent or null.
	 */
	@Nullable Duration until(String name, @Nullable JsonNode value, Instant now, Duration max) {
		return read(name, value, (node) -> {
			// without an offset it would be a guess among 26 hours
			var duration = Duration.between(now, OffsetDateTime.parse(node.stringValue()).toInstant());
			if (duration.compareTo(max) > 0) {
				throw new IllegalArgumentException();
			}
			return duration;
		}, "must be an instant with its offset, such as 2026-03-06T12:10:42Z, at most " + max.toDays()
				+ " days from now");
	}

	/** A query parameter that is compared as it is, null if it is absent. */
	@Nullable String word(String name, @Nullable String value, int maxLength) {
		return read(name, value, (word) -> {
			if (word.isBlank()) {
				throw new IllegalArgumentException();
			}
			return fitting(word, maxLength);
		}, "must be 1 to " + maxLength + " characters without control characters");
	}

	/** A field of a JSON body, null if it is absent, null or wrong. */
	<T> @Nullable T read(String name, @Nullable JsonNode value, Function<JsonNode, @Nullable T> reading,
			String allowed) {
		return (value == null || value.isNull()) ? null : attempt(name, value, reading, allowed);
	}

	/**
	 * A query parameter, null if it is absent or wrong.
	 * @param reading throws what a wrong value causes
	 * @param allowed what the parameter may be, in words that follow its name
	 */
	<T> @Nullable T read(String name, @Nullable String value, Function<String, @Nullable T> reading, String allowed) {
		return (value == null) ? null : attempt(name, value, reading, allowed);
	}

	private <V, T> @Nullable T attempt(String name, V value, Function<V, @Nullable T> reading, String allowed) {
		try {
			return reading.apply(value);
		}
		catch (IllegalArgumentException | DateTimeException | JacksonException _) {
			refuse(name, allowed);
			return null;
		}
	}

	private static String fitting(String text, int maxLength) {
		if (text.codePointCount(0, text.length()) > maxLength || text.codePoints().anyMatch(Input::isNoCharacter)) {
			throw new IllegalArgumentException();
		}
		return text;
	}

	// PostgreSQL stores neither NUL nor half of a surrogate pair
	private static boolean isNoCharacter(int codePoint) {
		return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
	}

}
