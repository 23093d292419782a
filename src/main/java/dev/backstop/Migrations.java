package dev.backstop;

import javax.sql.DataSource;

import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Migrates the schema over connections of its own, since a migration of many rows takes
 * longer than a webhook may wait. A {@code spring.flyway.url} that is set stays.
 */
@Configuration(proxyBeanMethods = false)
class Migrations {

	@Bean
	FlywayConfigurationCustomizer withoutTimeLimits(DataSource pool, JdbcConnectionDetails database) {
		return (flyway) -> {
			if (flyway.getDataSource() == pool) {
				flyway.dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword());
			}
		};
	}

}
