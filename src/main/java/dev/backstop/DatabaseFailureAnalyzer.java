package dev.backstop;

import java.sql.SQLException;
import java.util.Objects;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Shows why a start failed on its database and what to do, without a stack trace. */
class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	private static final String CREDENTIALS = "spring.datasource.username and spring.datasource.password";

	private final Environment environment;

	DatabaseFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		return switch (Objects.requireNonNullElse(cause.getSQLState(), "")) {
			case "28P01", "28000" -> analysis("refuses the role of Backstop", cause,
					"Set " + CREDENTIALS + " to a role that may log in, and let the server's pg_hba.conf admit it.");
			case "3D000" -> analysis("does not exist", cause,
					"Create it, owned by the role of spring.datasource.username, or correct spring.datasource.url.");
			case "42501" -> analysis("denies Backstop a right", cause,
					"Make the role of spring.datasource.username owner of the database, or grant it what is denied.");
			case "25006" -> analysis("is read-only", cause,
					"Set spring.datasource.url to the primary server instead of a standby.");
			case "53300" -> analysis("has no connection left", cause,
					"Raise the limit, or end other connections. Each instance of Backstop takes "
							+ "spring.datasource.hikari.maximum-pool-size of them.");
			case String _ when DatabaseCheck.isTemporary(cause) -> analysis("does not answer", cause,
					"Start it, or correct host and port in spring.datasource.url. A start waits for it as long as "
							+ "backstop.database.wait says.");
			case String state when state.startsWith("08") -> analysis("cannot be connected to", cause,
					"Correct " + CREDENTIALS + ", or the SSL parameters of spring.datasource.url.");
			case String state when state.equals("55000")
					&& findCause(rootFailure, CannotGetJdbcConnectionException.class) != null ->
				analysis("takes no connections", cause,
						"Allow connections to it, or correct the database's name in spring.datasource.url.");
			case String _ when findCause(rootFailure, FlywayException.class) != null ->
				analysis("cannot be migrated to the schema of this version", cause,
						"Remove the cause, then start again: the migration goes on where it stopped.");
			default -> null;
		};
	}

	private FailureAnalysis analysis(String problem, SQLException cause, String action) {
		var url = this.environment.getProperty("spring.datasource.url", "");
		return new FailureAnalysis("The database %s %s: %s".formatted(DatabaseUrl.withoutCredentials(url), problem,
				DatabaseCheck.message(cause)), action, cause);
	}

}
