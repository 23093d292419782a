package dev.backstop.bench;

import java.time.Duration;

/** Tells whoever watches what is done and how long it will take. */
final class Progress {

	private static final long START = System.nanoTime();

	private Progress() {
	}

	static void say(String what, Object... values) {
		System.out.printf("[%s] %s%n", clock(Duration.ofNanos(System.nanoTime() - START)), what.formatted(values));
	}

	static String clock(Duration duration) {
		return "%d:%02d".formatted(duration.toMinutes(), duration.toSecondsPart());
	}

}
