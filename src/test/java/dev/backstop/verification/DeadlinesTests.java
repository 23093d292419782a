package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import jakarta.validation.Validation;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static dev.backstop.verification.VerificationFixtures.DEADLINES;
import static dev.backstop.verification.VerificationFixtures.NOW;
import static org.assertj.core.api.Assertions.assertThat;

class DeadlinesTests {

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

	@Test
	void areTheDefaultsUnlessSet() {
		assertThat(bound(Map.of())).isEqualTo(DEADLINES);
	}

	@Test
	void aTokenIsWaitedForUntilItsSessionWasReviewed() {
		assertThat(DEADLINES.withoutWebhook(NOW, null, null)).isEqualTo(NOW.plus(Duration.ofMinutes(100)));
		assertThat(DEADLINES.withoutWebhook(NOW, Duration.ofMinutes(5), Duration.ofMinutes(3)))
			.isEqualTo(NOW.plus(Duration.ofMinutes(38)));
		assertThat(DEADLINES.withoutWebhook(NOW, Duration.ZERO, Duration.ZERO))
			.isEqualTo(NOW.plus(Duration.ofMinutes(30)));
	}

	@Test
	void deadlineIsNotBeforeTheRegistration() {
		assertThat(DEADLINES.withoutWebhook(NOW, Duration.ofMinutes(-5), Duration.ofMinutes(3)))
			.isEqualTo(NOW.plus(Duration.ofMinutes(28)));
		assertThat(DEADLINES.withoutWebhook(NOW, Duration.ofDays(-365), Duration.ofMinutes(3))).isEqualTo(NOW);
	}

	@Test
	void aDeadlineDecadesAwayIsKeptAsItIs() {
		assertThat(DEADLINES.withoutWebhook(NOW, Duration.ofDays(36500), Duration.ZERO))
			.isEqualTo(NOW.plus(Duration.ofDays(36500)).plus(Duration.ofMinutes(30)));
	}

	@Test
	void aDeadlineBeyondTheCalendarEndsWithIt() {
		var forever = Duration.ofSeconds(Long.MAX_VALUE);
		assertThat(DEADLINES.withoutWebhook(NOW, forever, forever)).isEqualTo(LAST);
		assertThat(DEADLINES.expected(NOW, forever)).isEqualTo(LAST);
	}

	@Test
	void theLadderEndsAfterItsLastRung() {
		assertThat(DEADLINES.followUp(0)).contains(Duration.ofMinutes(30));
		assertThat(DEADLINES.followUp(3)).contains(Duration.ofHours(24));
		assertThat(DEADLINES.followUp(4)).isEmpty();
	}

	@Test
	void theLastGapAfterFailuresRepeats() {
		assertThat(DEADLINES.afterFailures(0)).isEqualTo(Duration.ofMinutes(1));
		assertThat(DEADLINES.afterFailures(1)).isEqualTo(Duration.ofMinutes(1));
		assertThat(DEADLINES.afterFailures(5)).isEqualTo(Duration.ofHours(6));
		assertThat(DEADLINES.afterFailures(7)).isEqualTo(Duration.ofHours(6));
	}

	@Test
	void noneMayBeNegative() {
		assertThat(complaints(Map.of())).isEmpty();
		assertThat(complaints(Map.of("grace", "-1s"))).singleElement().asString().contains("grace");
		assertThat(complaints(Map.of("follow-ups", "30m,-2h"))).singleElement().asString().contains("followUps[1]");
		assertThat(complaints(Map.of("failure-back-off", "-1m"))).singleElement()
			.asString()
			.contains("failureBackOff[0]");
	}

	@Test
	void aFailedCheckNeedsAGapAndACheckMayHaveNoFollowUp() {
		assertThat(complaints(Map.of("failure-back-off", ""))).isNotEmpty();
		assertThat(complaints(Map.of("max-failures", "0"))).isNotEmpty();
		assertThat(complaints(Map.of("max-asked-checks", "-1"))).isNotEmpty();
		assertThat(complaints(Map.of("follow-ups", "", "max-asked-checks", "0"))).isEmpty();
	}

	private static List<String> complaints(Map<String, String> settings) {
		try (var factory = Validation.buildDefaultValidatorFactory()) {
			return factory.getValidator()
				.validate(bound(settings))
				.stream()
				.map((violation) -> violation.getPropertyPath() + ": " + violation.getMessage())
				.toList();
		}
	}

	private static Deadlines bound(Map<String, String> settings) {
		return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("", Deadlines.class);
	}

}
