package dev.backstop.operations;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Operators see which files wait, which links die, and which files will be missing. */
@OperationsTest
class ArchiveOperationsTests {

	@Autowired
	private Scene scene;

	@Autowired
	private JdbcClient jdbc;

	private Actuator operator;

	private Actuator monitor;

	@BeforeEach
	void clear(@LocalManagementPort int port) {
		this.scene.clear();
		this.operator = Actuator.asOperator(port);
		this.monitor = Actuator.asMonitor(port);
	}

	@Test
	void nothingWaitsAndNothingIsMissing() {
		var archive = this.operator.get("/archive").json();

		assertThat(archive.path("store").asString()).isEqualTo("POSTGRES");
		assertThat(archive.path("waiting").asInt()).isZero();
		assertThat(archive.path("nearestLinkDeath").isNull()).isTrue();
		assertThat(archive.path("newestMissing")).isEmpty();
		assertThat(health().path("status").asString()).isEqualTo("UP");
		assertThat(scrape()).contains("backstop_archive_waiting 0.0",
				"backstop_archive_nearest_link_death_seconds NaN");
	}

	@Test
	void aFileThatIsInTimeIsNoTrouble() {
		waiting(Duration.ofMinutes(30));

		assertThat(this.operator.get("/archive").json().path("waiting").asInt()).isOne();
		assertThat(health().path("status").asString()).isEqualTo("UP");
		assertThat(health().at("/details/waiting").asInt()).isOne();
		assertThat(scrape()).contains("backstop_archive_waiting 1.0")
			.containsPattern("backstop_archive_nearest_link_death_seconds 1[78]\\d\\d\\.0");
	}

	@Test
	void aLinkThatIsAboutToDieIsTold() {
		waiting(Duration.ofMinutes(30));
		waiting(Duration.ofMinutes(14));

		assertThat(health().path("status").asString()).isEqualTo("LINKS_DYING");
		assertThat(health().at("/details/nextStep").asString()).contains("timeline", "allowed-hosts");
		assertThat(Instant.parse(health().at("/details/nearestLinkDeath").asString()))
			.isBefore(Instant.now().plus(Duration.ofMinutes(15)));
		assertThat(this.operator.get("/health").status()).isEqualTo(200);
		assertThat(this.operator.get("/health/readiness").status()).isEqualTo(200);
	}

	@Test
	void whatIsMissingIsShownWithoutItsLink() {
		var scanRef = this.scene.settled();
		file(scanRef.value(), "LOST", "reason, ended_at", "'HTTP 403', now() - interval '1 minute'");
		file(scanRef.value(), "REFUSED", "reason, ended_at", "'larger than 512MB', now()");

		var archive = this.monitor.get("/archive");

		assertThat(archive.json().at("/newestMissing/0/state").asString()).isEqualTo("REFUSED");
		assertThat(archive.json().at("/newestMissing/1/reason").asString()).isEqualTo("HTTP 403");
		assertThat(archive.json().at("/newestMissing/1/scanRef").asString()).isEqualTo(scanRef.value());
		assertThat(archive.text()).doesNotContain("https://");
	}

	private void waiting(Duration life) {
		file(this.scene.settled().value(), "WAITING", "next_try_at, url",
				"now() + interval '1 day', 'https://secret.example'", life);
	}

	private void file(String scanRef, String state, String columns, String values) {
		file(scanRef, state, columns, values, Duration.ofHours(1));
	}

	private void file(String scanRef, String state, String columns, String values, Duration life) {
		this.jdbc
			.sql("""
					insert into archive_file (id, scan_ref, version, kind, name, source, state, linked_at, link_expires_at, tries, %s)
					values (gen_random_uuid(), ?, 9, 'IMAGE', 'FRONT', 'WEBHOOK', ?, now(), ?, 1, %s)"""
				.formatted(columns, values))
			.params(scanRef, state, OffsetDateTime.ofInstant(Instant.now().plus(life), ZoneOffset.UTC))
			.update();
	}

	private JsonNode health() {
		return this.operator.get("/health").json().at("/components/archive");
	}

	private String scrape() {
		return this.operator.get("/prometheus").text();
	}

}
