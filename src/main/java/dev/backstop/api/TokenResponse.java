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
 * @param expiration when the token ends; counts before {@code expiryTime}, and that
 * before {@code lifetime}
 * @param expiryTime how long the token lives, in seconds
 * @param lifetime the same, by its name in the second shape
 * @param sessionLength how long a started session lives, in seconds
 * @see <a href="https://documentation.idenfy.com/kyc/generate-token">iDenfy: generate
 * token</a>
 * @see <a href=
 * "https://documentation.idenfy.com/api-reference/kyc-token/generate-kyc-token">iDenfy:
 * the second shape</a>
 */
record TokenResponse(
		@Schema(implementation = String.class, pattern = "[A-Za-z0-9_-]{1,40}",
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode scanRef,
		@Schema(implementation = String.class, minLength = 1, maxLength = CLIENT_ID,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable JsonNode clientId,
		@Schema(implementation = String.class, maxLength = EXTERNAL_REF) @Nullable JsonNode externalRef,
		@Schema(implementation = Instant.class,
				description = "when the token ends; counts before expiryTime, and that before lifetime") @Nullable JsonNode expiration,
		@Schema(implementation = Long.class, minimum = "0",
				description = "how long the token lives, in seconds") @Nullable JsonNode expiryTime,
		@Schema(implementation = Long.class, minimum = "0",
				description = "how long the token lives, in seconds") @Nullable JsonNode lifetime,
		@Schema(implementation = Long.class, minimum = "0",
				description = "how long a started session lives, in seconds") @Nullable JsonNode sessionLength) {

	static final int CLIENT_ID = 100;

	static final int EXTERNAL_REF = 255;

	private static final Duration CENTURY = Duration.ofDays(36_525);

	Registration registration(Instant now) {
		var input = new Input();
		var scanRef = input.read("scanRef", this.scanRef, (node) -> new ScanRef(Input.written(node)),
				"must be 1 to 40 characters of A-Z a-z 0-9 _ - as iDenfy's token response names it");
		var clientId = input.text("clientId", this.clientId, CLIENT_ID);
		var externalRef = input.text("externalRef", this.externalRef, EXTERNAL_REF);
		var remaining = input.until("expiration", this.expiration, now, CENTURY);
		var expiryTime = input.seconds("expiryTime", this.expiryTime, CENTURY);
		var lifetime = input.seconds("lifetime", this.lifetime, CENTURY);
		var sessionLength = input.seconds("sessionLength", this.sessionLength, CENTURY);
		input.require("scanRef", scanRef);
		input.require("clientId", clientId);
		if (scanRef == null || clientId == null || input.isWrong()) {
			throw input.problem();
		}
		var tokenLife = Stream.of(remaining, expiryTime, lifetime).filter(Objects::nonNull).findFirst().orElse(null);
		return new Registration(scanRef, clientId, externalRef, tokenLife, sessionLength);
	}

}
