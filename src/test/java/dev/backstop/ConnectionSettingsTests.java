package dev.backstop;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;

/** A role and a URL that set everything differently. */
@SpringBootTest
@DirtiesContext
class ConnectionSettingsTests {

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private HikariDataSource pool;

	@ParameterizedTest
	@CsvSource({ "transaction_isolation, read committed", "statement_timeout, 1900ms", "lock_timeout, 0",
			"idle_in_transaction_session_timeout, 5s", "transaction_timeout, 0", "synchronous_commit, on" })
	void whatIsReliedOnHolds(String setting, String value) {
		assertThat(this.jdbc.sql("select current_setting(?)").param(setting).query(String.class).single())
			.isEqualTo(value);
	}

	@Test
	void limitsOfTheDriverHold() throws SQLException {
		try (var connection = this.pool.getConnection()) {
			assertThat(connection.getNetworkTimeout()).isEqualTo(2_000);
		}
		assertThat(this.pool.getJdbcUrl()).contains("options=").doesNotContain("Timeout=3600", "logServerErrorDetail");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class OtherSettings {

		@Bean
		Database database() {
			var database = Database.create();
			var administrator = JdbcClient
				.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));
			administrator.sql("create role otherwise login password 'otherwise'").update();
			administrator.sql("alter schema public owner to otherwise").update();
			administrator.sql("alter role otherwise set default_transaction_isolation = serializable").update();
			administrator.sql("alter role otherwise set synchronous_commit = off").update();
			administrator.sql("alter role otherwise set transaction_timeout = '1h'").update();
			return new Database(database.url()
					+ "?socketTimeout=3600&connectTimeout=3600&options=-c%20statement_timeout=1h%20-c%20lock_timeout=1h"
					+ "%20-c%20idle_in_transaction_session_timeout=0&logServerErrorDetail=true", "otherwise",
					"otherwise");
		}

	}

}
