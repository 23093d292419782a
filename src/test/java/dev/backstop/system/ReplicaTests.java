package dev.backstop.system;

import java.net.URI;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backstop.Database;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.simulator.Webhook;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Three replicas on one database, with the heartbeats they have by default. */
@Order(1)
class ReplicaTests {

	private static final Duration TAKE_OVER = Duration.ofMinutes(1);

	private static final Pace QUICK = new Pace(Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(1),
			Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

	private static PostgresProcess postgres;

	private static Database database;

	private static SimulatedIdenfy idenfy;

	private static List<BackstopProcess> replicas;

	private static JdbcClient jdbc;

	@BeforeAll
	static void start() {
		postgres = new PostgresProcess();
		database = postgres.createDatabase();
		jdbc = PostgresProcess.jdbc(database);
		idenfy = SimulatedIdenfy.start(new Settings().seed(5));
		replicas = IntStream.range(0, 3)
			.mapToObj((_) -> new BackstopProcess(database, idenfy, BackstopProcess.BRISK_WITHOUT_FILES))
			.toList();
		// the first makes the schema
		replicas.getFirst().start().awaitReady();
		replicas.stream().skip(1).forEach(BackstopProcess::start);
		replicas.forEach(BackstopProcess::awaitReady);
		deliverTo(replicas.stream());
	}

	@AfterAll
	static void stop() {
		replicas.forEach(BackstopProcess::close);
		idenfy.close();
		postgres.close();
	}

	@BeforeEach
	void forget() {
		idenfy.forget();
	}

	@AfterEach
	void letAllEnd() {
		idenfy.clearFaults();
		replicas.getFirst().reconciliation("resume");
		await(Duration.ofMinutes(2)).until(() -> audit().awaited() == 0);
		assertThat(audit().complaints()).isEmpty();
		System.out.println("Replicas: " + audit().figures());
	}

	@Test
	void theSameWebhookSentToAllAtOnceIsAppliedOnce() {
		var webhooks = Stream.generate(() -> idenfy.create().scanRef())
			.limit(40)
			.map((scanRef) -> idenfy.prepare(scanRef, Event.autoFinished("APPROVED")))
			.toList();

		for (var webhook : webhooks) {
			sendToAllAtOnce(webhook);
		}

		assertThat(idenfy.deliveries()).hasSize(120).allMatch((delivery) -> delivery.status() == 200);
		for (var webhook : webhooks) {
			assertThat(jdbc.sql("select repeats from delivery where scan_ref = ?")
				.param(webhook.scanRef())
				.query(Integer.class)
				.list()).containsExactly(2);
			assertThat(jdbc.sql("select count(*) from timeline_entry where scan_ref = ? and kind = 'DELIVERY'")
				.param(webhook.scanRef())
				.query(Integer.class)
				.single()).isEqualTo(1);
		}
	}

	@Test
	void aKilledRunnerIsFollowedByAnotherWithinAMinuteAndWithinTheBudget() {
		var runner = runnerOf(80);

		runner.kill();
		var killedAt = Instant.now();
		awaitCallsOfAnotherRunner(killedAt);

		runner.start().awaitReady();
	}

	@Test
	void aRunnerThatStoodStillMakesNoFurtherCall() {
		var runner = runnerOf(80);
		long number = runnerNumber();

		runner.freeze();
		var frozenAt = Instant.now();
		awaitCallsOfAnotherRunner(frozenAt);
		runner.thaw();

		await(Duration.ofMinutes(2)).until(() -> audit().awaited() == 0);
		var calls = idenfy.calls().stream().filter((call) -> call.at().isAfter(frozenAt.plusSeconds(1))).count();
		assertThat(jdbc.sql("select count(*) from idenfy_call where runner <> ? and started_at > ?")
			.params(number, Timestamp.from(frozenAt))
			.query(Long.class)
			.single()).isGreaterThanOrEqualTo(calls);
		assertThat(jdbc.sql("select count(*) from idenfy_call where runner = ? and started_at > ?")
			.params(number, Timestamp.from(frozenAt.plusSeconds(1)))
			.query(Integer.class)
			.single()).isZero();
	}

	@Test
	void whatHoldsOneHoldsAll() {
		runnerOf(20);

		assertThat(replicas.get(1).reconciliation("pause")).isEqualTo(200);
		var pausedAt = Instant.now();
		for (var replica : replicas) {
			assertThat(replica.reconciliation().get("state").asString()).isEqualTo("PAUSED");
			assertThat(replica.reconciliation("run")).isLessThan(500);
		}
		Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
		assertThat(idenfy.calls()).noneMatch((call) -> call.at().isAfter(pausedAt.plusMillis(500)));

		replicas.get(2).reconciliation("resume");
		idenfy.failNext(Endpoint.STATUS, Fault.tooManyRequests(Duration.ofSeconds(3)), 1);
		await(Duration.ofSeconds(10))
			.until(() -> replicas.getFirst().reconciliation().get("state").asString().equals("THROTTLED"));
		for (var replica : replicas) {
			assertThat(replica.reconciliation().get("state").asString()).isEqualTo("THROTTLED");
		}
		var throttledAt = Instant.parse(replicas.getFirst().reconciliation().get("since").asString());
		await(Duration.ofMinutes(1)).until(() -> audit().awaited() == 0);
		assertThat(idenfy.calls()).noneMatch((call) -> call.at().isAfter(throttledAt.plusMillis(500))
				&& call.at().isBefore(throttledAt.plusMillis(2_900)));
	}

	@Test
	void aRollingRestartUnderLoadLosesNoWebhook() {
		long before = received();
		var restart = CompletableFuture.runAsync(() -> replicas.forEach(ReplicaTests::restart),
				Thread::startVirtualThread);
		for (long seed = 6; !restart.isDone(); seed++) {
			idenfy.play(Seeded.plan(seed, 60, QUICK, Chances.none()), replicas.getFirst()::register).join();
		}
		restart.join();

		// some may meet a closed port, or a replica that is just starting and sheds, but
		// what
		// was taken in was answered, and everything came in the end
		assertThat(idenfy.deliveries().stream().filter(Delivery::acknowledged).count()).isEqualTo(received() - before);
		assertThat(idenfy.deliveries().stream().filter(Delivery::acknowledged).map(Delivery::sha256))
			.containsAll(idenfy.deliveries().stream().map(Delivery::sha256).toList());
	}

	/**
	 * As an orchestrator does it, with a load balancer in front that asks for readiness.
	 */
	private static void restart(BackstopProcess replica) {
		replica.terminate();
		await(Duration.ofSeconds(10)).until(() -> !replica.isReady());
		deliverTo(replicas.stream().filter((other) -> other != replica));
		replica.awaitEnd();
		replica.start().awaitReady();
		deliverTo(replicas.stream());
	}

	private static void deliverTo(Stream<BackstopProcess> receivers) {
		idenfy.deliverTo(receivers.map(BackstopProcess::webhooks).toArray(URI[]::new));
	}

	private static long received() {
		return jdbc.sql("select coalesce(sum(1 + repeats), 0) from delivery").query(Long.class).single();
	}

	private static void sendToAllAtOnce(Webhook webhook) {
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			replicas.forEach((replica) -> threads.submit(() -> idenfy.send(webhook, replica.webhooks())));
		}
	}

