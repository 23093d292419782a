package dev.backstop.webhook;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

import dev.backstop.idenfy.EventType;
import dev.backstop.idenfy.Webhook;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A webhook that has come in.
 *
 * @param webhook what it turned out to be
 */
record Arrival(Received received, Webhook webhook) {

	private static final Logger log = LoggerFactory.getLogger(Arrival.class);

	/**
	 * One that is kept, though we cannot apply it, so that not even a fault of ours loses
	 * it.
	 */
	static Arrival unreadable(Received received, EventType type, @Nullable ScanRef scanRef, RuntimeException ex) {
		// without the message, which may quote what could not be stored
		var fault = ex.getClass().getSimpleName();
		log.error("Webhook {} for {} could not be applied: {}", type.identity(), scanRef, fault);
		return new Arrival(received, new Webhook.Unreadable(type, scanRef, "It could not be applied: " + fault));
	}

	Arrival unreadable(RuntimeException ex) {
		return unreadable(this.received, this.webhook.type(), this.webhook.scanRef(), ex);
	}

	boolean isUnreadable() {
		return this.webhook instanceof Webhook.Unreadable;
	}

	/** The verification whose outcome it tells, if it tells one. */
	Optional<ScanRef> verification() {
		return (this.webhook instanceof Webhook.OfVerification of) ? Optional.of(of.scanRef()) : Optional.empty();
	}

	/** The verification that it names. */
	@Nullable String scanRef() {
		var scanRef = this.webhook.scanRef();
		return (scanRef != null) ? scanRef.value() : null;
	}

	/** Whether an earlier delivery has the same body. */
	boolean repeats(Deliveries.Earlier earlier) {
		return Objects.equals(scanRef(), earlier.getScanRef())
				&& Arrays.equals(this.received.sha256(), earlier.getBodySha256());
	}

}
