package dev.backstop.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backstop.verification.TimelineEntry;
import io.swagger.v3.oas.annotations.media.Schema;

/** What happened to one verification, oldest first. */
record Timeline(@Schema(description = "The oldest first") List<Entry> entries) {

	static Timeline of(List<TimelineEntry> entries) {
		return new Timeline(entries.stream()
			.map((entry) -> new Entry(entry.at(), entry.kind(), entry.outcome(), entry.details()))
			.toList());
	}

	/** One thing that happened. */
	@Schema(name = "TimelineEntry", description = "One thing that happened to a verification")
	record Entry(@Schema(description = "When", examples = "2026-01-31T12:05:00Z") Instant at,
			@Schema(description = "What sort of thing", examples = "DELIVERY") TimelineEntry.Kind kind,
			@Schema(description = "What became of it, in a word of its kind; more words may come", examples = {
					"APPLIED", "NOTED", "SETTLED", "ANSWERED", "FILE_ARCHIVED" }) String outcome,
			Map<String, Object> details){
	}

}
