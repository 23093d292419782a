package dev.backstop.idenfy;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Why iDenfy gave no answer, sorted by what to do about it. Holds nothing that iDenfy
 * wrote but the identifier of its error, since the rest may be about the person.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/id-error-messages">iDenfy: error
 * messages</a>
 */
public abstract sealed class IdenfyException extends RuntimeException {

	private final String category;

	private final String reason;

	private IdenfyException(String category, String reason) {
		super(category + ": " + reason);
		this.category = category;
		this.reason = reason;
	}

	/** What kind of failure it is, in one word. */
	public String category() {
		return this.category;
	}

	/** Why, in a few words that may be logged. */
	public String reason() {
		return this.reason;
	}

	/** iDenfy wants fewer calls. */
	public static final class Throttled extends IdenfyException {

		private final @Nullable Duration retryAfter;

		Throttled(String reason, @Nullable Duration retryAfter) {
			super("THROTTLED", reason);
			this.retryAfter = retryAfter;
		}

		/** How long iDenfy wants us to wait, if it said so. */
		public Optional<Duration> retryAfter() {
			return Optional.ofNullable(this.retryAfter);
		}

	}

	/** iDenfy does not accept the API key, the contract or the account's funds. */
	public static final class AccessRefused extends IdenfyException {

		AccessRefused(String reason) {
			super("ACCESS_REFUSED", reason);
		}

	}

	/** iDenfy is in trouble or out of reach; the same call may succeed later. */
	public static final class Unavailable extends IdenfyException {

		Unavailable(String reason) {
			super("UNAVAILABLE", reason);
		}

	}

	/** iDenfy does not know the scanRef. */
	public static final class NotFound extends IdenfyException {

		NotFound(String reason) {
			super("NOT_FOUND", reason);
		}

	}

	/** iDenfy and we do not speak the same protocol: a fault of ours. */
	public static final class Protocol extends IdenfyException {

		Protocol(String reason) {
			super("PROTOCOL", reason);
		}

	}

}
