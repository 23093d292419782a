package dev.backstop.simulator;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a verification stands at the vendor.
 *
 * @param documented whether document data and files can be asked for
 * @param corrected whether a reviewer has mended what was misread
 * @param round counts the times that material came in
 */
record State(String overall, boolean concluded, boolean documented, boolean corrected, Results results,
		@Nullable Long startTime, @Nullable Long finishTime, int round) {

	private static final long SECONDS_TO_FINISH = 117;

	static final State ACTIVE = new State("ACTIVE", false, false, false, Results.NONE, null, null, 1);

	State after(Event event, Instant now) {
		if (!event.kind().decides()) {
			return this;
		}
		var overall = Objects.requireNonNull(event.overall());
		var finished = (this.finishTime != null) ? this.finishTime : Long.valueOf(now.getEpochSecond());
		var started = (this.startTime != null) ? this.startTime : Long.valueOf(finished - SECONDS_TO_FINISH);
		return switch (event.kind()) {
			case AUTO_FINISHED -> {
				boolean anew = event.has(Event.Quirk.NEW_MATERIAL);
				yield judged(event, Results.automatic(overall), started, anew ? finished + 100_000 : finished,
						anew ? this.round + 1 : this.round);
			}
			case MANUAL_FINISHED -> {
				// what could be asked for before the review is not mended by it
				boolean mends = this.corrected || this.concluded || !this.documented;
				yield new State(overall, true, true, mends, this.results.reviewed(overall), started, finished,
						this.round);
			}
			case RESUBMITTED -> {
				var later = Math.max(now.getEpochSecond(), finished + 1);
				yield judged(event, event.concluded() ? this.results.reviewed(overall) : this.results, started, later,
						this.round + 1);
			}
			case CANCELLED -> {
				var results = (this.results.autoDocument() != null) ? this.results : Results.NOT_ANALYSED;
				yield new State(overall.equals("APPROVED") ? "EXPIRED" : overall, true, false, false, results, started,
						finished, this.round);
			}
			case EXPIRED -> overall.equals("EXPIRED")
					? new State(overall, true, false, false, Results.NONE, null, null, this.round)
					: new State("REVIEWING", false, false, this.corrected, this.results, started, finished, this.round);
			default -> new State(overall, true, false, false, Results.NONE, null, null, this.round);
		};
	}

	private State judged(Event event, Results results, Long started, Long finished, int round) {
		boolean shown = event.concluded() || event.has(Event.Quirk.SHOWN_BEFORE_REVIEW);
		var overall = shown ? Objects.requireNonNull(event.overall()) : "REVIEWING";
		return new State(overall, event.concluded(), shown, this.corrected, results, started, finished, round);
	}

	State declared(String overall) {
		return new State(overall, this.concluded, this.documented, this.corrected, this.results, this.startTime,
				this.finishTime, this.round);
	}

	/** A review under way shows nothing of what a review before it found. */
	Results shown() {
		return this.concluded ? this.results : this.results.withoutReview();
	}

}
