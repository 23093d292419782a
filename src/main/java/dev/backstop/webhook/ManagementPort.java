package dev.backstop.webhook;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/**
 * The same for the management port, which has a context of its own. It bears no
 * stereotype, so that no component scan takes it into the other; Spring Boot finds it by
 * its name.
 */
class ManagementPort {

	@Bean
	@ConditionalOnBean(RefusedWebhooks.class)
	MisdirectedWebhooks misdirectedToManagementPort(RefusedWebhooks refused) {
		return new MisdirectedWebhooks(refused, true);
	}

}
