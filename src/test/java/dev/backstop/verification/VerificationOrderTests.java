package dev.backstop.verification;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.file;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static org.assertj.core.api.Assertions.fail;

/**
 * Random lives of a verification, told in random order: the same at every run, unless
 * {@code -Dbackstop.test.seed} gives another seed, or {@code random}. A life that ends
 * otherwise is made as short as it can be, and printed as the test to keep of it.
 */
class VerificationOrderTests {

	private static final long SEED = seed(System.getProperty("backstop.test.seed", "20260306"));

	private static final int LIVES = Integer.getInteger("backstop.test.lives", 5_000);

	/** What comes of one round has its order in its weight, even without any times. */
	@Test
	void oneRoundEndsTheSameInWhateverOrderItIsHeard() {
		forAnyLife(1, (life, random) -> {
			var heard = some(life.sent(), random);
			var order = among(acts(random, Act.NOTE, Act.REGISTER, Act.ASK), repeated(shuffled(heard, random), random),
					random);
			return new Trial(life, order, (steps) -> Seen.of(told(life, steps).verification()));
		});
	}

	/**
	 * A resubmission and the end of its round come in this order here: the verdict has
	 * the same finish time, and a closing webhook has none. iDenfy is asked where that
	 * closes the second round, unless a verdict of the first is known by then.
	 */
	@Test
	void twoRoundsEndTheSameInWhateverOrderTheyAreHeard() {
		forAnyLife(2, (life, random) -> {
			var heard = some(life.sent(), random);
			var order = among(acts(random, Act.NOTE, Act.REGISTER, Act.ASK),
					repeatedInRound(opensBeforeItEnds(shuffled(heard, random)), random), random);
			return new Trial(life, order,
					(steps) -> life.isClosedAnew() ? End.of(asked(told(life, steps), life).verification())
							: Seen.of(told(life, steps).verification()).supplied());
		});
	}

	/**
	 * Where no order can be known, iDenfy is asked; and where it was asked before, by
	 * whomever and with whatever success, that changes nothing. Only iDenfy's closing
	 * word stands that settled a resubmission before any earlier verdict came.
	 */
	@Test
	void anyLifeEndsTheSameInAnyOrderOnceIdenfyWasAsked() {
		forAnyLife(3, (life, random) -> {
			var acts = acts(random,
					Stream.of(Act.values())
						.filter((act) -> act != Act.REOPEN || !life.closes())
						.filter((act) -> act != Act.ANSWER || !life.isClosedAnew())
						.filter((act) -> (act != Act.REOPEN && act != Act.EXPECT) || !life.isTimeless())
						.toArray(Act[]::new));
			var order = among(acts, repeated(shuffled(life.sent(), random), random), random);
			return new Trial(life, order, (steps) -> End.of(asked(told(life, steps), life).verification()));
		});
	}

	/**
	 * What is lost, iDenfy knows, and is asked unless what was heard was called final.
	 */
	@Test
	void anyLifeEndsTheSameWhateverIsLostOnceIdenfyWasAsked() {
		forAnyLife(3, (life) -> !life.isClosedAnew(), (life, random) -> {
			var heard = shuffled(some(life.sent(), random), random);
			if (!heard.contains(life.sent().getLast())) {
				heard.removeIf((step) -> ((Sent) step).report().build().isFinal());
			}
			return new Trial(life, heard, (steps) -> End.of(asked(told(life, steps), life).verification()))
				.comparedWithAll();
		});
	}

	private static long seed(String text) {
		return text.equals("random") ? System.nanoTime() : Long.parseLong(text);
	}

	private static void forAnyLife(int rounds, Plan plan) {
		forAnyLife(rounds, (_) -> true, plan);
	}

	private static void forAnyLife(int rounds, Predicate<Life> condition, Plan plan) {
		for (int i = 0; i < LIVES; i++) {
			var random = new Random(SEED + i);
			var life = Stream.generate(() -> Life.random(1 + random.nextInt(rounds), random))
				.filter(condition)
				.findFirst()
				.orElseThrow();
			var trial = plan.plan(life, random);
			if (trial.fails()) {
				fail("seed %d: %s", SEED + i, trial.shrunk());
			}
		}
	}

	private static List<Step> some(List<Sent> sent, Random random) {
		return sent.stream().filter((_) -> random.nextInt(8) > 0).map(Step.class::cast).toList();
	}

	private static List<Step> shuffled(List<? extends Step> sent, Random random) {
		var order = new ArrayList<Step>(sent);
		Collections.shuffle(order, random);
		return order;
	}

	private static List<Step> repeated(List<Step> sent, Random random) {
		return repeated(sent, (_) -> true, random);
	}

	/** A repeat without a time, or of what reopens, might as well be of a later round. */
	private static List<Step> repeatedInRound(List<Step> sent, Random random) {
		return repeated(sent, (report) -> report.finishTime() != null && !report.reopens(), random);
	}