	/** The one that reconciles, at the beginning of a long run. */
	private static BackstopProcess runnerOf(int due) {
		replicas.getFirst().reconciliation("pause");
		for (int i = 0; i < due; i++) {
			var token = idenfy.create(Duration.ZERO, Duration.ZERO);
			idenfy.lose(token.scanRef(), Event.autoFinished("APPROVED"));
			replicas.get(i % replicas.size()).register(token);
		}
		await(Duration.ofMinutes(1)).until(() -> replicas.getFirst().reconciliation().get("dueNow").asInt() == due);
		replicas.getFirst().reconciliation("resume");
		await(Duration.ofSeconds(30)).until(() -> idenfy.calls().size() > 10);
		var name = jdbc.sql("select runner_name from reconciliation").query(String.class).single();
		return replicas.stream().filter((replica) -> name.startsWith(replica.name())).findFirst().orElseThrow();
	}

	private static long runnerNumber() {
		return jdbc.sql("select runner from reconciliation").query(Long.class).single();
	}

	private static void awaitCallsOfAnotherRunner(Instant since) {
		await(TAKE_OVER)
			.until(() -> idenfy.calls().stream().anyMatch((call) -> call.at().isAfter(since.plusSeconds(2))));
		var next = idenfy.calls().stream().map(Call::at).filter((at) -> at.isAfter(since.plusSeconds(2))).findFirst();
		System.out.println("Replicas: taken over after " + Duration.between(since, next.orElseThrow()));
	}

	private static ConditionFactory await(Duration atMost) {
		return Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(200));
	}

	private static Audit audit() {
		return new Audit(idenfy, replicas.getFirst(), database);
	}

}
