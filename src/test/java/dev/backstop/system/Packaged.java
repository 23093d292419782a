package dev.backstop.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.util.function.SingletonSupplier;

/**
 * The packaged application, laid out and trained as in the image, which takes much off
 * the time of a start.
 */
final class Packaged {

	private static final Supplier<Path> APPLICATION = SingletonSupplier.of(Packaged::prepare);

	private Packaged() {
	}

	static Path application() {
		return APPLICATION.get();
	}

	/** What the application is started with. */
	static List<String> options() {
		return List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx205m", "-XX:+ExitOnOutOfMemoryError");
	}

	/**
	 * What the JVM made of the classes, for the application started with these options.
	 */
	static Path cache() {
		return application().resolveSibling("backstop.aot");
	}

	private static Path prepare() {
		var application = extract();
		train(application);
		return application;
	}

	private static void train(Path application) {
		var command = new ArrayList<>(List.of(tool("java"),
				"-XX:AOTCacheOutput=" + application.resolveSibling("backstop.aot"), "-Dspring.context.exit=onRefresh"));
		command.addAll(options());
		command.addAll(List.of("-jar", application.toString(), "--spring.flyway.enabled=false",
				"--spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
				"--spring.jpa.hibernate.ddl-auto=none",
				"--spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false"));
		for (var name : List.of("spring.datasource.url=jdbc:postgresql://localhost/training",
				"spring.datasource.username", "spring.datasource.password", "idenfy.api-key", "idenfy.api-secret",
				"idenfy.webhook.signing-keys", "backstop.clients.training.password",
				"backstop.operators.training.password")) {
			command.add("--" + (name.contains("=") ? name : name + "=training"));
		}
		run(command.toArray(String[]::new));
	}

	private static Path extract() {
		var jar = Path.of(System.getProperty("backstop.jar"));
		var directory = Work.directory().resolve("application");
		run(tool("java"), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--force", "--destination",
				directory.toString());
		return directory.resolve(jar.getFileName());
	}

	static String tool(String name) {
		return Path.of(System.getProperty("java.home"), "bin", name).toString();
	}

	static void run(String... command) {
		try {
			var process = new ProcessBuilder(command).redirectErrorStream(true).start();
			var output = new String(process.getInputStream().readAllBytes());
			if (process.waitFor() != 0) {
				throw new IllegalStateException(String.join(" ", command) + ": " + output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
