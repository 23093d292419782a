package dev.backstop.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program that is run to its end. */
final class Tool {

	private Tool() {
	}

	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	static void run(Path directory, List<String> command) throws IOException, InterruptedException {
		var process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		var output = new String(process.getInputStream().readAllBytes());
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join(" ", command) + ": " + output);
		}
	}

}
