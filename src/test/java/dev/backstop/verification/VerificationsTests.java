package dev.backstop.verification;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import dev.backstop.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@DataJpaTest
@Import({ TestDatabase.class, ExactJson.class })
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class VerificationsTests {

	private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);

	private static final Deadlines DEADLINES = new Deadlines(Duration.ofHours(1), Duration.ofMinutes(10),
			Duration.ofMinutes(20), Duration.ofMinutes(10), List.of(Duration.ofMinutes(30)),
			List.of(Duration.ofMinutes(1)), 8, Duration.ofMinutes(10), 3);

	@Autowired
	private Verifications verifications;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private JdbcClient jdbc;

	@BeforeEach
	void empty() {
		this.jdbc.sql("truncate verification cascade").update();
	}

	@Test
	void keepsAllThatItIsTold() {
		var scanRef = new ScanRef("328c6766-934e-11ed-bb9b-025ad99a18e7");
		var data = new HashMap<String, @Nullable Object>();
		data.put("docFirstName", "ŽIVILĖ 𠮷野家");
		data.put("docPersonalCode", null);
		data.put("exact", new BigDecimal("12345678901234567890.123456789"));
		data.put("nested", Map.of("list", List.of(1, "two", true)));
		var link = new FileLink("FRONT", FileLink.Kind.IMAGE, "https://files.example/FRONT.png?Signature=abc",
				NOW.plus(Duration.ofHours(1)));
		var findings = new Findings("SUSPECTED", "DOC_VALIDATED", "FACE_MATCH", null, null, List.of("DUPLICATE_FACE"),
				List.of("SURNAME", "DATE_OF_BIRTH"));
		var report = new Report(Event.AUTO_FINISHED, "IDENTIFICATION_AUTO_FINISHED", findings, true, 1772802297L,
				"W2GL2K333Y", "order-2026-000123", data, List.of(link), Map.of("platform", "MOBILE"));

		this.transaction.executeWithoutResult((_) -> {
			var verification = this.verifications.lockOrCreate(scanRef,
					() -> Verification.unregistered(scanRef, NOW, DEADLINES));
			verification.hear(report, UUID.randomUUID(), NOW, DEADLINES);
		});

		var kept = this.verifications.findById(scanRef).orElseThrow();
		assertThat(kept.decision().orElseThrow()).isEqualTo(Decision.heard(report, NOW));
		assertThat(kept.data()).contains(data);
		assertThat(kept.files()).containsExactly(link);
		assertThat(kept.webhook()).isEqualTo(Map.of("platform", "MOBILE"));
		assertThat(kept.progress()).isEqualTo(Progress.SETTLED);
		assertThat(kept.clientId()).contains("W2GL2K333Y");
		assertThat(kept.updatedAt()).isEqualTo(NOW);
		assertThat(this.verifications.timeline(scanRef)).extracting(TimelineEntry::outcome)
			.containsExactly("APPLIED", "SETTLED");
	}

	@Test
	void keepsADeadlineDecadesAway() {
		var scanRef = new ScanRef("patient");
		var registration = new Registration(scanRef, "client", null, Duration.ofDays(36_500), Duration.ZERO);

		this.transaction.executeWithoutResult(
				(_) -> this.verifications.save(Verification.registered(registration, "onboarding", NOW, DEADLINES)));

		assertThat(this.verifications.findById(scanRef).orElseThrow().dueAt())
			.contains(NOW.plus(Duration.ofDays(36_500)).plus(Duration.ofMinutes(30)));
	}

	@Test
	void isMadeOnceHoweverManyAskAtTheSameTime() throws Exception {
		for (int round = 0; round < 20; round++) {
			var scanRef = new ScanRef("made-once-" + round);
			Callable<Void> task = () -> this.transaction.execute((_) -> {
				this.verifications.lockOrCreate(scanRef, () -> Verification.unregistered(scanRef, NOW, DEADLINES))
					.expect(Duration.ZERO, "onboarding", NOW, DEADLINES);
				return null;
			});

			try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
				for (var future : executor.invokeAll(Collections.nCopies(4, task))) {
					future.get();
				}
			}

			assertThat(this.jdbc.sql("select round from verification where scan_ref = ?")
				.param(scanRef.value())
				.query(Integer.class)
				.single()).isEqualTo(4);
		}
	}

}
