package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.backstop.NotNegativeDuration;
import dev.backstop.Settings;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long Backstop waits for what.
 *
 * @param defaultExpiryTime how long a token lives when its registration does not say
 * @param defaultSessionLength how long a session lives when its registration does not say
 * @param reviewTime how long iDenfy's reviewers may take
 * @param grace how much later than that a webhook may come
 * @param followUps the gaps between checks that find no decision; after the last one the
 * verification is parked
 * @param failureBackOff the gaps after failed checks; the last one repeats
 * @param maxFailures how many failed checks in a row park a verification
 * @param minCheckInterval how soon after a check a client may ask for the next
 * @param maxAskedChecks how many checks clients may ask for until a verification is
 * reopened
 */
@Validated
@ConfigurationProperties("backstop.reconciliation")
public record Deadlines(@DefaultValue("1h") @NotNegativeDuration Duration defaultExpiryTime,
		@DefaultValue("10m") @NotNegativeDuration Duration defaultSessionLength,
		@DefaultValue("20m") @NotNegativeDuration Duration reviewTime,
		@DefaultValue("10m") @NotNegativeDuration Duration grace, @DefaultValue( {
				"30m", "2h", "6h", "24h" }) List<@NotNegativeDuration Duration> followUps,
		@DefaultValue({ "1m", "5m", "15m", "1h", "6h" }) @NotEmpty(
				message = "must not be empty") List<@NotNegativeDuration Duration> failureBackOff,
		@DefaultValue("8") @Positive(message = "must be positive") int maxFailures,
		@DefaultValue("10m") @NotNegativeDuration Duration minCheckInterval,
		@DefaultValue("3") @PositiveOrZero(message = "must not be negative") int maxAskedChecks) implements Settings{

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

	/**
	 * When a webhook should have come for a verification registered at an instant, and
	 * not before that, however long ago the token ended.
	 * @param expiryTime negative if the token had ended before
	 */
	Instant withoutWebhook(Instant registeredAt, @Nullable Duration expiryTime, @Nullable Duration sessionLength) {
		var expiresAt = later(registeredAt, (expiryTime != null) ? expiryTime : this.defaultExpiryTime);
		var dueAt = withReview(later(expiresAt, (sessionLength != null) ? sessionLength : this.defaultSessionLength));
		return dueAt.isAfter(registeredAt) ? dueAt : registeredAt;
	}

	/**
	 * When a webhook should have come for what a user was asked for, within some time.
	 */
	Instant expected(Instant from, Duration within) {
		return withReview(later(from, within));
	}

	/** When the webhook after a review that starts at an instant should have come. */
	Instant withReview(Instant from) {
		return withGrace(later(from, this.reviewTime));
	}

	Instant withGrace(Instant from) {
		return later(from, this.grace);
	}

	/** An instant later by some time, but not later than the database can store. */
	static Instant later(Instant from, Duration by) {
		return (by.compareTo(Duration.between(from, LAST)) < 0) ? from.plus(by) : LAST;
	}

	/**
	 * The gap to the next check after so many that found no decision, none after the
	 * last.
	 */
	Optional<Duration> followUp(int rung) {
		return (rung < this.followUps.size()) ? Optional.of(this.followUps.get(rung)) : Optional.empty();
	}

	/** The gap after so many failed checks in a row. */
	public Duration afterFailures(int failures) {
		return this.failureBackOff.get(Math.clamp(failures - 1, 0, this.failureBackOff.size() - 1));
	}

}
