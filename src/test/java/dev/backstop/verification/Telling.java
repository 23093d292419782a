package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.jspecify.annotations.Nullable;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.registration;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A registered verification that is told what happens to it, all at one instant. It
 * prints as the test that tells the same.
 */
final class Telling {

	private static final Instant SOME_DAY = NOW.plus(Duration.ofDays(36_500));

	private final Verification verification = registered();

	private final List<String> lines = new ArrayList<>();

	/**
	 * The parts that were asked for and answered since all were last to be asked anew.
	 */
	private Set<Part> answered = EnumSet.noneOf(Part.class);

	private Set<Part> answeredInFlight = this.answered;

	/** The verdicts that iDenfy has given as its result. */
	private final Set<String> results = new HashSet<>();

	private @Nullable Check check;

	private Optional<Part> inFlight = Optional.empty();

	Telling hears(ReportBuilder builder) {
		var report = builder.build();
		boolean closes = report.event() == Event.CANCELLED
				|| (report.event() == Event.EXPIRED && !Boolean.TRUE.equals(report.saidFinal()));
		if (report.isFinal() && !closes) {
			this.results.add(report.findings().overall());
		}
		var decided = this.verification.decision().filter(Decision::isFinal).filter(Decision::isVerdict);
		var outcome = this.verification.hear(report, UUID.randomUUID(), NOW, DEADLINES);
		// new material, whether it is decided already or not
		boolean contested = decided.isPresent() && report.weight() >= Decision.VERDICT
				&& !this.verification.decision().orElseThrow().isFinal();
		if (outcome == Outcome.APPLIED && (report.event() == Event.RESUBMITTED || contested)) {
			this.answered = EnumSet.noneOf(Part.class);
		}
		return told("hears(%s)".formatted(builder));
	}

	Telling notes() {
		this.verification.note(UUID.randomUUID(), "AML_MONITORING", NOW);
		return told("notes()");
	}

	Telling isRegistered() {
		this.verification.register(registration(), "onboarding", NOW);
		return told("isRegistered()");
	}

	Telling isAskedToCheck() {
		this.verification.askForCheck("onboarding", NOW, DEADLINES);
		return told("isAskedToCheck()");
	}

	Telling expectsMore() {
		this.verification.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
		this.answered = EnumSet.noneOf(Part.class);
		return told("expectsMore()");
	}

	Telling isReopened() {
		if (this.verification.progress() != Progress.AWAITED) {
			this.verification.reopen("operator", NOW);
			this.answered = EnumSet.noneOf(Part.class);
		}
		return told("isReopened()");
	}

	Telling isRearmed() {
		if (this.verification.progress() == Progress.PARKED) {
			this.verification.rearm("operator", NOW);
		}
		return told("isRearmed()");
	}

	/** A check's first question goes out. */
	Telling asks() {
		this.verification.check(NOW).or(() -> this.verification.check(SOME_DAY)).ifPresent((check) -> {
			this.check = check;
			sends(this.verification.next(check));
		});
		return told("asks()");
	}

	/** The question that is out is answered, and the check's next one goes out. */
	Telling isAnswered(StatusAnswer status, Map<String, @Nullable Object> data) {
		this.inFlight.ifPresent((part) -> {
			assertThat(part == Part.STATUS || this.answeredInFlight.add(part)).as("%s asked once:%n%s", part, this)
				.isTrue();
			switch (part) {
				case STATUS -> {
					this.results.add(status.findings().overall());
					this.verification.answer(this.check, status, NOW, DEADLINES);
				}
				case DATA -> this.verification.answer(this.check, data, NOW);
				case FILES ->
					this.verification.answer(this.check, List.of(file("retrieved", FileLink.Kind.IMAGE)), NOW);
			}
			sends(this.verification.next(this.check).filter((next) -> next.compareTo(part) > 0));
		});
		return told("isAnswered(%s(\"%s\"), Map.of())"
			.formatted(status.findings().reviewed() ? "reviewedAnswer" : "answer", status.findings().overall()));
	}

	private void sends(Optional<Part> question) {
		this.inFlight = question;
		this.answeredInFlight = this.answered;
	}

	/** The question that is out, and all that follow, fail until nobody asks any more. */
	Telling fails() {
		while (this.inFlight.isPresent()) {
			this.verification.fail(this.check, true, NOW, DEADLINES);
			this.inFlight = Optional.empty();
			this.verification.check(SOME_DAY).ifPresent((check) -> {
				this.check = check;
				sends(this.verification.next(check));
			});
		}
		return told("fails()");
	}

	Telling isNotFound() {
		if (this.inFlight.isPresent()) {
			this.verification.answerNotFound(this.check, NOW);
			this.inFlight = Optional.empty();
		}
		return told("isNotFound()");
	}

	/** An operator re-arms what failed, and iDenfy answers until nothing is due. */
	Telling ends(StatusAnswer status, Map<String, @Nullable Object> data) {
		if (this.verification.parkedReason().filter((reason) -> reason != ParkedReason.UNDECIDED).isPresent()) {
			isRearmed();
		}
		for (int checks = 0; this.verification.progress() == Progress.AWAITED; checks++) {
			assertThat(checks).as("checks").isLessThanOrEqualTo(DEADLINES.followUps().size());
			asks();
			while (this.inFlight.isPresent()) {
				isAnswered(status, data);
			}
		}
		return this;
	}

	private Telling told(String line) {
		this.lines.add(line);
		assertThat(this.verification.decision()
			.filter(Decision::isFinal)
			.map(Decision::overall)
			.stream()
			.filter((overall) -> Word.of(overall, true) == Word.VERDICT)).as("given by iDenfy:%n%s", this)
			.isSubsetOf(this.results);
		boolean awaited = this.verification.progress() == Progress.AWAITED;
		assertThat(this.verification.dueAt().isPresent()).as("due:%n%s", this).isEqualTo(awaited);
		assertThat(this.verification.check(SOME_DAY).isPresent()).as("checked:%n%s", this).isEqualTo(awaited);
		assertThat(this.verification.parkedReason().isPresent()).as("parked:%n%s", this)
			.isEqualTo(this.verification.progress() == Progress.PARKED);
		if (this.verification.progress() != Progress.PARKED) {
			assertThat(this.verification.outstanding().isEmpty()).as("outstanding:%n%s", this).isEqualTo(!awaited);
		}
		return this;
	}

	Verification verification() {
		return this.verification;
	}

	@Override
	public String toString() {
		return "new Telling()\n\t." + String.join("\n\t.", this.lines);
	}

}
