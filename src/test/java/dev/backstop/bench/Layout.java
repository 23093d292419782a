package dev.backstop.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

import dev.backstop.ImageOptions;
import dev.backstop.Tool;
import dev.backstop.Training;

import org.springframework.boot.SpringApplication;
import org.springframework.util.function.SingletonSupplier;

/**
 * An application laid out and trained as in the image: a jar, its libraries beside it,
 * and what the JVM made of the classes.
 */
record Layout(Path directory, String jar) {

	// the least heap, too, since it is memory that is measured
	static final List<String> OPTIONS = Stream.concat(ImageOptions.ALL.stream(), Stream.of("-Xms128m")).toList();

	private static final List<String> TRAINING = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching",
			"-Xlog:aot*=error", "-XX:+UseSerialGC", "-Xmx256m");

	private static final String CACHE = "application.aot";

	private static final Supplier<Layout> BACKSTOP = SingletonSupplier.of(() -> made(Layout::layOutBackstop));

	private static final Supplier<Layout> BARE = SingletonSupplier.of(() -> made(Layout::layOutBare));

	static Layout backstop() {
		return BACKSTOP.get();
	}

	/** An application that does nothing, with the same libraries. */
	static Layout bare() {
		return BARE.get();
	}

	/** How it is started, without its settings. */
	List<String> command(boolean cached) {
		var command = new ArrayList<>(List.of(Tool.ofJdk("java")));
		if (cached) {
			// a cache that does not fit ends the start, where production would do without
			command.addAll(List.of("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on"));
		}
		command.addAll(OPTIONS);
		command.addAll(List.of("-jar", this.jar));
		return command;
	}

	/** The size of everything that it consists of. */
	long bytes() {
		try (var files = Files.walk(this.directory)) {
			return files.filter(Files::isRegularFile).mapToLong((file) -> file.toFile().length()).sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The size of the same as it is pulled. */
	long compressedBytes() {
		var deflater = new Deflater();
		try (var files = Files.walk(this.directory);
				var out = new DeflaterOutputStream(OutputStream.nullOutputStream(), deflater)) {
			for (var file : files.filter(Files::isRegularFile).toList()) {
				Files.copy(file, out);
			}
			out.finish();
			return deflater.getBytesWritten();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			deflater.end();
		}
	}

	long cacheBytes() {
		return this.directory.resolve(CACHE).toFile().length();
	}

	private static Layout made(Callable<Layout> making) {
		try {
			return making.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException("It cannot be laid out", ex);
		}
	}

	private static Layout layOutBackstop() throws IOException, InterruptedException {
		var jar = Path.of(System.getProperty("backstop.jar"));
		var layout = new Layout(Work.directory("backstop"), jar.getFileName().toString());
		layout.make(sha256(jar), () -> {
			Tool.run(Work.directory(), List.of(Tool.ofJdk("java"), "-Djarmode=tools", "-jar", jar.toString(), "extract",
					"--force", "--destination", layout.directory.toString()));
			layout.train(Training.REQUIRED);
		});
		return layout;
	}

	private static Layout layOutBare() throws IOException, InterruptedException {
		var layout = new Layout(Work.directory("bare"), "bare.jar");
		var libraries = backstop().directory.resolve("lib");
		layout.make(classPath(libraries), () -> {
			writeJar(layout.directory.resolve(layout.jar), libraries);
			layout.train(List.of());
		});
		return layout;
	}

	/** Makes it, unless it was made of the same before: training takes its time. */
	private void make(String source, Step step) throws IOException, InterruptedException {
		var note = Work.directory().resolve(this.directory.getFileName() + ".made-of");
		var made = Runtime.version() + " " + TRAINING + " " + source;
		if (!Files.exists(note) || !Files.readString(note).equals(made)) {
			Progress.say("lays out and trains %s, which may take half a minute", this.directory.getFileName());
			Files.deleteIfExists(note);
			step.run();
			Files.writeString(note, made);
		}
	}

	private static String sha256(Path file) throws IOException {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void train(List<String> required) {
		Training.run(this.directory, CACHE, TRAINING, this.jar, required);
	}

	private static void writeJar(Path jar, Path libraries) throws IOException {
		var manifest = new Manifest();
		var attributes = manifest.getMainAttributes();
		attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.put(Attributes.Name.MAIN_CLASS, SpringApplication.class.getName());
		attributes.put(Attributes.Name.CLASS_PATH, classPath(libraries));
		var name = BareApplication.class.getName().replace('.', '/') + ".class";
		try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
				var code = BareApplication.class.getClassLoader().getResourceAsStream(name)) {
			out.putNextEntry(new JarEntry(name));
			code.transferTo(out);
			out.putNextEntry(new JarEntry("application.properties"));
			out.write(("spring.main.sources=" + BareApplication.class.getName()).getBytes(StandardCharsets.ISO_8859_1));
			out.closeEntry();
		}
	}

	private static String classPath(Path libraries) throws IOException {
		try (var jars = Files.list(libraries)) {
			return jars.sorted().map((jar) -> "../backstop/lib/" + jar.getFileName()).collect(Collectors.joining(" "));
		}
	}

	/** What makes it. */
	private interface Step {

		void run() throws IOException, InterruptedException;

	}

}
