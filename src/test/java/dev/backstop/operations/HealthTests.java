package dev.backstop.operations;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
class HealthTests {

	@Autowired
	private Scene scene;

	@Autowired
	private CircuitBreakerRegistry breakers;

	private Actuator operator;

	private int port;

	private int managementPort;

	private PublicPort publicPort;

	@BeforeEach
	void clear(@LocalManagementPort int managementPort, @LocalServerPort int port) throws Exception {
		this.port = port;
		this.managementPort = managementPort;
		this.operator = Actuator.asOperator(managementPort);
		this.publicPort = new PublicPort(port);
		this.publicPort.sendSigned("a good signature");
		this.scene.clear();
	}

	@AfterEach
	void nothingFailsReadinessOrLiveness() {
		assertThat(this.operator.get("/health").status()).isEqualTo(200);
		assertThat(this.operator.get("/health/readiness").status()).isEqualTo(200);
		assertThat(this.operator.get("/health/liveness").status()).isEqualTo(200);
	}

	@Test
	void isUpWhenAllIsWell() {
		this.scene.overdueBy(Duration.ofMinutes(29));

		assertThat(status()).isEqualTo("UP");
		var component = component("reconciliation", "UP");
		assertThat(component.path("dueNow").asInt()).isOne();
		assertThat(Duration.parse(component.path("oldestOverdueFor").asString())).isBetween(Duration.ofMinutes(29),
				Duration.ofMinutes(30));
		assertThat(component("idenfy", "UP").path("breaker").asString()).isEqualTo("CLOSED");
		assertThat(component("webhooks", "UP").path("signatureFailuresSinceLastGood").asInt()).isZero();
		assertThat(component("webhooks", "UP").path("shed").isNumber()).isTrue();
	}

	@Test
	void tellsThatAnOperatorPausedTheReconciler() {
		this.operator.post("/reconciliation", """
				{"action": "pause"}""");

		assertThat(status()).isEqualTo("PAUSED");
		var component = component("reconciliation", "PAUSED");
		assertThat(component.path("reason").asString()).isEqualTo("OPERATOR");
		assertThat(component.path("by").asString()).isEqualTo("oncall");
		assertThat(component.path("nextStep").asString()).contains("resume");
	}

	@Test
	void tellsThatIdenfyRefusesTheReconciler() {
		this.scene.hold("PAUSED", "ACCESS_REFUSED", "UNAUTHORIZED");

		var component = component("reconciliation", "PAUSED");
		assertThat(component.path("detail").asString()).isEqualTo("UNAUTHORIZED");
		assertThat(component.has("until")).isTrue();
		assertThat(component.path("nextStep").asString()).contains("idenfy.api-key");
	}

	@Test
	void tellsThatIdenfyThrottlesTheReconciler() {
		this.scene.hold("THROTTLED", "TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS");

		assertThat(status()).isEqualTo("THROTTLED");
		assertThat(component("reconciliation", "THROTTLED").path("reason").asString()).isEqualTo("TOO_MANY_REQUESTS");
	}

