package dev.backstop;

import java.util.Properties;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Migrates the schema over connections of its own, since a migration of many rows takes
 * longer than a webhook may wait. A {@code spring.flyway.url} that is set stays.
 */
@Configuration(proxyBeanMethods = false)
class Migrations {

	@Bean
	FlywayConfigurationCustomizer withoutTimeLimits(HikariDataSource pool) {
		return (flyway) -> {
			if (flyway.getDataSource() == pool) {
				flyway.dataSource(withoutTimeLimitsOfStatements(pool));
			}
		};
	}

	private static DriverManagerDataSource withoutTimeLimitsOfStatements(HikariDataSource pool) {
		var migrating = new DriverManagerDataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
		var properties = new Properties();
		properties.putAll(pool.getDataSourceProperties());
		properties.remove("options");
		properties.remove("socketTimeout");
		// the server may take the connection and then say nothing
		properties.setProperty("loginTimeout", "10");
		migrating.setConnectionProperties(properties);
		return migrating;
	}

}
