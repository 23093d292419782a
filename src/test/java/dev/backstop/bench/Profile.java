package dev.backstop.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How much is measured: {@code quick} within 3 minutes, {@code full} in about 20.
 *
 * @param sections what is measured, unless {@code backstop.bench.only} names others
 * @param connections how many connections bring webhooks, one measurement after the
 * other, the most first, since they warm up what is left
 * @param warmUp how long webhooks come before they are measured
 * @param round how long it is measured before what it is compared with takes its turn
 * @param rounds how often each takes its turn
 * @param stored how many verifications are stored, in the small database and then in the
 * one that grows
 * @param seeding how long that may grow at most, half of it for its indexes; on a slow
 * machine it stays smaller
 * @param backlog how many verifications are due at once
 * @param drain how long the reconciler is watched
 * @param starts how often each application is started
 * @param soak how long webhooks come without a break
 */
record Profile(String name, List<String> sections, List<Integer> connections, Duration warmUp, Duration round,
		int rounds, List<Long> stored, Duration seeding, int backlog, Duration drain, int starts, Duration soak) {

	private static final Profile QUICK = new Profile("quick", List.of("intake", "queries", "reconciler"),
			List.of(32, 1), seconds(30), Duration.ofMillis(1500), 3, List.of(10_000L, 100_000L), seconds(30), 20_000,
			seconds(4), 1, seconds(8));

	private static final Profile FULL = new Profile("full",
			List.of("intake", "queries", "due", "reconciler", "footprint"), List.of(128, 32, 8, 1), seconds(30),
			seconds(4), 3, List.of(10_000L, 1_000_000L, 10_000_000L), seconds(270), 1_000_000, seconds(15), 3,
			seconds(45));

	/** The one that the system properties of the benchmark name. */
	static Profile chosen() {
		var profile = switch (System.getProperty("backstop.bench", "quick").toLowerCase(Locale.ROOT)) {
			case "quick" -> QUICK;
			case "full" -> FULL;
			case String other -> throw new IllegalArgumentException("backstop.bench is quick or full, not " + other);
		};
		var only = System.getProperty("backstop.bench.only", "");
		return profile.with(only.isEmpty() ? profile.sections : List.of(only.split(",")),
				duration("seeding", profile.seeding), duration("soak", profile.soak));
	}

	private static Duration duration(String name, Duration usual) {
		var chosen = System.getProperty("backstop.bench." + name, "");
		return chosen.isEmpty() ? usual : Duration.parse(chosen);
	}

	private Profile with(List<String> sections, Duration seeding, Duration soak) {
		return new Profile(this.name, sections, this.connections, this.warmUp, this.round, this.rounds, this.stored,
				seeding, this.backlog, this.drain, this.starts, soak);
	}

	/** Whether there is time for what explains more than it compares. */
	boolean isFull() {
		return this.name.equals(FULL.name);
	}

	long small() {
		return this.stored.getFirst();
	}

	private static Duration seconds(int seconds) {
		return Duration.ofSeconds(seconds);
	}

}
