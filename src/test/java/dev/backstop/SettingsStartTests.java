package dev.backstop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backstop.access.AccountsProperties;
import dev.backstop.verification.Deadlines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.core.env.StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

/** Starts of the whole application as a stranger configures it. */
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class SettingsStartTests {

	private static final Map<String, String> REQUIRED = Map.of("spring.datasource.url",
			"jdbc:postgresql://localhost:1/backstop", "idenfy.api-key", "s3cret-1", "idenfy.api-secret", "s3cret-2",
			"idenfy.webhook.signing-keys", "s3cret-3", "backstop.clients.shop.password", "s3cret-4",
			"backstop.operators.ops.password", "s3cret-5");

	private final Map<String, String> settings = new LinkedHashMap<>(Map.of("management.server.port", "0"));

	private final Map<String, Object> variables = new LinkedHashMap<>();

	@Test
	void everythingThatIsMissingIsNamedAtOnce(CapturedOutput output) {
		assertRefused(output, "- spring.datasource.url is missing", "- idenfy.api-key is missing",
				"- idenfy.api-secret is missing", "- idenfy.webhook.signing-keys is missing",
				"- No client has an account", "- No operator has an account", "Mend all 6, then start again.");
	}

	@Test
	void whatIsMissingIsNamedTogetherWithWhatIsWrong(CapturedOutput output) {
		this.settings.put("backstop.archive.store", "s3");
		this.settings.put("backstop.reconciliation.grace", "soon");
		this.settings.put("backstop.operators.ops.password", "");
		this.settings.put("management.server.port", "8080");

		assertRefused(output, "- spring.datasource.url is missing", "- idenfy.api-key is missing",
				"- No client has an account", "- The password backstop.operators.ops.password is blank.",
				"- backstop.archive.s3.bucket is missing",
				"- backstop.reconciliation.grace cannot be read. "
						+ "Set it to a duration like 30s, 10m or 2h; now it comes from ",
				"- management.server.port is not set, or is the same as server.port");
		assertThat(output).doesNotContain("No operator has an account");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					backstop.reconciliation.default-expiry-time    | -1s       | default-expiry-time must not be negative.
					backstop.reconciliation.default-session-length | -1s       | default-session-length must not be negative.
					backstop.reconciliation.review-time            | -1ms      | review-time must not be negative.
					backstop.reconciliation.grace                  | -PT1H     | grace must not be negative.
					backstop.reconciliation.min-check-interval     | -1s       | min-check-interval must not be negative.
					backstop.reconciliation.follow-ups             | 1m,-1s,2m | follow-ups[1] must not be negative.
					backstop.reconciliation.failure-back-off       | -1s       | failure-back-off[0] must not be negative.
					backstop.reconciliation.interval               | 0s        | interval must be positive.
					backstop.reconciliation.lease                  | -1s       | lease must be positive.
					backstop.reconciliation.probe-after            | 0         | probe-after must be positive.
					backstop.reconciliation.overdue-limit          | -1s       | overdue-limit must be positive.
					backstop.reconciliation.max-failures           | 0         | max-failures must be positive.
					backstop.reconciliation.max-in-flight          | many      | max-in-flight cannot be read. Set it to a whole number
					backstop.archive.interval                      | 0s        | interval must be positive.
					backstop.archive.connect-timeout               | -1s       | connect-timeout must be positive.
					backstop.archive.fetch-timeout                 | 0s        | fetch-timeout must be positive.
					backstop.archive.back-off                      | 1s,0s     | back-off[1] must be positive.
					backstop.archive.max-file-size                 | -1B       | max-file-size is not positive.
					backstop.archive.max-file-size                 | huge      | max-file-size cannot be read. Set it to a size like 10MB
					backstop.archive.store                         | disk      | store cannot be read. Set it to one of [POSTGRES, S3, NONE]
					backstop.archive.store                         | s3        | s3.bucket is missing, though backstop.archive.store is s3.
					backstop.archive.s3.bucket                     |           | s3.bucket must not be blank.
					backstop.database.wait                         | -1s       | wait must not be negative.
					idenfy.answer-timeout                          | -1s       | answer-timeout is not between 1ms and 30s.
					spring.datasource.url                          | postgres://me:s3cret@db/backstop | url is no JDBC URL of a PostgreSQL database.
					""")
	void aWrongSettingIsNamedByItself(String property, String value, String problem, CapturedOutput output) {
		this.settings.putAll(REQUIRED);
		this.settings.put(property, (value != null) ? value : "");

		assertRefused(output, property.substring(0, property.lastIndexOf('.')).replace(".s3", "") + "." + problem);

		assertThat(output).doesNotContain("Mend all");
	}

	@Test
	void aSettingOfTheEnvironmentIsNamedAsItIsWritten(CapturedOutput output) {
		this.settings.putAll(REQUIRED);
		this.variables.put("BACKSTOP_RECONCILIATION_REVIEWTIME", "-20m");

		assertRefused(output, "backstop.reconciliation.review-time must not be negative.", "now it comes from ",
				"\"BACKSTOP_RECONCILIATION_REVIEWTIME\"");
	}

	@Test
	void secretsCanBeFilesThatEndWithALineBreak(@TempDir Path files) throws IOException {
		var database = Database.create();
		var secrets = new HashMap<>(REQUIRED);
		secrets.put("spring.datasource.url", database.url());
		secrets.put("spring.datasource.username", database.username());
		secrets.put("spring.datasource.password", database.password());
		secrets.put("backstop.reconciliation.grace", "11m");
		for (var secret : secrets.entrySet()) {
			Files.writeString(files.resolve(secret.getKey()), secret.getValue() + "\n");
		}
		Files.writeString(files.resolve("idenfy.api-secret"), "s3cret-2\r\n");
		this.settings.put("server.port", "0");
		this.settings.put("spring.config.import", "configtree:" + files + "/");

		try (var context = start()) {
			assertThat(secrets)
				.allSatisfy((name, value) -> assertThat(context.getEnvironment().getProperty(name)).isEqualTo(value));
			assertThat(context.getBean(AccountsProperties.class).inWords())
				.isEqualTo("clients 1, operators 1, monitors 0");
			assertThat(context.getBean(Deadlines.class).grace()).hasMinutes(11);
		}
	}

	private void assertRefused(CapturedOutput output, String... problems) {
		assertThatExceptionOfType(StartRefused.class).isThrownBy(this::start);

		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(problems)
			.doesNotContain("s3cret", "\tat ", "Caused by", "does not answer");
	}

	private ConfigurableApplicationContext start() {
		var application = new SpringApplication(BackstopApplication.class);
		application.setRegisterShutdownHook(false);
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.replace(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables)));
		// without the settings of the tests
		var arguments = new ArrayList<>(
				List.of("--spring.config.location=classpath:/application.yml", "--logging.level.root=warn"));
		this.settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		return application.run(arguments.toArray(String[]::new));
	}

}
