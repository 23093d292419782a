package dev.backstop.webhook;

import java.time.Duration;

import dev.backstop.LoggedLines;
import dev.backstop.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

// others refuse webhooks, too
@Isolated
class RefusedWebhooksTests {

	private final TestClock clock = new TestClock();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final RefusedWebhooks refused = new RefusedWebhooks(this.clock, this.meters);

	@Test
	void firstOfARowIsLoggedWithItsCause() {
		try (var lines = new LoggedLines(RefusedWebhooks.class)) {
			for (int i = 0; i < 100; i++) {
				this.refused.failed(Unsigned.TRANSACTION_MONITORING);
				this.refused.misdirected(Misdirection.PATH);
				this.refused.misdirected(Misdirection.PORT);
				this.clock.advance(Duration.ofSeconds(30));
			}

			assertThat(lines.warnings()).hasSize(3);
			assertThat(lines.warnings().get(0)).contains("Transaction Monitoring", "is not stored");
			assertThat(lines.warnings().get(1)).contains("no webhook is taken", "to the letter");
			assertThat(lines.warnings().get(2)).contains("management.server.port");

			this.clock.advance(Duration.ofMinutes(2));
			this.refused.misdirected(Misdirection.PATH);

			assertThat(lines.warnings()).hasSize(4);
		}
		assertThat(this.refused.misdirected()).isEqualTo(201);
		assertThat(this.meters.counter("backstop.webhooks.misdirected", "mistake", "path").count()).isEqualTo(101);
	}

}
