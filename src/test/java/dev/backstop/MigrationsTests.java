package dev.backstop;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@SpringBootTest
@Import(TestDatabase.class)
class MigrationsTests {

	private static final List<String> TABLES_OF_VERSION_1 = List.of("verification", "timeline_entry", "delivery",
			"idenfy_call", "reconciliation");

	@Autowired
	private Flyway flyway;

	@Autowired
	private FlywayMigrationStrategy strategy;

	@Autowired
	private HikariDataSource pool;

	@Test
	void theConnectionsOfMigrationsAreSetUpLikeAllOthersButForTimeLimits() {
		var migrating = (DriverManagerDataSource) this.flyway.getConfiguration().getDataSource();

		assertThat(migrating.getConnectionProperties()).containsEntry("ApplicationName", "backstop")
			.containsEntry("tcpKeepAlive", "true")
			.doesNotContainKeys("socketTimeout");
		assertThat(this.pool.getDataSourceProperties()).containsKey("socketTimeout");
	}

	@Test
	void aDatabaseThatMigrationsAreSentToStays() {
		var elsewhere = new DriverManagerDataSource("jdbc:postgresql://elsewhere/backstop");
		var configuration = new FluentConfiguration().dataSource(elsewhere);

		new Migrations().withoutTimeLimits(this.pool).customize(configuration);

		assertThat(configuration.getDataSource()).isSameAs(elsewhere);
	}

	@Test
	void aMigrationMayTakeLongerThanRoleDatabaseAndUrlAllow() {
		var database = Database.create();
		var jdbc = jdbc(database);
		var name = URI.create(database.url().substring("jdbc:".length())).getPath().substring(1);
		for (var limit : List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
				"idle_session_timeout", "transaction_timeout")) {
			jdbc.sql("alter database %s set %s = '200ms'".formatted(name, limit)).update();
			jdbc.sql("alter role %s in database %s set %s = '200ms'".formatted(database.username(), name, limit))
				.update();
		}
		var slow = new V9999__SlowMigration();
		var pool = new HikariDataSource();
		pool.setJdbcUrl(database.url() + "?socketTimeout=1&queryTimeout=1&options=-c%20statement_timeout=100");
		pool.setUsername(database.username());
		pool.setPassword(database.password());
		pool.setDataSourceProperties(this.pool.getDataSourceProperties());
		var configuration = new FluentConfiguration().configuration(this.flyway.getConfiguration())
			.initSql("set work_mem = '5MB'")
			.dataSource(pool)
			.javaMigrations(slow);
		new Migrations().withoutTimeLimits(pool).customize(configuration);

		configuration.load().migrate();

