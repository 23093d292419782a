package dev.backstop.simulator;

import java.time.Duration;

/**
 * How fast the drawn verifications live.
 *
 * @param span the time in which they are made
 * @param session how long a person takes at most
 * @param review how long a reviewer takes at most
 * @param lateReview how long a reviewer takes who is late
 */
public record Pace(Duration span, Duration session, Duration review, Duration lateReview, Duration expiryTime,
		Duration sessionLength) {

	/** A day in half a minute. */
	public static Pace brisk() {
		return new Pace(Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(8),
				Duration.ofSeconds(1), Duration.ofSeconds(1));
	}

	public Pace over(Duration span) {
		return new Pace(span, this.session, this.review, this.lateReview, this.expiryTime, this.sessionLength);
	}

}
