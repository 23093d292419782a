package dev.backstop.system;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever goes wrong between iDenfy and Backstop, each verification ends in iDenfy's
 * truth. {@code -Dbackstop.simulation.seeds=200} plays so many seeds,
 * {@code -Dbackstop.simulation.seed=7} plays one.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(2)
class SimulationTests {

	private static final int VERIFICATIONS = Integer.getInteger("backstop.simulation.verifications", 100);

	private static final List<Fault> SPOILT_FILES = List.of(Fault.UNAVAILABLE, Fault.CUT_OFF, Fault.DROPPED,
			Fault.HTML_AS_IMAGE, Fault.WRONG_LENGTH, Fault.WRONG_TYPE, Fault.REDIRECT, Fault.HANG,
			Fault.trickle(Duration.ofMillis(20)));

	private static final PostgresProcess postgres = new PostgresProcess();

	@AfterAll
	static void stop() {
		postgres.close();
	}

	static LongStream seeds() {
		var one = Long.getLong("backstop.simulation.seed");
		return (one != null) ? LongStream.of(one)
				: LongStream.rangeClosed(1, Long.getLong("backstop.simulation.seeds", 1));
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void everyVerificationEndsInTheVendorsTruth(long seed) {
		var database = postgres.createDatabase();
		try (var idenfy = SimulatedIdenfy.start(new Settings().seed(seed));
				var backstop = new BackstopProcess(database, idenfy, BackstopProcess.BRISK).start();
				var audit = new Audit(idenfy, backstop, database)) {
			backstop.awaitReady();
			idenfy.deliverTo(backstop.webhooks());
			SPOILT_FILES.forEach((fault) -> idenfy.failNext(Endpoint.LINK, fault, 5));

			idenfy
				.play(Seeded.plan(seed, VERIFICATIONS, Pace.brisk().over(Duration.ofSeconds(10)), Chances.rough()),
						backstop::register)
				.join();
			awaitAllSettled(audit, backstop);

			System.out.println("Seed " + seed + ": " + audit.figures());
			assertThat(audit.complaints()).as("seed %d", seed).isEmpty();
		}
	}

	private static void awaitAllSettled(Audit audit, BackstopProcess backstop) {
		try {
			Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> {
				resumeIfOnlyAnOperatorCan(backstop);
				return audit.awaited() == 0 && audit.waitingFiles() == 0;
			});
		}
		catch (ConditionTimeoutException ex) {
			backstop.dumpThreads();
			throw ex;
		}
	}

	/** The last one that is due may have been refused as often as it is asked about. */
	private static void resumeIfOnlyAnOperatorCan(BackstopProcess backstop) {
		var reconciliation = backstop.reconciliation();
		if (reconciliation.get("state").asString().equals("PAUSED")
				&& Instant.parse(reconciliation.get("until").asString()).plusSeconds(5).isBefore(Instant.now())) {
			backstop.reconciliation("resume");
		}
	}

}
