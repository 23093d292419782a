package dev.backstop.verification;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What iDenfy found: its overall word, the results of each check, and the tags. Words are
 * kept as sent, since the vocabulary is open; what the vendor left blank is null.
 *
 * @param overall the overall word, such as {@code APPROVED}
 * @see <a href="https://documentation.idenfy.com/resources/vocabulary">iDenfy:
 * vocabulary</a>
 */
public record Findings(String overall, @Nullable String autoDocument, @Nullable String autoFace,
		@Nullable String manualDocument, @Nullable String manualFace, List<String> fraudTags,
		List<String> mismatchTags) {

	/** Overall words that iDenfy documents; it may send others. */
	public static final List<String> OVERALL_WORDS = Word.documented();

	/** Whether a human has looked. */
	boolean reviewed() {
		return this.manualDocument != null || this.manualFace != null;
	}

}
