package dev.backstop.idenfy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.backstop.verification.Findings;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of the vendor's, of which any field may be absent, null or of another
 * type than documented.
 */
record VendorObject(Map<String, @Nullable Object> fields) {

	// longer ones would not fit into an index, and the longest documented has 100
	private static final int LONGEST_WORD = 255;

	@SuppressWarnings("unchecked")
	static VendorObject of(@Nullable Object value) {
		return new VendorObject((value instanceof Map<?, ?> map) ? (Map<String, @Nullable Object>) map : Map.of());
	}

	boolean holdsObject(String name) {
		return this.fields.get(name) instanceof Map<?, ?>;
	}

	/** The object of that name, empty if there is none. */
	VendorObject object(String name) {
		return of(this.fields.get(name));
	}

	List<?> list(String name) {
		return (this.fields.get(name) instanceof List<?> list) ? list : List.of();
	}

	@Nullable String text(String name) {
		return text(this.fields.get(name));
	}

	/** Reads a text; a number in its place is taken as it is written. */
	private static @Nullable String text(@Nullable Object value) {
		return switch (value) {
			case String text -> text;
			case Number number -> number.toString();
			case null, default -> null;
		};
	}

	/** A text that we search by, so that it must not be endless. */
	@Nullable String word(String name) {
		return (text(name) instanceof String text && text.length() <= LONGEST_WORD) ? text : null;
	}

	@Nullable Boolean flag(String name) {
		return (this.fields.get(name) instanceof Boolean flag) ? flag : null;
	}

	@Nullable Long integer(String name) {
		return switch (this.fields.get(name)) {
			case Integer number -> number.longValue();
			case Long number -> number;
			case null, default -> null;
		};
	}

	Optional<ScanRef> scanRef() {
		return scanRef(this.fields.get("scanRef"));
	}

	static Optional<ScanRef> scanRef(@Nullable Object value) {
		return Optional.ofNullable(text(value)).filter(ScanRef::isScanRef).map(ScanRef::new);
	}

	/**
	 * The findings, if there is an overall word.
	 * @param overallName where that word is
	 */
	Optional<Findings> findings(String overallName) {
		return Optional.ofNullable(word(overallName))
			.map((overall) -> new Findings(overall, text("autoDocument"), text("autoFace"), text("manualDocument"),
					text("manualFace"), texts("fraudTags"), texts("mismatchTags")));
	}

	private List<String> texts(String name) {
		return list(name).stream().map(VendorObject::text).filter(Objects::nonNull).toList();
	}

	/** All fields but those, in a map of its own. */
	Map<String, @Nullable Object> without(Iterable<String> names) {
		var rest = new LinkedHashMap<String, @Nullable Object>(this.fields);
		names.forEach(rest::remove);
		return rest;
	}

	/** Without the person. */
	@Override
	public String toString() {
		return this.fields.size() + " fields";
	}

}
