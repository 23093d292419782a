package dev.backstop.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.backstop.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL that keeps what it has committed, with its own process to be stopped,
 * frozen and started again.
 */
final class PostgresProcess implements AutoCloseable {

	private final Path directory;

	private final int port;

	private final AtomicInteger databases = new AtomicInteger();

	private @Nullable EmbeddedPostgres server;

	PostgresProcess() {
		this.directory = Work.directory().resolve("postgres-" + Ports.unused());
		this.port = Ports.unused();
		start();
	}

	void start() {
		try {
			this.server = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory)
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(this.port)
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void stop() {
		if (this.server != null) {
			try {
				this.server.close();
				this.server = null;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/** It stands still, as on a machine that has lost its disk. */
	void freeze() {
		Signal.STOP.send(processes());
	}

	void thaw() {
		Signal.CONT.send(processes());
	}

	private Stream<ProcessHandle> processes() {
		try (var lines = Files.lines(this.directory.resolve("postmaster.pid"))) {
			var postmaster = ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow())).orElseThrow();
			return Stream.concat(Stream.of(postmaster), postmaster.descendants());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A new, empty database. */
	Database createDatabase() {
		var name = "backstop_" + this.databases.incrementAndGet();
		jdbc(database("postgres")).sql("create database " + name).update();
		return database(name);
	}

	private Database database(String name) {
		return new Database("jdbc:postgresql://localhost:" + this.port + "/" + name, "postgres", "postgres");
	}

	static JdbcClient jdbc(Database database) {
		return JdbcClient.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
	}

	@Override
	public void close() {
		stop();
	}

}
