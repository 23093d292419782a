package dev.backstop.webhook;

import dev.backstop.TestClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import dev.backstop.DatabaseLine;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ DatabaseLine.Configuration.class, TestClient.class })
@DirtiesContext
class WebhookDatabaseTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private DatabaseLine line;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TransactionTemplate transaction;

	@AfterEach
	void mend() {
		this.line.mend();
	}

	@Test
	void aWebhookIsAskedForAgainWhileTheDatabaseIsAway() {
		this.line.cut();

		assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "database-away"));

		assertIsTakenSoonAfterMending("database-away");
	}

	@Test
	void aWebhookIsAskedForAgainWhileTheDatabaseHangs() {
		assertIsTakenSoon(SignedWebhook.sample("webhook-denied.json", "before-it-hangs"));
		this.line.fallSilent();

		assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "database-hangs"));

		assertIsTakenSoonAfterMending("database-hangs");
	}

	@Test
	void aWebhookIsAskedForAgainWhileTheDatabaseIsVerySlow() {
		assertIsTakenSoon(SignedWebhook.sample("webhook-denied.json", "before-it-is-slow"));
		this.line.delay(Duration.ofMillis(1900));

		assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "database-slow"));
		// 200 if one of the connections that open meanwhile is ready in time
		assertIsWithin(Duration.ofSeconds(10), () -> askAsClient("before-it-is-slow").expectStatus()
			.value((status) -> assertThat(status).isIn(200, 503)));

		assertIsTakenSoonAfterMending("database-slow");
	}

	@Test
	void whatTookTooLongIsNeitherBrokenOffNorAppliedTwice() {
		assertIsTakenSoon(SignedWebhook.sample("webhook-denied.json", "before-it-is-slow"));
		this.line.delay(Duration.ofMillis(1500));
		var webhook = SignedWebhook.sample("webhook-approved.json", "left-behind");
		assertIsRefusedInTime(webhook);

		this.line.delay(Duration.ZERO);
		Awaitility.await().untilAsserted(() -> askAsClient("left-behind").expectStatus().isOk());

		webhook.sendTo(this.client).expectStatus().isOk();
		assertThat(this.jdbc.sql("select outcome, repeats from delivery where scan_ref = 'left-behind'")
			.query()
			.listOfRows()).containsExactly(Map.of("outcome", "APPLIED", "repeats", 1));
	}

	@Test
	void everyOneOfManyIsAskedForAgainWhileTheDatabaseHangs() {
		assertIsTakenSoon(SignedWebhook.sample("webhook-denied.json", "before-it-hangs"));
		this.line.fallSilent();

		atOnce(50, (number) -> assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "many-" + number)));

		assertIsTakenSoonAfterMending("many-1");
	}

	@Test
	void clientsAreAnsweredWhileWebhooksWaitForEachOther() {
		assertIsTakenSoon(SignedWebhook.sample("webhook-denied.json", "locked"));
		// code that is yet to be compiled is a matter of starts
		askAsClient("locked").expectStatus().isOk();

		this.transaction.executeWithoutResult((_) -> {
			this.jdbc.sql("select from verification where scan_ref = 'locked' for update").query().listOfRows();
			atOnce(50, (number) -> {
				if (number % 5 == 0) {
					assertIsWithin(Duration.ofMillis(1500), () -> askAsClient("locked").expectStatus().isOk());
				}
				else {
					assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "locked"));
				}
			});
		});

		SignedWebhook.sample("webhook-approved.json", "locked").sendTo(this.client).expectStatus().isOk();
	}

	@Test
	void anUnsignedWebhookNeedsNoDatabaseToBeRefused() {
		this.line.cut();

		SignedWebhook.sample("webhook-approved.json")
			.signedWith("0".repeat(64))
			.sendTo(this.client)
			.expectStatus()
			.isUnauthorized();
	}

	private void assertIsRefusedInTime(SignedWebhook webhook) {
		assertIsWithin(Duration.ofSeconds(5),
				() -> webhook.sendTo(this.client).expectStatus().isEqualTo(503).expectHeader().exists("Retry-After"));
	}

	private static void assertIsWithin(Duration limit, Runnable action) {
		var start = Instant.now();
		action.run();
		assertThat(Duration.between(start, Instant.now())).isLessThan(limit);
	}

	private static void atOnce(int times, IntConsumer task) {
		CompletableFuture
			.allOf(IntStream.range(0, times)
				.mapToObj((number) -> CompletableFuture.runAsync(() -> task.accept(number), Thread::startVirtualThread))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private RestTestClient.ResponseSpec askAsClient(String scanRef) {
		return this.client.get()
			.uri("/api/v1/verifications/" + scanRef)
			.headers((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.exchange();
	}

	private void assertIsTakenSoonAfterMending(String scanRef) {
		this.line.mend();
		assertIsTakenSoon(SignedWebhook.sample("webhook-approved.json", scanRef));
		assertThat(this.jdbc.sql("select outcome from delivery where scan_ref = ?")
			.param(scanRef)
			.query(String.class)
			.list()).containsExactly("APPLIED");
	}

	private void assertIsTakenSoon(SignedWebhook webhook) {
		Awaitility.await().untilAsserted(() -> webhook.sendTo(this.client).expectStatus().isOk());
	}

}
