package dev.backstop.api;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;

/** The answer to a client that expects more. */
record ExpectationAccepted(@Schema(description = "When Backstop will ask iDenfy if no webhook has come",
		examples = "2026-02-01T12:30:00Z") Instant dueAt) {
}
