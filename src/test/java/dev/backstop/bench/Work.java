package dev.backstop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the benchmark keeps its files: {@code target/bench}. */
final class Work {

	private Work() {
	}

	static Path directory() {
		return directory("");
	}

	static Path directory(String name) {
		try {
			return Files.createDirectories(Path.of("target", "bench", name).toAbsolutePath());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
