package dev.backstop.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import dev.backstop.Database;
import dev.backstop.bench.Load.Measured;

/**
 * How many webhooks are acknowledged, and beside it how often the database alone can
 * commit what they leave there.
 */
final class Intake implements Section {

	private static final int TYPICAL = 32;

	/** What a statement is for, by its SQL. */
	private static final Map<String, String> PURPOSES = Map.of("pg_advisory_xact_lock",
			"nobody else makes the verification meanwhile", "from verification ",
			"what is known of it, which nobody else changes meanwhile", "from delivery where",
			"whether the webhook came before", "insert into delivery", "the webhook as it came, for evidence",
			"insert into verification", "the decision and the data", "insert into timeline_entry", "what happened when",
			"insert into archive_file", "the files to fetch");

	private final Profile profile;

	private final Postgres postgres;

	private final Report report;

	private final Chart chart = new Chart("Webhooks acknowledged, and the limit beside it", "per second",
			List.of("Backstop", "the limit"));

	Intake(Profile profile, Postgres postgres, Report report) {
		this.profile = profile;
		this.postgres = postgres;
		this.report = report;
	}

	@Override
	public String name() {
		return "intake";
	}

	@Override
	public Duration expected() {
		int measurements = this.profile.connections().size() + (this.profile.isFull() ? 1 : 0);
		return this.profile.round()
			.multipliedBy(2L * this.profile.rounds() * measurements)
			.plus(this.profile.warmUp())
			.plusSeconds(45);
	}

	@Override
	public void run() throws Exception {
		var source = this.postgres.createDatabase();
		try (var vendor = Vendor.start();
				// the files are queued as ever, and not fetched while webhooks are
				// measured
				var backstop = Application.backstop(source, vendor, "backstop.archive.interval=1d",
						"backstop.reconciliation.grace=1d")) {
			var webhooks = new Webhooks(WebhookShape.ALL);
			warmUp(backstop, webhooks);
			var copy = this.postgres.createDatabase();
			var limit = Limit.of(WebhookShape.ALL, backstop, source, copy);
			describe(limit);
			var rounds = new ArrayList<Rounds>();
			for (int connections : this.profile.connections()) {
				rounds.add(measure(connections, "", backstop, webhooks, limit, source, copy));
			}
			var withoutLinks = new Webhooks(WebhookShape.WITHOUT_LINKS);
			if (this.profile.isFull()) {
				var limitWithoutLinks = Limit.of(WebhookShape.WITHOUT_LINKS, backstop, source, copy);
				rounds.add(measure(TYPICAL, ", no links", backstop, withoutLinks, limitWithoutLinks, source, copy));
			}
			tell(rounds);
			explain(source, backstop, webhooks);
			long kept = webhooks.requireKept(source) + withoutLinks.requireKept(source);
			this.report.text("Each of the %,d webhooks that were answered 200 is in the database.", kept);
		}
	}

	/** A JVM gets faster for a long time. */
	private void warmUp(Application backstop, Webhooks webhooks) throws Exception {
		try (var load = Load.eager(TYPICAL, () -> webhooks.sender(backstop.port()))) {
			long end = System.nanoTime() + this.profile.warmUp().toNanos();
			while (System.nanoTime() < end) {
				Progress.say("intake: warms up, %.0f/s", load.run(Duration.ofSeconds(4)).perSecond());
			}
		}
	}

	private void describe(Limit limit) {
		this.report.chapter("Intake")
			.text("""
					Unique signed webhooks of the sample shapes (%s), 2.6 to 4.7 KB, over HTTP/1.1 connections that are kept \
					alive. Files are queued, as by default, and not fetched meanwhile. *The limit* is plain JDBC with as many \
					connections, prepared statements and one commit for what one webhook leaves in the database, on the same \
					server: on average %s. Not taken are those that were shed with 503. They take turns of %s s, %d each; ratios are the median of those of each turn.""",
					String.join(", ", WebhookShape.ALL.stream().map(WebhookShape::toString).toList()), limit.rows(),
					Report.number(this.profile.round().toMillis() / 1000.0), this.profile.rounds());
	}

	private Rounds measure(int connections, String kind, Application backstop, Webhooks webhooks, Limit limit,
			Database source, Database copy) throws Exception {
		var rounds = new Rounds(connections + kind, connections, new ArrayList<>(), new ArrayList<>());
		var counted = new Statements(this.postgres, source);
		var countedOfLimit = new Statements(this.postgres, copy);
		this.postgres.checkpoint();
		try (var senders = Load.eager(connections, () -> webhooks.sender(backstop.port()));
				var writers = Load.eager(connections, limit::writer)) {
			for (int i = 1; i <= this.profile.rounds(); i++) {
				rounds.backstop.add(round(senders, counted, Stream.of(backstop.handle())));
				rounds.limit.add(round(writers, countedOfLimit, Stream.of()));
				Progress.say("intake: %s connections, turn %d of %d: %.0f/s, limit %.0f/s", rounds.name, i,
						this.profile.rounds(), rounds.backstop.getLast().measured.perSecond(),
						rounds.limit.getLast().measured.perSecond());
			}
		}
		return rounds;
	}

