package dev.backstop.verification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import dev.backstop.verification.VerificationFixtures.ReportBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.FINISH_TIME;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static dev.backstop.verification.VerificationFixtures.answer;
import static dev.backstop.verification.VerificationFixtures.automatic;
import static dev.backstop.verification.VerificationFixtures.cancelled;
import static dev.backstop.verification.VerificationFixtures.check;
import static dev.backstop.verification.VerificationFixtures.expired;
import static dev.backstop.verification.VerificationFixtures.files;
import static dev.backstop.verification.VerificationFixtures.preliminary;
import static dev.backstop.verification.VerificationFixtures.registered;
import static dev.backstop.verification.VerificationFixtures.reviewed;
import static dev.backstop.verification.VerificationFixtures.reviewedAnswer;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random lives of a verification, told in random order: the same at every run, unless
 * {@code -Dbackstop.test.seed} gives another seed, or {@code random}.
 */
class VerificationOrderTests {

	private static final long SEED = seed(System.getProperty("backstop.test.seed", "20260306"));

	private static final int LIVES = Integer.getInteger("backstop.test.lives", 5_000);

	/** What comes of one round has its order in its weight. */
	@Test
	void oneRoundEndsTheSameInWhateverOrderItIsHeard() {
		forAnyLife(1, (life, random) -> {
			var heard = some(life.sent(), random);
			var order = repeated(shuffled(heard, random), random);
			return compare(Seen.of(told(heard)), Seen.of(told(order)), order);
		});
	}

	/**
	 * A resubmission and the end of its round come in this order here: the verdict has
	 * the same finish time, and a closing webhook has none.
	 */
	@Test
	void twoRoundsEndTheSameInWhateverOrderTheyAreHeard() {
		forAnyLife(2, (life, random) -> {
			var heard = some(life.sent(), random);
			var order = repeated(opensBeforeItEnds(shuffled(heard, random)), random);
			return compare(Seen.of(told(heard)).supplied(), Seen.of(told(order)).supplied(), order);
		});
	}

	/** Where no order can be known, iDenfy is asked. */
	@Test
	void anyLifeEndsTheSameInAnyOrderOnceIdenfyWasAsked() {
		forAnyLife(3, (life, random) -> {
			var order = repeated(shuffled(life.sent(), random), random);
			return compare(End.of(asked(told(life.sent()), life)), End.of(asked(told(order), life)), order);
		});
	}

	/**
	 * What is lost, iDenfy knows, and is asked unless what was heard was called final.
	 */
	@Test
	void anyLifeEndsTheSameWhateverIsLostOnceIdenfyWasAsked() {
		forAnyLife(3, (life, random) -> {
			var heard = shuffled(some(life.sent(), random), random);
			if (!heard.contains(life.sent().getLast())) {
				heard.removeIf((each) -> each.report().isFinal());
			}
			return life.isClosedAnew() ? null
					: compare(End.of(asked(told(life.sent()), life)), End.of(asked(told(heard), life)), heard);
		});
	}

	private static long seed(String text) {
		return text.equals("random") ? System.nanoTime() : Long.parseLong(text);
	}

	private static @Nullable String compare(Object inOrder, Object outOfOrder, List<Sent> order) {
		return inOrder.equals(outOfOrder) ? null
				: "%n  in order  %s%n  heard as  %s%n            %s".formatted(inOrder, order, outOfOrder);
	}

	private static void forAnyLife(int rounds, BiFunction<Life, Random, @Nullable String> property) {
		for (int i = 0; i < LIVES; i++) {
			var random = new Random(SEED + i);
			var life = Life.random(1 + random.nextInt(rounds), random);
			var complaint = property.apply(life, random);
			assertThat(complaint).as("seed %d, life %s", SEED + i, life.sent()).isNull();
		}
	}

	private static List<Sent> some(List<Sent> sent, Random random) {
		return sent.stream().filter((each) -> random.nextInt(8) > 0).toList();
	}

	private static List<Sent> shuffled(List<Sent> sent, Random random) {
		var order = new ArrayList<>(sent);
		Collections.shuffle(order, random);
		return order;
	}

	private static List<Sent> repeated(List<Sent> sent, Random random) {
		var order = new ArrayList<>(sent);
		for (var each : sent) {
			if (random.nextInt(4) == 0 && each.report().finishTime() != null && !each.report().reopens()) {
				order.add(order.indexOf(each) + 1 + random.nextInt(order.size() - order.indexOf(each)), each);
			}
		}
		return order;
	}

	private static List<Sent> opensBeforeItEnds(List<Sent> order) {
		var sorted = new ArrayList<>(order);
		for (var opening : order) {
			if (opening.report().reopens()) {
				int first = IntStream.range(0, sorted.size())
					.filter((i) -> sorted.get(i).round() >= opening.round())
					.findFirst()
					.orElseThrow();
				sorted.remove(opening);
				sorted.add(Math.min(first, sorted.size()), opening);
			}
		}
		return sorted;
	}

	private static Verification told(List<Sent> order) {
		var verification = registered();
		for (int i = 0; i < order.size(); i++) {
			verification.hear(order.get(i).report(), UUID.randomUUID(), NOW.plusSeconds(i), DEADLINES);
		}
		return verification;
	}

