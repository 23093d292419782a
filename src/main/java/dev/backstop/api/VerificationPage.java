package dev.backstop.api;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A part of a list of verifications, newest first. */
record VerificationPage(@Schema(
		description = "Without data, files and webhook, which a list does not read") List<VerificationJson> items,
		@Schema(description = "What to ask for the next page with, null on the last page",
				examples = "MTc2OTg2MDgwMDAwMDAwMC4wLmFi") @Nullable String nextCursor) {

	@Override
	@JsonIgnoreProperties({ "data", "files", "webhook" })
	public List<VerificationJson> items() {
		return this.items;
	}

}
