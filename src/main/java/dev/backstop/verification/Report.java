package dev.backstop.verification;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What one webhook says of one verification, in our words.
 *
 * @param event what happened
 * @param eventType the vendor's name of the event, normalised where it is known, as sent
 * otherwise
 * @param saidFinal the webhook's {@code final} field
 * @param finishTime when iDenfy's automatic analysis ended, in epoch seconds: the same in
 * the automatic and the manual webhook of one round
 * @param data document data, every field the vendor sent, with the names of files in the
 * place of links
 * @param extras what only webhooks carry: screening, times, client IP, questionnaire;
 * with the names of files in the place of links
 */
public record Report(Event event, @Nullable String eventType, Findings findings, @Nullable Boolean saidFinal,
		@Nullable Long finishTime, @Nullable String clientId, @Nullable String externalRef,
		Map<String, @Nullable Object> data, List<FileLink> files, Map<String, @Nullable Object> extras) {

	Word word() {
		return (this.event == Event.CANCELLED) ? Word.CLOSING
				: Word.of(this.findings.overall(), Boolean.TRUE.equals(this.saidFinal));
	}

	boolean isFinal() {
		return isCalledFinal() && word() != Word.OPEN && !closesWithVerdict();
	}

	private boolean isCalledFinal() {
		return (this.saidFinal != null) ? this.saidFinal : this.event.finalUnlessSaid();
	}

	/**
	 * Returns whether a cancellation, or an expiry that is not called final, carries a
	 * verdict: iDenfy's documents do not say that it is the result.
	 */
	boolean closesWithVerdict() {
		boolean calledFinal = Boolean.TRUE.equals(this.saidFinal);
		boolean closes = this.event == Event.CANCELLED || (this.event == Event.EXPIRED && !calledFinal);
		return closes && Word.of(this.findings.overall(), calledFinal) == Word.VERDICT;
	}

	/** How much the webhook weighs against the decision that stands. */
	int weight() {
		if (!isFinal()) {
			return Decision.PRELIMINARY;
		}
		if (word() == Word.CLOSING) {
			return Decision.CLOSING;
		}
		boolean reviewed = this.findings.reviewed() || this.event == Event.MANUAL_FINISHED
				|| this.event == Event.RESUBMITTED;
		return reviewed ? Decision.REVIEWED : Decision.VERDICT;
	}

	/** Returns whether it would stand where the other report does not. */
	public boolean weighsMoreThan(Report other) {
		return weight() > other.weight();
	}

	/** Whether a human is going to look, or has not finished. */
	boolean announcesReview() {
		boolean onlyDoubtful = closesWithVerdict() && isCalledFinal();
		return !isFinal() && !onlyDoubtful && !this.findings.overall().equals(Word.ACTIVE);
	}

	/** Whether a verification that was decided is being decided anew. */
	boolean reopens() {
		return this.event == Event.RESUBMITTED && !isFinal();
	}

	boolean suppliesData() {
		return this.data.entrySet()
			.stream()
			.anyMatch((field) -> field.getKey().startsWith("doc") && field.getValue() != null);
	}

	boolean suppliesFiles() {
		return listedFiles().stream().anyMatch((file) -> file.kind() != FileLink.Kind.DOCUMENT);
	}

	/** The files that iDenfy lists as such. */
	List<FileLink> listedFiles() {
		return this.files.stream().filter((file) -> !file.belongsToField()).toList();
	}

	/** The files that fields of the document link to. */
	List<FileLink> attachedFiles() {
		return this.files.stream().filter(FileLink::belongsToField).toList();
	}

	/** Without the person. */
	@Override
	public String toString() {
		return this.event + " " + this.findings.overall() + (isFinal() ? " (final)" : "");
	}

}
