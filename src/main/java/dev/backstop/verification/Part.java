package dev.backstop.verification;

import io.swagger.v3.oas.annotations.media.Schema;

/** What one call to iDenfy can fetch, in the order in which a check asks. */
@Schema(enumAsRef = true, description = "What one call to iDenfy can fetch")
public enum Part {

	STATUS, DATA, FILES

}
