package dev.backstop.access;

import java.util.HashMap;
import java.util.Map;

import dev.backstop.StartRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.core.env.StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

class AccountsPropertiesTests {

	private static final String SECRET = "s3cret";

	private final Map<String, Object> properties = new HashMap<>(
			Map.of("backstop.clients.shop.password", SECRET, "backstop.operators.ops.password", SECRET));

	private final Map<String, Object> variables = new HashMap<>();

	@Test
	void accountsComeFromPropertiesAndFromTheEnvironment() {
		this.properties.put("backstop.monitors.grafana.password", SECRET);
		this.variables.put("BACKSTOP_CLIENTS_ONBOARDING_PASSWORD", SECRET);
		this.variables.put("backstop_clients_billing2_password", SECRET);
		this.variables.put("Backstop_Clients_Mixed_Password", SECRET);
		this.variables.put("backstop.clients.dotted.password", SECRET);
		this.variables.put("BACKSTOP_CLIENTS_123_PASSWORD", SECRET);
		this.properties.put("backstop.clients[123].password", "another");

		assertThat(read().accounts()).extracting((account) -> account.role() + " " + account.name())
			.containsExactlyInAnyOrder("CLIENT shop", "CLIENT onboarding", "CLIENT billing2", "CLIENT mixed",
					"CLIENT dotted", "CLIENT 123", "OPERATOR ops", "MONITOR grafana");
		for (var name : new String[] { "shop", "onboarding", "billing2", "mixed", "dotted", "123" }) {
			assertThat(authenticates(name, SECRET)).isTrue();
		}
	}

	@Test
	void aPasswordMayReferToAnotherProperty() {
		this.variables.put("SHOP_SECRET", SECRET);
		this.properties.put("backstop.clients.shop.password", "${SHOP_SECRET}");

		assertThat(authenticates("shop", SECRET)).isTrue();
	}

