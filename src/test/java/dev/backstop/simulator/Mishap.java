package dev.backstop.simulator;

import java.time.Duration;

/** What can go wrong with a webhook on its way. */
public sealed interface Mishap {

	Mishap NONE = new None();

	Mishap LOST = new Lost();

	/** Signed, but not JSON. */
	Mishap MALFORMED = new Malformed();

	Mishap WRONGLY_SIGNED = new WronglySigned();

	/** It comes twice, the first time under the event type the vendor had before. */
	Mishap WITH_LEGACY_TWIN = new LegacyTwin();

	static Mishap late(Duration delay) {
		return new Late(delay);
	}

	/** So many times one after the other. */
	static Mishap repeated(int times) {
		return new Repeated(times, false);
	}

	/** So many times at once. */
	static Mishap doubled(int times) {
		return new Repeated(times, true);
	}

	/** It arrives. */
	record None() implements Mishap {
	}

	/** It is never sent. */
	record Lost() implements Mishap {
	}

	/** It is sent, but not yet. */
	record Late(Duration delay) implements Mishap {
	}

	/** It is sent more than once. */
	record Repeated(int times, boolean atOnce) implements Mishap {
	}

	/** It breaks off in the middle. */
	record Malformed() implements Mishap {
	}

	/** It comes under two event types. */
	record LegacyTwin() implements Mishap {
	}

	/** It carries the signature of another key. */
	record WronglySigned() implements Mishap {
	}

}
