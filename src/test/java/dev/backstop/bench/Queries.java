package dev.backstop.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.backstop.bench.Load.Measured;

/**
 * How fast clients are answered when little is stored, and when much is: two applications
 * with a database each, which take turns.
 */
final class Queries implements Section {

	private static final String LIST = "/api/v1/verifications";

	private static final String APPROVED = LIST + "?overall=APPROVED";

	// so that the smallest database has a thousand pages of what is approved
	private static final int ROWS = 5;

	private static final int PAGE = 1000;

	private static final int CONNECTIONS = 2;

	private final Profile profile;

	private final Postgres postgres;

	private final Stored large;

	private final Report report;

	Queries(Profile profile, Postgres postgres, Stored large, Report report) {
		this.profile = profile;
		this.postgres = postgres;
		this.large = large;
		this.report = report;
	}

	@Override
	public String name() {
		return "queries";
	}

	@Override
	public Duration expected() {
		int larger = this.profile.stored().size() - 1;
		return turn().multipliedBy(10L * (this.profile.rounds() + 1) * larger)
			.plusSeconds(15)
			.plus(this.profile.seeding().dividedBy(2).multipliedBy(larger));
	}

	private Duration turn() {
		return this.profile.round().dividedBy(4);
	}

	@Override
	public void run() throws Exception {
		var small = new Stored(this.postgres.createDatabase(), this.profile.seeding());
		small.growTo(this.profile.small());
		this.report.chapter("Queries")
			.text("""
					Each question is asked over %d connections, of an application with %,d stored verifications and of one with \
					more, in turns of %s s, %d each. The indexes by which one is found were read into memory before, as where they \
					have been in use for long; the rest is where PostgreSQL and the system keep it. Which verification or client is \
					asked for is random among all. A page has 50 verifications, but where it says otherwise. The ratio is the median of \
					those of each turn.""",
					CONNECTIONS, small.count(), Report.number(turn().toMillis() / 1000.0), this.profile.rounds());
		var counts = new ArrayList<>(List.of("%,d".formatted(small.count())));
		var bars = new LinkedHashMap<String, List<Double>>();
		try (var vendor = Vendor.start()) {
			for (long count : this.profile.stored().subList(1, this.profile.stored().size())) {
				counts.add("%,d".formatted(this.large.growTo(count)));
				this.postgres.checkpoint();
				// both anew, since a JVM gets faster for a long time
				try (var few = start(small, vendor); var many = start(this.large, vendor)) {
					compare(few, many, bars);
					explain(many);
				}
			}
		}
		var chart = new Chart("Queries, %s stored and more".formatted(counts.getFirst()), "p99 in ms", counts);
		bars.forEach((question, values) -> chart.group(question,
				values.stream().mapToDouble(Double::doubleValue).toArray()));
		this.report.chart("queries", chart);
	}

	private Side start(Stored stored, Vendor vendor) throws Exception {
		var application = Application.backstop(stored.database(), vendor, "backstop.reconciliation.interval=1d");
		var side = new Side(application, stored, thousandthPage(application));
		Progress.say("queries: warms up with %,d stored", stored.count());
		for (var question : side.questions().values()) {
			try (var load = side.load(question)) {
				load.run(this.profile.round().dividedBy(2));
			}
		}
		return side;
	}

	/** Turns over as many pages as come before. */
	private static String thousandthPage(Application application) throws IOException {
		var cursor = "";
		for (int left = (PAGE - 1) * ROWS; left > 0;) {
			int limit = Math.min(200, left);
			cursor = "&cursor=" + application.get(APPROVED + "&limit=" + limit + cursor).get("nextCursor").asString();
			left -= limit;
		}
		return APPROVED + "&limit=" + ROWS + cursor;
	}

