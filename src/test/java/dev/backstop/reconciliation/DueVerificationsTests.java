package dev.backstop.reconciliation;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import dev.backstop.Database;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.jpa.repository.Query;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is due costs what is due, not what is stored. */
class DueVerificationsTests {

	private static final int STORED = 50_000;

	private static final int BATCH = 200;

	private JdbcClient jdbc;

	@BeforeEach
	void store() {
		var database = Database.create();
		Flyway.configure()
			.dataSource(database.url(), database.username(), database.password())
			.configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
			.load()
			.migrate();
		this.jdbc = JdbcClient
			.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
		this.jdbc
			.sql("""
					insert into verification (scan_ref, version, progress, due_at, next_check_at, outstanding, answered, round,
						reopened, review_announced, contested, follow_ups, failures, asked_checks, check_count, files, webhook,
						webhook_ranks, created_at, updated_at)
					select 'scan-' || i, 0, 'AWAITED', at, at, '{STATUS}', '{}', 0, false, false, false, 0, 0, 0, 0, '[]', '{}',
						'{}', at, at
					from generate_series(1, :stored) i, lateral (select now() + make_interval(mins => i)) t(at)""")
			.param("stored", STORED)
			.update();
	}

	@Test
	void aFewThatAreDueAreFoundByTheirIndex() {
		assertIsFoundByIndex(1000);
	}

	@Test
	void aBatchIsFoundByTheIndexThoughAllAreDue() {
		assertIsFoundByIndex(STORED);
	}

	private void assertIsFoundByIndex(int due) {
		this.jdbc.sql("vacuum analyze verification").update();
		var now = Instant.now().plusSeconds(60L * due).atOffset(ZoneOffset.UTC);

		var plan = String.join("\n",
				this.jdbc.sql("explain (analyze, buffers off) " + find())
					.param("now", now)
					.param("runner", 1L)
					.param("but", new String[0])
					.param("limit", BATCH)
					.query(String.class)
					.list());

		assertThat(plan).contains("Index Only Scan using verification_next_check", "rows=%d.".formatted(BATCH))
			.doesNotContain("Seq Scan on verification", "Sort");
	}

	/** The statement as the reconciler has it. */
	private static String find() {
		try {
			return DueVerifications.class.getMethod("find", Instant.class, long.class, String[].class, int.class)
				.getAnnotation(Query.class)
				.value();
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
