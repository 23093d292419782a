package dev.backstop.idenfy;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What came back from iDenfy's API.
 *
 * @param status the HTTP status
 * @param retryAfter how long to wait, as far as the answer says so
 * @param body the body, null if it is not a JSON object
 * @param flaw what is wrong with the body, null if nothing is
 * @see <a href="https://documentation.idenfy.com/kyc/id-error-messages">iDenfy: error
 * messages</a>
 */
record Answer(int status, @Nullable Duration retryAfter, @Nullable VendorObject body, @Nullable String flaw) {

	private static final Pattern IDENTIFIER = Pattern.compile("[A-Z_]{1,64}");

	private static final String TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS";

	private static final Set<String> REFUSALS = Set.of("UNAUTHORIZED", "PERMISSIONS_ERROR", "PARTNER_CONTRACT_ERROR");

	private static final Set<String> TROUBLES = Set.of("INTERNAL_ERROR", "PARTNER_ERROR");

	private static final Set<String> UNKNOWNS = Set.of("BAD_VALUE", "TOKEN_NOT_VALID", "VALIDATION_ERROR");

	private static final Set<String> FAULTS = Set.of("MISSING_VALUE", "JSON_ERROR", "ENCODING_ERROR",
			"METHOD_NOT_ALLOWED");

	/** The body, or the failure that the answer is. */
	VendorObject bodyOrFailure() {
		var identifier = identifier();
		if (this.body != null && this.status / 100 == 2 && !isError(identifier)) {
			return this.body;
		}
		throw failure(identifier);
	}

	/** The failure of an answer that is well-formed, but not one to the question. */
	IdenfyException.Unavailable unusable(String why) {
		return new IdenfyException.Unavailable("HTTP " + this.status + ", " + why);
	}

	// Older pages of the vendor send all errors with status 400, so that the identifier
	// counts beside the status.
	private IdenfyException failure(String identifier) {
		var reason = ("HTTP " + this.status + " " + identifier).strip();
		if (identifier.equals(TOO_MANY_REQUESTS) || this.status == 429) {
			return new IdenfyException.Throttled(reason, this.retryAfter);
		}
		if (REFUSALS.contains(identifier) || this.status == 401 || this.status == 402 || this.status == 403) {
			return new IdenfyException.AccessRefused(reason);
		}
		// A redirect has a body for people, and repeating the call leads to it again.
		if (this.status / 100 == 3) {
			return new IdenfyException.Protocol(reason);
		}
		if (this.body == null) {
			return unusable((this.flaw != null) ? "the body is " + this.flaw : "no body");
		}
		if (TROUBLES.contains(identifier) || this.status == 408 || this.status / 100 == 5) {
			return new IdenfyException.Unavailable(reason);
		}
		if (UNKNOWNS.contains(identifier) || this.status == 404 || this.status == 410) {
			return new IdenfyException.NotFound(reason);
		}
		return new IdenfyException.Protocol(reason);
	}

	private static boolean isError(String identifier) {
		return identifier.equals(TOO_MANY_REQUESTS) || REFUSALS.contains(identifier) || TROUBLES.contains(identifier)
				|| UNKNOWNS.contains(identifier) || FAULTS.contains(identifier);
	}

	/** The error's identifier, empty if there is none that is a word. */
	private String identifier() {
		var identifier = (this.body != null) ? this.body.text("identifier") : null;
		return (identifier != null && IDENTIFIER.matcher(identifier).matches()) ? identifier : "";
	}

}
