package dev.backstop.operations;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.backstop.reconciliation.Reconciliation;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.Part;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import dev.backstop.verification.Verification;
import org.jspecify.annotations.Nullable;

/**
 * One verification for an operator, without the person.
 *
 * @param parkedDetail what iDenfy or the database said before it was parked
 * @param failures how many checks failed in a row
 * @param calls every call to iDenfy about it, oldest first
 */
record VerificationView(ScanRef scanRef, Progress progress, @Nullable ParkedReason parkedReason,
		@Nullable String parkedDetail, @Nullable Instant parkedAt, @Nullable Instant dueAt, List<Part> outstanding,
		Checks checks, int failures, @Nullable Decision decision, @Nullable Instant registeredAt,
		@Nullable Instant lastWebhookAt, Instant updatedAt, List<Reconciliation.Call> calls) {

	static VerificationView of(Verification verification, List<Reconciliation.Call> calls) {
		return new VerificationView(verification.scanRef(), verification.progress(),
				verification.parkedReason().orElse(null), verification.parkedDetail().orElse(null),
				verification.parkedAt().orElse(null), verification.dueAt().orElse(null), verification.outstanding(),
				Checks.of(verification), verification.failures(),
				verification.decision().map(Decision::of).orElse(null), verification.registeredAt().orElse(null),
				verification.lastWebhookAt().orElse(null), verification.updatedAt(), calls);
	}

	/** How often the reconciler visited it, and how the last visit ended. */
	record Checks(int count, @Nullable Instant lastAt, @Nullable CheckResult lastResult) {

		static Checks of(Verification verification) {
			return new Checks(verification.checkCount(), verification.lastCheckAt().orElse(null),
					verification.lastCheckResult().orElse(null));
		}

	}

	/** What is known of its outcome. */
	record Decision(String overall, @JsonProperty("final") boolean isFinal, Source source, Instant decidedAt) {

		static Decision of(dev.backstop.verification.Decision decision) {
			return new Decision(decision.overall(), decision.isFinal(), decision.source(), decision.decidedAt());
		}

	}

}
