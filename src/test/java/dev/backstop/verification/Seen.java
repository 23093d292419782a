package dev.backstop.verification;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What is seen of a verification from outside, but for when it came to be so. */
record Seen(@Nullable Decision decision, Progress progress, @Nullable ParkedReason parkedReason,
		@Nullable Instant dueAt, List<Part> outstanding, Map<String, @Nullable Object> data,
		@Nullable Source dataSource, List<FileLink> files, @Nullable Source filesSource,
		Map<String, @Nullable Object> webhook) {

	static Seen of(Verification verification) {
		return new Seen(verification.decision().orElse(null), verification.progress(),
				verification.parkedReason().orElse(null), verification.dueAt().orElse(null), verification.outstanding(),
				verification.data().orElse(Map.of()), verification.dataSource().orElse(null), verification.files(),
				verification.filesSource().orElse(null), verification.webhook());
	}

	/** Only what is no longer to be replaced by what the present round brings. */
	Seen supplied() {
		boolean dataComes = this.outstanding.contains(Part.DATA);
		boolean filesCome = this.outstanding.contains(Part.FILES);
		return new Seen((this.decision != null && this.decision.isFinal()) ? this.decision : null, this.progress,
				this.parkedReason, this.dueAt, this.outstanding, dataComes ? Map.of() : this.data,
				dataComes ? null : this.dataSource, filesCome ? List.of() : this.files,
				filesCome ? null : this.filesSource, this.webhook);
	}

}
