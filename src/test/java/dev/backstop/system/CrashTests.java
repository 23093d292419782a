package dev.backstop.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The process is killed while webhooks pour in and checks are under way, again and again:
 * {@code -Dbackstop.simulation.kills=100} times.
 */
class CrashTests {

	private static final int KILLS = Integer.getInteger("backstop.simulation.kills", 2);

	private static final int VERIFICATIONS_PER_KILL = 50;

	private static final Random random = new Random(3);

	@Test
	void nothingThatWasAcknowledgedIsLostAndNothingThatWasAnsweredIsAskedForAgain() {
		try (var postgres = new PostgresProcess();
				var idenfy = SimulatedIdenfy.start(new Settings().seed(3).retries(1, Duration.ofMillis(500)))) {
			var database = postgres.createDatabase();
			try (var backstop = new BackstopProcess(database, idenfy, BackstopProcess.BRISK);
					var audit = new Audit(idenfy, backstop, database)) {
				idenfy.deliverTo(backstop.webhooks());
				Endpoint.RETRIEVAL.forEach((endpoint) -> idenfy.fault(endpoint, Fault.slow(Duration.ofMillis(200))));

				var plans = new ArrayList<CompletableFuture<?>>();
				for (int kills = 0; kills < KILLS; kills++) {
					backstop.start().awaitReady();
					var plan = Seeded.plan(random.nextLong(), VERIFICATIONS_PER_KILL,
							Pace.brisk().over(Duration.ofSeconds(8)), Chances.mild());
					plans.add(idenfy.play(plan, backstop::register));
					killInTheMiddleOfACheck(backstop, audit);
				}
				backstop.start().awaitReady();
				plans.forEach(CompletableFuture::join);
				Awaitility.await()
					.atMost(Duration.ofMinutes(5))
					.until(() -> audit.known() == KILLS * VERIFICATIONS_PER_KILL && audit.awaited() == 0
							&& audit.waitingFiles() == 0);

				System.out.printf("%d kills, %d calls lost: %s%n", KILLS, audit.lostCalls(), audit.figures());
				assertThat(audit.lostCalls()).isPositive();
				assertThat(audit.complaints()).isEmpty();
			}
		}
	}

	private static void killInTheMiddleOfACheck(BackstopProcess backstop, Audit audit) {
		Awaitility.await()
			.pollDelay(Duration.ofMillis(3_000 + random.nextInt(5_000)))
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofMinutes(1))
			.until(() -> audit.openCalls() > 0);
		backstop.kill();
	}

}
