package dev.backstop;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@Import(TestDatabase.class)
class MigrationsTests {

	@Autowired
	private Flyway flyway;

	@Test
	void aMigrationMayTakeLongerThanAWebhook() {
		var database = JdbcClient.create(this.flyway.getConfiguration().getDataSource());

		assertThat(database.sql("select pg_sleep(2.5) is not null").query(Boolean.class).single()).isTrue();
	}

}
