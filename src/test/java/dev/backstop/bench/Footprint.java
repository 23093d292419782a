package dev.backstop.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.backstop.Database;

/** How long a start takes, and how much memory and disk the application and its data. */
final class Footprint implements Section {

	private static final int CONNECTIONS = 32;

	private static final double MEBIBYTE = 1 << 20;

	private final Profile profile;

	private final Postgres postgres;

	private final Report report;

	Footprint(Profile profile, Postgres postgres, Report report) {
		this.profile = profile;
		this.postgres = postgres;
		this.report = report;
	}

	@Override
	public String name() {
		return "footprint";
	}

	@Override
	public Duration expected() {
		return Duration.ofSeconds(28).multipliedBy(this.profile.starts()).plus(this.profile.soak()).plusSeconds(30);
	}

	@Override
	public void run() throws Exception {
		this.report.chapter("Footprint");
		try (var vendor = Vendor.start()) {
			measureStarts(vendor);
			measureMemoryAndGrowth(vendor);
		}
	}

	private void measureStarts(Vendor vendor) {
		var database = this.postgres.createDatabase();
		var starts = new LinkedHashMap<String, Supplier<Application>>();
		starts.put("Backstop, with the AOT cache", () -> Application.backstop(true, database, vendor));
		starts.put("bare Spring Boot, with an AOT cache", () -> Application.bare(true, database));
		starts.put("Backstop, without", () -> Application.backstop(false, database, vendor));
		starts.put("bare Spring Boot, without", () -> Application.bare(false, database));
		var seconds = new LinkedHashMap<String, List<Double>>();
		for (int i = 0; i < this.profile.starts(); i++) {
			starts.forEach((name, start) -> {
				try (var application = start.get()) {
					double took = application.start().toNanos() / 1e9;
					seconds.computeIfAbsent(name, (_) -> new ArrayList<>()).add(took);
					Progress.say("footprint: %s: ready after %.2f s", name, took);
				}
			});
		}
		var table = this.report
			.text("""
					From the start of the process until readiness is answered 200, on a database that has its schema; %d starts each, \
					taking turns. The bare application has the same libraries and starters and no code of its own.""",
					this.profile.starts())
			.table("", "ready after s, median", "all");
		seconds.forEach((name, all) -> table.row(name, Sample.median(all.stream()),
				String.join(", ", all.stream().map(Report::number).toList())));
		table.end();
		var each = List.copyOf(seconds.values());
		this.report.atMost("start with the AOT cache, of a bare Spring Boot application's",
				Sample.medianOfRatios(each.get(0), each.get(1)), 1.3);
		var layout = Layout.backstop();
		long compressed = layout.compressedBytes();
		this.report.text(
				"The image adds %s to its base image, the AOT cache with %s among it; compressed, as it is pulled, %s.",
				Report.mebibytes(layout.bytes()), Report.mebibytes(layout.cacheBytes()), Report.mebibytes(compressed));
		this.report.atMost("MB that the image adds to its base", layout.bytes() / 1e6, 120);
		this.report.atMost("MB that the image adds to its base, compressed", compressed / 1e6, 120);
	}

	private void measureMemoryAndGrowth(Vendor vendor) throws Exception {
		var database = this.postgres.createDatabase();
		try (var backstop = Application.backstop(database, vendor, "backstop.archive.interval=1d")) {
			Thread.sleep(3000);
			long idle = backstop.memory();
			var before = sizes(database);
			var samples = new ArrayList<Double>();
			var webhooks = new Webhooks(WebhookShape.ALL);
			try (var load = Load.eager(CONNECTIONS, () -> webhooks.sender(backstop.port()));
					var clock = Executors.newSingleThreadScheduledExecutor()) {
				clock.scheduleAtFixedRate(() -> samples.add(backstop.memory() / MEBIBYTE), 500, 500,
						TimeUnit.MILLISECONDS);
				Progress.say("footprint: webhooks for %d s", this.profile.soak().toSeconds());
				load.run(this.profile.soak());
				clock.shutdownNow();
			}
			long stored = webhooks.requireKept(database);
			tellMemory(idle / MEBIBYTE, samples);
			tellGrowth(before, sizes(database), stored);
		}
	}

	private void tellMemory(double idle, List<Double> samples) {
		int quarter = samples.size() / 4;
		double second = Sample.median(samples.subList(quarter, 2 * quarter).stream());
		double last = Sample.median(samples.subList(samples.size() - quarter, samples.size()).stream());
		double most = samples.stream().mapToDouble(Double::doubleValue).max().orElse(0);
		this.report.part("Memory")
			.table("", "resident MiB")
			.row("idle, after its start", idle)
			.row("at most, while webhooks come over %d connections for %d s".formatted(CONNECTIONS,
					this.profile.soak().toSeconds()), most)
			.row("second quarter of that, median", second)
			.row("last quarter, median", last)
			.end();
		this.report.atMost("resident MiB under full intake", most, 350);
		this.report.atMost("resident memory in the last quarter of the soak, of that in the second", last / second,
				1.05);
	}

	private void tellGrowth(List<Size> before, List<Size> after, long stored) {
		var table = this.report.part("Growth of the database")
			.text("Per million verifications with one webhook of the sample shapes each, from what %,d webhooks left.",
					stored)
			.table("table", "MiB", "of it index", "share of index");
		double all = 0;
		double indexes = 0;
		for (int i = 0; i < after.size(); i++) {
			double total = (after.get(i).total - before.get(i).total) / MEBIBYTE * 1e6 / stored;
			double index = (after.get(i).index - before.get(i).index) / MEBIBYTE * 1e6 / stored;
			table.row(after.get(i).table, total, index, index / total);
			all += total;
			indexes += index;
		}
		table.row("together", all, indexes, indexes / all).end();
	}

	private static List<Size> sizes(Database database) {
		return Postgres.jdbc(database)
			.sql("""
					select relname, pg_total_relation_size(oid), pg_indexes_size(oid) from pg_class
					where relname in ('verification', 'delivery', 'timeline_entry', 'archive_file') order by relname""")
			.query((found, _) -> new Size(found.getString(1), found.getLong(2), found.getLong(3)))
			.list();
	}

	/** How many bytes a table takes. */
	private record Size(String table, long total, long index) {
	}

}
