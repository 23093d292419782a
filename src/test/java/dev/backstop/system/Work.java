package dev.backstop.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the processes keep their files and logs: {@code target/system}. */
final class Work {

	private Work() {
	}

	static Path directory() {
		try {
			return Files.createDirectories(Path.of("target", "system").toAbsolutePath());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
