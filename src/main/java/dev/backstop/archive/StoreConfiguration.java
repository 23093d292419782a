package dev.backstop.archive;

import java.util.Objects;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The stores that there are: what an earlier setting chose stays readable. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ArchiveProperties.class)
class StoreConfiguration {

	@Bean
	PostgresStore postgresStore(JdbcClient database) {
		return new PostgresStore(database);
	}

	/** A class of its own, so that nothing of the AWS SDK is loaded without a bucket. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("backstop.archive.s3.bucket")
	static class ObjectStorage {

		@Bean
		S3Store s3Store(ArchiveProperties properties) {
			return new S3Store(Objects.requireNonNull(properties.s3()));
		}

	}

}
