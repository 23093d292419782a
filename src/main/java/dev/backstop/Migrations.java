package dev.backstop;

import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Migrates the schema over connections of its own, since a migration of many rows takes
 * longer than a webhook may wait.
 */
@Configuration(proxyBeanMethods = false)
class Migrations {

	@Bean
	FlywayConfigurationCustomizer withoutTimeLimits(JdbcConnectionDetails database) {
		return (flyway) -> flyway.dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword());
	}

}
