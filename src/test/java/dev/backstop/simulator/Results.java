package dev.backstop.simulator;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** What the analysis and the reviewer found, in the vendor's words. */
public record Results(@Nullable String autoDocument, @Nullable String autoFace, @Nullable String manualDocument,
		@Nullable String manualFace, List<String> fraudTags, List<String> mismatchTags) {

	static final Results NONE = new Results(null, null, null, null, List.of(), List.of());

	static final Results NOT_ANALYSED = new Results("DOC_NOT_ANALYSED", "FACE_NOT_ANALYSED", null, null, List.of(),
			List.of());

	static Results automatic(String overall) {
		return switch (overall) {
			case "DENIED" -> new Results("DOC_VALIDATED", "FACE_MISMATCH", null, null, List.of(), List.of());
			case "SUSPECTED" -> new Results("DOC_VALIDATED", "FACE_MATCH", null, null,
					List.of("DUPLICATE_FACE", "AML_SUSPECTION"), List.of("SURNAME", "DATE_OF_BIRTH"));
			case "REVIEWING" -> new Results("DOC_NAME_ERROR", "FACE_MATCH", null, null, List.of(), List.of());
			default -> new Results("DOC_VALIDATED", "FACE_MATCH", null, null, List.of(), List.of());
		};
	}

	Results reviewed(String overall) {
		var auto = (this.autoDocument != null) ? this : automatic(overall);
		return switch (overall) {
			case "DENIED" -> new Results(auto.autoDocument, auto.autoFace, "DOC_FAKE", "FAKE_FACE",
					List.of("DOC_PRINT_SPOOFED"), List.of());
			case "SUSPECTED" -> new Results(auto.autoDocument, auto.autoFace, "DOC_VALIDATED", "FACE_MATCH",
					List.of("DUPLICATE_FACE", "AML_SUSPECTION"), List.of("SURNAME", "DATE_OF_BIRTH"));
			default ->
				new Results(auto.autoDocument, auto.autoFace, "DOC_VALIDATED", "FACE_MATCH", List.of(), List.of());
		};
	}

	Results withoutReview() {
		return new Results(this.autoDocument, this.autoFace, null, null, this.fraudTags, this.mismatchTags);
	}

}
