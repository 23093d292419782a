package dev.backstop.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.backstop.simulator.Plan.Outage;
import dev.backstop.simulator.Plan.Planned;
import dev.backstop.simulator.Scenario.Step;
import org.jspecify.annotations.Nullable;

/** Draws plans from a seed; the same seed draws the same plan. */
public final class Seeded {

	private static final Duration MARGIN = Duration.ofMillis(200);

	private static final List<Story> STORIES = List.of(new Story(20, "approved at once", Seeded::approvedAtOnce),
			new Story(22, "approved after review", Seeded::approvedAfterReview),
			new Story(10, "denied after review", Seeded::deniedAfterReview),
			new Story(8, "suspected", Seeded::suspected), new Story(8, "expired", Seeded::expired),
			new Story(4, "cancelled", Seeded::cancelled),
			new Story(3, "cancelled with a verdict", Seeded::cancelledWithVerdict),
			new Story(3, "expired with a verdict", Seeded::expiredWithVerdict),
			new Story(4, "shown before its review", Seeded::shownBeforeReview),
			new Story(3, "analysed anew", Seeded::analysedAnew), new Story(3, "never started", Seeded::neverStarted),
			new Story(5, "reviewed late", Seeded::reviewedLate), new Story(6, "resubmitted", Seeded::resubmitted),
			new Story(2, "resubmitted and judged at once", Seeded::resubmittedAtOnce),
			new Story(4, "changed after final", Seeded::changedAfterFinal), new Story(3, "legacy", Seeded::legacy),
			new Story(2, "incomplete webhook", Seeded::incomplete), new Story(3, "noted only", Seeded::noted));

	private final Random random;

	private final Pace pace;

	private final Chances chances;

	private Seeded(long seed, Pace pace, Chances chances) {
		this.random = new Random(seed);
		this.pace = pace;
		this.chances = chances;
	}

	public static Plan plan(long seed, int verifications, Pace pace, Chances chances) {
		return new Seeded(seed, pace, chances).plan(seed, verifications);
	}

	private Plan plan(long seed, int count) {
		var verifications = new ArrayList<Planned>(count);
		for (var index = 0; index < count; index++) {
			var at = this.pace.span().multipliedBy(index).dividedBy(count);
			verifications
				.add(new Planned(at, scanRef(this.random), clientId(this.random), "order-%06d".formatted(index + 1),
						this.pace.expiryTime(), this.pace.sessionLength(), scenario(), troubles()));
		}
		return new Plan(seed, verifications, outages());
	}

	static String scanRef(Random random) {
		return "%08x-%04x-11f0-%04x-%012x".formatted(random.nextInt(), random.nextInt(0x10000),
				0x8000 | random.nextInt(0x4000), random.nextLong() & 0xffff_ffff_ffffL);
	}

	static String clientId(Random random) {
		return random.ints(10, 0, 36)
			.collect(StringBuilder::new, (id, digit) -> id.append("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(digit)),
					StringBuilder::append)
			.toString();
	}

	private Scenario scenario() {
		var left = this.random.nextInt(STORIES.stream().mapToInt(Story::weight).sum());
		for (var story : STORIES) {
			left -= story.weight;
			if (left < 0) {
				return withMishaps(story.told.by(this, Scenario.of(story.name)));
			}
		}
		throw new IllegalStateException();
	}

	private Scenario withMishaps(Scenario scenario) {
		var steps = new ArrayList<Step>();
		for (var index = 0; index < scenario.steps().size(); index++) {
			var step = scenario.steps().get(index);
			var next = (index + 1 < scenario.steps().size()) ? scenario.steps().get(index + 1) : null;
			steps.add(step.with(mishap(step, next)));
		}
		return new Scenario(scenario.name(), steps);
	}

	private Mishap mishap(Step step, @Nullable Step next) {
		var drawn = this.random.nextDouble();
		if ((drawn -= this.chances.lost()) < 0) {
			return Mishap.LOST;
		}
		if ((drawn -= this.chances.late()) < 0) {
			return Mishap.late(within(this.pace.lateReview()));
		}
		if ((drawn -= this.chances.reordered()) < 0) {
			return (next != null) ? Mishap.late(next.at().minus(step.at()).plus(MARGIN)) : Mishap.NONE;
		}
		if ((drawn -= this.chances.repeated()) < 0) {
			var times = 2 + this.random.nextInt(3);
			return this.random.nextBoolean() ? Mishap.repeated(times) : Mishap.doubled(times);
		}
		if ((drawn -= this.chances.malformed()) < 0) {
			return Mishap.MALFORMED;
		}
		if ((drawn -= this.chances.wronglySigned()) < 0) {
			return Mishap.WRONGLY_SIGNED;
		}
		return (drawn - this.chances.twins() < 0) ? Mishap.WITH_LEGACY_TWIN : Mishap.NONE;
	}

	private Map<Endpoint, List<Fault>> troubles() {
		var troubles = new EnumMap<Endpoint, List<Fault>>(Endpoint.class);
		for (var endpoint : List.of(Endpoint.STATUS, Endpoint.DATA, Endpoint.FILES)) {
			if (this.random.nextDouble() < this.chances.troubled()) {
				var faults = new ArrayList<Fault>();
				for (var left = 1 + this.random.nextInt(3); left > 0; left--) {
					faults.add(trouble(endpoint));
				}
				troubles.put(endpoint, List.copyOf(faults));
			}
		}
		return troubles;
	}

	private Fault trouble(Endpoint endpoint) {
		var fault = this.chances.troubles().get(this.random.nextInt(this.chances.troubles().size()));
		// An answer for files names no scanRef: nobody could tell that it is another's.
		return (endpoint == Endpoint.FILES && fault.equals(Fault.OTHER_SCAN_REF)) ? Fault.INTERNAL_ERROR : fault;
	}

	private List<Outage> outages() {
		var outages = new ArrayList<Outage>();
		var share = this.pace.span().dividedBy(Math.max(1, this.chances.outages()));
		for (var index = 0; index < this.chances.outages(); index++) {
			var lasting = within(share.dividedBy(2));
			var from = share.multipliedBy(index).plus(within(share.minus(lasting)));
			outages.add(new Outage(from, lasting, this.random.nextBoolean() ? Fault.UNAVAILABLE : null));
		}
		return outages;
	}

	private Scenario approvedAtOnce(Scenario start) {
		return start.then(session(), quirky(Event.autoFinished("APPROVED")));
	}

	private Scenario approvedAfterReview(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary("APPROVED"))
			.then(session.plus(review()), quirky(Event.manualFinished("APPROVED")));
	}

