package dev.backstop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts an application once, as far as that goes without a database, and keeps what the
 * JVM made of the classes: as the Dockerfile does.
 */
public final class Training {

	/** Settings that Backstop does not start without. */
	public static final List<String> REQUIRED = List.of("idenfy.api-key", "idenfy.api-secret",
			"idenfy.webhook.signing-keys", "backstop.clients.training.password",
			"backstop.operators.training.password");

	private Training() {
	}

	/**
	 * Trains a JVM.
	 * @param directory where the cache is written, under a name
	 * @param options of the JVM
	 * @param jar the application, from the directory
	 * @param required settings that it does not start without
	 */
	public static void run(Path directory, String cache, List<String> options, String jar, List<String> required) {
		var command = new ArrayList<>(
				List.of(Tool.ofJdk("java"), "-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh"));
		command.addAll(options);
		command.addAll(List.of("-jar", jar, "--spring.datasource.url=jdbc:postgresql://localhost/training",
				"--spring.flyway.enabled=false",
				"--spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
				"--spring.jpa.hibernate.ddl-auto=none",
				"--spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false"));
		Stream.concat(Stream.of("spring.datasource.username", "spring.datasource.password"), required.stream())
			.map((name) -> "--" + name + "=training")
			.forEach(command::add);
		Tool.run(directory, command);
	}

}
