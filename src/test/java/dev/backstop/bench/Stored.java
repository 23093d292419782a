package dev.backstop.bench;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

import dev.backstop.Database;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database full of verifications as they are after years, most of them settled, some
 * awaited, few parked, each with a timeline; or with nothing but some that are due.
 */
final class Stored {

	private static final int AT_ONCE = 250_000;

	private static final int CONNECTIONS = 2;

	/**
	 * By which one of them, its timeline, those of a client and the due ones are found.
	 */
	private static final List<String> FINDING = List.of("verification_pkey", "timeline_entry_verification",
			"verification_client", "verification_next_check");

	/**
	 * In the order in which they are stored, which spares much time; which one is asked
	 * for is random.
	 */
	private static final String NAME = "lpad(to_hex(i * 429), 8, '0') || '-0000-4000-8000-000000000000'";

	private static final String VERIFICATIONS = """
			insert into verification (scan_ref, version, client_id, external_ref, registered_at, expiry_time,
				session_length, progress, parked_reason, parked_at, due_at, deadline, next_check_at, outstanding, answered,
				round, reopened, review_announced, contested, follow_ups, failures, asked_checks, check_count, overall,
				decision_final, decision_event, auto_document, auto_face, fraud_tags, mismatch_tags, decision_source,
				decided_at, decision_weight, data, data_source, data_at, files, files_source, files_at, webhook,
				webhook_ranks, last_webhook_at, created_at, updated_at, files_version)
			select %s, 1, upper(lpad(to_hex(i / 10000 * 5000 + mod(i, 5000)), 10, '0')), 'order-' || i, known, 3600, 600,
				progress, case progress when 'PARKED' then 'UNDECIDED' end, case progress when 'PARKED' then decided end,
				due, due, due, case progress when 'SETTLED' then '{}' else '{STATUS}' end::text[], '{}', 1, false, false,
				false, 0, 0, 0, 0, overall, case when overall is not null then progress = 'SETTLED' end, event,
				case when overall is not null then 'DOC_VALIDATED' end, case when overall is not null then 'FACE_MATCH' end,
				case when overall is not null then '{}'::text[] end, case when overall is not null then '{}'::text[] end,
				case when overall is not null then 'WEBHOOK' end, case when overall is not null then decided end,
				case when overall is not null then 2 end, data, case when data is not null then 'WEBHOOK' end,
				case when data is not null then decided end, '[]', null, null,
				case when overall is not null then '{"platform": "MOBILE", "clientIp": "192.0.2.10"}' else '{}' end::jsonb,
				case when overall is not null then '{"platform": 2, "clientIp": 2}' else '{}' end::jsonb,
				case when overall is not null then decided end, known, decided, 0
			from (
				select i, known, known + interval '3 minutes' decided, case
						when kind < 89 then 'SETTLED' when kind < 99 then 'AWAITED' else 'PARKED' end progress,
					case when kind < 65 then 'APPROVED' when kind < 77 then 'DENIED' when kind < 81 then 'SUSPECTED'
						when kind < 89 then 'EXPIRED' when kind < 92 then 'APPROVED' when kind < 99 then null
						else 'REVIEWING' end overall,
					case when kind < 77 then 'MANUAL_FINISHED' when kind < 92 then 'AUTO_FINISHED' end event,
					case when kind between 89 and 98 then now() + (1000 + mod(i, 1000000)) * interval '1 minute' end due,
					case when kind < 81 then '{"docFirstName": "JOHN", "docLastName": "SAMPLE", "docNumber": "DE12345678",
						"docExpiry": "2030-03-09", "docDob": "1965-03-10", "docType": "PASSPORT", "docNationality": "NL",
						"docIssuingCountry": "NL"}'::jsonb end data
				from (
					select i, timestamptz '2024-01-01' + i * interval '5 seconds' known, mod(i * 37, 100) kind
					from generate_series(?, ?) i
				) numbered
			) mixed"""
		.formatted(NAME);

	private static final String TIMELINES = """
			insert into timeline_entry (id, scan_ref, at, kind, outcome, details)
			select uuidv7((i * 5 + place - 63072000) * interval '1 second'), %s,
				timestamptz '2024-01-01' + i * interval '5 seconds', kind, outcome, '{"by": "onboarding"}'
			from generate_series(?, ?) i,
				(values (1, 'REGISTERED', 'REGISTERED'), (2, 'DELIVERY', 'APPLIED')) known (place, kind, outcome)"""
		.formatted(NAME);

	private final Database database;

	private Duration patience;

	private long count;

	/**
	 * One that nothing is stored in yet, and that grows for about as long as patience
	 * lasts.
	 */
	Stored(Database database, Duration patience) {
		this.database = database;
		this.patience = patience;
	}

	Database database() {
		return this.database;
	}

	long count() {
		return this.count;
	}

	/** The name of any of them. */
	String anyScanRef() {
		return scanRef(1 + ThreadLocalRandom.current().nextLong(this.count));
	}

	/** The client that any of them belongs to, and one more that is stored elsewhere. */
	String anyClientId() {
		long number = 1 + ThreadLocalRandom.current().nextLong(this.count);
		return "%010X".formatted(number / 10_000 * 5000 + number % 5000);
	}

