package dev.backstop.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;

import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Backstop reads of iDenfy's token response, in either of the shapes that iDenfy
 * publishes. All else in it is passed over, above all {@code authToken},
 * {@code tokenString} and {@code sessionUrl}, which open the session to anyone.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/generate-token">iDenfy: generate
 * token</a>
 * @see <a href=
 * "https://documentation.idenfy.com/api-reference/kyc-token/generate-kyc-token">iDenfy:
 * the second shape</a>
 */
@Schema(description = "iDenfy's token response, sent as it is; all else in it is passed over and never stored")
record TokenResponse(
		@Schema(implementation = ScanRef.class, description = "iDenfy's name of the session",
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode scanRef,
		@Schema(implementation = String.class, minLength = 1, maxLength = CLIENT_ID,
				description = "The client's name of the person", examples = "customer-1",
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode clientId,
		@Schema(implementation = String.class, maxLength = EXTERNAL_REF,
				description = "The client's name of the session", examples = "order-2026-000123",
				requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable JsonNode externalRef,
		@Schema(implementation = Instant.class,
				description = "When the token ends; counts before expiryTime, and that before lifetime",
				examples = "2026-01-31T13:00:00Z",
				requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable JsonNode expiration,
		@Schema(implementation = Long.class, minimum = "0", maximum = "" + CENTURY,
				description = "How long the token lives, in seconds", examples = "3600",
				requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable JsonNode expiryTime,
		@Schema(implementation = Long.class, minimum = "0", maximum = "" + CENTURY,
				description = "The same as expiryTime, by the name of iDenfy's second shape", examples = "3600",
				requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable JsonNode lifetime,
		@Schema(implementation = Long.class, minimum = "0", maximum = "" + CENTURY,
				description = "How long a started session lives, in seconds", examples = "600",
				requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable JsonNode sessionLength) {

	static final int CLIENT_ID = 100;

	static final int EXTERNAL_REF = 255;

	/** In seconds. */
	static final long CENTURY = 36_525L * 86_400;

	Registration registration(Instant now) {
		var input = new Input();
		var scanRef = input.read("scanRef", this.scanRef, (node) -> new ScanRef(Input.written(node)),
				"must be 1 to 40 characters of A-Z a-z 0-9 _ - as iDenfy's token response names it");
		var clientId = input.text("clientId", this.clientId, CLIENT_ID);
		var externalRef = input.text("externalRef", this.externalRef, EXTERNAL_REF);
		var remaining = input.until("expiration", this.expiration, now, Duration.ofSeconds(CENTURY));
		var expiryTime = input.seconds("expiryTime", this.expiryTime, Duration.ofSeconds(CENTURY));
		var lifetime = input.seconds("lifetime", this.lifetime, Duration.ofSeconds(CENTURY));
		var sessionLength = input.seconds("sessionLength", this.sessionLength, Duration.ofSeconds(CENTURY));
		input.require("scanRef", scanRef);
		input.require("clientId", clientId);
		if (scanRef == null || clientId == null || input.isWrong()) {
			throw input.problem();
		}
		var tokenLife = Stream.of(remaining, expiryTime, lifetime).filter(Objects::nonNull).findFirst().orElse(null);
		return new Registration(scanRef, clientId, externalRef, tokenLife, sessionLength);
	}

}
