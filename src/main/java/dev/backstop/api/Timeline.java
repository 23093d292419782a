package dev.backstop.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backstop.verification.TimelineDetail;
import dev.backstop.verification.TimelineEntry;

/** What happened to one verification, oldest first. */
record Timeline(List<Entry> entries) {

	static Timeline of(List<TimelineEntry> entries) {
		return new Timeline(entries.stream()
			.map((entry) -> new Entry(entry.at(), entry.kind(), entry.outcome(), entry.details()))
			.toList());
	}

	/**
	 * One thing that happened.
	 *
	 * @param outcome what became of it, in a word of its kind
	 * @param details what else there is to say, by the keys of {@link TimelineDetail}
	 */
	record Entry(Instant at, TimelineEntry.Kind kind, String outcome, Map<String, Object> details) {
	}

}