	/** The name of one of them, as PostgreSQL makes it. */
	private static String scanRef(long number) {
		return "%08x-0000-4000-8000-000000000000".formatted(number * 429);
	}

	/** Makes some due, in any order. */
	void makeDue(int number) {
		var jdbc = Postgres.jdbc(this.database);
		jdbc.sql("""
				update verification set progress = 'AWAITED', outstanding = '{STATUS}', parked_reason = null,
					parked_at = null, due_at = past, deadline = past, next_check_at = past
				from (
					select %s name, now() - interval '1 hour' - random() * interval '1 hour' past
					from generate_series(1, ?, ?) i
				) due
				where scan_ref = name""".formatted(NAME)).params(this.count, this.count / number).update();
		vacuum(jdbc, "");
	}

	/** Adds some that are due: registered long ago, and never heard of. */
	void addDue(int number) {
		var jdbc = Postgres.jdbc(this.database);
		jdbc.sql("""
				insert into verification (scan_ref, version, client_id, external_ref, registered_at, expiry_time,
					session_length, progress, due_at, deadline, next_check_at, outstanding, answered, round, reopened,
					review_announced, contested, follow_ups, failures, asked_checks, check_count, files, webhook,
					webhook_ranks, created_at, updated_at)
				select name, 1, 'due-' || i, 'due-' || i, known, 3600, 600, 'AWAITED', due, due, due,
					'{STATUS}', '{}', 1, false, false, false, 0, 0, 0, 0, '[]', '{}', '{}', known, known
				from (
					select i, gen_random_uuid()::text name,
						now() - interval '1 day' + i * interval '1 millisecond' known,
						now() - interval '1 hour' + i * interval '1 millisecond' due
					from generate_series(1, ?) i order by name
				) added""").param(number).update();
		vacuum(jdbc, "analyze, ");
	}

	/**
	 * As autovacuum would some time, but for dead entries of indexes, which takes long
	 * and matters little.
	 */
	private static void vacuum(JdbcClient jdbc, String options) {
		jdbc.sql("vacuum (%sindex_cleanup off) verification".formatted(options)).update();
	}

	/**
	 * Stores more, as long as patience lasts.
	 * @return how many there are then
	 */
	long growTo(long count) throws Exception {
		if (this.count < count && this.patience.isPositive()) {
			long begin = System.nanoTime();
			withoutIndexes(() -> {
				// the indexes take about as long again
				while (this.count < count && System.nanoTime() - begin < this.patience.toNanos() / 2) {
					long next = Math.min(count, this.count + 2 * AT_ONCE);
					store(this.count, next);
					this.count = next;
					Progress.say("stored %,d verifications", this.count);
				}
			});
			var jdbc = Postgres.jdbc(this.database);
			jdbc.sql("vacuum (analyze) verification").update();
			jdbc.sql("analyze timeline_entry").update();
			// as where they have been in use for long
			FINDING.forEach((index) -> jdbc.sql("select pg_prewarm(?)").param(index).query(Long.class).single());
			boolean enough = this.count == count;
			this.patience = enough ? this.patience.minusNanos(System.nanoTime() - begin) : Duration.ZERO;
		}
		return this.count;
	}

	/** It takes less time to make those of all rows anew than to keep them. */
	private void withoutIndexes(Step step) throws Exception {
		var jdbc = Postgres.jdbc(this.database);
		var indexes = jdbc.sql("""
				select indexname, indexdef from pg_indexes
				where tablename in ('verification', 'timeline_entry') and indexdef not like '% WHERE %'
					and indexname not in (select conname from pg_constraint)""")
			.query((found, _) -> Map.entry(found.getString(1), found.getString(2)))
			.list();
		indexes.forEach((index) -> jdbc.sql("drop index " + index.getKey()).update());
		step.run();
		Progress.say("makes the indexes of %,d verifications", this.count);
		together(indexes.stream().<Part>map((index) -> (session) -> {
			session.execute("set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 0");
			session.execute(index.getValue());
		}).toList());
	}

	private void store(long from, long to) throws InterruptedException, ExecutionException {
		together(LongStream.iterate(from, (start) -> start < to, (start) -> start + AT_ONCE)
			.<Part>mapToObj((start) -> (session) -> store(start + 1, Math.min(to, start + AT_ONCE), session))
			.toList());
	}

	// what refers to a verification need not be looked up, since it is there
	private static void store(long first, long last, Statement session) throws SQLException {
		session.execute("set synchronous_commit = off; set session_replication_role = replica");
		for (var sql : List.of(VERIFICATIONS, TIMELINES)) {
			try (var insert = session.getConnection().prepareStatement(sql)) {
				insert.setLong(1, first);
				insert.setLong(2, last);
				insert.executeUpdate();
			}
		}
	}

	private void together(List<Part> parts) throws InterruptedException, ExecutionException {
		try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
			var ends = parts.stream().map((part) -> threads.submit(() -> run(part))).toList();
			for (var end : ends) {
				end.get();
			}
		}
	}

	private Void run(Part part) throws SQLException {
		try (var connection = Postgres.connect(this.database); var session = connection.createStatement()) {
			part.run(session);
			return null;
		}
	}

	/** What is done meanwhile. */
	private interface Step {

		void run() throws Exception;

	}

	/** What has a connection of its own. */
	private interface Part {

		void run(Statement session) throws SQLException;

	}

}
