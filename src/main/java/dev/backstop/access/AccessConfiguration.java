package dev.backstop.access;

import java.util.Set;

import dev.backstop.ProblemType;
import dev.backstop.Settings;
import dev.backstop.StartRefused;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** The two doors: the public port for clients, the management port for operators. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class AccessConfiguration {

	private static final RequestMatcher WEBHOOK = PathPatternRequestMatcher.withDefaults()
		.matcher(HttpMethod.POST, "/webhooks/idenfy");

	private static final String[] HEALTH = { "/actuator/health", "/actuator/health/liveness",
			"/actuator/health/readiness" };

	private static final Set<String> READING = Set.of("GET", "HEAD");

	@Bean
	static Ports ports(Environment environment) {
		return new Ports(ManagementPortType.get(environment));
	}

	@Bean
	static ServletPath servletPath(Environment environment) {
		return new ServletPath(environment.getProperty("spring.mvc.servlet.path", "/"));
	}

	@Bean
	static AccountsProperties accountsProperties(ConfigurableEnvironment environment) {
		return AccountsProperties.from(environment);
	}

	@Bean
	Problems accessProblems(JsonMapper json) {
		return new Problems(json);
	}

	// A chain without accounts of its own knows nobody. Without this bean Spring Boot
	// makes up a user and logs its password.
	@Bean
	AuthenticationManager nobody() {
		return (_) -> {
			throw new BadCredentialsException("Nobody is known here");
		};
	}

	// Each filter of each request would be observed otherwise, by dozens of meters.
	@Bean
	SecurityObservationSettings securityObservations() {
		return SecurityObservationSettings.noObservations();
	}

	// The webhook is signed. No accounts here, so that an Authorization header that came
	// into it on its way does not lose it.
	@Bean
	@Order(1)
	SecurityFilterChain webhookChain(HttpSecurity http, ServletContext publicContext) {
		return stateless(http).securityMatcher(new AndRequestMatcher(at(publicContext), WEBHOOK))
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain publicChain(HttpSecurity http, ServletContext publicContext, AccountsProperties accounts,
			Problems problems) {
		return withAccounts(http, accounts.of(Role.CLIENT),
				unauthorized(problems, "Send the name and the password of a client's account by HTTP Basic."),
				forbidden(problems, "A client's account may not do this."))
			.securityMatcher(at(publicContext))
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.anyRequest()
				.hasRole(Role.CLIENT.name()))
			.build();
	}

	// Whatever is not the public port, so that nothing is left without a chain.
	@Bean
	@Order(3)
	SecurityFilterChain managementChain(HttpSecurity http, AccountsProperties accounts, Problems problems) {
		return withAccounts(http, accounts.of(Role.OPERATOR, Role.MONITOR),
				unauthorized(problems,
						"Send the name and the password of an operator's or a monitor's account by HTTP Basic."),
				forbidden(problems, "A monitor's account may only read. Use an operator's account for this."))
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.requestMatchers(HEALTH)
				.permitAll()
				.requestMatchers(AccessConfiguration::isReading)
				.hasAnyRole(Role.OPERATOR.name(), Role.MONITOR.name())
				.anyRequest()
				.hasRole(Role.OPERATOR.name()))
			.build();
	}

	@Bean
	RequestRejectedHandler requestRejectedHandler(Problems problems) {
		return (_, response, _) -> problems.write(response, ProblemType.MALFORMED_REQUEST,
				"The method, the path or a header has something in it that is not accepted here, "
						+ "such as a semicolon, a double slash or an encoded control character. Send it without.");
	}

	private static HttpSecurity withAccounts(HttpSecurity http, Accounts accounts,
			AuthenticationEntryPoint unauthorized, AccessDeniedHandler forbidden) {
		return stateless(http).authenticationManager(accounts)
			.headers((headers) -> headers.addHeaderWriter(AccessConfiguration::closeToStrangers))
			.httpBasic((basic) -> basic.authenticationEntryPoint(unauthorized))
			.exceptionHandling(
					(handling) -> handling.authenticationEntryPoint(unauthorized).accessDeniedHandler(forbidden));
	}

	private static HttpSecurity stateless(HttpSecurity http) {
		return http.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable);
	}

	// Kept connections are for those who are known. The webhook's own door closes itself.
	private static void closeToStrangers(HttpServletRequest request, HttpServletResponse response) {
		var authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication == null || authentication instanceof AnonymousAuthenticationToken) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
	}

	// The management port has a servlet context of its own.
	private static RequestMatcher at(ServletContext servletContext) {
		return (request) -> request.getServletContext().equals(servletContext);
	}

	private static boolean isReading(HttpServletRequest request) {
		return READING.contains(request.getMethod());
	}

	private static AuthenticationEntryPoint unauthorized(Problems problems, String detail) {
		return (_, response, _) -> {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"backstop\"");
			problems.write(response, ProblemType.UNAUTHORIZED, detail);
		};
	}

	private static AccessDeniedHandler forbidden(Problems problems, String detail) {
		return (_, response, _) -> problems.write(response, ProblemType.FORBIDDEN, detail);
	}

	/** The two ports, which are different ones. */
	record Ports(ManagementPortType management) implements Settings {

		Ports {
			if (management == ManagementPortType.SAME) {
				throw new StartRefused(
						"management.server.port is not set, or is the same as server.port: "
								+ "clients and operators would come in by one door.",
						"Set management.server.port to a port of its own, e.g. MANAGEMENT_SERVER_PORT=8081.");
			}
		}

	}

	/**
	 * The path of the servlet, which is the root: the chains find theirs below it only.
	 */
	record ServletPath(String path) implements Settings {

		ServletPath {
			if (!path.equals("/")) {
				throw new StartRefused("spring.mvc.servlet.path is set: the webhook would ask for a client's account.",
						"Remove it. To serve everything below a path, set server.servlet.context-path instead.");
			}
		}

	}

}
