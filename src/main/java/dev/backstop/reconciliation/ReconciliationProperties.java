package dev.backstop.reconciliation;

import java.time.Duration;
import java.time.Instant;

import dev.backstop.PositiveDuration;
import dev.backstop.Settings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the reconciler works.
 *
 * @param interval how long it sleeps when nothing is due
 * @param batchSize how many due verifications it looks up at once
 * @param maxInFlight how many it asks for at the same time
 * @param lease how long it may hold one without asking
 * @param probeAfter how long it stays paused after iDenfy refused it before it makes one
 * probing call; doubles each time, up to 6 hours
 * @param overdueLimit how overdue the oldest may be before health says so
 */
@Validated
@ConfigurationProperties("backstop.reconciliation")
public record ReconciliationProperties(@DefaultValue("30s") @PositiveDuration Duration interval,
		@DefaultValue("200") @Positive(message = "must be positive") @Max(value = 10_000,
				message = "must not be more than 10000") int batchSize,
		@DefaultValue("4") @Positive(message = "must be positive") @Max(value = 100,
				message = "must not be more than 100") int maxInFlight,
		@DefaultValue("60s") @PositiveDuration Duration lease,
		@DefaultValue("15m") @PositiveDuration Duration probeAfter,
		@DefaultValue("30m") @PositiveDuration Duration overdueLimit) implements Settings {

	private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

	/** When to probe after so many refusals in a row before this one. */
	Instant probeAt(Instant now, int refusals) {
		var doubled = this.probeAfter.multipliedBy(1L << Math.min(refusals, 20));
		return now.plus((doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE);
	}

}
