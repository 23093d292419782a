package dev.backstop.system;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Webhook;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What several replicas do together. */
@Order(3)
class ReplicaTests {

	private static final Pace QUICK = new Pace(Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(1),
			Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

	private static Replicas replicas;

	@BeforeAll
	static void start() {
		replicas = Replicas.start(5);
	}

	@AfterAll
	static void stop() {
		replicas.close();
	}

	@AfterEach
	void letAllEnd() {
		replicas.letAllEnd();
	}

	@Test
	void theSameWebhookSentToAllAtOnceIsAppliedOnce() {
		var webhooks = Stream.generate(() -> replicas.idenfy().create().scanRef())
			.limit(40)
			.map((scanRef) -> replicas.idenfy().prepare(scanRef, Event.autoFinished("APPROVED")))
			.toList();

		for (var webhook : webhooks) {
			sendToAllAtOnce(webhook);
		}

		assertThat(replicas.idenfy().deliveries()).hasSize(120).allMatch((delivery) -> delivery.status() == 200);
		for (var webhook : webhooks) {
			assertThat(replicas.jdbc()
				.sql("select repeats from delivery where scan_ref = ?")
				.param(webhook.scanRef())
				.query(Integer.class)
				.list()).containsExactly(2);
			assertThat(replicas.jdbc()
				.sql("select count(*) from timeline_entry where scan_ref = ? and kind = 'DELIVERY'")
				.param(webhook.scanRef())
				.query(Integer.class)
				.single()).isEqualTo(1);
		}
	}

	@Test
	void whatHoldsOneHoldsAll() {
		replicas.runnerOf(20);

		assertThat(replicas.all().get(1).reconciliation("pause")).isEqualTo(200);
		var pausedAt = Instant.now();
		for (var replica : replicas.all()) {
			assertThat(replica.reconciliation().get("state").asString()).isEqualTo("PAUSED");
			assertThat(replica.reconciliation("run")).isLessThan(500);
		}
		Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
		assertThat(replicas.idenfy().calls()).noneMatch((call) -> call.at().isAfter(pausedAt.plusMillis(500)));

		replicas.all().get(2).reconciliation("resume");
		replicas.idenfy().failNext(Endpoint.STATUS, Fault.tooManyRequests(Duration.ofSeconds(3)), 1);
		Replicas.await(Duration.ofSeconds(10))
			.until(() -> replicas.first().reconciliation().get("state").asString().equals("THROTTLED"));
		for (var replica : replicas.all()) {
			assertThat(replica.reconciliation().get("state").asString()).isEqualTo("THROTTLED");
		}
		var throttledAt = Instant.parse(replicas.first().reconciliation().get("since").asString());
		replicas.awaitSettled();
		assertThat(replicas.idenfy().calls()).noneMatch((call) -> call.at().isAfter(throttledAt.plusMillis(500))
				&& call.at().isBefore(throttledAt.plusMillis(2_900)));
	}

	@Test
	void aRollingRestartUnderLoadLosesNoWebhook() {
		long before = received();
		var restart = CompletableFuture.runAsync(() -> replicas.all().forEach(ReplicaTests::restart),
				Thread::startVirtualThread);
		for (long seed = 6; !restart.isDone(); seed++) {
			replicas.idenfy().play(Seeded.plan(seed, 60, QUICK, Chances.none()), replicas.first()::register).join();
		}
		restart.join();

		// some may meet a closed port, or a replica that is just starting and sheds, but
		// what
		// was taken in was answered, and everything came in the end
		assertThat(replicas.idenfy().deliveries().stream().filter(Delivery::acknowledged).count())
			.isEqualTo(received() - before);
		assertThat(replicas.idenfy().deliveries().stream().filter(Delivery::acknowledged).map(Delivery::sha256))
			.containsAll(replicas.idenfy().deliveries().stream().map(Delivery::sha256).toList());
	}

	/**
	 * As an orchestrator does it, with a load balancer in front that asks for readiness.
	 */
	private static void restart(BackstopProcess replica) {
		replica.terminate();
		Replicas.await(Duration.ofSeconds(10)).until(() -> !replica.isReady());
		replicas.deliverTo(replicas.all().stream().filter((other) -> other != replica));
		replica.awaitEnd();
		replica.start().awaitReady();
		replicas.deliverTo(replicas.all().stream());
	}

	private static long received() {
		return replicas.jdbc().sql("select coalesce(sum(1 + repeats), 0) from delivery").query(Long.class).single();
	}

	private static void sendToAllAtOnce(Webhook webhook) {
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			replicas.all()
				.forEach((replica) -> threads.submit(() -> replicas.idenfy().send(webhook, replica.webhooks())));
		}
	}

}
