package dev.backstop.webhook;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Looks on both ports for webhooks that come where none is taken. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

	@Bean
	MisdirectedWebhooks misdirectedWebhooks(RefusedWebhooks refused) {
		return new MisdirectedWebhooks(refused, false);
	}

}
