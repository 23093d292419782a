package dev.backstop.webhook;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

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

	/** The same to be kept only, since the database refuses to apply its content. */
	Arrival unreadable(WebhookFault refusal) {
		log.warn("Webhook {} for {} is kept as UNREADABLE, since the database refuses a value of it: {}",
				this.webhook.type().identity(), this.webhook.scanRef(), refusal.reason());
		return new Arrival(this.received, new Webhook.Unreadable(this.webhook.type(), this.webhook.scanRef(),
				"It could not be applied: " + refusal.reason()));
	}

	WebhookFault fault(Throwable cause) {
		return new WebhookFault(this.webhook.type(), this.webhook.scanRef(), cause);
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