	@Test
	void theEnvironmentStandsOverAFile() {
		this.variables.put("BACKSTOP_CLIENTS_SHOP_PASSWORD", "another");

		assertThat(authenticates("shop", "another")).isTrue();
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> authenticates("shop", SECRET));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a,b", "${", "}${", "123456", "true", "#{1 + 1}", "\"quoted\"", "a\\b" })
	void aPasswordIsTakenAsItStands(String password) {
		this.variables.put("BACKSTOP_CLIENTS_SHOP_PASSWORD", password);

		assertThat(authenticates("shop", password)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "BACKSTOP_CLIENTS_CASE_TEAM_PASSWORD", "BACKSTOP_CLIENTS_SHOP", "BACKSTOP_CLIENTS",
			"BACKSTOP_CLIENTS_PASSWORD", "BACKSTOP_CLIENTS__PASSWORD", "BACKSTOP_CLIENTS_SHOP_PASSWORT",
			"BACKSTOP_CLIENTS_SHOP_PASSWORD_", "BACKSTOP_CLIENTS_CASE-TEAM_PASSWORD", "BACKSTOP_CLIENTS_SHÖP_PASSWORD",
			"BACKSTOP_CLIENT_SHOP_PASSWORD", "BACKSTOP_OPERATORS_NIGHT_SHIFT_PASSWORD", "BACKSTOP_MONITORS_GRAFANA",
			"backstop_monitors_night_shift_password", "backstop.clients.case_team.password" })
	void aVariableThatBelongsToNoAccountIsNamed(String variable) {
		this.variables.put(variable, SECRET);

		assertRefused("The environment variable " + variable + " belongs to no account.",
				"BACKSTOP_CLIENTS_<NAME>_PASSWORD");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PATH", "BACKSTOP_RECONCILIATION_GRACE", "BACKSTOP_PORT_8080_TCP", "BACKSTOP_SERVICE_HOST",
			"MY_BACKSTOP_CLIENTS" })
	void otherVariablesAreLeftAlone(String variable) {
		this.variables.put(variable, SECRET);

		assertThat(read().accounts()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "BACKSTOP_MONITORING_SERVICE_HOST, 10.96.18.7", "BACKSTOP_MONITORING_SERVICE_PORT, 8081",
			"BACKSTOP_MONITORING_SERVICE_PORT_HTTP_METRICS, 8081", "BACKSTOP_MONITORING_PORT, tcp://10.96.18.7:8081",
			"BACKSTOP_MONITORING_PORT_8081_TCP, tcp://10.96.18.7:8081", "BACKSTOP_MONITORING_PORT_8081_TCP_PROTO, tcp",
			"BACKSTOP_MONITORING_PORT_8081_TCP_PORT, 8081", "BACKSTOP_MONITORING_PORT_8081_TCP_ADDR, 10.96.18.7",
			"BACKSTOP_CLIENTS_SERVICE_HOST, fd00:10:96::7", "BACKSTOP_CLIENTS_PORT, tcp://[fd00:10:96::7]:8080",
			"BACKSTOP_CLIENTS_PORT_53_UDP, udp://10.96.18.7:53", "BACKSTOP_CLIENTS_PORT_53_UDP_ADDR, fd00:10:96::7",
			"BACKSTOP_OPERATORS_SERVICE_HOST, 10.96.18.7", "BACKSTOP_OPERATOR_NIGHT_PORT_9_SCTP_PROTO, sctp",
			"BACKSTOP_MONITORS_PROMETHEUS_SERVICE_PORT, 80" })
	void whatKubernetesInjectsForAServiceIsLeftAlone(String variable, String value) {
		this.variables.put(variable, value);

		assertThat(read().accounts()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "BACKSTOP_CLIENTS_SHOP_SERVICE_HOST, s3cret", "BACKSTOP_CLIENTS_SHOP_SERVICE_HOST, ''",
			"BACKSTOP_CLIENTS_SHOP_SERVICE_HOST, s3cret.local", "BACKSTOP_CLIENTS_SERVICE_PORT, s3cret",
			"BACKSTOP_CLIENTS_SERVICE_PORT, 123456", "BACKSTOP_CLIENTS_PORT, 8080",
			"BACKSTOP_CLIENTS_PORT, http://10.96.18.7:8080", "BACKSTOP_CLIENTS_PORT, tcp://s3cret:8080",
			"BACKSTOP_CLIENTS_PORT_8080_TCP_PROTO, s3cret", "BACKSTOP_CLIENTS_PORT_8080_TCP_NAME, 10.96.18.7",
			"BACKSTOP_CLIENTS_SERVICE_HOST_PASSWORD, 10.96.18.7", "BACKSTOP_CLIENTS_SERVICE, 10.96.18.7",
			"backstop_clients_service_host, 10.96.18.7", "BACKSTOP_CLIENTS_CASE_TEAM_PASSWORD, 10.96.18.7" })
	void whatOnlyResemblesAServiceIsNamed(String variable, String value) {
		this.variables.put(variable, value);

		assertRefused("The environment variable " + variable + " belongs to no account.",
				"BACKSTOP_CLIENTS_<NAME>_PASSWORD");
	}

	@Test
	void propertyIsNeverOfAService() {
		this.properties.put("BACKSTOP_CLIENTS_SERVICE_HOST", "10.96.18.7");

		assertRefused("The property BACKSTOP_CLIENTS_SERVICE_HOST belongs to no account.",
				"backstop.clients.<name>.password");
	}

	@Test
	void accountsAreCountedWithoutWhatKubernetesInjects() {
		this.variables.put("BACKSTOP_CLIENTS_SERVICE_HOST", "10.96.18.7");
		this.variables.put("BACKSTOP_CLIENTS_BILLING_PASSWORD", SECRET);

		assertThat(read().inWords()).isEqualTo("clients 2, operators 1, monitors 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "backstop.clients.shop", "backstop.clients.shop.passwort",
			"backstop.clients.shop.password.value", "backstop.clients.billing.password[0]",
			"backstop.clients.case-team.password", "backstop.clients.case_team.password",
			"backstop.clients.Billing.password", "backstop.clients[case team].password",
			"backstop.clients.münchen.password", "backstop.clients..password", "backstop.client.shop.password",
			"backstop.clients", "BACKSTOP_CLIENTS_SHOP_PASSWORD" })
	void aPropertyThatBelongsToNoAccountIsNamed(String property) {
		this.properties.put(property, SECRET);

		assertRefused("The property " + property + " belongs to no account.", "backstop.clients.<name>.password");
	}

