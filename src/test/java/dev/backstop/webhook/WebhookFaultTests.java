package dev.backstop.webhook;

import java.util.UUID;

import dev.backstop.Database;
import dev.backstop.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Somebody changes the schema, or what Backstop's role may do in it. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(TestClient.class)
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class WebhookFaultTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private JdbcClient jdbc;

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					revoke insert on timeline_entry from limited | grant insert on timeline_entry to limited | 42501
					revoke update on delivery from limited; revoke insert on delivery from limited | grant all on delivery to limited | 42501
					alter table timeline_entry rename to renamed | alter table renamed rename to timeline_entry | 42P01
					alter table verification rename column overall to renamed | alter table verification rename column renamed to overall | 42703
					create function refuse() returns trigger language plpgsql as 'begin raise exception ''secret''; end'; \
					create trigger refuse before insert on timeline_entry for each row execute function refuse() \
					| drop trigger refuse on timeline_entry; drop function refuse | P0001""")
	void aWebhookIsAskedForAgainUntilItCanBeApplied(String change, String repair, String sqlState,
			CapturedOutput output) {
		var scanRef = "changed-" + UUID.randomUUID().toString().substring(24);
		var webhook = SignedWebhook.sample("webhook-approved.json", scanRef);
		this.jdbc.sql(change).update();
		try {
			webhook.sendTo(this.client).expectStatus().isEqualTo(503).expectHeader().valueEquals("Retry-After", "5");
		}
		finally {
			this.jdbc.sql(repair).update();
		}

		webhook.sendTo(this.client).expectStatus().isOk();

		assertThat(this.jdbc.sql("select outcome from delivery where scan_ref = ?")
			.param(scanRef)
			.query(String.class)
			.list()).containsExactly("APPLIED");
		assertThat(output).doesNotContain("secret", "ZIVILE");
		assertThat(output).containsOnlyOnce("could not be applied: SQLSTATE " + sqlState + ". It is answered 503");
	}

	/** The owner of its database, but no superuser, for whom rights would not matter. */
	@TestConfiguration(proxyBeanMethods = false)
	static class LimitedRole {

		@Bean
		Database database() {
			var database = Database.create();
			var administrator = JdbcClient
				.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
			administrator.sql("create role limited login password 'limited'").update();
			administrator.sql("alter schema public owner to limited").update();
			return new Database(database.url(), "limited", "limited");
		}

	}

}
