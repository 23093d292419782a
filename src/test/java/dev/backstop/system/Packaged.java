package dev.backstop.system;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

import dev.backstop.ImageOptions;
import dev.backstop.Tool;
import dev.backstop.Training;

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

	/**
	 * What the JVM made of the classes, for the application started with the image's
	 * options.
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
		Training.run(application.getParent(), "backstop.aot", ImageOptions.ALL, application.toString(),
				Training.REQUIRED);
	}

	private static Path extract() {
		var jar = Path.of(System.getProperty("backstop.jar"));
		var directory = Work.directory().resolve("application");
		Tool.run(Work.directory(), List.of(Tool.ofJdk("java"), "-Djarmode=tools", "-jar", jar.toString(), "extract",
				"--force", "--destination", directory.toString()));
		return directory.resolve(jar.getFileName());
	}

}
