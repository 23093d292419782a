package dev.backstop.operations;

import java.util.function.Supplier;

import dev.backstop.DatabaseUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponseException;

/** What an operator wants cannot be done; the detail says what can. */
class Refusal extends ErrorResponseException {

	private static final Logger log = LoggerFactory.getLogger(Refusal.class);

	private Refusal(HttpStatus status, String detail) {
		super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

	static Refusal badRequest(String detail) {
		return new Refusal(HttpStatus.BAD_REQUEST, detail);
	}

	static Refusal notFound(String detail) {
		return new Refusal(HttpStatus.NOT_FOUND, detail);
	}

	static Refusal conflict(String detail) {
		return new Refusal(HttpStatus.CONFLICT, detail);
	}

	/** The answer of an action that needs the database. */
	static <T> T whereTheDatabaseIsAway(Supplier<T> action) {
		try {
			return action.get();
		}
		catch (DataAccessException | TransactionException ex) {
			if (!isUnavailability(ex)) {
				throw ex;
			}
			// without the message, which may quote what is stored
			log.warn("An operator's call failed in the database: {}", ex.getClass().getSimpleName());
			throw new Refusal(HttpStatus.SERVICE_UNAVAILABLE,
					"The database does not answer. Component db of /actuator/health tells when it is back: "
							+ "look then whether an action was taken, and try again");
		}
	}

	private static boolean isUnavailability(RuntimeException ex) {
		return switch (ex) {
			case TransientDataAccessException _, RecoverableDataAccessException _, DataAccessResourceFailureException _,
					TransactionException _ ->
				true;
			default -> DatabaseUnavailable.isCauseOf(ex);
		};
	}

}
