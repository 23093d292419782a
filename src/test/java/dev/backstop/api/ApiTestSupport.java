package dev.backstop.api;

import java.time.Clock;

import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Verifications;

import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.resttestclient.autoconfigure.RestTestClientBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.support.TransactionTemplate;

@TestConfiguration(proxyBeanMethods = false)
class ApiTestSupport {

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
	Sessions sessions(Verifications verifications, Deadlines deadlines, TransactionTemplate transaction, Clock clock) {
		return new Sessions(verifications, deadlines, transaction, clock);
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
