package dev.backstop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.backstop.Database;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A packaged application in a process of its own, with the settings of production. */
final class Application implements AutoCloseable {

	static final String SIGNING_KEY = "test-signing-key-0001";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final int port = unusedPort();

	private final int managementPort = unusedPort();

	private final Process process;

	private final Duration start;

	private Application(Layout layout, boolean cached, Database database, List<String> settings) throws IOException {
		var command = new ArrayList<>(layout.command(cached));
		Stream.concat(
				Stream.of("server.port=" + this.port, "management.server.port=" + this.managementPort,
						"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.username(),
						"spring.datasource.password=" + database.password(), "logging.structured.format.console=ecs"),
				settings.stream())
			.map("--"::concat)
			.forEach(command::add);
		var log = Work.directory("logs").resolve("%s-%d.log".formatted(layout.directory().getFileName(), this.port));
		var begin = System.nanoTime();
		this.process = new ProcessBuilder(command).directory(layout.directory().toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
		awaitReady(log, begin);
		this.start = Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * Backstop, ready.
	 * @param settings {@code name=value}, beside those that every start needs
	 */
	static Application backstop(Database database, Vendor vendor, String... settings) {
		return backstop(true, database, vendor, settings);
	}

	static Application backstop(boolean cached, Database database, Vendor vendor, String... settings) {
		return start(Layout.backstop(), cached, database,
				Stream
					.concat(Stream.of("idenfy.base-url=" + vendor.baseUrl(), "idenfy.api-key=bench",
							"idenfy.api-secret=bench", "idenfy.webhook.signing-keys=" + SIGNING_KEY,
							"backstop.clients.bench.password=bench", "backstop.operators.bench.password=bench"),
							Stream.of(settings))
					.toList());
	}

	/** The application that does nothing, ready. */
	static Application bare(boolean cached, Database database) {
		return start(Layout.bare(), cached, database,
				List.of("spring.flyway.enabled=true", "spring.jpa.open-in-view=false",
						"spring.threads.virtual.enabled=true", "spring.security.user.name=bench",
						"spring.security.user.password=bench", "management.endpoint.health.probes.enabled=true"));
	}

	private static Application start(Layout layout, boolean cached, Database database, List<String> settings) {
		try {
			return new Application(layout, cached, database, settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int unusedPort() {
		try (var socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitReady(Path log, long begin) {
		while (!isReady()) {
			if (!this.process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
				close();
				throw new IllegalStateException("It does not get ready, see " + log);
			}
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
	}

	private boolean isReady() {
		try (var connection = new HttpConnection(this.managementPort)) {
			return connection.exchange(request("GET", "/actuator/health/readiness", "")) == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** How long it took from its start until it was ready. */
	Duration start() {
		return this.start;
	}

	int port() {
		return this.port;
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	/** What an operator does to the reconciliation. */
	void operate(String action) throws IOException {
		try (var connection = new HttpConnection(this.managementPort)) {
			int status = connection
				.exchange(request("POST", "/actuator/reconciliation", "{\"action\": \"%s\"}".formatted(action)));
			if (status != 200) {
				throw new IllegalStateException(action + ": " + status);
			}
		}
	}

	/** What a client is answered. */
	JsonNode get(String path) throws IOException {
		try (var connection = new HttpConnection(this.port)) {
			int status = connection.exchange(question(path));
			if (status != 200) {
				throw new IllegalStateException(path + ": " + status);
			}
			return JsonMapper.shared().readTree(connection.body());
		}
	}

	/** A client's question, as it goes over the line. */
	static byte[] question(String path) {
		return request("GET", path, "");
	}

	private static byte[] request(String method, String path, String body) {
		var account = Base64.getEncoder().encodeToString("bench:bench".getBytes(StandardCharsets.UTF_8));
		return """
				%s %s HTTP/1.1\r
				Host: localhost\r
				Authorization: Basic %s\r
				Content-Type: application/json\r
				Content-Length: %d\r
				\r
				%s""".formatted(method, path, account, body.length(), body).getBytes(StandardCharsets.UTF_8);
	}

	/** How many bytes of memory it has, 0 where that is not told. */
	long memory() {
		var status = Path.of("/proc", Long.toString(this.process.pid()), "status");
		try (var lines = Files.lines(status)) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.findFirst()
				.orElse(0);
		}
		catch (IOException ex) {
			return 0;
		}
	}

	/** Ends it at once; what it leaves behind is looked at no more. */
	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
