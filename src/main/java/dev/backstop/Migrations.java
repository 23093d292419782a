package dev.backstop;

import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Migrates the schema as soon as the database answers, over connections without time
 * limits, since a migration of many rows takes longer than a webhook may wait. A
 * {@code spring.flyway.url} that is set stays.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
class Migrations {

	/** Overrides those of the role, of the database and of the URL. */
	private static final String NO_TIME_LIMITS = Stream
		.of("statement_timeout", "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout",
				"idle_session_timeout")
		.map((limit) -> "set " + limit + " = 0;\n")
		.collect(Collectors.joining());

	@Bean
	FlywayConfigurationCustomizer withoutTimeLimits(HikariDataSource pool) {
		return (flyway) -> {
			if (flyway.getDataSource() == pool) {
				flyway.dataSource(withoutTimeLimitsOfCalls(pool));
			}
			flyway.initSql(NO_TIME_LIMITS + Objects.requireNonNullElse(flyway.getInitSql(), ""));
		};
	}

	@Bean
	FlywayMigrationStrategy migrateWhenReady(DatabaseProperties properties) {
		var check = new DatabaseCheck(properties.startupWait());
		return (flyway) -> {
			check.run(flyway.getConfiguration().getDataSource());
			flyway.migrate();
		};
	}

	private static DriverManagerDataSource withoutTimeLimitsOfCalls(HikariDataSource pool) {
		var migrating = new DriverManagerDataSource(DatabaseUrl.withoutTimeLimits(pool.getJdbcUrl()),
				pool.getUsername(), pool.getPassword());
		var properties = new Properties();
		properties.putAll(pool.getDataSourceProperties());
		properties.remove("socketTimeout");
		properties.remove("queryTimeout");
		// the server may take the connection and then say nothing
		properties.setProperty("loginTimeout", "10");
		migrating.setConnectionProperties(properties);
		return migrating;
	}

}