	private Scenario deniedAfterReview(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary(this.random.nextBoolean() ? "APPROVED" : "REVIEWING"))
			.then(session.plus(review()), quirky(Event.manualFinished("DENIED")));
	}

	private Scenario suspected(Scenario start) {
		return start.then(session(), quirky(Event.autoFinished("SUSPECTED")));
	}

	private Scenario expired(Scenario start) {
		return start.then(this.pace.expiryTime(), perhapsNotCalledFinal(Event.expired()));
	}

	private Scenario cancelled(Scenario start) {
		return start.then(session(), Event.cancelled());
	}

	private Scenario cancelledWithVerdict(Scenario start) {
		return start.then(session(), perhapsNotCalledFinal(Event.cancelled("APPROVED")));
	}

	private Scenario expiredWithVerdict(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary("APPROVED"))
			.then(session.plus(MARGIN), Event.expired("APPROVED").with(Event.Quirk.NO_FINAL))
			.then(session.plus(MARGIN).plus(review()), Event.manualFinished("DENIED"));
	}

	private Scenario shownBeforeReview(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary("APPROVED").with(Event.Quirk.SHOWN_BEFORE_REVIEW))
			.then(session.plus(this.pace.lateReview()), Event.manualFinished("DENIED"));
	}

	private Scenario analysedAnew(Scenario start) {
		var reviewed = session().plus(review());
		return start.then(reviewed, Event.manualFinished("APPROVED"))
			.then(reviewed.plus(review()), Event.autoFinished("DENIED").with(Event.Quirk.NEW_MATERIAL));
	}

	private Event perhapsNotCalledFinal(Event event) {
		return this.random.nextBoolean() ? event : event.with(Event.Quirk.NO_FINAL);
	}

	private Scenario neverStarted(Scenario start) {
		return start;
	}

	private Scenario reviewedLate(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary("APPROVED"))
			.then(session.plus(this.pace.lateReview()), Event.manualFinished("APPROVED"));
	}

	private Scenario resubmitted(Scenario start) {
		var reviewed = session().plus(review());
		var resubmitted = reviewed.plus(review());
		return start.then(reviewed, Event.manualFinished("SUSPECTED"))
			.then(resubmitted, Event.resubmitted())
			.then(resubmitted.plus(review()), Event.manualFinished(this.random.nextBoolean() ? "APPROVED" : "DENIED"));
	}

	private Scenario resubmittedAtOnce(Scenario start) {
		var session = session();
		return start.then(session, Event.autoFinished("SUSPECTED"))
			.then(session.plus(review()), Event.resubmitted("APPROVED"));
	}

	private Scenario changedAfterFinal(Scenario start) {
		var session = session();
		return start.then(session, Event.autoFinished("APPROVED"))
			.then(session.plus(review()), Event.manualFinished("DENIED"));
	}

	private Scenario legacy(Scenario start) {
		var session = session();
		return start.then(session, Event.preliminary("APPROVED").asLegacy())
			.then(session.plus(review()), Event.manualFinished("APPROVED").asLegacy());
	}

	private Scenario incomplete(Scenario start) {
		var quirk = this.random.nextBoolean() ? Event.Quirk.NO_DATA : Event.Quirk.NO_FILES;
		return start.then(session(), Event.autoFinished("APPROVED").with(quirk));
	}

	private Scenario noted(Scenario start) {
		var session = session();
		var later = session.plus(review());
		return start.then(session, Event.autoFinished("APPROVED"))
			.then(later, Event.amlMonitoring())
			.then(later.plus(MARGIN), Event.documentExpiration())
			.then(later.plus(MARGIN).plus(MARGIN), Event.unknown("VIDEO_CALL_FINISHED"));
	}

	private Event quirky(Event event) {
		return switch (this.random.nextInt(8)) {
			case 0 -> event.with(Event.Quirk.ESCAPED);
			case 1 -> event.with(Event.Quirk.INDENTED);
			default -> event;
		};
	}

	private Duration session() {
		return MARGIN.plus(within(this.pace.session()));
	}

	private Duration review() {
		return MARGIN.plus(within(this.pace.review()));
	}

	private Duration within(Duration longest) {
		return Duration.ofMillis(this.random.nextLong(longest.toMillis() + 1));
	}

	/** A kind of life, and how often it is drawn among all. */
	private record Story(int weight, String name, Told told) {
	}

	/** How a story goes. */
	private interface Told {

		Scenario by(Seeded seeded, Scenario start);

	}

}
