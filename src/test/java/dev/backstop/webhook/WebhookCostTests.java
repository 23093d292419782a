package dev.backstop.webhook;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import dev.backstop.DatabaseLine;
import dev.backstop.TestClient;
import dev.backstop.idenfy.WebhookPayload;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a webhook costs, counted instead of timed, so that it shows wherever the tests
 * run.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ DatabaseLine.Configuration.class, TestClient.class })
@DirtiesContext
class WebhookCostTests {

	private static final int TIMES = 20;

	@Autowired
	private RestTestClient client;

	@Autowired
	private DatabaseLine line;

	@Autowired
	private WebhookPayload payload;

	@Autowired
	private WebhookIntake intake;

	@Test
	void theFirstWebhookOfAVerificationWaitsForTheDatabaseAtMostEightTimes() {
		var questions = fewestQuestions((i) -> SignedWebhook.sample("webhook-approved.json", "first-" + i));

		assertThat(questions).isLessThanOrEqualTo(8);
	}

	@Test
	void aLaterWebhookOfAVerificationWaitsForTheDatabaseAtMostEightTimes() {
		for (int i = 0; i < TIMES; i++) {
			send(SignedWebhook.sample("webhook-auto-non-final.json", "later-" + i));
		}

		var questions = fewestQuestions((i) -> SignedWebhook.sample("webhook-approved.json", "later-" + i));

		assertThat(questions).isLessThanOrEqualTo(8);
	}

	@Test
	void aRepeatWaitsForTheDatabaseAtMostFiveTimes() {
		var webhook = SignedWebhook.sample("webhook-approved.json", "repeated");
		send(webhook);

		assertThat(fewestQuestions((_) -> webhook)).isLessThanOrEqualTo(5);
	}

	@Test
	void aWebhookThatIsNotSignedNeedsNoDatabase() {
		var questions = fewest(TIMES, this.line::questions,
				(_) -> SignedWebhook.sample("webhook-approved.json")
					.signedWith("0".repeat(64))
					.sendTo(this.client)
					.expectStatus()
					.isUnauthorized());

		assertThat(questions).isZero();
	}

	@Test
	void aWebhookOfFiveKilobytesIsReadAndAppliedWithinAQuarterOfAMegabyte() {
		var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		var webhooks = IntStream.range(0, 5 * TIMES)
			.mapToObj((i) -> SignedWebhook.sample("webhook-approved.json", "allocating-" + i))
			.toList();

		var bytes = fewest(webhooks.size(), threads::getCurrentThreadAllocatedBytes, (i) -> take(webhooks.get(i)));

		System.out.printf("A webhook is read and applied within %,d bytes%n", bytes);
		assertThat(bytes).isLessThan(256 * 1024);
	}

	/** On this thread, whose memory is counted. */
	private void take(SignedWebhook webhook) {
		var received = Received.of(webhook.body(), webhook.eventType(), "application/json", "0", Instant.now());
		this.intake.take(List.of(new Arrival(received, this.payload.read(received.body(), received.eventType()))));
	}

	private void send(SignedWebhook webhook) {
		webhook.sendTo(this.client).expectStatus().isOk();
	}

	private long fewestQuestions(IntFunction<SignedWebhook> webhooks) {
		return fewest(TIMES, this.line::questions, (i) -> send(webhooks.apply(i)));
	}

	/**
	 * The least that a count grows by. Others may add to it, such as the pool that looks
	 * whether a connection is alive, but nobody takes away.
	 */
	private static long fewest(int times, LongSupplier count, IntConsumer action) {
		return IntStream.range(0, times).mapToLong((i) -> {
			long before = count.getAsLong();
			action.accept(i);
			return count.getAsLong() - before;
		}).min().orElseThrow();
	}

}
