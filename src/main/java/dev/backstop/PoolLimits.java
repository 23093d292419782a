package dev.backstop;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Keeps parameters of the JDBC URL, which the driver prefers, from replacing the limits
 * that the connections are set up with.
 */
@Component
class PoolLimits implements BeanPostProcessor {

	private static final Logger log = LoggerFactory.getLogger(PoolLimits.class);

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof HikariDataSource pool && pool.getJdbcUrl() != null) {
			keep(pool);
		}
		return bean;
	}

	private static void keep(HikariDataSource pool) {
		var names = pool.getDataSourceProperties()
			.stringPropertyNames()
			.stream()
			.map(Pattern::quote)
			.collect(Collectors.joining("|"));
		var replacing = Pattern.compile("(?<=[?&])(" + names + ")=[^&]*&?").matcher(pool.getJdbcUrl());
		replacing.results()
			.map((parameter) -> parameter.group(1))
			.forEach((parameter) -> log.warn(
					"The JDBC URL sets {}, which is ignored there. "
							+ "If it has to be changed, set spring.datasource.hikari.data-source-properties.{}",
					parameter, parameter));
		pool.setJdbcUrl(replacing.replaceAll(""));
	}

}