	private static List<Step> repeated(List<Step> sent, Predicate<Report> condition, Random random) {
		var order = new ArrayList<>(sent);
		for (var each : sent) {
			if (random.nextInt(4) == 0 && condition.test(((Sent) each).report().build())) {
				order.add(order.indexOf(each) + 1 + random.nextInt(order.size() - order.indexOf(each)), each);
			}
		}
		return order;
	}

	private static List<Step> opensBeforeItEnds(List<Step> order) {
		var sorted = new ArrayList<>(order);
		for (var step : order) {
			if (step instanceof Sent opening && opening.report().build().reopens()) {
				int first = IntStream.range(0, sorted.size())
					.filter((i) -> ((Sent) sorted.get(i)).round() >= opening.round())
					.findFirst()
					.orElseThrow();
				sorted.remove(opening);
				sorted.add(Math.min(first, sorted.size()), opening);
			}
		}
		return sorted;
	}

	private static List<Step> acts(Random random, Act... acts) {
		return random.ints(random.nextInt(6), 0, acts.length).mapToObj((i) -> (Step) acts[i]).toList();
	}

	private static List<Step> among(List<Step> acts, List<Step> sent, Random random) {
		var order = new ArrayList<>(sent);
		acts.forEach((act) -> order.add(random.nextInt(order.size() + 1), act));
		return order;
	}

	/**
	 * Tells a verification what happens. iDenfy answers from what it has decided by then:
	 * all that it has told of, and at random more.
	 */
	private static Telling told(Life life, List<Step> steps) {
		var telling = new Telling();
		int known = 0;
		for (int i = 0; i < steps.size(); i++) {
			switch (steps.get(i)) {
				case Sent sent -> {
					telling.hears(sent.report());
					known = Math.max(known, life.sent().indexOf(sent) + 1);
				}
				case Act.ANSWER -> {
					known += (life.sent().size() - known) * (i % 2);
					telling.isAnswered(life.statuses().get(known), life.data());
				}
				case Act act -> act.tell.accept(telling);
			}
		}
		return telling;
	}

	private static Telling asked(Telling telling, Life life) {
		return telling.ends(life.statuses().getLast(), life.data());
	}

	/** How a verification ended, once iDenfy was asked as well. */
	private record End(Progress progress, @Nullable ParkedReason reason, @Nullable String overall, int weight,
			boolean hasData, boolean hasFiles) {

		static End of(Verification verification) {
			var decision = verification.decision().filter(Decision::isFinal);
			boolean documented = decision.map(Decision::overall).filter(Word.WITH_DOCUMENTS::contains).isPresent();
			return new End(verification.progress(), verification.parkedReason().orElse(null),
					decision.map(Decision::overall).orElse(null), decision.map(Decision::weight).orElse(-1),
					documented && verification.data().isPresent(), documented && !verification.files().isEmpty());
		}

	}

	private interface Plan {

		Trial plan(Life life, Random random);

	}

	/**
	 * A life told in some order, which should end as it does in the vendor's own.
	 *
	 * @param inOrder what is told in the vendor's own order, given what is told in
	 * another
	 */
	private record Trial(Life life, List<Step> order, Function<List<Step>, Object> end,
			Function<List<Step>, List<Step>> inOrder) {

		Trial(Life life, List<Step> order, Function<List<Step>, Object> end) {
			this(life, order, end,
					(steps) -> steps.stream()
						.filter(Sent.class::isInstance)
						.distinct()
						.sorted(Comparator.comparing((step) -> life.sent().indexOf((Sent) step)))
						.toList());
		}

		Trial comparedWithAll() {
			return new Trial(this.life, this.order, this.end, (_) -> List.copyOf(this.life.sent()));
		}

		boolean fails() {
			try {
				return !this.end.apply(this.order).equals(this.end.apply(this.inOrder.apply(this.order)));
			}
			catch (AssertionError ex) {
				return true;
			}
		}

		/** The same without any step that can be left out while it still fails. */
		Trial shrunk() {
			for (int i = 0; i < this.order.size(); i++) {
				var fewer = new ArrayList<>(this.order);
				fewer.remove(i);
				var smaller = new Trial(this.life, fewer, this.end, this.inOrder);
				if (smaller.fails()) {
					return smaller.shrunk();
				}
			}
			return this;
		}

		@Override
		public String toString() {
			return "%n%s%n%s%nbut in order%n%s%n%s%n".formatted(told(this.life, this.order), ended(this.order),
					told(this.life, this.inOrder.apply(this.order)), ended(this.inOrder.apply(this.order)));
		}

		private Object ended(List<Step> steps) {
			try {
				return this.end.apply(steps);
			}
			catch (AssertionError ex) {
				return ex;
			}
		}

	}

	/** One thing that happens to a verification. */
	private sealed interface Step {

	}

	/** One webhook of a life. */
	private record Sent(int round, ReportBuilder report) implements Step {
	}

	/** Whatever else may happen at any time and change nothing in the end. */
	private enum Act implements Step {

		NOTE(Telling::notes), REGISTER(Telling::isRegistered), ASK(Telling::isAskedToCheck),
		EXPECT(Telling::expectsMore), REOPEN(Telling::isReopened), REARM(Telling::isRearmed), CHECK(Telling::asks),
		ANSWER((_) -> {
		}), FAIL(Telling::fails), NOT_FOUND(Telling::isNotFound);