	@Test
	void tellsThatTheOldestIsOverdueForTooLong() {
		this.scene.overdueBy(Duration.ofMinutes(31));

		assertThat(status()).isEqualTo("OVERDUE");
		var component = component("reconciliation", "OVERDUE");
		assertThat(component.path("reason").asString()).contains("PT31M", "PT30M");
		assertThat(component.path("nextStep").asString()).contains("lastRun");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OPEN", "FORCED_OPEN" })
	void tellsThatTheCircuitIsOpen(CircuitBreaker.State state) {
		var breaker = this.breakers.circuitBreaker("idenfy");
		if (state == CircuitBreaker.State.OPEN) {
			breaker.transitionToOpenState();
		}
		else {
			breaker.transitionToForcedOpenState();
		}

		assertThat(status()).isEqualTo("CIRCUIT_OPEN");
		var component = component("idenfy", "CIRCUIT_OPEN");
		assertThat(component.path("breaker").asString()).isEqualTo(state.name());
		assertThat(component.path("nextStep").asString()).isNotEmpty();
	}

	@Test
	void tellsOfRefusedWebhooksUntilTheNextGoodOne() throws Exception {
		this.publicPort.sendUnsigned("{}");
		this.publicPort.sendUnsigned("{}");

		assertThat(status()).isEqualTo("SIGNATURE_FAILURES");
		var component = component("webhooks", "SIGNATURE_FAILURES");
		assertThat(component.path("signatureFailuresSinceLastGood").asInt()).isEqualTo(2);
		assertThat(component.has("lastGoodAt")).isTrue();
		assertThat(component.has("lastFailureAt")).isTrue();
		assertThat(component.path("nextStep").asString()).contains("idenfy.webhook.signing-keys");

		this.publicPort.sendSigned("{}");

		component("webhooks", "UP");
	}

	@Test
	void tellsOfWebhooksThatWereNotUnderstood() {
		this.scene.unreadable("not JSON");

		var component = component("webhooks", "UP");
		assertThat(component.path("unreadable").asInt()).isOne();
		assertThat(component.path("nextStep").asString()).contains("/actuator/deliveries");
	}

	@ParameterizedTest
	@CsvSource({ "Idenfy-TX-Signature, v1=00", "Idenfy-TX-Event-Type, TRANSACTION_ALERT" })
	void webhooksOfAnotherProductAreNamed(String header, String value) throws Exception {
		var answer = this.publicPort.sendOfAnotherProduct(header, value);

		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).contains("Transaction Monitoring").doesNotContain("signing key");
		var component = component("webhooks", "SIGNATURE_FAILURES");
		assertThat(component.path("reason").asString()).contains("Transaction Monitoring");
		assertThat(component.path("nextStep").asString()).contains("elsewhere").doesNotContain("signing-keys");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/webhook/idenfy", "/webhooks/idenfy/", "//webhooks/idenfy", "/Webhooks/Idenfy",
			"/webhooks/idenfy/ANNA", "/webhooks/idenfy;ANNA", "/api/v1/verifications?ANNA", "/error" })
	void webhooksAtAWrongPathAreShownUntilTheNextGoodOne(String path) throws Exception {
		long before = component("webhooks", "UP").path("misdirected").asLong();

		int status = this.publicPort.sendSignedTo("POST", URI.create("http://localhost:" + this.port + path), "{}");

		assertThat(status).isBetween(400, 499);
		assertThat(status()).isEqualTo("MISDIRECTED");
		var component = component("webhooks", "MISDIRECTED");
		assertThat(component.path("misdirected").asLong()).isEqualTo(before + 1);
		assertThat(component.path("nextStep").asString()).contains("compare the URL of each notification");
		assertThat(component.toString()).doesNotContain("ANNA");

		this.publicPort.sendSigned("{}");

		assertThat(component("webhooks", "UP").path("misdirected").asLong()).isEqualTo(before + 1);
	}

	@Test
	void webhooksThatARedirectTurnedIntoAnotherMethodAreShown() throws Exception {
		this.publicPort.sendSignedTo("GET", URI.create("http://localhost:" + this.port + "/webhooks/idenfy"), "");

		assertThat(component("webhooks", "MISDIRECTED").path("nextStep").asString()).contains("redirect");
	}

	@Test
	void webhooksAtTheManagementPortAreShown() throws Exception {
		int status = this.publicPort.sendSignedTo("POST",
				URI.create("http://localhost:" + this.managementPort + "/webhooks/idenfy"), "{}");

		assertThat(status).isEqualTo(401);
		assertThat(component("webhooks", "MISDIRECTED").path("nextStep").asString()).contains("management.server.port");
	}

	@Test
	void parkedOnesAreShownWithTheirNumberAndSinceWhen() {
		this.scene.notFound(Duration.ofHours(1));
		this.scene.notFound(Duration.ofHours(2));

		assertThat(status()).isEqualTo("PARKED");
		var component = component("reconciliation", "PARKED");
		assertThat(component.path("parked").asLong()).isEqualTo(2);
		assertThat(Duration.between(Instant.parse(component.path("parkedSince").asString()), Instant.now()))
			.isBetween(Duration.ofHours(2), Duration.ofMinutes(121));
		assertThat(component.path("nextStep").asString()).contains("re-arm");
	}

	@Test
	void whatStopsAllCountsBeforeWhatIsParked() {
		this.scene.notFound(Duration.ofHours(1));
		this.scene.overdueBy(Duration.ofMinutes(31));

		assertThat(component("reconciliation", "OVERDUE").path("parked").asLong()).isOne();

		this.scene.hold("PAUSED", "ACCESS_REFUSED", "UNAUTHORIZED");

		assertThat(component("reconciliation", "PAUSED").path("parked").asLong()).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/health", "/health/readiness", "/health/liveness" })
	void aStrangerSeesOneWordAndNoDetails(String path) {
		this.operator.post("/reconciliation", """
				{"action": "pause"}""");

		var answer = this.operator.getAnonymously(path);

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().has("status")).isTrue();
		assertThat(answer.text()).doesNotContain("components", "oncall");
	}

	@Test
	void readinessIncludesTheDatabaseAndLivenessOnlyItself() {
		assertThat(this.operator.get("/health/readiness").json().path("components").propertyNames())
			.containsExactlyInAnyOrder("db", "readinessState");
		assertThat(this.operator.get("/health/liveness").json().path("components").propertyNames())
			.containsExactly("livenessState");
	}

	private String status() {
		return this.operator.get("/health").json().path("status").asString();
	}

	/** The details of a component, which must have a status. */
	private JsonNode component(String name, String status) {
		var component = this.operator.get("/health").json().path("components").path(name);
		assertThat(component.path("status").asString()).isEqualTo(status);
		return component.path("details");
	}

}
