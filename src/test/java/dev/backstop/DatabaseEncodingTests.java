package dev.backstop;

import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class DatabaseEncodingTests {

	private final Database server = Database.create();

	@ParameterizedTest
	@ValueSource(strings = { "LATIN1", "SQL_ASCII" })
	void aDatabaseOfAnotherEncodingIsRefusedWithWhatToDo(String encoding, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(encoding));

		assertThat(output)
			.contains("The encoding of the database is " + encoding, "Create another database", "encoding 'UTF8'")
			.doesNotContain("\tat ");
	}

	@Test
	void aDatabaseOfTheRightEncodingIsMigrated(CapturedOutput output) {
		start("UTF8");

		assertThat(output).contains("Successfully applied");
	}

	private void start(String encoding) {
		var name = "of_" + encoding.toLowerCase(Locale.ROOT);
		JdbcClient
			.create(new DriverManagerDataSource(this.server.url(), this.server.username(), this.server.password()))
			.sql("create database %s encoding '%s' locale 'C' template template0".formatted(name, encoding))
			.update();
		var application = new SpringApplication(Migrated.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application
			.run("--spring.datasource.url=" + this.server.url().replaceFirst("[^/]*$", name),
					"--spring.datasource.username=" + this.server.username(),
					"--spring.datasource.password=" + this.server.password())
			.close();
	}

	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
	@Import(DatabaseEncoding.class)
	static class Migrated {

	}

}
