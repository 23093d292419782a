package dev.backstop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;
import dev.backstop.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL that has written to disk what it has committed, as in production, and that
 * tells what its statements cost.
 */
final class Postgres implements AutoCloseable {

	private static final String TEMPLATE = "template_backstop";

	private static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on",
			"full_page_writes", "on");

	private static final Map<String, String> SIZED = Map.of("max_connections", "300", "shared_buffers",
			quarterOfMemory(), "max_wal_size", "8GB", "checkpoint_timeout", "30min");

	private static final Map<String, String> TELLING = Map.of("shared_preload_libraries",
			"pg_stat_statements,auto_explain", "logging_collector", "on", "log_destination", "jsonlog", "log_filename",
			"postgres", "log_rotation_age", "0", "log_rotation_size", "0");

	private final Path directory = Work.directory().resolve("postgres");

	private final AtomicInteger databases = new AtomicInteger();

	private final EmbeddedPostgres server;

	private Postgres() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
		var builder = EmbeddedPostgres.builder().setDataDirectory(this.directory);
		Stream.of(DURABLE, SIZED, TELLING).forEach((settings) -> settings.forEach(builder::setServerConfig));
		this.server = builder.start();
	}

	static Postgres start() {
		try {
			var postgres = new Postgres();
			postgres.requireDurability();
			postgres.createTemplate();
			return postgres;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * As PostgreSQL advises.
	 * @see <a href="https://www.postgresql.org/docs/18/runtime-config-resource.html">
	 * PostgreSQL: resource consumption</a>
	 */
	private static String quarterOfMemory() {
		var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		return system.getTotalMemorySize() / 4 / 1024 / 1024 + "MB";
	}

	private void requireDurability() {
		if (!show(DURABLE).equals(new LinkedHashMap<>(DURABLE))) {
			throw new IllegalStateException("PostgreSQL is not durable: " + show(DURABLE));
		}
	}

	private void createTemplate() {
		jdbc().sql("create extension pg_stat_statements").update();
		jdbc().sql("create database " + TEMPLATE).update();
		var template = database(TEMPLATE);
		Flyway.configure()
			.dataSource(template.url(), template.username(), template.password())
			.configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
			.load()
			.migrate();
		jdbc(template).sql("create extension pg_prewarm").update();
	}

	/** A new database with the application's schema and nothing stored. */
	Database createDatabase() {
		var name = "backstop_" + this.databases.incrementAndGet();
		jdbc().sql("create database %s template %s".formatted(name, TEMPLATE)).update();
		return database(name);
	}

	private Database database(String name) {
		return new Database("jdbc:postgresql://localhost:" + this.server.getPort() + "/" + name, "postgres",
				"postgres");
	}

	/** Speaks to the server as a whole. */
	JdbcClient jdbc() {
		return jdbc(database("postgres"));
	}

	static JdbcClient jdbc(Database database) {
		return JdbcClient.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
	}

	static Connection connect(Database database) throws SQLException {
		return DriverManager.getConnection(database.url(), database.username(), database.password());
	}

	String version() {
		return show("server_version");
	}

	/** What it was told, and what it says of it and of the pages of its memory. */
	Map<String, String> settings() {
		var settings = new LinkedHashMap<String, String>();
		Stream.of(DURABLE, SIZED).map(this::show).forEach(settings::putAll);
		settings.put("huge_pages_status", show("huge_pages_status"));
		return settings;
	}

	private Map<String, String> show(Map<String, String> settings) {
		var shown = new LinkedHashMap<String, String>();
		settings.keySet().stream().sorted().forEach((name) -> shown.put(name, show(name)));
		return shown;
	}

	private String show(String name) {
		return jdbc().sql("show " + name).query(String.class).single();
	}

	/** Its processes as they are now. */
	Stream<ProcessHandle> processes() {
		try (var lines = Files.lines(this.directory.resolve("postmaster.pid"))) {
			var postmaster = ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow())).orElseThrow();
			return Stream.concat(Stream.of(postmaster), postmaster.descendants());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Where it has written its log to. */
	long written() {
		return jdbc().sql("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')").query(Long.class).single();
	}

	void checkpoint() {
		jdbc().sql("checkpoint").update();
	}

	/** Its messages, one JSON object a line. */
	Path messages() {
		return this.directory.resolve("log/postgres.json");
	}

	@Override
	public void close() {
		// what would keep it from stopping in time
		checkpoint();
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
