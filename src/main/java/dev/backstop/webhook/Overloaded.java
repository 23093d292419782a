package dev.backstop.webhook;

import java.util.Locale;

import dev.backstop.ProblemType;

import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;

/** There is more to do than can be done, so that iDenfy has to send a webhook again. */
class Overloaded extends ErrorResponseException {

	private final Lack lack;

	Overloaded(Lack lack) {
		super(ProblemType.OVERLOADED.status(),
				ProblemType.OVERLOADED.problem("There is too much to do. Repeat the request later"), null);
		getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
		this.lack = lack;
	}

	Lack lack() {
		return this.lack;
	}

	/** What there was not enough of. */
	enum Lack {

		/** A place among the requests in progress. */
		PLACE,

		/** Room for the bodies under way. */
		ROOM,

		/** Turns in the database. */
		TURN,

		/** Time in which the database could have answered. */
		TIME;

		String word() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
