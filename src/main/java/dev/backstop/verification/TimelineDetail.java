package dev.backstop.verification;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Names, types and meanings of everything that a timeline entry can say beside its
 * outcome. None of it is personal data.
 */
public enum TimelineDetail {

	BY("by", String.class, "Account of the client or operator", "onboarding"),

	DELIVERY("delivery", UUID.class, "Id under which the webhook is kept", "019e0b8e-1c00-7a6b-8000-0123456789ab"),

	EVENT_TYPE("eventType", String.class, "iDenfy's name of the event", "IDENTIFICATION_MANUAL_FINISHED"),

	OVERALL("overall", String.class, "iDenfy's overall word", "APPROVED"),

	FINAL("final", Boolean.class, "Whether the webhook is a final one", true),

	BECAUSE("because", String.class, "Why the progress changed", "registered"),

	DUE_AT("dueAt", Instant.class, "When iDenfy will be asked", "2026-01-31T13:40:00Z"),

	WITHIN("within", Long.class, "How long the user may take, in seconds", 86_400),

	PART("part", Part.class, "What iDenfy was asked for", "STATUS"),

	STARTED_AT("startedAt", Instant.class, "When the call went out", "2026-01-31T12:00:00Z"),

	NAME("name", String.class, "iDenfy's key of the file", "FRONT"),

	KIND("kind", FileLink.Kind.class, "What the file is", "IMAGE"),

	VERSION("version", Integer.class, "Set of files that the file belongs to", 1),

	TRIES("tries", Integer.class, "How often fetching the file was tried", 1),

	SIZE("size", Long.class, "Size of the file in bytes", 48_213),

	REASON("reason", String.class,
			"Why the file is not kept, or not yet, or what iDenfy or the database said before the verification was parked",
			"HTTP 503"),

	NEXT_TRY_AT("nextTryAt", Instant.class, "When fetching the file is tried next", "2026-01-31T12:00:30Z");

	private final String key;

	private final Class<?> type;

	private final String description;

	private final Object example;

	TimelineDetail(String key, Class<?> type, String description, Object example) {
		this.key = key;
		this.type = type;
		this.description = description;
		this.example = example;
	}

	/** Returns the name under which clients read it. */
	public String key() {
		return this.key;
	}

	public Class<?> type() {
		return this.type;
	}

	public String description() {
		return this.description;
	}

	public Object example() {
		return this.example;
	}

	/** Gives it a value, where null leaves it out. */
	public Value of(@Nullable Object value) {
		return new Value(this, this.type.cast(value));
	}

	/** Arranges details as the timeline keeps them. */
	static Map<String, Object> toJson(Value... details) {
		var json = new LinkedHashMap<String, Object>();
		for (var detail : details) {
			var value = detail.value();
			if (value != null) {
				json.put(detail.name().key(),
						(value instanceof Boolean || value instanceof Number) ? value : value.toString());
			}
		}
		return json;
	}

	/** One detail of one entry. */
	public record Value(TimelineDetail name, @Nullable Object value) {
	}

}
