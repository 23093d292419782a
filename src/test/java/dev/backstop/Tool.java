package dev.backstop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A program that is run to its end. */
public final class Tool {

	private Tool() {
	}

	/** Where a program of the JDK is that runs this. */
	public static String ofJdk(String name) {
		return Path.of(System.getProperty("java.home"), "bin", name).toString();
	}

	/** Runs one; it fails with what it wrote. */
	public static void run(Path directory, List<String> command) {
		try {
			var process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
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
			throw new IllegalStateException(String.join(" ", command) + " was interrupted", ex);
		}
	}

}
