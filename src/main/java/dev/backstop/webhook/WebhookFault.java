package dev.backstop.webhook;

import java.util.Arrays;
import java.util.Optional;

import dev.backstop.DatabaseUnavailable;
import dev.backstop.ProblemType;
import dev.backstop.idenfy.EventType;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;

/** A failure to apply a webhook, for which iDenfy has to send it again. */
class WebhookFault extends ErrorResponseException {

	private final EventType type;

	private final @Nullable ScanRef scanRef;

	WebhookFault(EventType type, @Nullable ScanRef scanRef, Throwable cause) {
		super(ProblemType.WEBHOOK_NOT_APPLIED.status(), ProblemType.WEBHOOK_NOT_APPLIED
			.problem("The webhook could not be applied, through no fault of its own. Repeat it later"), cause);
		getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
		this.type = type;
		this.scanRef = scanRef;
	}

	/**
	 * Whether the webhook is to blame after all: PostgreSQL refuses a value of it. Keys,
	 * references between rows and fields that are never empty are ours, and their
	 * violation is a race or a mistake, which another attempt may end.
	 */
	boolean isOfContent() {
		return DatabaseUnavailable.sqlState(this)
			// a parameter in the wrong binary format comes of a statement that another
			// connection has prepared
			.filter((state) -> state.startsWith("22") && !state.equals("22P03") || state.equals("23514"))
			.isPresent();
	}

	EventType type() {
		return this.type;
	}

	@Nullable ScanRef scanRef() {
		return this.scanRef;
	}

	/** Says what failed, without messages that may quote the webhook. */
	String reason() {
		var failure = Optional.ofNullable(getCause()).orElse(this);
		return DatabaseUnavailable.sqlState(failure)
			.map("SQLSTATE "::concat)
			.orElseGet(() -> Arrays.stream(failure.getStackTrace())
				.filter((frame) -> frame.getClassName().startsWith("dev.backstop."))
				.findFirst()
				.map((frame) -> failure.getClass().getSimpleName() + " at " + frame)
				.orElseGet(() -> failure.getClass().getSimpleName()));
	}

}
