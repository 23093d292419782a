package dev.backstop.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How much is measured: {@code quick} within 3 minutes, {@code full} within 20.
 *
 * @param connections how many connections bring webhooks, one measurement after the
 * other, the most first, since they warm up what is left
 * @param warmUp how long the application works at most before it is measured
 * @param round how long it is measured before what it is compared with takes its turn
 * @param rounds how often each takes its turn
 * @param stored how many verifications are stored, in the small database and then in the
 * one that grows
 * @param seeding how long that may grow at most
 * @param backlog how many verifications are due at once
 * @param drain how long the reconciler is watched
 * @param starts how often each application is started
 * @param soak how long webhooks come without a break
 */
record Profile(String name, List<Integer> connections, Duration warmUp, Duration round, int rounds, List<Long> stored,
		Duration seeding, int backlog, Duration drain, int starts, Duration soak) {

	private static final Profile QUICK = new Profile("quick", List.of(32, 1), seconds(16), Duration.ofMillis(1500), 3,
			List.of(10_000L, 100_000L), seconds(30), 20_000, seconds(5), 1, seconds(8));

	private static final Profile FULL = new Profile("full", List.of(128, 32, 8, 1), seconds(90), seconds(6), 3,
			List.of(10_000L, 1_000_000L, 10_000_000L), seconds(420), 1_000_000, seconds(20), 5, seconds(90));

	/** The one that the system property {@code backstop.bench} names. */
	static Profile chosen() {
		var profile = switch (System.getProperty("backstop.bench", "quick").toLowerCase(Locale.ROOT)) {
			case "quick" -> QUICK;
			case "full" -> FULL;
			case String other -> throw new IllegalArgumentException("backstop.bench is quick or full, not " + other);
		};
		var soak = System.getProperty("backstop.bench.soak", "");
		return soak.isEmpty() ? profile : profile.withSoak(Duration.parse(soak));
	}

	private Profile withSoak(Duration soak) {
		return new Profile(this.name, this.connections, this.warmUp, this.round, this.rounds, this.stored, this.seeding,
				this.backlog, this.drain, this.starts, soak);
	}

	long small() {
		return this.stored.getFirst();
	}

	private static Duration seconds(int seconds) {
		return Duration.ofSeconds(seconds);
	}

}
