package dev.backstop.api;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of verifications, newest first.
 *
 * @param items without data, files and webhook, which a list does not read
 * @param nextCursor what to ask for the next page with, null on the last
 */
record VerificationPage(List<VerificationJson> items, @Nullable String nextCursor) {

	@Override
	@JsonIgnoreProperties({ "data", "files", "webhook" })
	public List<VerificationJson> items() {
		return this.items;
	}

}
