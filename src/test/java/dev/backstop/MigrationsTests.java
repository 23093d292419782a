package dev.backstop;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@Import(TestDatabase.class)
class MigrationsTests {

	@Autowired
	private Flyway flyway;

	@Autowired
	private HikariDataSource pool;

	@Test
	void whatElseTheConnectionsAreSetUpWithHoldsForMigrations() {
		var migrating = (DriverManagerDataSource) this.flyway.getConfiguration().getDataSource();

		assertThat(migrating.getConnectionProperties()).containsEntry("ApplicationName", "backstop")
			.containsEntry("tcpKeepAlive", "true")
			.doesNotContainKeys("options", "socketTimeout");
		assertThat(this.pool.getDataSourceProperties()).containsKeys("options", "socketTimeout");
	}

	@Test
	void aDatabaseThatMigrationsAreSentToStays() {
		var elsewhere = new DriverManagerDataSource("jdbc:postgresql://elsewhere/backstop");
		var configuration = new FluentConfiguration().dataSource(elsewhere);

		new Migrations().withoutTimeLimits(this.pool).customize(configuration);

		assertThat(configuration.getDataSource()).isSameAs(elsewhere);
	}

	@Test
	void aMigrationMayTakeLongerThanAWebhook() {
		var database = JdbcClient.create(this.flyway.getConfiguration().getDataSource());

		assertThat(database.sql("select pg_sleep(2.5) is not null").query(Boolean.class).single()).isTrue();
	}

}
