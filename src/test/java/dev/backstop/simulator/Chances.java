package dev.backstop.simulator;

import java.time.Duration;
import java.util.List;

/**
 * How likely things go wrong, each from 0 to 1.
 *
 * @param troubled that calls about a verification meet faults
 * @param troubles what they can meet
 * @param outages how many times everything fails for a while
 */
public record Chances(double lost, double late, double reordered, double repeated, double malformed,
		double wronglySigned, double twins, double troubled, List<Fault> troubles, int outages) {

	private static final List<Fault> PASSING = List.of(Fault.INTERNAL_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE,
			Fault.CUT_OFF, Fault.DROPPED, Fault.NOT_JSON, Fault.slow(Duration.ofMillis(300)),
			Fault.tooManyRequests(Duration.ofSeconds(1)));

	private static final List<Fault> ROUGH = List.of(Fault.INTERNAL_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE,
			Fault.CUT_OFF, Fault.DROPPED, Fault.NOT_JSON, Fault.slow(Duration.ofMillis(300)), Fault.PARTNER_ERROR,
			Fault.OTHER_SCAN_REF, Fault.oversized(20_000_000), Fault.ENDLESS, Fault.HANG,
			Fault.trickle(Duration.ofMillis(500)), Fault.TOO_MANY_REQUESTS, Fault.OLD_STYLE_TOO_MANY_REQUESTS,
			Fault.tooManyRequests(Duration.ofSeconds(1)), Fault.UNAUTHORIZED, Fault.OUT_OF_FUNDS, Fault.REDIRECT,
			Fault.BAD_VALUE, Fault.NOT_FOUND);

	public Chances {
		troubles = List.copyOf(troubles);
	}

	/** Everything arrives and every call is answered. */
	public static Chances none() {
		return new Chances(0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0);
	}

	/** Enough of everything to be seen, and nothing that needs an operator. */
	public static Chances mild() {
		return new Chances(0.25, 0.1, 0.1, 0.1, 0.02, 0.02, 0.05, 0.1, PASSING, 0);
	}

	/** Everything at once. */
	public static Chances rough() {
		return new Chances(0.3, 0.1, 0.1, 0.15, 0.05, 0.05, 0.05, 0.3, ROUGH, 2);
	}

}
