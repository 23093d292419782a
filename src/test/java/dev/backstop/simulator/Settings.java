package dev.backstop.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;

/** How a simulated iDenfy is set up. */
public final class Settings {

	int port;

	String apiKey = "simulated-key";

	String apiSecret = "simulated-secret";

	String signingKey = "test-signing-key-0001";

	Clock clock = Clock.systemUTC();

	long seed = new Random().nextLong();

	Duration linkLifetime = Duration.ofHours(1);

	Duration answerTimeout = Duration.ofSeconds(10);

	int retries = 3;

	Duration retryGap = Duration.ofMillis(500);

	int fileSize = 1024;

	/** Any free port unless told otherwise. */
	public Settings port(int port) {
		this.port = port;
		return this;
	}

	public Settings credentials(String apiKey, String apiSecret) {
		this.apiKey = apiKey;
		this.apiSecret = apiSecret;
		return this;
	}

	public Settings signingKey(String signingKey) {
		this.signingKey = signingKey;
		return this;
	}

	/** The clock of the vendor: decision times and the death of links. */
	public Settings clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * What scanRefs and persons are drawn from; a new one each time unless told
	 * otherwise.
	 */
	public Settings seed(long seed) {
		this.seed = seed;
		return this;
	}

	public Settings linkLifetime(Duration linkLifetime) {
		this.linkLifetime = linkLifetime;
		return this;
	}

	/** How long a receiver may take to answer a webhook. */
	public Settings answerTimeout(Duration answerTimeout) {
		this.answerTimeout = answerTimeout;
		return this;
	}

	/** How often, after the first attempt, a webhook is sent again. */
	public Settings retries(int retries, Duration retryGap) {
		this.retries = retries;
		this.retryGap = retryGap;
		return this;
	}

	/** The approximate size of each file in bytes. */
	public Settings fileSize(int fileSize) {
		this.fileSize = fileSize;
		return this;
	}

}
