package dev.backstop;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Gives each application context that imports it a database of its own.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestDatabase {

	@Bean
	Database database() {
		return Database.create();
	}

}
