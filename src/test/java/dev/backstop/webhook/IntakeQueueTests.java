package dev.backstop.webhook;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backstop.TestClient;
import dev.backstop.TestDatabase;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Webhooks that come at the same time share a transaction, and nothing else. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ TestDatabase.class, TestClient.class })
class IntakeQueueTests {

	private static final int MANY = 40;

	private static final String APPROVED = "webhook-approved.json";

	@Autowired
	private RestTestClient client;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private MeterRegistry meters;

	@BeforeEach
	void awaitThoseOfTheTestBefore() {
		await().until(() -> active() == 0);
	}

	@Test
	void webhooksOfSeveralVerificationsShareATransaction() {
		var webhooks = IntStream.range(0, MANY).mapToObj((i) -> SignedWebhook.sample(APPROVED, "shared-" + i)).toList();

		assertThat(sendAllAtOnce(webhooks)).containsOnly(200);

		assertThat(count("delivery where scan_ref like 'shared-%' and outcome = 'APPLIED'")).isEqualTo(MANY);
		assertThat(count("archive_file where scan_ref like 'shared-%'")).isGreaterThan(MANY);
		assertThat(transactions("scan_ref like 'shared-%'")).isLessThan(MANY / 2);
	}

	@Test
	void thoseOfKnownAndOfNewVerificationsShareATransaction() {
		var webhooks = IntStream.range(0, MANY).mapToObj((i) -> SignedWebhook.sample(APPROVED, "mixed-" + i)).toList();
		IntStream.range(0, MANY)
			.filter((i) -> i % 2 == 0)
			.forEach((i) -> send(SignedWebhook.sample("webhook-auto-non-final.json", "mixed-" + i)));
		send(webhooks.getFirst());

		assertThat(sendAllAtOnce(webhooks)).containsOnly(200);

		assertThat(count("delivery where scan_ref like 'mixed-%' and outcome = 'APPLIED'")).isEqualTo(MANY * 3 / 2);
		assertThat(count("delivery where scan_ref like 'mixed-%' and repeats = 1")).isOne();
		assertThat(count("verification v where scan_ref like 'mixed-%' and exists (select from archive_file f "
				+ "where f.scan_ref = v.scan_ref)"))
			.isEqualTo(MANY);
		assertThat(transactions("scan_ref like 'mixed-%' and event_type <> 'IDENTIFICATION_AUTO_FINISHED'"))
			.isLessThan(MANY / 2);
	}

	@Test
	void webhooksOfOneVerificationDoNotShareATransaction() {
		var webhooks = IntStream.range(0, 5)
			.mapToObj((i) -> SignedWebhook.of(" ".repeat(i) + body("one"), null))
			.toList();

		assertThat(sendAllAtOnce(webhooks)).containsOnly(200);

		assertThat(transactions("scan_ref = 'one'")).isEqualTo(5);
	}

	@Test
	void oneThatCannotBeStoredDoesNotHarmTheOthers() {
		send(SignedWebhook.sample("webhook-auto-non-final.json", "damaged"));
		this.jdbc.sql("update verification set webhook = 'null' where scan_ref = 'damaged'").update();
		var webhooks = Stream
			.concat(Stream.of(SignedWebhook.sample(APPROVED, "damaged")),
					IntStream.range(1, MANY).mapToObj((i) -> SignedWebhook.sample(APPROVED, "harmless-" + i)))
			.toList();

		var answers = sendAllAtOnce(webhooks);

		assertThat(answers.getFirst()).isEqualTo(503);
		assertThat(answers.subList(1, MANY)).containsOnly(200);
		assertThat(count("delivery where scan_ref like 'harmless-%' and outcome = 'APPLIED'")).isEqualTo(MANY - 1);
		assertThat(count("delivery where scan_ref = 'damaged'")).isOne();
	}

	@Test
	void aVerificationThatIsLockedDoesNotHoldTheOthersUp() {
		send(SignedWebhook.sample("webhook-denied.json", "locked"));

		this.transaction.executeWithoutResult((_) -> {
			lock("locked");
			var waiting = begin(SignedWebhook.sample(APPROVED, "locked"));
			await().until(() -> active() == 1);

			IntStream.range(0, 10)
				.forEach((i) -> assertThat(send(SignedWebhook.sample(APPROVED, "free-" + i))).isEqualTo(200));

			assertThat(waiting).isNotDone();
		});
	}

	/**
	 * While others wait for a lock as long as they may, so that these wait for each
	 * other.
	 */
	private List<Integer> sendAllAtOnce(List<SignedWebhook> webhooks) {
		var locked = List.of("first", "second");
		locked.forEach((scanRef) -> send(SignedWebhook.sample("webhook-denied.json", scanRef)));
		return Objects.requireNonNull(this.transaction.execute((_) -> {
			locked.forEach(this::lock);
			locked.forEach((scanRef) -> begin(SignedWebhook.sample(APPROVED, scanRef)));
			await().until(() -> active() == locked.size());
			return webhooks.stream().map(this::begin).toList().stream().map(CompletableFuture::join).toList();
		}));
	}

	private CompletableFuture<Integer> begin(SignedWebhook webhook) {
		return CompletableFuture.supplyAsync(() -> send(webhook), Thread::startVirtualThread);
	}

	private void lock(String scanRef) {
		this.jdbc.sql("select from verification where scan_ref = ? for update").param(scanRef).query().listOfRows();
	}

	private int active() {
		return this.meters.find("http.server.requests.active")
			.longTaskTimers()
			.stream()
			.mapToInt(LongTaskTimer::activeTasks)
			.sum();
	}

	private int send(SignedWebhook webhook) {
		return webhook.sendTo(this.client).returnResult().getStatus().value();
	}

	private static String body(String scanRef) {
		return new String(SignedWebhook.sample(APPROVED, scanRef).body());
	}

	private long transactions(String deliveries) {
		return this.jdbc.sql("select count(distinct xmin::text) from delivery where " + deliveries)
			.query(Long.class)
			.single();
	}

	private long count(String what) {
		return this.jdbc.sql("select count(*) from " + what).query(Long.class).single();
	}

}
