package dev.backstop.webhook;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.backstop.Database;
import dev.backstop.PgBouncer;
import dev.backstop.TestClient;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/** PgBouncer's modes that work, set up as README.md says. */
@EnabledIf(value = "dev.backstop.PgBouncer#isInstalled",
		disabledReason = "PgBouncer is not installed; on Debian: apt-get install pgbouncer")
class PgBouncerTests {

	@Nested
	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@Import({ InSessionMode.Configuration.class, TestClient.class })
	@DirtiesContext
	class InSessionMode extends Webhooks {

		@TestConfiguration(proxyBeanMethods = false)
		static class Configuration {

			@Bean
			PgBouncer pgBouncer() {
				return PgBouncer.start(Database.create(), "session");
			}

			@Bean
			Database database(PgBouncer pgBouncer) {
				return pgBouncer.database("");
			}

		}

	}

	@Nested
	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@Import({ InTransactionMode.Configuration.class, TestClient.class })
	@DirtiesContext
	class InTransactionMode extends Webhooks {

		@TestConfiguration(proxyBeanMethods = false)
		static class Configuration {

			private final Database server = Database.create();

			@Bean
			PgBouncer pgBouncer() {
				return PgBouncer.start(this.server, "transaction");
			}

			@Bean
			Database database(PgBouncer pgBouncer) {
				return pgBouncer.database("?prepareThreshold=0");
			}

			@Bean
			DynamicPropertyRegistrar migrationsPastIt() {
				return (properties) -> {
					properties.add("spring.flyway.url", this.server::url);
					properties.add("spring.flyway.user", this.server::username);
					properties.add("spring.flyway.password", this.server::password);
				};
			}

		}

	}

	abstract static class Webhooks {

		private static final int MANY = 200;

		@Autowired
		private RestTestClient client;

		@Autowired
		private JdbcClient jdbc;

		@Test
		void manyWebhooksAtOnceAreAllApplied() {
			var answers = IntStream.range(0, MANY)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> send("pooled-" + i % (MANY / 2))))
				.toList();

			assertThat(answers).allSatisfy((answer) -> assertThat(answer.join()).isEqualTo(200));
			assertThat(this.jdbc.sql("""
					select count(*) from delivery join verification using (scan_ref)
					where outcome = 'APPLIED' and overall = 'APPROVED' and repeats = 1""").query(Long.class).single())
				.isEqualTo(MANY / 2);
		}

		@Test
		void theTimeLimitOfAStatementHolds() {
			assertThat(this.jdbc.sql("select current_setting('statement_timeout')").query(String.class).single())
				.isEqualTo("1900ms");
		}

		private int send(String scanRef) {
			return SignedWebhook.sample("webhook-approved.json", scanRef)
				.sendTo(this.client)
				.returnResult()
				.getStatus()
				.value();
		}

	}

}
