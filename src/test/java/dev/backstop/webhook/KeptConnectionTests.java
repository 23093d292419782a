package dev.backstop.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import dev.backstop.TestClient;
import dev.backstop.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Connections that are open and idle, and those who may keep one. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@Import({ TestDatabase.class, TestClient.class })
class KeptConnectionTests {

	private static final int MANY = 1_200;

	private static final int MORE_THAN_ARE_LET_IN = 1_500;

	private final List<Stranger> open = new ArrayList<>();

	@Autowired
	private RestTestClient client;

	@Autowired
	private RefusedWebhooks refused;

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@AfterEach
	void leave() throws IOException {
		for (var connection : this.open) {
			connection.close();
		}
	}

	@Test
	void aWebhookIsAnsweredAtOnceBesideManyIdleConnections() throws IOException {
		for (int i = 0; i < MORE_THAN_ARE_LET_IN; i++) {
			ask(this.port, "GET /api/v1/verifications/unknown", "onboarding:onboarding-password").answer();
		}

		assertIsAnsweredAtOnce();
	}

	@Test
	void aWebhookIsAnsweredAtOnceBesideManyThatSayNothingOrDoNotFinish() throws IOException {
		for (int i = 0; i < MANY; i++) {
			this.open
				.add(Stranger.connect(this.port).send((i % 2 == 0) ? "" : "POST /webhooks/idenfy HTTP/1.1\r\nHost: "));
		}

		assertIsAnsweredAtOnce();
	}

	@ParameterizedTest
	@CsvSource({ "POST /webhooks/idenfy, 401", "GET /webhooks/idenfy, 401", "POST /webhooks/other, 401", "GET /, 401",
			"GET /api/v1/verifications/unknown, 401", "GET /error, 401", "GET /a//b, 400" })
	void aStrangerKeepsNoConnection(String request, int status) throws IOException {
		var stranger = ask(this.port, request, null);

		assertThat(stranger.answer()).startsWith("HTTP/1.1 " + status);
		assertThat(stranger.isTurnedAway()).isTrue();
	}

	@Test
	void aWrongPasswordKeepsNoConnection() throws IOException {
		var stranger = ask(this.port, "GET /api/v1/verifications/unknown", "onboarding:wrong");

		assertThat(stranger.answer()).startsWith("HTTP/1.1 401");
		assertThat(stranger.isTurnedAway()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "GET /actuator/health/liveness, 200", "GET /actuator/health/readiness, 200",
			"GET /actuator/info, 401" })
	void aStrangerKeepsNoConnectionToTheManagementPort(String request, int status) throws IOException {
		var stranger = ask(this.managementPort, request, null);

		assertThat(stranger.answer()).startsWith("HTTP/1.1 " + status);
		assertThat(stranger.isTurnedAway()).isTrue();
	}

	@Test
	void aClientAndAnOperatorKeepTheirs() throws IOException {
		var client = ask(this.port, "GET /api/v1/verifications/unknown", "onboarding:onboarding-password");
		var operator = ask(this.managementPort, "GET /actuator/deliveries", "oncall:oncall-password");

		assertThat(client.answer()).startsWith("HTTP/1.1 404").doesNotContainIgnoringCase("Connection: close");
		assertThat(operator.answer()).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("Connection: close");
	}

	@Test
	void moreRequestsInProgressThanThereArePlacesForAreShed() throws IOException {
		long before = this.refused.shed();
		for (int i = 0; i < RequestLimit.AT_ONCE; i++) {
			this.open.add(Stranger.begin(this.port, Stranger.WELL_SHAPED, 1));
		}

		await().atMost(Duration.ofSeconds(4))
			.untilAsserted(() -> send().expectStatus().isEqualTo(503).expectHeader().valueEquals("Retry-After", "5"));

		assertThat(this.refused.shed()).isGreaterThan(before);
		leave();
		await().untilAsserted(() -> send().expectStatus().isOk());
	}

	private Stranger ask(int port, String request, String account) throws IOException {
		var authorization = (account != null) ? "Authorization: Basic "
				+ Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8)) + "\r\n" : "";
		var stranger = Stranger.connect(port)
			.send(request + " HTTP/1.1\r\nHost: localhost\r\n" + authorization + "\r\n");
		this.open.add(stranger);
		return stranger;
	}

	private void assertIsAnsweredAtOnce() {
		var start = Instant.now();
		send().expectStatus().isOk();
		assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(2));
	}

	private RestTestClient.ResponseSpec send() {
		return SignedWebhook.sample("webhook-approved.json").sendTo(this.client);
	}

}
