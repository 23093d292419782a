package dev.backstop.access;

/** Backstop does not start, because it could not keep its doors as configured. */
class StartRefused extends RuntimeException {

	private final String problem;

	private final String mending;

	StartRefused(String problem, String mending) {
		super(problem + " " + mending);
		this.problem = problem;
		this.mending = mending;
	}

	String problem() {
		return this.problem;
	}

	String mending() {
		return this.mending;
	}

}