	private static Verification asked(Verification verification, Life life) {
		for (int checks = 1; verification.progress() == Progress.AWAITED; checks++) {
			assertThat(checks).as("checks").isLessThanOrEqualTo(DEADLINES.followUps().size() + 1);
			var due = verification.dueAt().orElseThrow();
			var check = check(verification, due);
			for (var part = verification.next(check); part.isPresent(); part = verification.next(check)) {
				switch (part.get()) {
					case STATUS -> verification.answer(check, life.status(), due, DEADLINES);
					case DATA -> verification.answer(check, life.data(), due);
					case FILES -> verification.answer(check, files(), due);
				}
			}
		}
		return verification;
	}

	/** How a verification ended, once iDenfy was asked as well. */
	private record End(Progress progress, @Nullable ParkedReason reason, @Nullable String overall) {

		static End of(Verification verification) {
			var overall = verification.decision().filter(Decision::isFinal).map(Decision::overall).orElse(null);
			return new End(verification.progress(), verification.parkedReason().orElse(null), overall);
		}

	}

	/** One webhook of a life. */
	private record Sent(int round, Report report) {

		@Override
		public String toString() {
			var time = this.report.finishTime();
			return this.report + ((time != null) ? " @" + (time - FINISH_TIME) : "");
		}

	}

	/** What iDenfy sends of one verification, and what it says of it in the end. */
	private record Life(List<Sent> sent, StatusAnswer status, Map<String, @Nullable Object> data) {

		private static final List<String> VERDICTS = List.of("APPROVED", "DENIED", "SUSPECTED");

		static Life random(int rounds, Random random) {
			var sent = new ArrayList<Sent>();
			var status = answer("ACTIVE");
			for (int round = 1; round <= rounds; round++) {
				var verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
				var first = VERDICTS.get(random.nextInt(VERDICTS.size()));
				long finishTime = FINISH_TIME + 1000L * round;
				if (round > 1) {
					boolean conclusive = random.nextInt(4) == 0;
					var resubmitted = new ReportBuilder(Event.RESUBMITTED, conclusive ? verdict : "REVIEWING")
						.saidFinal(conclusive);
					sent.add(sent(round, resubmitted.finishTime(finishTime), random));
					status = reviewedAnswer(verdict);
					if (!conclusive && round == rounds && random.nextInt(4) == 0) {
						sent.add(sent(round, expired(), random));
						status = answer("EXPIRED");
					}
					else if (!conclusive) {
						sent.add(sent(round, reviewed(verdict).finishTime(finishTime), random));
					}
					continue;
				}
				switch (random.nextInt(rounds > 1 ? 3 : 6)) {
					case 0 -> {
						sent.add(sent(round, automatic(verdict).finishTime(finishTime), random));
						status = answer(verdict);
					}
					case 1 -> {
						sent.add(sent(round, preliminary(first).finishTime(finishTime), random));
						sent.add(sent(round, reviewed(verdict).finishTime(finishTime), random));
						status = reviewedAnswer(verdict);
					}
					case 2 -> {
						sent.add(sent(round, automatic(first).finishTime(finishTime), random));
						sent.add(sent(round, reviewed(verdict).finishTime(finishTime), random));
						status = reviewedAnswer(verdict);
					}
					case 3 -> {
						sent.add(sent(round, expired(), random));
						status = answer("EXPIRED");
					}
					case 4 -> {
						sent.add(sent(round, preliminary(first).finishTime(finishTime), random));
						sent.add(sent(round, random.nextBoolean() ? expired() : cancelled("EXPIRED"), random));
						status = answer("EXPIRED");
					}
					default -> {
						sent.add(sent(round, preliminary(first).finishTime(finishTime), random));
						sent.add(sent(round, expired(), random));
						sent.add(sent(round, reviewed(verdict).finishTime(finishTime), random));
						status = reviewedAnswer(verdict);
					}
				}
			}
			return new Life(sent, status, Map.of("docFirstName", "retrieved", "docLastName", "retrieved"));
		}

		boolean isClosedAnew() {
			return this.sent.getLast().round() > 1 && this.sent.getLast().report().word() == Word.CLOSING;
		}

		private static Sent sent(int round, ReportBuilder report, Random random) {
			var name = report + " " + round;
			boolean closes = report.build().word() == Word.CLOSING;
			if (!closes && random.nextInt(3) > 0) {
				report.data(fields(name, List.of("docFirstName", "docLastName", "docPatronymic"), random));
			}
			else {
				report.withoutData();
			}
			if (closes || random.nextInt(3) == 0) {
				report.files();
			}
			fields(name, List.of("riskLevel", "platform", "AML"), random).forEach(report::extra);
			return new Sent(round, report.build());
		}

		private static Map<String, @Nullable Object> fields(String value, List<String> names, Random random) {
			var fields = new LinkedHashMap<String, @Nullable Object>();
			names.forEach((name) -> fields.put(name, (random.nextInt(3) > 0) ? value : null));
			return fields;
		}

	}

}
