package dev.backstop.webhook;

import java.time.Duration;
import java.time.Instant;

import dev.backstop.DatabaseLine;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(DatabaseLine.Configuration.class)
@DirtiesContext
class WebhookDatabaseTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private DatabaseLine line;

	@Autowired
	private JdbcClient jdbc;

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
		SignedWebhook.sample("webhook-denied.json", "before-it-hangs").sendTo(this.client).expectStatus().isOk();
		this.line.fallSilent();

		assertIsRefusedInTime(SignedWebhook.sample("webhook-approved.json", "database-hangs"));

		assertIsTakenSoonAfterMending("database-hangs");
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
		var start = Instant.now();
		webhook.sendTo(this.client).expectStatus().isEqualTo(503).expectHeader().exists("Retry-After");
		assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
	}

	private void assertIsTakenSoonAfterMending(String scanRef) {
		this.line.mend();
		Awaitility.await()
			.untilAsserted(() -> SignedWebhook.sample("webhook-approved.json", scanRef)
				.sendTo(this.client)
				.expectStatus()
				.isOk());
		assertThat(this.jdbc.sql("select outcome from delivery where scan_ref = ?")
			.param(scanRef)
			.query(String.class)
			.list()).containsExactly("APPLIED");
	}

}
