package dev.backstop.api;

import java.time.Duration;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How long a user may take for what a client has asked for in addition.
 *
 * @param within in seconds
 */
record Expectation(@Schema(implementation = Long.class, minimum = "0", description = "in seconds",
		requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode within) {

	private static final Duration DECADE = Duration.ofDays(3_652);

	Duration duration() {
		var input = new Input();
		var duration = input.seconds("within", this.within, DECADE);
		input.require("within", duration);
		if (duration == null || input.isWrong()) {
			throw input.problem();
		}
		return duration;
	}

}
