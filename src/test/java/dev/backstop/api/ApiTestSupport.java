package dev.backstop.api;

import java.time.Clock;

import dev.backstop.verification.Deadlines;
import dev.backstop.verification.TimelineEntries;
import dev.backstop.verification.Verifications;

import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.resttestclient.autoconfigure.RestTestClientBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

@TestConfiguration(proxyBeanMethods = false)
class ApiTestSupport {

	static final String FAULTY = "/api/v1/faulty";

	/** A fault that nobody expects. */
	@Bean
	RouterFunction<ServerResponse> faulty() {
		return RouterFunctions.route().GET(FAULTY, (_) -> {
			throw new IllegalStateException("a secret of ours");
		}).build();
	}

	@Bean
	RestTestClientBuilderCustomizer clientsAccount() {
		return (builder) -> builder
			.defaultHeaders((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"));
	}

	@Bean
	@Lazy
	ApiClient apiClient(RestTestClient http) {
		return new ApiClient(http);
	}

	@Bean
	Sessions sessions(Verifications verifications, TimelineEntries timeline, Deadlines deadlines,
			TransactionTemplate transaction, Clock clock) {
		return new Sessions(verifications, timeline, deadlines, transaction, clock);
	}

	@Bean
	Statements statements() {
		return new Statements();
	}

	@Bean
	HibernatePropertiesCustomizer statementInspector(Statements statements) {
		return (properties) -> properties.put("hibernate.session_factory.statement_inspector", statements);
	}

}
