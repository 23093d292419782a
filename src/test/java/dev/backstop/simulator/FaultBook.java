package dev.backstop.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The faults that calls to come will meet, by subject: a scanRef, a scanRef and file name
 * with a slash between, or anything.
 */
final class FaultBook {

	private final List<Entry> entries = new ArrayList<>();

	synchronized void next(Endpoint endpoint, @Nullable String subject, Fault fault, int times) {
		this.entries.add(new Entry(endpoint, subject, fault, times));
	}

	synchronized void standing(Endpoint endpoint, @Nullable String subject, Fault fault) {
		this.entries.removeIf((entry) -> entry.standsFor(endpoint, subject));
		this.entries.add(new Entry(endpoint, subject, fault, Entry.FOR_EVER));
	}

	synchronized void clearStanding(Endpoint endpoint) {
		this.entries.removeIf((entry) -> entry.endpoint == endpoint && entry.remaining == Entry.FOR_EVER);
	}

	synchronized void clear() {
		this.entries.clear();
	}

	/**
	 * Counted faults come before standing ones, and those of one subject before those of
	 * all.
	 */
	synchronized Optional<Fault> draw(Endpoint endpoint, @Nullable String subject) {
		Entry drawn = null;
		for (var entry : this.entries) {
			if (entry.meets(endpoint, subject) && (drawn == null || entry.rank() < drawn.rank())) {
				drawn = entry;
			}
		}
		if (drawn == null) {
			return Optional.empty();
		}
		if (drawn.remaining != Entry.FOR_EVER && --drawn.remaining == 0) {
			this.entries.remove(drawn);
		}
		return Optional.of(drawn.fault);
	}

	private static final class Entry {

		static final int FOR_EVER = -1;

		final Endpoint endpoint;

		final @Nullable String subject;

		final Fault fault;

		int remaining;

		Entry(Endpoint endpoint, @Nullable String subject, Fault fault, int remaining) {
			this.endpoint = endpoint;
			this.subject = subject;
			this.fault = fault;
			this.remaining = remaining;
		}

		boolean meets(Endpoint endpoint, @Nullable String subject) {
			return this.endpoint == endpoint && (this.subject == null || this.subject.equals(subject)
					|| (subject != null && subject.startsWith(this.subject + "/")));
		}

		boolean standsFor(Endpoint endpoint, @Nullable String subject) {
			return this.remaining == FOR_EVER && this.endpoint == endpoint && Objects.equals(this.subject, subject);
		}

		int rank() {
			return ((this.remaining == FOR_EVER) ? 2 : 0) + ((this.subject == null) ? 1 : 0);
		}

	}

}
