package dev.backstop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.boot.SpringApplication;

/**
 * A PostgreSQL 18 of its own, gone when it is closed or the JVM ends. It is embedded,
 * unless {@code -Dbackstop.test.database=testcontainers} asks for a container.
 */
public final class PostgresServer implements AutoCloseable {

	private final String url;

	private final String username;

	private final String password;

	private final Runnable stop;

	private final AtomicInteger databases = new AtomicInteger();

	private PostgresServer(String host, int port, String username, String password, Runnable stop) {
		this.url = "jdbc:postgresql://%s:%d/".formatted(host, port);
		this.username = username;
		this.password = password;
		this.stop = stop;
		// Unlike a shutdown hook, this waits until every application context is closed.
		SpringApplication.getShutdownHandlers().add(stop);
	}

	public static PostgresServer start() {
		return switch (System.getProperty("backstop.test.database", "embedded")) {
			case "embedded" -> embedded();
			case "testcontainers" -> container();
			case String other -> throw new IllegalArgumentException(
					"backstop.test.database is embedded or testcontainers, not " + other);
		};
	}

	private static PostgresServer embedded() {
		try {
			var postgres = EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
			return new PostgresServer("localhost", postgres.getPort(), "postgres", "postgres", () -> close(postgres));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void close(EmbeddedPostgres postgres) {
		try {
			postgres.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@SuppressWarnings("resource")
	private static PostgresServer container() {
		var postgres = new PostgreSQLContainer("postgres:18");
		postgres.start();
		return new PostgresServer(postgres.getHost(), postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
				postgres.getUsername(), postgres.getPassword(), postgres::stop);
	}

	public Database createDatabase() {
		var name = "backstop_" + this.databases.incrementAndGet();
		try (var connection = DriverManager.getConnection(this.url + "postgres", this.username, this.password);
				var statement = connection.createStatement()) {
			statement.execute("create database " + name);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Cannot create the database " + name, ex);
		}
		return new Database(this.url + name, this.username, this.password);
	}

	@Override
	public void close() {
		this.stop.run();
	}

}
