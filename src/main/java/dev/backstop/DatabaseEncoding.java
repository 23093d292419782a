package dev.backstop;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.stereotype.Component;

/**
 * Refusal of a database whose encoding has no room for all names, before it is migrated.
 */
@Component
class DatabaseEncoding extends BaseCallback {

	private static final String QUERY = "show server_encoding";

	@Override
	public boolean supports(Event event, Context context) {
		return event == Event.BEFORE_VALIDATE || event == Event.BEFORE_MIGRATE;
	}

	@Override
	public void handle(Event event, Context context) {
		var encoding = encoding(context.getConnection());
		if (!encoding.equals("UTF8")) {
			throw new Unsupported(encoding);
		}
	}

	private static String encoding(Connection connection) {
		try (var statement = connection.createStatement(); var row = statement.executeQuery(QUERY)) {
			row.next();
			return row.getString(1);
		}
		catch (SQLException ex) {
			throw new UncategorizedSQLException("Looking up the encoding", QUERY, ex);
		}
	}

	/** Failure of a start on such a database. */
	static class Unsupported extends RuntimeException {

		Unsupported(String encoding) {
			super("The encoding of the database is %s, which has no room for all names and documents: Backstop needs UTF8."
				.formatted(encoding));
		}

	}

	/** Shows it without a stack trace. */
	static class Analyzer extends AbstractFailureAnalyzer<Unsupported> {

		@Override
		protected FailureAnalysis analyze(Throwable rootFailure, Unsupported cause) {
			return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()),
					"Create another database, with create database … encoding 'UTF8' template template0, take over what "
							+ "is there with pg_dump and psql, and set spring.datasource.url to it.",
					cause);
		}

	}

}
