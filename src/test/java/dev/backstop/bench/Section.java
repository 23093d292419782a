package dev.backstop.bench;

import java.time.Duration;

/** A part of the benchmark that can be run alone. */
interface Section {

	/** What it is called in {@code -Dbackstop.bench.only}. */
	String name();

	/** About how long it takes. */
	Duration expected();

	void run() throws Exception;

}
