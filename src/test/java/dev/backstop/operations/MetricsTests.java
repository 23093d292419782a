package dev.backstop.operations;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@OperationsTest
class MetricsTests {

	@Autowired
	private Scene scene;

	@Autowired
	private JdbcClient jdbc;

	private Actuator monitor;

	private Actuator operator;

	@BeforeEach
	void clear(@LocalManagementPort int port) {
		this.scene.clear();
		this.monitor = Actuator.asMonitor(port);
		this.operator = Actuator.asOperator(port);
	}

	@Test
	void aScrapeTellsHowTheReconcilerDoes() {
		this.scene.overdueBy(Duration.ofMinutes(10));
		this.scene.overdueBy(Duration.ofMinutes(5));
		this.scene.notFound(Duration.ofHours(1));
		this.scene.unreadable(Scene.PERSON);

		var scrape = scrape();

		assertThat(scrape).contains("backstop_due 2.0", "backstop_parked{reason=\"NOT_FOUND\"} 1.0",
				"backstop_parked{reason=\"FAILING\"} 0.0", "backstop_parked{reason=\"UNDECIDED\"} 0.0",
				"backstop_reconciliation_held{state=\"PAUSED\"} 0.0",
				"backstop_reconciliation_held{state=\"THROTTLED\"} 0.0", "backstop_deliveries_unreadable 1.0");
		assertThat(scrape).containsPattern("backstop_overdue_oldest_seconds 60\\d\\.0");
		assertThat(scrape).doesNotContain(Scene.PERSON);
	}

	@Test
	void aHoldIsOneAndNoHoldIsNought() {
		this.operator.post("/reconciliation", """
				{"action": "pause"}""");

		assertThat(scrape()).contains("backstop_reconciliation_held{state=\"PAUSED\"} 1.0",
				"backstop_reconciliation_held{state=\"THROTTLED\"} 0.0");
	}

	@Test
	void nothingDueIsOverdueForNoTime() {
		this.scene.overdueBy(Duration.ofMinutes(-5));

		assertThat(scrape()).contains("backstop_due 0.0", "backstop_overdue_oldest_seconds 0.0");
	}

	@Test
	void theNextScrapeAsksTheDatabaseNothing() {
		this.scene.overdueBy(Duration.ofMinutes(10));
		scrape();

		this.jdbc.sql("delete from verification").update();

		assertThat(scrape()).contains("backstop_due 1.0");
	}

	@Test
	void budgetAndCircuitAreMeasured() {
		assertThat(scrape()).contains("resilience4j_ratelimiter_available_permissions{name=\"idenfy\"}",
				"resilience4j_ratelimiter_waiting_threads{name=\"idenfy\"}",
				"resilience4j_circuitbreaker_state{name=\"idenfy\",state=\"open\"}",
				"resilience4j_circuitbreaker_failure_rate{name=\"idenfy\"}");
	}

	@Test
	void webhooksAreCounted(@LocalServerPort int port) throws Exception {
		var publicPort = new PublicPort(port);
		publicPort.sendSigned("not JSON");
		publicPort.sendUnsigned("{}");

		assertThat(scrape()).contains("backstop_deliveries_total{event=", "outcome=\"UNREADABLE\"",
				"backstop_signature_failures_total{reason=\"missing\"}",
				"backstop_webhooks_misdirected_total{mistake=\"path\"}");
	}

	private String scrape() {
		var answer = this.monitor.get("/prometheus");
		assertThat(answer.status()).isEqualTo(200);
		return answer.text();
	}

}
