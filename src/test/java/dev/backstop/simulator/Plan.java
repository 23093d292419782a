package dev.backstop.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Everything that is going to happen, known beforehand. */
public record Plan(long seed, List<Planned> verifications, List<Outage> outages) {

	public Plan {
		verifications = List.copyOf(verifications);
		outages = List.copyOf(outages);
	}

	/**
	 * A verification to be made.
	 *
	 * @param at the time since the beginning of the plan
	 * @param faults what the first calls about it will meet, in order
	 */
	public record Planned(Duration at, String scanRef, String clientId, String externalRef, Duration expiryTime,
			Duration sessionLength, Scenario scenario, Map<Endpoint, List<Fault>> faults) {
	}

	/**
	 * A time in which every call for retrieval fails.
	 *
	 * @param fault how they fail, null for a port that is closed
	 */
	public record Outage(Duration from, Duration lasting, @Nullable Fault fault) {

		Optional<Fault> answered() {
			return Optional.ofNullable(this.fault);
		}

	}

}
