package dev.backstop.access;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backstop.SettingProblems;
import dev.backstop.Settings;
import dev.backstop.StartRefused;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The accounts as configured by {@code backstop.clients.<name>.password},
 * {@code backstop.operators.<name>.password} and
 * {@code backstop.monitors.<name>.password}.
 */
public record AccountsProperties(List<Account> accounts) implements Settings {

	private static final Pattern OURS = Pattern.compile("(?i)backstop[._](client|operator|monitor).*");

	// a name of digits only is an index where it comes from YAML
	private static final Pattern PASSWORD = Pattern
		.compile("backstop\\.(client|operator|monitor)s(?:\\.([a-z0-9]+)|\\[([0-9]+)])\\.password");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{.*}", Pattern.DOTALL);

	/** What Kubernetes injects for each Service, such as one named backstop-monitors. */
	private static final Pattern SERVICE = Pattern.compile("""
			[A-Z0-9_]+_(?:\
			(?:SERVICE_HOST|PORT_\\d+_(?:TCP|UDP|SCTP)_ADDR)=(?:IPV4|IPV6)|\
			(?:SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\\d+_(?:TCP|UDP|SCTP)_PORT)=\\d{1,5}|\
			PORT_\\d+_(?:TCP|UDP|SCTP)_PROTO=(?:tcp|udp|sctp)|\
			PORT(?:_\\d+_(?:TCP|UDP|SCTP))?=(?:tcp|udp|sctp)://(?:IPV4|\\[IPV6]):\\d{1,5})"""
		.replace("IPV4", "\\d{1,3}(?:\\.\\d{1,3}){3}")
		.replace("IPV6", "[0-9a-f]*:[0-9a-f:.]+"));

	public AccountsProperties {
		var roles = accounts.stream().map(Account::role).collect(Collectors.toSet());
		requireAccount(Role.CLIENT, roles);
		requireAccount(Role.OPERATOR, roles);
		requireOwnNames(accounts);
	}

	// Not bound by annotation: that leaves out without a word what it cannot place, and
	// shows the value of what it cannot convert.
	static AccountsProperties from(ConfigurableEnvironment environment) {
		var problems = new SettingProblems();
		var accounts = new LinkedHashMap<String, Account>();
		var roles = EnumSet.noneOf(Role.class);
		for (var source : environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> properties) {
				Stream.of(properties.getPropertyNames())
					.filter(OURS.asMatchPredicate())
					.filter((written) -> !isOfAService(properties, written))
					.forEach((written) -> problems
						.addFrom(() -> add(accounts, roles, environment, properties, written)));
			}
		}
		problems.addFrom(() -> requireAccount(Role.CLIENT, roles));
		problems.addFrom(() -> requireAccount(Role.OPERATOR, roles));
		problems.refuseStart();
		return new AccountsProperties(List.copyOf(accounts.values()));
	}

	private static boolean isOfAService(EnumerablePropertySource<?> source, String written) {
		return source instanceof SystemEnvironmentPropertySource
				&& SERVICE.matcher(written + "=" + source.getProperty(written)).matches();
	}

	/** Counts the accounts of each role. */
	public String inWords() {
		return Stream.of(Role.values())
			.map((role) -> role.word() + "s "
					+ this.accounts.stream().filter((account) -> account.role() == role).count())
			.collect(Collectors.joining(", "));
	}

	Accounts of(Role... roles) {
		return new Accounts(
				this.accounts.stream().filter((account) -> Set.of(roles).contains(account.role())).toList());
	}

	private static void add(Map<String, Account> accounts, Set<Role> roles, ConfigurableEnvironment environment,
			EnumerablePropertySource<?> source, String written) {
		var variable = source instanceof SystemEnvironmentPropertySource;
		var password = PASSWORD.matcher(variable ? written.toLowerCase(Locale.ROOT).replace('_', '.') : written);
		if (!password.matches()) {
			throw new StartRefused(
					"The " + (variable ? "environment variable " : "property ") + written + " belongs to no account.",
					"Call it backstop.clients.<name>.password, backstop.operators.<name>.password or "
							+ "backstop.monitors.<name>.password (in the environment "
							+ "BACKSTOP_CLIENTS_<NAME>_PASSWORD and so on), where the name is one word of a to z and "
							+ "0 to 9 without hyphens or underscores, or remove it.");
		}
		var role = Role.valueOf(password.group(1).toUpperCase(Locale.ROOT));
		var name = (password.group(2) != null) ? password.group(2) : password.group(3);
		var property = role.property(name);
		roles.add(role);
		try {
			// the sources come in the order of their precedence
			accounts.computeIfAbsent(property,
					(_) -> new Account(role, name, Password.of(value(environment, source, written))));
		}
		catch (IllegalArgumentException ex) {
			throw new StartRefused(
					"The password " + property + (variable ? " (the environment variable " + written + ") " : " ")
							+ ex.getMessage() + ".",
					"Give it the password itself, or a hash such as {bcrypt}$2a$10$... (in a Compose file every $ is "
							+ "written $$). A password that begins with { is written with {noop} in front of it.");
		}
	}

	private static String value(ConfigurableEnvironment environment, EnumerablePropertySource<?> source,
			String written) {
		var value = source.getProperty(written);
		var password = (value != null) ? resolve(environment, value.toString()) : "";
		if (PLACEHOLDER.matcher(password).find()) {
			throw new IllegalArgumentException("has a placeholder ${...} that leads to no value");
		}
		return password;
	}

	private static String resolve(ConfigurableEnvironment environment, String value) {
		try {
			return environment.resolvePlaceholders(value);
		}
		catch (IllegalArgumentException _) {
			// the cause shows the value
			throw new IllegalArgumentException("has a placeholder that leads back to itself");
		}
	}

	private static void requireAccount(Role role, Set<Role> roles) {
		if (!roles.contains(role)) {
			var property = role.property(role.example());
			throw new StartRefused("No " + role.word() + " has an account: " + role.property("<name>") + " is not set.",
					"Set it for each " + role.word() + ", under a name of one word of a to z and 0 to 9, e.g. "
							+ property + " in the configuration or "
							+ property.toUpperCase(Locale.ROOT).replace('.', '_') + " in the environment.");
		}
	}

	private static void requireOwnNames(List<Account> accounts) {
		var operators = accounts.stream()
			.filter((account) -> account.role() == Role.OPERATOR)
			.map(Account::name)
			.collect(Collectors.toSet());
		accounts.stream()
			.filter((account) -> account.role() == Role.MONITOR && operators.contains(account.name()))
			.findFirst()
			.ifPresent((account) -> {
				throw new StartRefused(
						"The name " + account.name() + " is both an operator's and a monitor's: "
								+ Role.OPERATOR.property(account.name()) + " and "
								+ Role.MONITOR.property(account.name()) + " are set.",
						"Give the monitor a name of its own, or remove it: an operator may read as well.");
			});
	}

}
