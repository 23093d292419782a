package dev.backstop;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/**
 * Check of the database before its schema is migrated: waits until it answers, and
 * refuses a server that Backstop does not work with.
 */
class DatabaseCheck {

	private static final Logger log = LoggerFactory.getLogger(DatabaseCheck.class);

	/** The oldest version that the tests run on. */
	private static final int OLDEST_VERSION = 18;

	private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

	/** Nothing answers, or a server that starts, stops or has no connection left. */
	private static final Set<String> TEMPORARY_STATES = Set.of("08001", "57P03", "53300");

	/** The connection was cut before it was established. */
	private static final List<Class<? extends IOException>> TEMPORARY_CAUSES = List.of(SocketException.class,
			SocketTimeoutException.class, EOFException.class);

	private final Duration wait;

	DatabaseCheck(Duration wait) {
		this.wait = wait;
	}

	void run(DataSource database) {
		try (var connection = connect(database)) {
			requireVersion(connection);
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException("The database cannot be used", ex);
		}
	}

	/** Returns whether a failed connection may succeed later on its own. */
	static boolean isTemporary(SQLException ex) {
		var cause = NestedExceptionUtils.getMostSpecificCause(ex);
		return TEMPORARY_STATES.contains(Objects.requireNonNullElse(ex.getSQLState(), ""))
				|| TEMPORARY_CAUSES.stream().anyMatch((type) -> type.isInstance(cause));
	}

	/** Returns the failure's message, with its cause where that says more. */
	static String message(SQLException ex) {
		var cause = NestedExceptionUtils.getRootCause(ex);
		var message = Objects.requireNonNullElse(ex.getMessage(), ex.toString());
		return (cause != null) ? message + " (" + cause.getClass().getSimpleName() + ": " + cause.getMessage() + ")"
				: message;
	}

	private Connection connect(DataSource database) throws SQLException {
		long start = System.nanoTime();
		var nextLog = Duration.ZERO;
		while (true) {
			try {
				return database.getConnection();
			}
			catch (SQLException ex) {
				var waited = Duration.ofNanos(System.nanoTime() - start);
				if (!isTemporary(ex) || waited.compareTo(this.wait) >= 0) {
					throw ex;
				}
				if (waited.compareTo(nextLog) >= 0) {
					log.warn("The database does not answer yet. Waiting for it for at most {} s more: {}",
							this.wait.minus(waited).toSeconds(), message(ex));
					nextLog = waited.plus(LOG_INTERVAL);
				}
				pause(ex);
			}
		}
	}

	/** Waits for the next attempt, or fails where the application is being shut down. */
	private static void pause(SQLException failure) throws SQLException {
		// the context is not closed before its start ends
		var interruption = new Thread(Thread.currentThread()::interrupt);
		try {
			Runtime.getRuntime().addShutdownHook(interruption);
			Thread.sleep(RETRY_INTERVAL);
			Runtime.getRuntime().removeShutdownHook(interruption);
		}
		catch (InterruptedException | IllegalStateException _) {
			throw failure;
		}
	}

	private static void requireVersion(Connection connection) throws SQLException {
		var server = connection.getMetaData();
		if (server.getDatabaseMajorVersion() < OLDEST_VERSION) {
			throw new StartRefused(
					"The database is %s %s, and Backstop is tested on PostgreSQL %d and newer."
						.formatted(server.getDatabaseProductName(), server.getDatabaseProductVersion(), OLDEST_VERSION),
					"Upgrade the server, or set spring.datasource.url to a newer one.");
		}
	}

}
