package dev.backstop.verification;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Merges what several sources say of the same fields. */
final class Fields {

	private Fields() {
	}

	/** Every field of the newer, and those of the older that the newer does not have. */
	static Map<String, @Nullable Object> overlay(@Nullable Map<String, @Nullable Object> older,
			Map<String, @Nullable Object> newer) {
		var merged = new LinkedHashMap<String, @Nullable Object>(newer);
		if (older != null) {
			older.forEach((name, value) -> {
				if (!merged.containsKey(name)) {
					merged.put(name, value);
				}
			});
		}
		return merged;
	}

	/**
	 * Whether there is anything in the fields: those of a person who never came are null,
	 * but for some flags that are false and some empty objects.
	 */
	static boolean sayAnything(Map<String, @Nullable Object> fields) {
		return fields.values()
			.stream()
			.anyMatch((value) -> value != null && !Boolean.FALSE.equals(value) && !Map.of().equals(value));
	}

}
