package dev.backstop.idenfy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backstop.verification.Event;
import org.jspecify.annotations.Nullable;

/**
 * What the header {@code Idenfy-Event-Type} of a webhook says. It is not signed.
 *
 * @param word the header as sent, but for control characters and an endless rest; null if
 * there was none
 * @see <a href="https://documentation.idenfy.com/kyc/webhooks">iDenfy: KYC webhooks</a>
 */
public record EventType(@Nullable String word) {

	private static final int LONGEST_WORD = 100;

	private static final String UNKNOWN = "UNKNOWN";

	/** The one event for all outcomes, which the body has to tell apart. */
	public static final String LEGACY = "IDENTIFICATION";

	private static final Map<String, Event> SPECIFIC = Map.of("IDENTIFICATION_AUTO_FINISHED", Event.AUTO_FINISHED,
			"IDENTIFICATION_MANUAL_FINISHED", Event.MANUAL_FINISHED, "IDENTIFICATION_RESUBMITTED", Event.RESUBMITTED,
			"IDENTIFICATION_CANCELLED", Event.CANCELLED, "IDENTIFICATION_EXPIRED", Event.EXPIRED);

	private static final Set<String> DECIDING_NOTHING = Set.of("DOCUMENT_EXPIRATION", "VIDEO_CALL_FINISHED",
			"AML_MONITORING", "AML_MONITORING_EXPIRATION", "FACIAL_AUTHENTICATION", "BANK_VERIFICATION",
			"ACCOUNT_CHECK", "BANK_CARD_VERIFICATION_COMPLETED", "AGE_ESTIMATION", "COMPANY_REVIEW", "COMPANY_DELETE",
			"COMPANY_AML_REVIEW", "COMPANY_INFO_REQUEST", "COMPANY_EXPIRATION", "COMPANY_SUBMIT",
			"GOV_ORDERED_DOCUMENT", "SOS_REPORT");

	public EventType {
		word = (word == null || word.isBlank()) ? null : printable(word);
	}

	/**
	 * What tells deliveries of the same body apart: the vendor's one name of a known
	 * event, and the same value for all that is unknown or missing.
	 */
	public String identity() {
		var name = normalised();
		boolean known = LEGACY.equals(name) || SPECIFIC.containsKey(name) || DECIDING_NOTHING.contains(name);
		return known ? name : UNKNOWN;
	}

	/**
	 * Whether the identity is that of the one event for all outcomes, which the specific
	 * ones replace.
	 */
	public static boolean isLegacy(String identity) {
		return LEGACY.equals(identity);
	}

	/** Whether it tells what happened to a verification. */
	public boolean isSpecific() {
		return event().isPresent();
	}

	Optional<Event> event() {
		return Optional.ofNullable(SPECIFIC.get(identity()));
	}

	/** Whether it is known to be about something else than a verification's outcome. */
	boolean decidesNothing() {
		return DECIDING_NOTHING.contains(identity());
	}

	/** The vendor's one name of a known event, the word as sent otherwise. */
	@Nullable String name() {
		return UNKNOWN.equals(identity()) ? this.word : identity();
	}

	// the vendor's own pages disagree on both
	private String normalised() {
		var name = (this.word != null) ? this.word.strip() : UNKNOWN;
		if (name.equals("ID_VERIFICATION") || name.startsWith("ID_VERIFICATION_")) {
			name = LEGACY + name.substring("ID_VERIFICATION".length());
		}
		return name.equals("IDENTIFICATION_CANCELED") ? "IDENTIFICATION_CANCELLED" : name;
	}

	private static String printable(String word) {
		var bounded = word.substring(0, Math.min(word.length(), LONGEST_WORD));
		return VendorJson.storable(bounded.replaceAll("\\p{Cntrl}", "\uFFFD"));
	}

}
