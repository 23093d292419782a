package dev.backstop.operations;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import dev.backstop.verification.ScanRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
class DeliveriesEndpointTests {

	private static final String REPLAY = """
			{"action": "replay"}""";

	@Autowired
	private Scene scene;

	@LocalManagementPort
	private int port;

	private Actuator operator;

	@BeforeEach
	void clear() {
		this.scene.clear();
		this.operator = Actuator.asOperator(this.port);
	}

	@Test
	void showsWhatWasNotUnderstoodWithoutItsContent() {
		var id = this.scene.unreadable(Scene.PERSON);

		var answer = this.operator.get("/deliveries");

		assertThat(answer.json().path("unreadable").asInt()).isOne();
		var delivery = answer.json().at("/deliveries/0");
		assertThat(delivery.path("id").asString()).isEqualTo(id.toString());
		assertThat(delivery.get("scanRef").isNull()).isTrue();
		assertThat(delivery.path("eventType").asString()).isEqualTo("IDENTIFICATION_MANUAL_FINISHED");
		assertThat(delivery.path("size").asInt()).isEqualTo(Scene.PERSON.length());
		assertThat(delivery.path("sha256").asString()).matches("[0-9a-f]{64}");
		assertThat(delivery.path("reason").asString()).isEqualTo("not JSON");
		assertThat(delivery.path("repeats").asInt()).isEqualTo(2);
		assertThat(answer.text()).doesNotContain(Scene.PERSON);
	}

	@Test
	void oneThatIsUnderstoodAfterAllIsApplied() throws Exception {
		var id = this.scene.unreadable(
				new ClassPathResource("samples/webhook-approved.json").getContentAsString(StandardCharsets.UTF_8));
		var scanRef = new ScanRef("328c6766-934e-11ed-bb9b-025ad99a18e7");

		var replay = this.operator.post("/deliveries/" + id, REPLAY).json();

		assertThat(replay.path("outcome").asString()).isEqualTo("APPLIED");
		assertThat(replay.path("scanRef").asString()).isEqualTo(scanRef.value());
		assertThat(this.scene.find(scanRef).decision()).isPresent();
		assertThat(this.scene.operatorsActions(scanRef)).containsExactly("REPLAYED by oncall");
		assertThat(this.operator.get("/deliveries").json().path("unreadable").asInt()).isZero();
	}

	@Test
	void oneThatIsStillNotUnderstoodStays() {
		var id = this.scene.unreadable("still not JSON");

		var replay = this.operator.post("/deliveries/" + id, REPLAY).json();

		assertThat(replay.path("outcome").asString()).isEqualTo("UNREADABLE");
		assertThat(replay.path("reason").asString()).isNotEmpty();
		assertThat(this.operator.get("/deliveries").json().path("unreadable").asInt()).isOne();
	}

	@Test
	void anUnknownOneIsNotFound() {
		this.operator.post("/deliveries/" + UUID.randomUUID(), REPLAY).problem(404);
	}

	@Test
	void aMalformedIdIsAProblem() {
		assertThat(this.operator.post("/deliveries/1", REPLAY).problem(400)).contains("UUID");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"action\": \"delete\"}" })
	void anUnknownActionNamesTheKnown(String body) {
		assertThat(this.operator.post("/deliveries/" + UUID.randomUUID(), body).problem(400)).contains("replay");
	}

	@Test
	void aMonitorMayOnlyRead() {
		var monitor = Actuator.asMonitor(this.port);

		assertThat(monitor.get("/deliveries").status()).isEqualTo(200);
		monitor.post("/deliveries/" + UUID.randomUUID(), REPLAY).problem(403);
	}

}
