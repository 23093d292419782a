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
 */
@Schema(name = "Verification", description = "What is known of one iDenfy session; clients act on decision.final")
record VerificationJson(@Schema(description = "iDenfy's name of the session") ScanRef scanRef,
		@Schema(description = "The client's name of the person, null if unknown",
				examples = "customer-1") @Nullable String clientId,
		@Schema(description = "The client's name of the session, null if unknown",
				examples = "order-2026-000123") @Nullable String externalRef,
		@Schema(description = "Whether Backstop still wants something", examples = "SETTLED") Progress progress,
		@Schema(description = "Why it was given up, null unless PARKED",
				examples = "UNDECIDED") @Nullable ParkedReason parkedReason,
		@Schema(description = "When Backstop will ask iDenfy if no webhook has come, null if never",
				examples = "2026-01-31T13:40:00Z") @Nullable Instant dueAt,
		@Schema(description = "What iDenfy would be asked for, in that order",
				examples = "[\"DATA\"]") List<Part> outstanding,
		@Schema(description = "The visits of the reconciler") Checks checks,
		@Schema(description = "The outcome, null if unknown") @Nullable Decision decision,
		@Schema(description = "Document data, every field iDenfy sent, as it sent it; null if unknown",
				examples = "{\"docFirstName\": \"JOHN\", \"docExpiry\": null}") @Nullable Map<String, @Nullable Object> data,
		@Schema(description = "Where data came from", examples = "WEBHOOK") @Nullable Source dataSource,
		@Schema(description = "When data came", examples = "2026-01-31T12:05:00Z") @Nullable Instant dataAt,
		@Schema(description = "The files that iDenfy named last, none if unknown") List<FileJson> files,
		@Schema(description = "Where files came from", examples = "WEBHOOK") @Nullable Source filesSource,
		@Schema(description = "When files came", examples = "2026-01-31T12:05:00Z") @Nullable Instant filesAt,
		@Schema(description = "What only webhooks carry, as iDenfy sent it",
				examples = "{\"platform\": \"PC\", \"clientIp\": \"192.0.2.10\"}") Map<String, @Nullable Object> webhook,
		@Schema(description = "When a client registered it, null if none has",
				examples = "2026-01-31T12:00:00Z") @Nullable Instant registeredAt,
		@Schema(description = "When the last webhook came",
				examples = "2026-01-31T12:05:00Z") @Nullable Instant lastWebhookAt,
		@Schema(description = "When Backstop first knew of it", examples = "2026-01-31T12:00:00Z") Instant createdAt,
		@Schema(description = "When anything of this last changed, but for the states of files",
				examples = "2026-01-31T12:05:00Z") Instant updatedAt) {

	/** The visits of the reconciler. */
	record Checks(@Schema(description = "How many there were", examples = "1") int count,
			@Schema(description = "When the last one ended",
					examples = "2026-01-31T13:40:02Z") @Nullable Instant lastAt,
			@Schema(description = "How the last one ended", examples = "SETTLED") @Nullable CheckResult lastResult) {
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
