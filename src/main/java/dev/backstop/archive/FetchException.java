package dev.backstop.archive;

import java.io.IOException;

/** Why a file could not be fetched, without its link. */
sealed class FetchException extends IOException {

	private FetchException(String reason) {
		super(reason);
	}

	/** For the timeline and for operators. */
	String reason() {
		return String.valueOf(getMessage());
	}

	/** It is not wanted, however often it is tried. */
	static final class Refused extends FetchException {

		Refused(String reason) {
			super(reason);
		}

	}

	/** Its host says that the link has expired: only a new one leads to the file. */
	static final class Expired extends FetchException {

		Expired(String reason) {
			super(reason);
		}

	}

	/** It may work at the next try. */
	static final class Failed extends FetchException {

		Failed(String reason) {
			super(reason);
		}

	}

}
