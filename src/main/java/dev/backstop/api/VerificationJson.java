package dev.backstop.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.backstop.archive.ArchivedFile;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.Decision;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Part;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import dev.backstop.verification.Verification;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A verification as clients see it. Clients act on {@code decision.final}; progress says
 * only whether Backstop still wants something.
 *
 * @param dueAt when Backstop will ask iDenfy if no webhook has come, null if never
 * @param outstanding what iDenfy would be asked for, in that order
 * @param decision null if unknown
 * @param data document data, every field iDenfy sent, null if unknown
 * @param files those that iDenfy named last, none if unknown
 * @param webhook what only webhooks carry
 */
@Schema(name = "Verification")
record VerificationJson(ScanRef scanRef, @Nullable String clientId, @Nullable String externalRef, Progress progress,
		@Nullable ParkedReason parkedReason, @Nullable Instant dueAt, List<Part> outstanding, Checks checks,
		@Nullable Decision decision, @Nullable Map<String, @Nullable Object> data, @Nullable Source dataSource,
		@Nullable Instant dataAt, List<FileJson> files, @Nullable Source filesSource, @Nullable Instant filesAt,
		Map<String, @Nullable Object> webhook, @Nullable Instant registeredAt, @Nullable Instant lastWebhookAt,
		Instant createdAt, Instant updatedAt) {

	/**
	 * The visits of the reconciler.
	 *
	 * @param lastResult how the last one ended
	 */
	record Checks(int count, @Nullable Instant lastAt, @Nullable CheckResult lastResult) {
	}

	/** One row of a list, which does not read what is bulky. */
	VerificationJson(ScanRef scanRef, @Nullable String clientId, @Nullable String externalRef, Progress progress,
			@Nullable ParkedReason parkedReason, @Nullable Instant dueAt, Set<Part> outstanding, int checkCount,
			@Nullable Instant lastCheckAt, @Nullable CheckResult lastCheckResult, @Nullable Decision decision,
			@Nullable Source dataSource, @Nullable Instant dataAt, @Nullable Source filesSource,
			@Nullable Instant filesAt, @Nullable Instant registeredAt, @Nullable Instant lastWebhookAt,
			Instant createdAt, Instant updatedAt) {
		this(scanRef, clientId, externalRef, progress, parkedReason, dueAt, outstanding.stream().sorted().toList(),
				new Checks(checkCount, lastCheckAt, lastCheckResult), decision, null, dataSource, dataAt, List.of(),
				filesSource, filesAt, Map.of(), registeredAt, lastWebhookAt, createdAt, updatedAt);
	}

	/**
	 * A verification.
	 * @param files the archived ones of its present files
	 */
	static VerificationJson of(Verification verification, List<ArchivedFile> files) {
		var checks = new Checks(verification.checkCount(), verification.lastCheckAt().orElse(null),
				verification.lastCheckResult().orElse(null));
		return new VerificationJson(verification.scanRef(), verification.clientId().orElse(null),
				verification.externalRef().orElse(null), verification.progress(),
				verification.parkedReason().orElse(null), verification.dueAt().orElse(null), verification.outstanding(),
				checks, verification.decision().orElse(null), verification.data().orElse(null),
				verification.dataSource().orElse(null), verification.dataAt().orElse(null),
				FileJson.current(verification.files(), files), verification.filesSource().orElse(null),
				verification.filesAt().orElse(null), verification.webhook(), verification.registeredAt().orElse(null),
				verification.lastWebhookAt().orElse(null), verification.createdAt(), verification.updatedAt());
	}

	// the weight and the finish time are how Backstop compares decisions
	@Override
	@JsonIgnoreProperties({ "weight", "finishTime" })
	public @Nullable Decision decision() {
		return this.decision;
	}

	/** Without the person. */
	@Override
	public String toString() {
		return "verification " + this.scanRef;
	}

}
