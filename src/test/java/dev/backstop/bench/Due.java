package dev.backstop.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import dev.backstop.Database;
import dev.backstop.bench.Load.Measured;
import dev.backstop.bench.Statements.Statement;
import org.awaitility.Awaitility;

import org.springframework.util.Assert;

/**
 * What it costs to find the verifications that are due, among few and among many stored,
 * and whether webhooks notice while a great many are worked off.
 */
final class Due implements Section {

	private static final int SOME = 1000;

	private static final int SENDERS = 4;

	// of each sender: together 100 a second, which leaves the machine room
	private static final Duration PACE = Duration.ofMillis(40);

	private static final Duration VENDOR_LATENCY = Duration.ofMillis(20);

	private static final String FIND = "finds a batch";

	private static final String OFTEN = "backstop.reconciliation.interval=200ms";

	private static final String[] WIDE_OPEN = Stream.concat(Stream.of(Limiter.WIDE_OPEN), Stream.of(OFTEN))
		.toArray(String[]::new);

	/** So that a batch is found often enough for a mean. */
	private static final String[] SMALL_BATCHES = Stream
		.concat(Stream.of(WIDE_OPEN), Stream.of("backstop.reconciliation.batch-size=50"))
		.toArray(String[]::new);

	/**
	 * What the reconciler does for each batch and each verification in it, by its SQL.
	 */
	private static final Map<String, String> STEPS = new TreeMap<>(
			Map.of(FIND, "order by next_check_at, scan_ref limit", "claims one", "insert into claim"));

	private final Profile profile;

	private final Postgres postgres;

	private final Stored large;

	private final Report report;

	private final Webhooks webhooks = new Webhooks(WebhookShape.WITHOUT_LINKS);

	Due(Profile profile, Postgres postgres, Stored large, Report report) {
		this.profile = profile;
		this.postgres = postgres;
		this.large = large;
		this.report = report;
	}

	@Override
	public String name() {
		return "due";
	}

	@Override
	public Duration expected() {
		return this.profile.drain().multipliedBy(4).plusSeconds(110);
	}

	@Override
	public void run() throws Exception {
		this.report.chapter("Finding what is due");
		var small = new Stored(this.postgres.createDatabase(), this.profile.seeding());
		small.growTo(this.profile.small());
		this.large.growTo(this.profile.stored().getLast());
		var few = new LinkedHashMap<String, Statement>();
		try (var vendor = Vendor.start().expiring(Duration.ZERO)) {
			try (var backstop = Application.backstop(small.database(), vendor, SMALL_BATCHES)) {
				few.putAll(workOff(small, backstop));
			}
			try (var backstop = Application.backstop(this.large.database(), vendor, SMALL_BATCHES)) {
				compare(small, few, workOff(this.large, backstop));
			}
			try (var backstop = Application.backstop(this.large.database(), vendor, WIDE_OPEN)) {
				backstop.operate("pause");
				this.large.addDue(this.profile.backlog());
				drain("with the limiter wide open", backstop, vendor.expiring(VENDOR_LATENCY));
				explain(backstop);
			}
			try (var backstop = Application.backstop(this.large.database(), vendor, OFTEN)) {
				drain("with the default limiter", backstop, vendor);
			}
		}
		this.webhooks.requireKept(this.large.database());
	}

	private void compare(Stored small, Map<String, Statement> few, Map<String, Statement> many) {
		this.report
			.text("""
					%,d are due, among %,d stored and among %,d. They have just become so and been vacuumed, so that they are \
					found from the index alone. The costs are those in the database, the times without the slowest call of each.""",
					SOME, small.count(), this.large.count());
		var table = this.report.table("the reconciler", "stored", "times", "rows each", "ms each", "ms of the slowest",
				"blocks each", "of these not in memory");
		few.forEach((step, cost) -> {
			table.row(row(step, small, cost)).row(row("", this.large, many.get(step)));
			this.report.atMost(
					"%s: ms among %,d stored, of that among %,d".formatted(step, this.large.count(), small.count()),
					many.get(step).usualMillisPerCall() / cost.usualMillisPerCall(), 1.5);
		});
		table.end();
		var find = many.get(FIND);
		this.report.atMost(
				"blocks looked at for each that is found due, among %,d stored".formatted(this.large.count()),
				(double) find.blocks() / find.rows(), 2);
	}

	private static Object[] row(String step, Stored stored, Statement cost) {
		return new Object[] { step, "%,d".formatted(stored.count()), cost.calls(), (double) cost.rows() / cost.calls(),
				cost.usualMillisPerCall(), cost.slowest(), cost.blocksPerCall(), cost.readPerCall() };
	}