		private final Consumer<Telling> tell;

		Act(Consumer<Telling> tell) {
			this.tell = tell;
		}

	}

	/**
	 * What iDenfy sends of one verification.
	 *
	 * @param statuses what it answers before, between and after these
	 */
	private record Life(List<Sent> sent, List<StatusAnswer> statuses, Map<String, @Nullable Object> data) {

		private static final List<String> VERDICTS = List.of("APPROVED", "DENIED", "SUSPECTED");

		static Life random(int rounds, Random random) {
			var life = new Life(new ArrayList<>(), new ArrayList<>(List.of(answer("ACTIVE"))),
					Map.of("docFirstName", "retrieved", "docLastName", "retrieved"));
			boolean timeless = rounds == 1 && random.nextInt(4) == 0;
			for (int round = 1; round <= rounds; round++) {
				var verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
				var first = VERDICTS.get(random.nextInt(VERDICTS.size()));
				var finishTime = timeless ? null : (Long) (FINISH_TIME + 1000 * round);
				if (round > 1) {
					boolean conclusive = random.nextInt(4) == 0;
					life.sends(round,
							new ReportBuilder(Event.RESUBMITTED, conclusive ? verdict : "REVIEWING")
								.saidFinal(conclusive)
								.finishTime(finishTime),
							conclusive ? reviewedAnswer(verdict) : answer("REVIEWING"), random);
					if (!conclusive && round == rounds && random.nextInt(4) == 0) {
						life.sends(round, expired(), answer("EXPIRED"), random);
					}
					else if (!conclusive) {
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					continue;
				}
				switch (random.nextInt(rounds > 1 ? 4 : 12)) {
					case 0 -> life.sends(round, automatic(verdict).finishTime(finishTime), answer(verdict), random);
					case 1 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					case 2 -> {
						life.sends(round, automatic(first).finishTime(finishTime), answer(first), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					case 3 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round, automatic(first).finishTime(finishTime), answer(first), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					case 4 -> life.sends(round, expired(), answer("EXPIRED"), random);
					case 5 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round, random.nextBoolean() ? expired() : cancelled("EXPIRED"), answer("EXPIRED"),
								random);
					}
					case 6 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round, expired(), answer("EXPIRED"), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					case 7 -> life.sends(round, closedWith(first, random),
							random.nextBoolean() ? answer("EXPIRED") : answer(verdict), random);
					case 8 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round, closedWith(first, random), answer("REVIEWING"), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					case 9 -> life.sends(round,
							new ReportBuilder(Event.EXPIRED, verdict).saidFinal(true).finishTime(finishTime),
							answer(verdict), random);
					case 10 -> {
						life.sends(round, preliminary(first).finishTime(finishTime), answer("REVIEWING"), random);
						life.sends(round,
								new ReportBuilder(Event.EXPIRED, first).saidFinal(true).finishTime(finishTime),
								answer("REVIEWING"), random);
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
					}
					default -> {
						life.sends(round, reviewed(verdict).finishTime(finishTime), reviewedAnswer(verdict), random);
						if (finishTime != null) {
							life.sends(round, automatic(first).finishTime(finishTime + 100_000), answer(first), random);
						}
					}
				}
			}
			return life;
		}

		/** A cancellation, or an expiry that is not called final, with a verdict. */
		private static ReportBuilder closedWith(String verdict, Random random) {
			return random.nextBoolean() ? cancelled(verdict) : new ReportBuilder(Event.EXPIRED, verdict);
		}

		boolean isTimeless() {
			return this.sent.stream().allMatch((each) -> each.report().build().finishTime() == null);
		}

		boolean closes() {
			return this.sent.stream().anyMatch((each) -> each.report().build().word() == Word.CLOSING);
		}

		boolean isClosedAnew() {
			return this.sent.getLast().round() > 1 && this.sent.getLast().report().build().word() == Word.CLOSING;
		}

		private void sends(int round, ReportBuilder report, StatusAnswer status, Random random) {
			var name = "%d of %d".formatted(this.sent.size() + 1, round);
			boolean closes = report.build().word() == Word.CLOSING;
			report.withoutData();
			if (!closes && random.nextInt(3) > 0) {
				for (var field : List.of("docFirstName", "docLastName", "docPatronymic")) {
					report.data(field, (random.nextInt(3) > 0) ? name : null);
				}
			}
			if (closes || random.nextInt(3) == 0) {
				report.files();
			}
			else {
				report.files(file("FRONT " + name, FileLink.Kind.IMAGE));
			}
			for (var field : List.of("riskLevel", "platform", "AML")) {
				perhaps(name, random, (value) -> report.extra(field, value));
			}
			this.sent.add(new Sent(round, report));
			this.statuses.add(status);
		}

		/** A field has a value, or null, or is not there at all. */
		private static void perhaps(String value, Random random, Consumer<@Nullable String> field) {
			switch (random.nextInt(4)) {
				case 0 -> field.accept(null);
				case 1, 2 -> field.accept(value);
				default -> {
				}
			}
		}

	}

}
