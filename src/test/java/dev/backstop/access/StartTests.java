package dev.backstop.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.backstop.StartRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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

@ExtendWith(OutputCaptureExtension.class)
// while others print, their stack traces would be taken for its own
@ResourceLock(Resources.SYSTEM_OUT)
class StartTests {

	private final Map<String, Object> settings = new HashMap<>(
			Map.of("spring.config.name", "no-file", "server.port", "0", "management.server.port", "0",
					"backstop.clients.shop.password", "s3cret", "backstop.operators.ops.password", "{noop}s3cret"));

	private final Map<String, Object> variables = new HashMap<>();

	@Test
	void noPasswordIsShownOrMadeUp(CapturedOutput output) {
		this.settings.put("logging.level.org.springframework.boot", "debug");
		this.settings.put("logging.level.org.springframework.security", "trace");

		start().close();

		assertThat(output).contains("Started ").doesNotContain("s3cret", "security password");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					backstop.clients.shop.password           |               | The password backstop.clients.shop.password is blank.
					backstop.clients.shop.password           | {s3cret}x     | The password backstop.clients.shop.password begins with an {id}
					backstop.clients.shop.password           | {bcrypt}s3cret| The password backstop.clients.shop.password is no hash that bcrypt can read.
					backstop.clients.case-team.password      | s3cret        | The property backstop.clients.case-team.password belongs to no account.
					backstop.clients.shop                    | s3cret        | The property backstop.clients.shop belongs to no account.
					backstop.monitors.ops.password           | s3cret        | The name ops is both an operator's and a monitor's
					management.server.port                   |               | management.server.port is not set, or is the same as server.port
					spring.mvc.servlet.path                  | /kyc          | spring.mvc.servlet.path is set
					""")
	void aWrongSettingStopsTheStart(String property, String value, String problem, CapturedOutput output) {
		this.settings.put(property, (value != null) ? value : "");

		assertRefused(problem, output);
	}

	@ParameterizedTest
	@CsvSource({ "backstop.clients.shop.password, No client has an account",
			"backstop.operators.ops.password, No operator has an account" })
	void aMissingAccountStopsTheStart(String property, String problem, CapturedOutput output) {
		this.settings.remove(property);

		assertRefused(problem, output);
	}

	@Test
	void aVariableThatBelongsToNoAccountStopsTheStart(CapturedOutput output) {
		this.variables.put("BACKSTOP_CLIENTS_CASE_TEAM_PASSWORD", "s3cret");

		assertRefused("The environment variable BACKSTOP_CLIENTS_CASE_TEAM_PASSWORD belongs to no account.", output);
	}

	@Test
	void servicesOfKubernetesDoNotStopTheStart() {
		for (var service : List.of("BACKSTOP", "BACKSTOP_CLIENTS", "BACKSTOP_OPERATORS", "BACKSTOP_MONITORS",
				"BACKSTOP_MONITORING")) {
			this.variables.putAll(Map.of(service + "_SERVICE_HOST", "10.96.18.7", service + "_SERVICE_PORT", "8080",
					service + "_SERVICE_PORT_HTTP", "8080", service + "_PORT", "tcp://10.96.18.7:8080",
					service + "_PORT_8080_TCP", "tcp://10.96.18.7:8080", service + "_PORT_8080_TCP_PROTO", "tcp",
					service + "_PORT_8080_TCP_PORT", "8080", service + "_PORT_8080_TCP_ADDR", "10.96.18.7"));
		}

		try (var context = start()) {
			assertThat(context.getBean(AccountsProperties.class).accounts()).hasSize(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "8090, 8090", "8080, ''" })
	void onePortForBothStopsTheStart(String managementPort, String serverPort, CapturedOutput output) {
		this.settings.put("management.server.port", managementPort);
		this.settings.put("server.port", serverPort);

		assertRefused("management.server.port is not set, or is the same as server.port", output);
	}

	private void assertRefused(String problem, CapturedOutput output) {
		assertThatExceptionOfType(StartRefused.class).isThrownBy(this::start).withMessageContaining(problem);
		assertThat(output).contains("APPLICATION FAILED TO START", "Description:", problem, "Action:")
			.doesNotContain("s3cret", "\tat ", "Caused by");
	}

	private ConfigurableApplicationContext start() {
		var application = new SpringApplication(TwoPorts.class);
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.replace(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables)));
		return application.run(this.settings.entrySet()
			.stream()
			.map((setting) -> "--" + setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new));
	}

}