	/** Lets half of some that are due be worked off. */
	private Map<String, Statement> workOff(Stored stored, Application backstop) throws Exception {
		backstop.operate("pause");
		stored.makeDue(SOME);
		var statements = new Statements(this.postgres, stored.database());
		statements.reset();
		Progress.say("due: works off %,d among %,d", SOME, stored.count());
		backstop.operate("resume");
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> countDue(stored.database()) < SOME / 2);
		var costs = new LinkedHashMap<String, Statement>();
		STEPS.forEach((step, text) -> costs.put(step, statements.containing(text).getFirst()));
		// who comes next need not wait until this run is taken for dead
		backstop.operate("pause");
		return costs;
	}

	private static long countDue(Database database) {
		return Postgres.jdbc(database)
			.sql("select count(*) from verification where next_check_at <= now()")
			.query(Long.class)
			.single();
	}

	/** Lets a backlog be worked off for some time, and stand still for as long. */
	private void drain(String how, Application backstop, Vendor vendor) throws Exception {
		long due = countDue(this.large.database());
		Progress.say("due: %,d at once, %s", due, how);
		// the disk shall not write what was stored before
		this.postgres.checkpoint();
		var idle = new ArrayList<Measured>();
		var draining = new ArrayList<Measured>();
		long calls = 0;
		var turn = this.profile.drain().dividedBy(this.profile.rounds());
		try (var load = load(backstop)) {
			resume(backstop, vendor, load);
			load.run(turn.multipliedBy(2));
			for (int i = 0; i < this.profile.rounds(); i++) {
				backstop.operate("pause");
				load.run(Duration.ofMillis(500));
				idle.add(load.run(turn));
				resume(backstop, vendor, load);
				int before = vendor.calls();
				draining.add(load.run(turn));
				calls += vendor.calls() - before;
			}
		}
		tell("%,d due at once, %s".formatted(due, how), idle, draining, calls);
	}

	/** Lets the reconciler work, and waits for its first call while webhooks come. */
	private static void resume(Application backstop, Vendor vendor, Load load) throws Exception {
		int before = vendor.calls();
		backstop.operate("resume");
		until(() -> vendor.calls() > before, load, "The reconciler works off nothing");
	}

	private static void until(BooleanSupplier reached, Load load, String otherwise) throws Exception {
		for (int i = 0; !reached.getAsBoolean(); i++) {
			Assert.state(i < 30, otherwise);
			load.run(Duration.ofSeconds(1));
		}
	}

	/**
	 * Prints the plans of what is done while webhooks come and a backlog is worked off.
	 */
	private void explain(Application backstop) throws Exception {
		var statements = new Statements(this.postgres, this.large.database());
		try (var load = load(backstop)) {
			tell(new Plans(this.postgres).during(() -> {
				statements.reset();
				until(() -> !statements.containing(STEPS.get(FIND)).isEmpty(), load,
						"The reconciler finds nothing that is due");
				return load;
			}, this.large.database()));
		}
	}

	private Load load(Application backstop) throws Exception {
		return Load.paced(SENDERS, PACE, () -> this.webhooks.sender(backstop.port()));
	}

	private void tell(String what, List<Measured> idle, List<Measured> draining, long calls) {
		double ratio = Sample.medianOfRatios(draining.stream().map((round) -> round.millis(99)).toList(),
				idle.stream().map((round) -> round.millis(99)).toList());
		var quiet = Measured.sum(idle);
		var busy = Measured.sum(draining);
		double checks = calls * 1e9 / this.profile.drain().toNanos();
		Progress.say("due: webhook p99 %.1f ms idle, %.1f ms while %.0f/s are worked off", quiet.millis(99),
				busy.millis(99), checks);
		this.report.part(what)
			.text("""
					iDenfy takes %d ms, and %d webhooks come a second. In turns of %s s the reconciler is paused and works; then it \
					checks %s a second.""",
					VENDOR_LATENCY.toMillis(), SENDERS * 1000 / PACE.toMillis(),
					Report.number(this.profile.drain().toMillis() / 1000.0 / this.profile.rounds()),
					Report.number(checks))
			.table("", "webhooks", "not taken", "p50 ms", "p99 ms")
			.row("idle", quiet.succeeded(), quiet.failed(), quiet.millis(50), quiet.millis(99))
			.row("working off", busy.succeeded(), busy.failed(), busy.millis(50), busy.millis(99))
			.end();
		this.report.atMost("webhook p99, %s, of that when idle".formatted(what), ratio, 1.5);
	}

	private void tell(List<Plan> plans) {
		var table = this.report.part("Plans of the reconciler and the webhooks")
			.table("statement", "rows", "rows discarded", "blocks", "plan");
		var shown = new LinkedHashMap<String, Plan>();
		plans.forEach((plan) -> shown.put(plan.text().replaceAll("\\s+", " ").strip(), plan));
		shown.forEach((text, plan) -> table.row("`" + text.substring(0, Math.min(110, text.length())) + "`",
				plan.rows(), plan.discarded(), plan.blocks(), plan.shape()));
		table.end();
		Plan.requireIndexes(plans);
	}

}
