package dev.backstop.archive;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class StoreConfigurationTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withBean(JdbcClient.class, () -> JdbcClient.create(new DriverManagerDataSource()))
		.withUserConfiguration(StoreConfiguration.class);

	@Test
	void hasNoObjectStorageWithoutABucket() {
		this.application
			.run((context) -> assertThat(context).hasSingleBean(Store.class).hasSingleBean(PostgresStore.class));
	}

	@Test
	void hasBothStoresWithABucket() {
		this.application
			.withPropertyValues("backstop.archive.s3.bucket=files",
					"backstop.archive.s3.endpoint=https://storage.example")
			.run((context) -> assertThat(context).hasSingleBean(PostgresStore.class).hasSingleBean(S3Store.class));
	}

}