		assertThat(slow.limits).hasSize(5).containsOnly("0");
		assertThat(slow.workMem).isEqualTo("5MB");
	}

	@ParameterizedTest
	@ValueSource(strings = { "2", "5", "6" })
	void anIndexThatWasInterruptedIsMadeByTheNextStart(String before) throws Exception {
		var database = Database.create();
		flyway(database).target(before).load().migrate();
		var jdbc = jdbc(database);
		try (var reader = DriverManager.getConnection(database.url(), database.username(), database.password());
				var statement = reader.createStatement()) {
			reader.setAutoCommit(false);
			statement.executeQuery("select count(*) from verification");
			var interrupted = CompletableFuture.runAsync(() -> migrate(database));
			await().until(() -> jdbc.sql("""
					select pg_cancel_backend(pid) from pg_stat_activity
					where query like '%create index concurrently%' and wait_event_type = 'Lock'
						and datname = current_database() and pid <> pg_backend_pid()
					""").query(Boolean.class).list().contains(true));
			assertThat(interrupted).failsWithin(Duration.ofSeconds(20));
		}
		assertThat(jdbc.sql("select count(*) from pg_index where not indisvalid").query(Long.class).single())
			.isEqualTo(1);
		assertThat(jdbc.sql("select count(*) from flyway_schema_history where not success").query(Long.class).single())
			.isEqualTo(1);

		this.strategy.migrate(flyway(database).load());

		assertThat(jdbc.sql("select count(*) from pg_index where not indisvalid").query(Long.class).single()).isZero();
		assertThat(schema(jdbc)).isEqualTo(schema(JdbcClient.create(this.pool)));
	}

	@Test
	void whatIsMadeConcurrentlyIsDroppedBeforeSoThatItCanBeTriedAgain() throws IOException {
		for (var migration : new PathMatchingResourcePatternResolver().getResources("classpath:db/migration/V*.sql")) {
			var script = migration.getContentAsString(StandardCharsets.UTF_8);
			Pattern.compile("create (?:unique )?index concurrently (\\w+)")
				.matcher(script)
				.results()
				.forEach((made) -> assertThat(script.substring(0, made.start())).as(migration.getFilename())
					.contains("drop index concurrently if exists " + made.group(1) + ";"));
		}
	}

	@Test
	void aDatabaseOfTheFirstVersionKeepsAllItHas() {
		var database = databaseOfVersion1();
		var jdbc = jdbc(database);
		var before = rows(jdbc);

		migrate(database);

		var after = rows(jdbc);
		assertThat(before.values()).allSatisfy((rows) -> assertThat(rows).isNotEmpty());
		assertThat(before.get("verification")).hasSize(3);
		assertThat(after.get("verification")).allSatisfy((row) -> {
			assertThat(row.remove("files_version").intValue()).isZero();
			assertThat(row.remove("refetches").intValue()).isZero();
			assertThat(row.remove("refetch_at").isNull()).isTrue();
			assertThat(row.remove("files_queued_at").isNull()).isFalse();
			assertThat(row.remove("parked_detail").isNull()).isTrue();
			assertThat(row.remove("verdict_before").asBoolean()).isFalse();
		});
		assertThat(after.get("reconciliation")).allSatisfy((row) -> {
			assertThat(row.remove("refused")).isEmpty();
			assertThat(row.remove("rearmed")).isEmpty();
			assertThat(row.remove("test").isNull()).isTrue();
		});
		assertThat(after.get("idenfy_call")).allSatisfy((row) -> assertThat(row.remove("tested").isNull()).isTrue());
		assertThat(after).isEqualTo(before);
		assertThat(jdbc.sql("select count(*) from archive_file").query(Long.class).single()).isZero();
	}

	@Test
	void aDatabaseOfTheFirstVersionBecomesTheSameAsANewOne() {
		var database = databaseOfVersion1();

		var migrated = migrate(database);

		assertThat(migrated.info().current().getVersion()).isEqualTo(this.flyway.info().current().getVersion());
		assertThat(migrated.info().pending()).isEmpty();
		assertThat(schema(jdbc(database))).isEqualTo(schema(JdbcClient.create(this.pool))).isNotEmpty();
	}

	@Test
	void aSettledVerificationMayAwaitNewLinksAndNothingElse() {
		var database = databaseOfVersion1();
		var jdbc = jdbc(database);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> change(jdbc, "next_check_at = now()"));

		migrate(database);

		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> change(jdbc, "next_check_at = now()"));
		change(jdbc, "next_check_at = now(), refetch_at = now()");
		change(jdbc, "next_check_at = null, refetch_at = null, refetches = 1");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> change(jdbc, "refetch_at = now(), outstanding = '{FILES}'"));
	}

	private static void change(JdbcClient jdbc, String change) {
		jdbc.sql("update verification set " + change + " where scan_ref = 'settled'").update();
	}

	/** One that an earlier Backstop has worked with. */
	private Database databaseOfVersion1() {
		var database = Database.create();
		flyway(database).target("1").load().migrate();
		var jdbc = jdbc(database);
		jdbc.sql(
				"""
						insert into verification (scan_ref, version, client_id, external_ref, registered_at, progress, parked_reason,
							parked_at, due_at, next_check_at, outstanding, answered, round, reopened, review_announced, contested,
							follow_ups, failures, asked_checks, check_count, overall, decision_final, decision_source, decided_at,
							data, data_source, data_at, files, files_source, files_at, webhook, webhook_ranks, created_at, updated_at)
						values
							('awaited', 0, 'client-1', 'order-1', now(), 'AWAITED', null, null, '2026-03-06T14:00:00Z',
								'2026-03-06T14:00:00Z', '{STATUS,DATA,FILES}', '{}', 0, false, false, false, 0, 0, 0, 0, null, null,
								null, null, null, null, null, '[]', null, null, '{}', '{}', now(), now()),
							('settled', 3, 'client-2', null, null, 'SETTLED', null, null, null, null, '{}', '{STATUS,DATA,FILES}', 1,
								false, true, false, 2, 0, 0, 3, 'APPROVED', true, 'WEBHOOK', now(), '{"docFirstName": "ANNA"}',
								'WEBHOOK', now(), '[{"name": "FRONT", "kind": "IMAGE", "url": "https://files.example/front.png?Expires=1",
									"linkExpiresAt": "2026-03-06T13:00:00Z"}, {"name": "FACE_VIDEO", "kind": "VIDEO",
									"url": "https://files.example/face.mp4?Expires=1", "linkExpiresAt": "2026-03-06T13:00:00Z"}]',
								'RETRIEVAL', now(), '{"platform": "PC"}', '{"platform": 2}', now(), now()),
							('parked', 9, null, null, now(), 'PARKED', 'UNDECIDED', now(), null, null, '{STATUS}', '{}', 0, false,
								true, false, 5, 0, 0, 6, 'REVIEWING', false, 'RETRIEVAL', now(), null, null, null, '[]', null, null,
								'{}', '{}', now(), now())""")
			.update();
		jdbc.sql(
				"""
						insert into timeline_entry values
							(gen_random_uuid(), 'settled', now(), 'DELIVERY', 'APPLIED', '{"type": "IDENTIFICATION_AUTO_FINISHED"}'),
							(gen_random_uuid(), 'settled', now(), 'TRANSITION', 'SETTLED', '{"because": "decided"}'),
							(gen_random_uuid(), 'awaited', now(), 'REGISTERED', 'AWAITED', '{}')""")
			.update();
		jdbc.sql(
				"""
						insert into delivery (id, received_at, scan_ref, event_type, content_type, signed_by, body, body_size,
							body_sha256, outcome, reason, repeats)
						values
							(gen_random_uuid(), now(), 'settled', 'IDENTIFICATION_AUTO_FINISHED', 'application/json', 'first',
								'\\x7b7d', 2, sha256('\\x7b7d'), 'APPLIED', null, 4),
							(gen_random_uuid(), now(), null, 'UNKNOWN', null, 'first', '\\x00', 1, sha256('\\x00'), 'UNREADABLE',
								'no JSON', 0)""")
			.update();
		jdbc.sql("""
				insert into idenfy_call values
					(gen_random_uuid(), 'settled', 'FILES', 1, false, 7, now(), now(), 'ANSWERED', null),
					(gen_random_uuid(), 'awaited', 'STATUS', 0, true, 7, now(), null, null, null)""").update();
		jdbc.sql("update reconciliation set runner = 7, hold = 'PAUSED', hold_reason = 'OPERATOR', held_since = now()")
			.update();
		return database;
	}

	private Flyway migrate(Database database) {
		var migrated = flyway(database).load();
		migrated.migrate();
		return migrated;
	}

	private FluentConfiguration flyway(Database database) {
		return new FluentConfiguration().configuration(this.flyway.getConfiguration())
			.dataSource(database.url(), database.username(), database.password());
	}

	private static JdbcClient jdbc(Database database) {
		return JdbcClient.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
	}

	private static Map<String, List<ObjectNode>> rows(JdbcClient jdbc) {
		return TABLES_OF_VERSION_1.stream()
			.collect(Collectors.toMap(Function.identity(), (table) -> rows(jdbc, table)));
	}

	private static List<ObjectNode> rows(JdbcClient jdbc, String table) {
		return jdbc.sql("select to_jsonb(t)::text as row from %s t order by 1".formatted(table))
			.query(String.class)
			.stream()
			.map(JsonMapper.shared()::readTree)
			.map(JsonNode::asObject)
			.toList();
	}

	private static List<String> schema(JdbcClient jdbc) {
		return jdbc.sql("""
				select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
				from information_schema.columns where table_schema = 'public'
				union all
				select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
				where connamespace = 'public'::regnamespace
				union all
				select indexdef from pg_indexes where schemaname = 'public'
				order by 1""").query(String.class).list();
	}

	/**
	 * A migration that takes longer than anything else may, and looks at the limits of
	 * its session.
	 */
	private static final class V9999__SlowMigration extends BaseJavaMigration {

		private final List<String> limits = new ArrayList<>();

		private String workMem = "";

		@Override
		public void migrate(Context context) {
			var jdbc = JdbcClient.create(new SingleConnectionDataSource(context.getConnection(), true));
			jdbc.sql("select pg_sleep(2.5)").query().singleRow();
			this.limits.addAll(jdbc.sql("select setting from pg_settings where name in "
					+ "('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', "
					+ "'idle_session_timeout', 'transaction_timeout')")
				.query(String.class)
				.list());
			this.workMem = jdbc.sql("show work_mem").query(String.class).single();
		}

	}

}
