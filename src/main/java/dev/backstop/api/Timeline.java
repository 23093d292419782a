package dev.backstop.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.backstop.verification.TimelineEntry;
import io.swagger.v3.oas.annotations.media.Schema;

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
	 * @param details what else there is to say, each a field of its own
	 */
	@Schema(additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
	record Entry(Instant at, TimelineEntry.Kind kind, String outcome,
			@JsonAnyGetter @Schema(hidden = true) Map<String, Object> details) {
	}

}