	private void compare(Side few, Side many, Map<String, List<Double>> bars) throws Exception {
		long count = many.stored.count();
		var table = this.report.part("%,d stored, and %,d".formatted(few.stored.count(), count))
			.table("question", "per second", "p50 ms", "p99 ms", "with more: per second", "p50 ms", "p99 ms",
					"ratio of p99");
		var goals = new LinkedHashMap<String, Double>();
		for (var name : few.questions().keySet()) {
			var small = new ArrayList<Measured>();
			var large = new ArrayList<Measured>();
			try (var ofFew = few.load(few.questions().get(name)); var ofMany = many.load(many.questions().get(name))) {
				for (int i = 0; i < this.profile.rounds(); i++) {
					small.add(answered(ofFew.run(turn())));
					large.add(answered(ofMany.run(turn())));
				}
			}
			double ratio = Sample.medianOfRatios(large.stream().map((round) -> round.millis(99)).toList(),
					small.stream().map((round) -> round.millis(99)).toList());
			var less = Measured.sum(small);
			var more = Measured.sum(large);
			Progress.say("queries: %s: p99 %.1f ms with %,d, %.1f ms with %,d", name, less.millis(99),
					few.stored.count(), more.millis(99), count);
			table.row(name, less.perSecond(), less.millis(50), less.millis(99), more.perSecond(), more.millis(50),
					more.millis(99), ratio);
			bars.computeIfAbsent(name, (_) -> new ArrayList<>(List.of(less.millis(99)))).add(more.millis(99));
			goals.put(name, ratio);
		}
		table.end();
		goals.forEach((name, ratio) -> this.report
			.atMost("%s: p99 at %,d stored, of that at %,d".formatted(name, count, few.stored.count()), ratio, 1.5));
	}

	private static Measured answered(Measured measured) {
		if (measured.failed() > 0) {
			throw new IllegalStateException(measured.failed() + " questions were not answered 200");
		}
		return measured;
	}

	/** Prints the plans of all kinds of lists, as the application gets them. */
	private void explain(Side many) throws Exception {
		var paths = paths(many);
		var plans = new Plans(this.postgres).during(() -> {
			for (var path : paths) {
				many.application.get(path);
			}
			return paths;
		}, many.stored.database());
		// each question is answered by one statement
		var answers = plans.stream()
			.filter((plan) -> plan.text().contains("from verification") || plan.text().contains("from timeline"))
			.toList();
		var table = this.report.part("Plans with %,d stored".formatted(many.stored.count()))
			.table("question", "rows", "rows discarded", "blocks", "plan");
		for (int i = 0; i < paths.size(); i++) {
			var plan = answers.get(i);
			table.row("`" + paths.get(i).replaceFirst("cursor=.*", "cursor=…") + "`", plan.rows(), plan.discarded(),
					plan.blocks(), plan.shape());
		}
		table.end();
		Plan.requireIndexes(plans);
	}

	private static List<String> paths(Side side) {
		var lately = Instant.parse("2024-01-01T00:00:00Z").plusSeconds(5 * (side.stored.count() - 500));
		var one = LIST + "/" + side.stored.anyScanRef();
		return List.of(one, one + "/timeline", LIST, APPROVED, side.thousandthPage, LIST + "?overall=SUSPECTED",
				LIST + "?progress=AWAITED", LIST + "?progress=PARKED", LIST + "?clientId=" + side.stored.anyClientId(),
				LIST + "?externalRef=order-1000", LIST + "?updatedSince=" + lately,
				LIST + "?overall=APPROVED&progress=AWAITED", LIST + "?overall=DENIED&progress=AWAITED",
				LIST + "?progress=AWAITED&updatedSince=" + lately,
				LIST + "?overall=APPROVED&updatedSince=2024-01-01T00:00:00Z");
	}

	/**
	 * An application and what it has stored.
	 *
	 * @param thousandthPage the path of a page that many come before
	 */
	private record Side(Application application, Stored stored, String thousandthPage) implements AutoCloseable {

		Map<String, Supplier<String>> questions() {
			var questions = new LinkedHashMap<String, Supplier<String>>();
			questions.put("one verification", () -> LIST + "/" + this.stored.anyScanRef());
			questions.put("its timeline", () -> LIST + "/" + this.stored.anyScanRef() + "/timeline");
			questions.put("what is approved", () -> APPROVED);
			questions.put("thousandth page of it, %d each".formatted(ROWS), () -> this.thousandthPage);
			questions.put("what a client has", () -> LIST + "?clientId=" + this.stored.anyClientId());
			return questions;
		}

		Load load(Supplier<String> question) throws Exception {
			return Load.eager(CONNECTIONS, () -> new Asker(this.application, question));
		}

		@Override
		public void close() {
			this.application.close();
		}

	}

}
