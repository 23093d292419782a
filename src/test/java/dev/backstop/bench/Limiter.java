package dev.backstop.bench;

/** Settings of the budget of calls. */
final class Limiter {

	/** As good as none. */
	static final String[] WIDE_OPEN = { "resilience4j.ratelimiter.instances.idenfy.limit-for-period=100000",
			"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=1s" };

	private Limiter() {
	}

}
