package dev.backstop.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

/** How many checks the reconciler makes, and whether it keeps to its budget. */
final class Reconciling implements Section {

	private static final List<Duration> LATENCIES = List.of(Duration.ofMillis(20), Duration.ofMillis(200));

	// as set by default
	private static final int IN_FLIGHT = 4;

	private static final Duration PERIOD = Duration.ofMillis(500);

	private static final int CALLS_PER_CHECK = 3;

	// the first calls of a new process are late, and the next one early
	private static final int BEGINNING = 3;

	private final Profile profile;

	private final Postgres postgres;

	private final Report report;

	Reconciling(Profile profile, Postgres postgres, Report report) {
		this.profile = profile;
		this.postgres = postgres;
		this.report = report;
	}

	@Override
	public String name() {
		return "reconciler";
	}

	@Override
	public Duration expected() {
		return this.profile.drain().multipliedBy(3).plusSeconds(25);
	}

	@Override
	public void run() throws Exception {
		this.report.chapter("Reconciler");
		try (var vendor = Vendor.start()) {
			measureSpeed(backlog(), vendor);
			measureBudget(backlog(), vendor);
		}
	}

	/** A new database in which all are due, so that a run begins at once. */
	private Stored backlog() throws Exception {
		var stored = new Stored(this.postgres.createDatabase(), this.profile.seeding());
		stored.addDue((int) this.profile.small());
		return stored;
	}

	private void measureSpeed(Stored stored, Vendor vendor) throws Exception {
		this.report.text(
				"""
						The limiter is wide open, %d checks are under way at once as by default, and each makes %d calls, one after \
						the other.""",
				IN_FLIGHT, CALLS_PER_CHECK);
		var table = this.report.table("iDenfy takes ms", "checks per second", "if nothing else took time", "share");
		vendor.approving(LATENCIES.getFirst());
		try (var _ = start(stored, vendor, Limiter.WIDE_OPEN)) {
			pass(this.profile.round().multipliedBy(2));
			for (var latency : LATENCIES) {
				vendor.approving(latency);
				pass(Duration.ofSeconds(1));
				int before = vendor.calls();
				long begin = System.nanoTime();
				pass(this.profile.drain());
				double seconds = (System.nanoTime() - begin) / 1e9;
				double checks = (vendor.calls() - before) / seconds / CALLS_PER_CHECK;
				double ideal = IN_FLIGHT * 1000.0 / latency.toMillis() / CALLS_PER_CHECK;
				Progress.say("reconciler: %.1f checks/s at %d ms", checks, latency.toMillis());
				table.row(latency.toMillis(), checks, ideal, checks / ideal);
			}
		}
		table.end();
	}

	/** The default budget, 2 calls a second. */
	private void measureBudget(Stored stored, Vendor vendor) throws Exception {
		vendor.approving(LATENCIES.getLast());
		int from = vendor.calls();
		try (var _ = start(stored, vendor)) {
			pass(this.profile.drain().multipliedBy(2));
		}
		var left = left(stored);
		var arrivals = vendor.arrivals(from);
		// seen by iDenfy, the calls of a process that is still slow come closer together
		var later = Arrays.copyOfRange(arrivals, BEGINNING, arrivals.length);
		double share = (later.length - 1) * (double) PERIOD.toNanos() / lasted(later);
		long over = over(left) + over(later);
		Progress.say("reconciler: used %.1f %% of the budget, %d calls over", share * 100, over);
		this.report
			.text("""
					With the default limiter, one call each %d ms, a backlog, and an iDenfy that takes %d ms: %d calls in %s s, %s %% of \
					the budget. Over budget are calls beyond twice the limit in any window of one period, and beyond the limit times the \
					periods and one limit more, as they left by the ledger and, from the fourth call of the process on, as they came: %d.""",
					PERIOD.toMillis(), LATENCIES.getLast().toMillis(), arrivals.length,
					Report.number(lasted(arrivals) / 1e9), Report.number(share * 100), over);
		this.report.atLeast("share of the budget used while there is a backlog", share, 0.98);
		this.report.atMost("calls over budget", over, 0);
		if (over > 0) {
			throw new IllegalStateException(over + " calls over budget");
		}
	}

	private static long over(long[] calls) {
		long allowed = lasted(calls) / PERIOD.toNanos() + 2;
		long crowded = IntStream.range(2, calls.length)
			.filter((i) -> calls[i] - calls[i - 2] < PERIOD.toNanos())
			.count();
		return crowded + Math.max(0, calls.length - allowed);
	}

	private static long lasted(long[] calls) {
		return calls[calls.length - 1] - calls[0];
	}

	/** When calls left, by the ledger. */
	private static long[] left(Stored stored) {
		return Postgres.jdbc(stored.database())
			.sql("select cast(extract(epoch from started_at) * 1000000 as bigint) * 1000 from idenfy_call order by 1")
			.query(Long.class)
			.stream()
			.mapToLong(Long::longValue)
			.toArray();
	}

	private static Application start(Stored stored, Vendor vendor, String... settings) {
		int before = vendor.calls();
		var application = Application.backstop(stored.database(), vendor, settings);
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> vendor.calls() > before + 2);
		return application;
	}

	private static void pass(Duration time) throws InterruptedException {
		Thread.sleep(time);
	}

}
