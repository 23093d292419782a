package dev.backstop.operations;

import java.util.UUID;
import java.util.function.Supplier;

import dev.backstop.DatabaseUnavailable;
import dev.backstop.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponseException;

/** What an operator wants cannot be done; the detail says what can. */
class Refusal extends ErrorResponseException {

	private static final Logger log = LoggerFactory.getLogger(Refusal.class);

	private Refusal(ProblemType type, String detail) {
		super(type.status(), type.problem(detail), null);
	}

	static Refusal badRequest(String detail) {
		return new Refusal(ProblemType.MALFORMED_REQUEST, detail);
	}

	static Refusal unknownVerification(String scanRef) {
		return new Refusal(ProblemType.UNKNOWN_VERIFICATION,
				"No verification " + scanRef + " was registered or heard of");
	}

	static Refusal unknownDelivery(UUID id) {
		return new Refusal(ProblemType.UNKNOWN_DELIVERY, "There is no delivery " + id);
	}

	static Refusal conflict(String detail) {
		return new Refusal(ProblemType.NOT_POSSIBLE_NOW, detail);
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
			throw new Refusal(ProblemType.DATABASE_UNAVAILABLE,
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
