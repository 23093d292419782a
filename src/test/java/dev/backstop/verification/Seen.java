package dev.backstop.verification;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What is seen of a verification from outside, but for times and sources. */
record Seen(@Nullable String overall, boolean isFinal, Progress progress, List<Part> outstanding,
		Map<String, @Nullable Object> data, List<FileLink> files, Map<String, @Nullable Object> webhook) {

	static Seen of(Verification verification) {
		var decision = verification.decision();
		return new Seen(decision.map(Decision::overall).orElse(null), decision.map(Decision::isFinal).orElse(false),
				verification.progress(), verification.outstanding(), verification.data().orElse(Map.of()),
				verification.files(), verification.webhook());
	}

	/** Only what is no longer to be replaced by what the present round brings. */
	Seen supplied() {
		return new Seen(this.isFinal ? this.overall : null, this.isFinal, this.progress, this.outstanding,
				this.outstanding.contains(Part.DATA) ? Map.of() : this.data,
				this.outstanding.contains(Part.FILES) ? List.of() : this.files, this.webhook);
	}

}
