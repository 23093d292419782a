package dev.backstop.operations;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalManagementPort;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
class ExposureTests {

	private Actuator operator;

	@BeforeEach
	void signIn(@LocalManagementPort int port) {
		this.operator = Actuator.asOperator(port);
	}

	@Test
	void exactlyWhatOperatorsNeedIsThere() {
		var links = this.operator.get("").json().path("_links").propertyNames();

		assertThat(links.stream().filter((name) -> !name.contains("-"))).containsExactlyInAnyOrder("self", "health",
				"info", "metrics", "prometheus", "loggers", "flyway", "circuitbreakers", "ratelimiters",
				"reconciliation", "deliveries", "archive");
	}

	@Test
	void levelsOfLoggersCanBeReadAndNotChanged() {
		assertThat(this.operator.get("/loggers/dev.backstop").status()).isEqualTo(200);
		this.operator.post("/loggers/dev.backstop", """
				{"configuredLevel": "TRACE"}""").problem(405);
	}

	@Test
	void tellsItsMigrationsItsBudgetAndItsCircuit() {
		assertThat(this.operator.get("/flyway").text()).contains("verifications deliveries and calls");
		assertThat(this.operator.get("/ratelimiters").text()).contains("idenfy");
		assertThat(this.operator.get("/circuitbreakers").json().at("/circuitBreakers/idenfy/state").asString())
			.isEqualTo("CLOSED");
	}

	@Test
	void whatIsNotThereIsAProblem() {
		this.operator.get("/env").problem(404);
		this.operator.get("/reconciliation/one/two").problem(404);
	}

}
