package dev.backstop.webhook;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.backstop.TestClient;
import dev.backstop.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ TestDatabase.class, TestClient.class })
@ExtendWith(OutputCaptureExtension.class)
// while others print, their stack traces would be taken for its own
@ResourceLock(Resources.SYSTEM_OUT)
class OverloadTests {

	private static final int LIMIT = 1024 * 1024;

	private final List<Stranger> strangers = new ArrayList<>();

	@Autowired
	private RestTestClient client;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private RefusedWebhooks refused;

	@Autowired
	private MeterRegistry meters;

	@LocalServerPort
	private int port;

	@AfterEach
	void leave() throws IOException {
		for (var stranger : this.strangers) {
			stranger.close();
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "0", "no signature", "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789",
					"00000000000000000000000000000000000000000000000000000000000000000" })
	void whatHasNoSignatureOfTheRightShapeIsRefusedBeforeItsBodyComes(String signature) throws IOException {
		double before = mismatches();

		var stranger = begin(signature, LIMIT);

		await().atMost(Duration.ofSeconds(2)).until(stranger::isAnswered);
		assertThat(stranger.answer()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("Connection: close");
		assertThat(mismatches()).isEqualTo(before + 1);
	}

	@Test
	void bodiesUnderWayHaveRoomForEightOfTheLargest() throws IOException {
		long before = this.refused.shed();
		for (int i = 0; i < 16; i++) {
			begin(Stranger.WELL_SHAPED, LIMIT).send(new byte[LIMIT / 2]);
		}

		await().atMost(Duration.ofSeconds(4)).until(() -> send(large()) == 503);

		assertThat(this.refused.shed()).isGreaterThan(before);
		large().sendTo(this.client).expectStatus().isEqualTo(503).expectHeader().valueEquals("Retry-After", "5");
		assertThat(send(SignedWebhook.sample("webhook-approved.json", "ordinary"))).isEqualTo(200);
		leave();
		await().until(() -> send(large()) == 200);
	}

	@Test
	void aDeclaredLengthTakesUpNoRoom() throws IOException {
		for (int i = 0; i < 32; i++) {
			begin(Stranger.WELL_SHAPED, LIMIT);
		}

		assertThat(send(large())).isEqualTo(200);
	}

	@Test
	void aBodyThatStallsIsEndedAndItsRoomGivenBack(CapturedOutput output) throws IOException {
		for (int i = 0; i < 16; i++) {
			begin(Stranger.WELL_SHAPED, LIMIT).send(new byte[LIMIT / 2]);
		}

		for (var stranger : this.strangers) {
			assertThat(stranger.answer()).startsWith("HTTP/1.1 408 ")
				.contains("application/problem+json", "\"status\":408");
		}

		assertThat(send(large())).isEqualTo(200);
		assertThat(output).doesNotContain("\tat ", "SocketTimeoutException");
	}

	@Test
	void aBodyThatTricklesIsEnded(CapturedOutput output) throws IOException {
		var stranger = begin(Stranger.WELL_SHAPED, LIMIT);

		await().pollInterval(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(13))
			.until(() -> stranger.send(new byte[1]).isAnswered());

		assertThat(stranger.answer()).startsWith("HTTP/1.1 408 ")
			.contains("application/problem+json", "within 10 seconds");
		assertThat(output).doesNotContain("\tat ");
	}

	private Stranger begin(String signature, long declaredLength) throws IOException {
		var stranger = Stranger.begin(this.port, signature, declaredLength);
		this.strangers.add(stranger);
		return stranger;
	}

	private static SignedWebhook large() {
		var body = new byte[LIMIT];
		Arrays.fill(body, (byte) ' ');
		return SignedWebhook.of(body, null);
	}

	private int send(SignedWebhook webhook) {
		return webhook.sendTo(this.client).returnResult().getStatus().value();
	}

	private double mismatches() {
		return this.meters.counter("backstop.signature.failures", "reason", "mismatch").count();
	}

}