	private Round round(Load load, Statements statements, Stream<ProcessHandle> application) throws Exception {
		var measured = new ArrayList<Measured>();
		var spent = Spent.during(() -> measured.add(load.run(this.profile.round())), this.postgres, statements,
				application);
		return new Round(measured.getFirst(), spent);
	}

	private void tell(List<Rounds> all) throws IOException {
		var table = this.report.table("connections", "", "per second", "not taken", "p50 ms", "p99 ms", "p99.9 ms",
				"application CPU ms", "PostgreSQL CPU ms", "generator CPU ms", "statements", "log bytes");
		all.forEach((rounds) -> {
			table.row(row(rounds.name, "Backstop", rounds.backstop));
			table.row(row("", "the limit", rounds.limit));
		});
		table.end();
		var ratios = this.report.table("connections", "ratio, median", "ratio of each turn");
		all.forEach((rounds) -> ratios.row(rounds.name, rounds.ratio(),
				String.join(", ", rounds.ratios().stream().map(Report::number).toList())));
		ratios.end();
		all.forEach((rounds) -> this.chart.group(rounds.name, Sample.median(rounds.backstop.stream().map(Round::speed)),
				Sample.median(rounds.limit.stream().map(Round::speed))));
		this.report.chart("intake", this.chart);
		all.forEach(this::judge);
	}

	private static Object[] row(String connections, String who, List<Round> rounds) {
		var all = Measured.sum(rounds.stream().map(Round::measured).toList());
		double calls = all.succeeded();
		return new Object[] { connections, who, Sample.median(rounds.stream().map(Round::speed)), all.failed(),
				all.millis(50), all.millis(99), all.millis(99.9),
				sum(rounds, (spent) -> millis(spent.application())) / calls,
				sum(rounds, (spent) -> millis(spent.postgres())) / calls,
				sum(rounds, (spent) -> millis(spent.generator())) / calls, sum(rounds, Spent::statements) / calls,
				sum(rounds, Spent::written) / calls };
	}

	private static double millis(Duration duration) {
		return duration.toNanos() / 1e6;
	}

	private static double sum(List<Round> rounds, ToDoubleFunction<Spent> cost) {
		return rounds.stream().map(Round::spent).mapToDouble(cost).sum();
	}

	private void judge(Rounds rounds) {
		var p99 = Measured.sum(rounds.backstop.stream().map(Round::measured).toList()).millis(99);
		if (rounds.connections == TYPICAL) {
			this.report.atLeast("intake at %s connections, of the limit".formatted(rounds.name), rounds.ratio(), 0.75);
			this.report.atMost("intake at %s connections, p99 in ms".formatted(rounds.name), p99, 40);
		}
		else if (rounds.connections == 1) {
			this.report.atMost("intake at 1 connection, p99 in ms", p99, 5);
		}
	}

	/** Says what each statement of a webhook is for, and what it costs. */
	private void explain(Database source, Application backstop, Webhooks webhooks) throws Exception {
		var statements = new Statements(this.postgres, source);
		statements.reset();
		try (var load = Load.eager(1, () -> webhooks.sender(backstop.port()))) {
			var measured = load.run(Duration.ofSeconds(1));
			double calls = measured.succeeded();
			var own = statements.list(20).stream().filter((statement) -> statement.calls() > calls / 10).toList();
			this.report.part("What a webhook's statements are for")
				.text("""
						Over one connection no webhook shares a transaction. Half of them are then answered within %s ms; the \
						statements take %s ms of these in the database. The rest is the commit, which waits for the disk, the way \
						between the processes, and the application.""",
						Report.number(measured.millis(50)),
						Report.number(own.stream()
							.mapToDouble((statement) -> statement.calls() * statement.millisPerCall())
							.sum() / calls));
			var table = this.report.table("what for", "statement", "times", "ms each in the database", "rows each",
					"log bytes each");
			own.forEach((statement) -> table.row(purpose(statement.text()), "`" + shortened(statement.text()) + "`",
					statement.calls() / calls, statement.millisPerCall(), (double) statement.rows() / statement.calls(),
					(double) statement.written() / statement.calls()));
			table.end();
		}
	}

	private static String purpose(String sql) {
		return PURPOSES.entrySet()
			.stream()
			.filter((purpose) -> sql.contains(purpose.getKey()))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse("");
	}

	private static String shortened(String sql) {
		var text = sql.replaceAll("(?i)(select|returning) .{60,}? from ", "$1 … from ")
			.replaceAll("\\(([a-z_]+, ?)([^()]{60,}?)\\)", "(…)")
			.replaceAll("\\((\\$\\d+,? ?)+\\)", "(…)");
		return (text.length() > 160) ? text.substring(0, 160) + "…" : text;
	}

	/** One turn. */
	private record Round(Measured measured, Spent spent) {

		double speed() {
			return this.measured.perSecond();
		}

	}

	/** The turns of both with so many connections. */
	private record Rounds(String name, int connections, List<Round> backstop, List<Round> limit) {

		List<Double> ratios() {
			return Sample.ratios(this.backstop.stream().map(Round::speed).toList(),
					this.limit.stream().map(Round::speed).toList());
		}

		double ratio() {
			return Sample.median(ratios().stream());
		}

	}

}
