package dev.backstop;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.persistence.PersistenceException;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers 503 when the database is away, hangs, or breaks off so that the outcome of a
 * commit is unknown. Every request can be repeated. Whatever else goes wrong in the
 * database is our own fault and stays a 500.
 */
@RestControllerAdvice
public class DatabaseUnavailable {

	private static final Logger log = LoggerFactory.getLogger(DatabaseUnavailable.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	/**
	 * PostgreSQL's classes of statements that were prepared on another of a pooler's
	 * connections, of conflicts between transactions, of resources used up, of
	 * interventions and time-outs, and of failures of its system.
	 */
	private static final Set<String> CLASSES = Set.of("26", "40", "53", "57", "58");

	/**
	 * A read-only server, as after a fail-over, a transaction that stood still or took
	 * too long, a statement that somebody else of a pooler's has prepared, and a lock not
	 * had in time.
	 */
	private static final Set<String> STATES = Set.of("25006", "25P03", "25P04", "42P05", "55P03");

	/**
	 * Whether the database's unavailability is behind a failure, so that another attempt
	 * may succeed.
	 */
	public static boolean isCauseOf(RuntimeException ex) {
		return unavailability(ex).isPresent();
	}

	/**
	 * Whether there is no connection to the database, so that another attempt fails, too.
	 */
	public static boolean isWithoutConnection(RuntimeException ex) {
		return ex instanceof CannotCreateTransactionException
				|| unavailability(ex).filter(DatabaseUnavailable::isLostConnection).isPresent();
	}

	/** PostgreSQL's code of a failure, none if the failure is none of the database. */
	public static Optional<String> sqlState(Throwable failure) {
		return causes(failure).map(SQLException::getSQLState).filter(Objects::nonNull).findFirst();
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> answer(DataAccessException ex, HttpServletResponse response) {
		return answerIfUnavailable(ex, response);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> answer(TransactionException ex, HttpServletResponse response) {
		return answerIfUnavailable(ex, response);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> answer(PersistenceException ex, HttpServletResponse response) {
		return answerIfUnavailable(ex, response);
	}

	private ResponseEntity<ProblemDetail> answerIfUnavailable(RuntimeException ex, HttpServletResponse response) {
		if (response.isCommitted()) {
			// nothing may follow the half of a file
			throw ex;
		}
		response.reset();
		var cause = unavailability(ex).orElseThrow(() -> ex);
		log.atWarn()
			.addKeyValue("sqlState", cause.getSQLState())
			.log("Answered 503, since the database is not available: {}", cause.getMessage());
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()))
			.body(ProblemType.DATABASE_UNAVAILABLE.problem("The database is not available. Repeat the request later"));
	}

	private static Optional<SQLException> unavailability(Throwable ex) {
		return causes(ex).filter(DatabaseUnavailable::isUnavailability).findFirst();
	}

	private static Stream<SQLException> causes(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.filter(SQLException.class::isInstance)
			.map(SQLException.class::cast);
	}

	private static boolean isUnavailability(SQLException ex) {
		var state = ex.getSQLState();
		return isLostConnection(ex) || STATES.contains(state) || CLASSES.stream().anyMatch(state::startsWith);
	}

	private static boolean isLostConnection(SQLException ex) {
		var state = ex.getSQLState();
		// the server always gives one, so that without one the connection was lost before
		return state == null || state.startsWith("08");
	}

}
