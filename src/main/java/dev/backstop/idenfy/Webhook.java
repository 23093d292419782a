package dev.backstop.idenfy;

import java.util.List;

import dev.backstop.verification.Report;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;

/**
 * What a signed webhook turns out to be.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/webhooks">iDenfy: KYC webhooks</a>
 */
public sealed interface Webhook {

	EventType type();

	/** The verification that the webhook names as its own. */
	@Nullable ScanRef scanRef();

	/** The outcome of a verification. */
	record OfVerification(ScanRef scanRef, EventType type, Report report) implements Webhook {
	}

	/**
	 * Something that changes no decision.
	 *
	 * @param scanRefs all verifications that it is about, each once
	 * @param scanRef the one that it names as its own, null where it has but a list
	 */
	record Note(EventType type, List<ScanRef> scanRefs, @Nullable ScanRef scanRef) implements Webhook {
	}

	/**
	 * Nothing that we understand.
	 *
	 * @param reason what is wrong with it, without its content
	 */
	record Unreadable(EventType type, @Nullable ScanRef scanRef, String reason) implements Webhook {
	}

}
