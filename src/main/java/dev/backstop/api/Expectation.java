package dev.backstop.api;

import java.time.Duration;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How long a user may take for what a client has asked for in addition. */
record Expectation(@Schema(implementation = Long.class, minimum = "0", maximum = "" + Expectation.DECADE,
		description = "How long the user may take, in seconds", examples = "86400",
		requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode within) {

	/** In seconds. */
	static final long DECADE = 3_652 * 86_400;

	Duration duration() {
		var input = new Input();
		var duration = input.seconds("within", this.within, Duration.ofSeconds(DECADE));
		input.require("within", duration);
		if (duration == null || input.isWrong()) {
			throw input.problem();
		}
		return duration;
	}

}
