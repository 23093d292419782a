package dev.backstop.verification;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a client knows of a verification from iDenfy's token response.
 *
 * @param expiryTime how long the token lives from the registration on, negative if it has
 * ended before, null for the default
 * @param sessionLength how long a started session lives, null for the default
 * @see <a href="https://documentation.idenfy.com/kyc/generate-token">iDenfy: generate
 * token</a>
 */
public record Registration(ScanRef scanRef, String clientId, @Nullable String externalRef,
		@Nullable Duration expiryTime, @Nullable Duration sessionLength) {
}
