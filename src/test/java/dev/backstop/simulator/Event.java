package dev.backstop.simulator;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens to a verification at the vendor and is told by a webhook.
 *
 * @param type the word in the event type header, null for none
 * @param overall the word in the body, null where the body has none
 * @param concluded what the body says of being final
 */
public record Event(Kind kind, @Nullable String type, @Nullable String overall, boolean concluded, Set<Quirk> quirks) {

	public Event {
		quirks = Set.copyOf(quirks);
	}

	/** The automatic result, with no review to follow. */
	public static Event autoFinished(String overall) {
		return of(Kind.AUTO_FINISHED, overall, true);
	}

	/** The automatic result, with a review to follow. */
	public static Event preliminary(String overall) {
		return of(Kind.AUTO_FINISHED, overall, false);
	}

	public static Event manualFinished(String overall) {
		return of(Kind.MANUAL_FINISHED, overall, true);
	}

	/** New material came in and waits for its review. */
	public static Event resubmitted() {
		return of(Kind.RESUBMITTED, "REVIEWING", false);
	}

	/** New material came in and was judged at once. */
	public static Event resubmitted(String overall) {
		return of(Kind.RESUBMITTED, overall, true);
	}

	public static Event cancelled() {
		return of(Kind.CANCELLED, "DENIED", true);
	}

	/** Cancelled, with a verdict in the webhook that is not the result. */
	public static Event cancelled(String overall) {
		return of(Kind.CANCELLED, overall, true);
	}

	/** Expired with a verdict in the webhook, which a review is still to confirm. */
	public static Event expired(String overall) {
		return of(Kind.EXPIRED, overall, true);
	}

	public static Event expired() {
		return of(Kind.EXPIRED, "EXPIRED", true);
	}

	public static Event documentExpiration() {
		return of(Kind.DOCUMENT_EXPIRATION, null, false);
	}

	public static Event amlMonitoring() {
		return of(Kind.AML_MONITORING, null, false);
	}

	/** A product nobody here has heard of. */
	public static Event unknown(String type) {
		return new Event(Kind.UNKNOWN, type, null, false, Set.of());
	}

	private static Event of(Kind kind, @Nullable String overall, boolean concluded) {
		return new Event(kind, kind.type, overall, concluded, Set.of());
	}

	/** The same under another event type, or under none. */
	public Event as(@Nullable String type) {
		return new Event(this.kind, type, this.overall, this.concluded, this.quirks);
	}

	/** The same as the one event for every outcome that the vendor had first. */
	public Event asLegacy() {
		return with(Quirk.LEGACY_SHAPE).as("IDENTIFICATION");
	}

	public Event with(Quirk quirk) {
		var quirks = EnumSet.of(quirk);
		quirks.addAll(this.quirks);
		return new Event(this.kind, this.type, this.overall, this.concluded, quirks);
	}

	boolean has(Quirk quirk) {
		return this.quirks.contains(quirk);
	}

	public Optional<String> header() {
		return Optional.ofNullable(this.type);
	}

	/** What happens. */
	public enum Kind {

		AUTO_FINISHED("IDENTIFICATION_AUTO_FINISHED"), MANUAL_FINISHED("IDENTIFICATION_MANUAL_FINISHED"),
		RESUBMITTED("IDENTIFICATION_RESUBMITTED"), CANCELLED("IDENTIFICATION_CANCELLED"),
		EXPIRED("IDENTIFICATION_EXPIRED"), DOCUMENT_EXPIRATION("DOCUMENT_EXPIRATION"), AML_MONITORING("AML_MONITORING"),
		UNKNOWN("UNKNOWN");

		private final String type;

		Kind(String type) {
			this.type = type;
		}

		/** Whether the event says anything about the verification itself. */
		boolean decides() {
			return compareTo(EXPIRED) <= 0;
		}

		/** Whether somebody has looked at documents. */
		boolean documented() {
			return compareTo(RESUBMITTED) <= 0;
		}

	}

	/** How a body may differ from the documented one. */
	public enum Quirk {

		/** The body says nothing of being final. */
		NO_FINAL,

		/** The body has no document data. */
		NO_DATA,

		/** The body has no file links. */
		NO_FILES,

		/** The status shows the automatic result while the review is still to come. */
		SHOWN_BEFORE_REVIEW,

		/** New material was analysed, and no webhook tells that it came in. */
		NEW_MATERIAL,

		/** The old positions of fields, and one that nobody knows. */
		LEGACY_SHAPE,

		/** Everything beyond ASCII is escaped. */
		ESCAPED,

		/** Indented, with a newline at the end. */
		INDENTED

	}

}
