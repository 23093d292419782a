package dev.backstop.operations;

import java.time.Duration;
import java.time.Instant;

import dev.backstop.DatabaseLine;
import dev.backstop.ScheduleWithoutRunner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "spring.test.metrics.export=true" })
@Import({ ScheduleWithoutRunner.class, DatabaseLine.Configuration.class })
@DirtiesContext
// beside other classes, but its own tests one after the other
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the database of DatabaseAwayTests")
@ResourceLock(value = Resources.SYSTEM_OUT, mode = ResourceAccessMode.READ)
class DatabaseAwayTests {

	@Autowired
	private DatabaseLine line;

	@Autowired
	private Situation situation;

	private Actuator operator;

	@BeforeEach
	void signIn(@LocalManagementPort int port) {
		this.operator = Actuator.asOperator(port);
		this.situation.forget();
	}

	@AfterEach
	void mend() {
		this.line.mend();
		Awaitility.await().until(() -> this.operator.get("/health/readiness").status() == 200);
	}

	@Test
	void healthTellsThatTheDatabaseIsGone() {
		this.line.cut();

		var health = this.operator.get("/health");

		assertThat(health.status()).isEqualTo(503);
		assertThat(health.json().path("status").asString()).isEqualTo("DOWN");
		assertThat(health.json().at("/components/db/status").asString()).isEqualTo("DOWN");
		assertThat(health.json().at("/components/reconciliation/status").asString()).isEqualTo("UNKNOWN");
		assertThat(health.json().at("/components/reconciliation/details/reason").asString()).contains("database");
		assertThat(health.json().at("/components/webhooks/status").asString()).isEqualTo("UP");
	}

	@Test
	void theInstanceIsNotReadyButLives() {
		this.line.cut();

		assertThat(this.operator.get("/health/readiness").status()).isEqualTo(503);
		assertThat(this.operator.get("/health/liveness").json().path("status").asString()).isEqualTo("UP");
	}

	@Test
	void operatorsAreToldSo() {
		this.line.cut();

		assertThat(this.operator.get("/reconciliation").problem(503)).contains("database");
		this.operator.get("/reconciliation/unknown").problem(503);
		this.operator.post("/reconciliation", """
				{"action": "pause"}""").problem(503);
		this.operator.get("/deliveries").problem(503);
	}

	@Test
	void aMistakeIsStillAnsweredAsOne() {
		this.line.cut();

		this.operator.post("/reconciliation", "{}").problem(400);
	}

	@Test
	void metricsAreNoNumbers() {
		this.line.cut();

		var scrape = this.operator.get("/prometheus");

		assertThat(scrape.status()).isEqualTo(200);
		assertThat(scrape.text()).contains("backstop_due NaN", "backstop_overdue_oldest_seconds NaN",
				"backstop_parked{reason=\"FAILING\"} NaN");
	}

	@Test
	void aHangingDatabaseIsToldInTime() {
		this.operator.get("/health");
		this.situation.forget();
		this.line.fallSilent();
		var start = Instant.now();

		assertThat(this.operator.get("/health/readiness").status()).isEqualTo(503);
		var ready = Duration.between(start, Instant.now());
		assertThat(this.operator.get("/health").status()).isEqualTo(503);
		var healthy = Duration.between(start, Instant.now()).minus(ready);
		assertThat(this.operator.get("/reconciliation").problem(503)).contains("database");

		assertThat(ready).isLessThan(Duration.ofSeconds(5));
		assertThat(healthy).isLessThan(Duration.ofSeconds(5));
	}

}
