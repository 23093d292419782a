package dev.backstop.system;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** PostgreSQL is stopped, stands still, and comes back, while webhooks pour in. */
class DatabaseTests {

	private static final Duration AWAY = Duration.ofSeconds(6);

	private static final int VERIFICATIONS = 60;

	private static final int BEFORE = 50;

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	@Test
	void whileTheDatabaseIsAwayOrHangsWebhooksAreToldSoInTimeAndNothingIsLost() {
		try (var postgres = new PostgresProcess(); var idenfy = SimulatedIdenfy.start(new Settings().seed(4))) {
			var database = postgres.createDatabase();
			try (var backstop = new BackstopProcess(database, idenfy, BackstopProcess.BRISK).start();
					var audit = new Audit(idenfy, backstop, database)) {
				backstop.awaitReady();
				idenfy.deliverTo(backstop.webhooks());
				long pid = backstop.pid();
				// code that is yet to be compiled is a matter of starts
				for (int i = 0; i < BEFORE; i++) {
					assertThat(idenfy.emit(idenfy.create().scanRef(), Event.autoFinished("APPROVED"))).isEqualTo(200);
				}

				var stopped = during(idenfy, backstop, postgres::stop, postgres::start);
				var hanging = during(idenfy, backstop, postgres::freeze, postgres::thaw);
				Awaitility.await()
					.atMost(Duration.ofMinutes(5))
					.until(() -> audit.known() == BEFORE + 2 * VERIFICATIONS && audit.awaited() == 0
							&& audit.waitingFiles() == 0);

				System.out.printf("Database away, then hanging: %d and %d webhooks were told so; %s%n", stopped.size(),
						hanging.size(), audit.figures());
				assertThat(stopped).hasSizeGreaterThan(10).allMatch(DatabaseTests::isToldInTime);
				assertThat(hanging).hasSizeGreaterThan(10).allMatch(DatabaseTests::isToldInTime);
				assertThat(backstop.pid()).isEqualTo(pid);
				assertThat(backstop.isAlive()).isTrue();
				assertThat(backstop.threadsIn("webhook.WebhookController", "webhook.WebhookIntake")).isEmpty();
				assertThat(audit.complaints()).isEmpty();
			}
		}
	}

	/** What was not acknowledged while PostgreSQL was away. */
	private static List<Delivery> during(SimulatedIdenfy idenfy, BackstopProcess backstop, Runnable begin,
			Runnable end) {
		var played = idenfy.play(Seeded.plan(idenfy.deliveries().size(), VERIFICATIONS,
				Pace.brisk().over(AWAY.multipliedBy(2)), Chances.mild()), backstop::register);
		Awaitility.await().pollDelay(AWAY.dividedBy(2)).until(backstop::isReady);
		var from = Instant.now();
		begin.run();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> backstop.health("readiness") == 503);
		assertThat(backstop.health("liveness")).isEqualTo(200);
		Awaitility.await()
			.pollDelay(AWAY)
			.atMost(AWAY.plusSeconds(5))
			.untilAsserted(() -> assertThat(backstop.health("readiness")).isEqualTo(503));
		var until = Instant.now();
		end.run();
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> backstop.health("readiness") == 200);
		played.join();
		return idenfy.deliveries()
			.stream()
			.filter((delivery) -> delivery.at().isAfter(from) && delivery.at().plus(delivery.took()).isBefore(until))
			.filter((delivery) -> !delivery.acknowledged() && delivery.status() != 401)
			.toList();
	}

	private static boolean isToldInTime(Delivery delivery) {
		return delivery.status() == 503 && delivery.took().compareTo(PATIENCE) < 0;
	}

}
