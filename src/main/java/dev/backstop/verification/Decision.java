package dev.backstop.verification;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the outcome of a verification, and from where.
 *
 * @param weight how much it takes to replace it
 * @param finishTime when iDenfy's automatic analysis ended, in epoch seconds; of an
 * answer, when it had ended at the latest that was heard of
 */
@Embeddable
public record Decision(@Schema(description = "iDenfy's overall word") @Column(name = "overall") String overall,
		@Schema(description = "Whether clients may act on it",
				examples = "true") @Column(name = "decision_final") @JsonProperty("final") boolean isFinal,
		@Schema(description = "iDenfy's name of the event that brought it, as it was sent; null from a retrieval",
				examples = {
						"IDENTIFICATION_MANUAL_FINISHED", "IDENTIFICATION_AUTO_FINISHED",
						"IDENTIFICATION_EXPIRED" }) @Column(name = "decision_event") @Nullable String event,
		@Schema(description = "The machine's result for the document, of an open vocabulary",
				examples = { "DOC_VALIDATED", "DOC_NOT_FOUND", "DOC_EXPIRED",
						"DOC_INFO_MISMATCH" }) @Nullable String autoDocument,
		@Schema(description = "The machine's result for the face, of an open vocabulary",
				examples = { "FACE_MATCH", "FACE_MISMATCH", "NO_FACE_FOUND",
						"FACE_NOT_CHECKED" }) @Nullable String autoFace,
		@Schema(description = "The reviewer's result for the document, null without a review",
				examples = { "DOC_VALIDATED", "DOC_NOT_FULLY_VISIBLE", "DOC_FAKE",
						"DOC_DAMAGED" }) @Nullable String manualDocument,
		@Schema(description = "The reviewer's result for the face, null without a review",
				examples = { "FACE_MATCH", "FACE_MISMATCH", "FACE_UNCERTAIN",
						"FAKE_FACE" }) @Nullable String manualFace,
		@Schema(description = "Signs of fraud, of an open vocabulary",
				examples = "[\"DUPLICATE_FACE\"]") @JdbcTypeCode(SqlTypes.ARRAY) List<String> fraudTags,
		@Schema(description = "What differs between token and document, of an open vocabulary",
				examples = "[\"SURNAME\"]") @JdbcTypeCode(SqlTypes.ARRAY) List<String> mismatchTags,
		@Schema(description = "Where it came from",
				examples = "WEBHOOK") @Enumerated(EnumType.STRING) @Column(name = "decision_source") Source source,
		@Schema(description = "When Backstop received it", examples = "2026-01-31T12:05:00Z") Instant decidedAt,
		@Schema(hidden = true) @Column(name = "decision_weight") int weight,
		@Schema(hidden = true) @Nullable Long finishTime){

	/** A decision that a later one is expected to replace. */
	static final int PRELIMINARY = 0;

	/** A final closing word or event. */
	static final int CLOSING = 1;

	/** A final verdict of the machine. */
	static final int VERDICT = 2;

	/** A final verdict of a human. */
	static final int REVIEWED = 3;

	/** iDenfy's one event for all outcomes, which does not tell what happened. */
	private static final String LEGACY_EVENT = "IDENTIFICATION";

	private static final String EXPIRY_EVENT = "IDENTIFICATION_EXPIRED";

	static Decision heard(Report report, Instant at) {
		return of(report.findings(), report.isFinal(), report.eventType(), Source.WEBHOOK, at, report.weight(),
				report.finishTime());
	}

	/**
	 * What iDenfy answered.
	 * @param finishTime that of what was known before, since the answer is no older
	 */
	static Decision retrieved(StatusAnswer answer, int weight, Instant at, @Nullable Long finishTime) {
		return of(answer.findings(), weight > PRELIMINARY, null, Source.RETRIEVAL, at, weight, finishTime);
	}

	private static Decision of(Findings findings, boolean isFinal, @Nullable String event, Source source, Instant at,
			int weight, @Nullable Long finishTime) {
		return new Decision(findings.overall(), isFinal, event, findings.autoDocument(), findings.autoFace(),
				findings.manualDocument(), findings.manualFace(), findings.fraudTags(), findings.mismatchTags(), source,
				at, weight, finishTime);
	}

	/** Returns the same, still readable, but not to be acted on. */
	Decision notFinal() {
		return new Decision(this.overall, false, this.event, this.autoDocument, this.autoFace, this.manualDocument,
				this.manualFace, this.fraudTags, this.mismatchTags, this.source, this.decidedAt, this.weight,
				this.finishTime);
	}

	/** Whether it is or, before the verification was reopened, was final. */
	boolean hasDecided() {
		return this.weight > PRELIMINARY;
	}

	boolean isVerdict() {
		return this.weight >= VERDICT;
	}

	/**
	 * Returns whether it is final only as long as no review is announced: iDenfy's status
	 * shows no review, or the session expired or was closed.
	 */
	boolean yieldsToReview() {
		boolean unreviewed = this.weight < REVIEWED;
		return this.weight == CLOSING || (unreviewed && this.source == Source.RETRIEVAL)
				|| EXPIRY_EVENT.equals(this.event);
	}

	/**
	 * Whether it came from the legacy twin of a webhook, which says the same but for what
	 * happened.
	 */
	boolean isLegacyOf(Report report) {
		return LEGACY_EVENT.equals(this.event) && findings().equals(report.findings())
				&& Objects.equals(this.finishTime, report.finishTime());
	}

	private Findings findings() {
		return new Findings(this.overall, this.autoDocument, this.autoFace, this.manualDocument, this.manualFace,
				this.fraudTags, this.mismatchTags);
	}

	/** Whether iDenfy's own times say that this came after another. */
	boolean finishedAfter(@Nullable Long otherFinishTime) {
		return isLater(this.finishTime, otherFinishTime);
	}

	/** Returns whether both times are known, and the first is the later one. */
	static boolean isLater(@Nullable Long finishTime, @Nullable Long other) {
		return finishTime != null && other != null && finishTime > other;
	}

}
