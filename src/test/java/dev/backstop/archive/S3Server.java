package dev.backstop.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;

import org.springframework.util.function.SingletonSupplier;

/** A server that speaks S3, with an empty bucket, gone when the JVM ends. */
final class S3Server {

	static final String BUCKET = "files";

	static final String KMS_KEY = "synthetic";

	private static final Pattern PORT = Pattern.compile("Tomcat started on ports .*?(\\d+) \\(http\\)");

	private static final Supplier<URI> ENDPOINT = SingletonSupplier.of(S3Server::start);

	private S3Server() {
	}

	/** Where the one server is that the whole JVM shares. */
	static URI endpoint() {
		return ENDPOINT.get();
	}

	private static URI start() {
		try {
			var log = Path.of("target", "s3mock.log").toAbsolutePath();
			var root = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "s3mock");
			var settings = "--com.adobe.testing.s3mock.";
			var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar",
					Path.of("target", "s3mock.jar").toString(), "--server.port=0", settings + "httpPort=0",
					settings + "store.root=" + root, settings + "store.initialBuckets=" + BUCKET,
					settings + "store.validKmsKeys=arn:aws:kms:us-east-1:123456789012:key/" + KMS_KEY)
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			// Spring has no shutdown hook where no application was started
			Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
			var port = Awaitility.await("an S3 server")
				.atMost(Duration.ofMinutes(2))
				.failFast("it has ended, see " + log, () -> !process.isAlive())
				.until(() -> port(log), Optional::isPresent);
			return URI.create("http://localhost:" + port.orElseThrow());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Optional<String> port(Path log) throws IOException {
		return PORT.matcher(Files.readString(log)).results().map((result) -> result.group(1)).findFirst();
	}

	private static void stop(Process process) {
		process.destroy();
		try {
			if (!process.waitFor(10, TimeUnit.SECONDS)) {
				process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
