package dev.backstop.verification;

import io.swagger.v3.oas.annotations.media.Schema;

/** Where a piece of knowledge came from. */
@Schema(enumAsRef = true,
		description = "Where a piece of knowledge came from: iDenfy's WEBHOOK, or a RETRIEVAL of Backstop's")
public enum Source {

	WEBHOOK, RETRIEVAL

}
