package dev.backstop.idenfy;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;

/** Binds the settings and their secrets. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ IdenfyProperties.class, WebhookProperties.class })
class IdenfyConfiguration {

	@Bean
	@ConfigurationPropertiesBinding
	static Converter<String, Secret> secretConverter() {
		return Secret::new;
	}

	// Spring's own splitting also trims, so that a stray space would go unnoticed.
	@Bean
	@ConfigurationPropertiesBinding
	static Converter<String, List<Secret>> secretsConverter() {
		return (secrets) -> Stream.of(secrets.split(",", -1)).map(Secret::new).toList();
	}

	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor secretsKeptOutOfReports() {
		return SecretsKeptOutOfReports::new;
	}

}