	@ParameterizedTest
	@CsvSource({ "backstop.clients.shop.password, No client, BACKSTOP_CLIENTS_ONBOARDING_PASSWORD",
			"backstop.operators.ops.password, No operator, BACKSTOP_OPERATORS_OPS_PASSWORD" })
	void clientsAndOperatorsAreNeeded(String property, String problem, String example) {
		this.properties.remove(property);
		this.properties.put("backstop.monitors.grafana.password", SECRET);

		assertRefused(problem + " has an account", example);
	}

	@ParameterizedTest
	@ValueSource(strings = { "backstop.clients.shop.password", "backstop.operators.ops.password",
			"backstop.monitors.grafana.password" })
	void aBlankPasswordIsNamed(String property) {
		this.properties.put(property, " ");

		assertRefused("The password " + property + " is blank.", "Give it");
	}

	@Test
	void aBlankVariableIsNamedAsWell() {
		this.variables.put("BACKSTOP_CLIENTS_SHOP_PASSWORD", "");

		assertRefused("The password backstop.clients.shop.password (the environment variable "
				+ "BACKSTOP_CLIENTS_SHOP_PASSWORD) is blank.", "Give it");
	}

	@Test
	void aBlankPasswordMayBeOverridden() {
		this.properties.put("backstop.clients.shop.password", "");
		this.variables.put("BACKSTOP_CLIENTS_SHOP_PASSWORD", SECRET);

		assertThat(authenticates("shop", SECRET)).isTrue();
	}

	@Test
	void aHashBrokenByComposeIsNamed() {
		this.properties.put("backstop.clients.shop.password", "{bcrypt}" + SECRET);

		assertRefused("The password backstop.clients.shop.password is no hash that bcrypt can read.", "$$");
	}

	@Test
	void anUnknownIdIsNamed() {
		this.properties.put("backstop.clients.shop.password", "{" + SECRET + "}" + SECRET);

		assertRefused("The password backstop.clients.shop.password begins with an {id}", "{noop}");
	}

	@Test
	void aPasswordThatRefersToItselfIsNamed() {
		this.properties.put("backstop.clients.shop.password", "${backstop.clients.shop.password}" + SECRET);

		assertRefused("The password backstop.clients.shop.password has a placeholder that leads back to itself.",
				"Give it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "${ONBOARDING_PASSWORD}", "${}", SECRET + "${ONBOARDING_PASSWORD}" + SECRET,
			"${SHOP_SECRET:${ONBOARDING_PASSWORD}}" })
	void aPlaceholderWithoutAValueIsNamed(String password) {
		this.properties.put("backstop.clients.shop.password", password);

		assertRefused("The password backstop.clients.shop.password has a placeholder ${...} that leads to no value.",
				"Give it");
	}

	@Test
	void noNameIsBothAnOperatorsAndAMonitors() {
		this.properties.put("backstop.monitors.ops.password", SECRET);

		assertRefused("The name ops is both an operator's and a monitor's", "backstop.monitors.ops.password");
	}

	@Test
	void aClientMayBeCalledLikeAnOperator() {
		this.properties.put("backstop.clients.ops.password", SECRET);

		assertThat(read().accounts()).hasSize(3);
	}

	private void assertRefused(String problem, String mending) {
		assertThatExceptionOfType(StartRefused.class).isThrownBy(this::read)
			.withMessageStartingWith(problem)
			.withMessageContaining(mending)
			.withMessageNotContaining(SECRET)
			.withNoCause();
	}

	private boolean authenticates(String client, String password) {
		return read().of(Role.CLIENT)
			.authenticate(UsernamePasswordAuthenticationToken.unauthenticated(client, password))
			.isAuthenticated();
	}

	private AccountsProperties read() {
		var environment = new StandardEnvironment();
		var sources = environment.getPropertySources();
		sources.replace(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		sources.addLast(new MapPropertySource("properties", this.properties));
		ConfigurationPropertySources.attach(environment);
		return AccountsProperties.from(environment);
	}

}
