package dev.backstop.system;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.backstop.Database;
import dev.backstop.ImageOptions;
import dev.backstop.Tool;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.simulator.TokenResponse;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One replica: the packaged application in a process of its own. It keeps its ports when
 * it is started again.
 */
final class BackstopProcess implements AutoCloseable {

	/**
	 * A day in half a minute, with the budget, the time limits and the patience to match.
	 */
	static final List<String> BRISK = List.of("backstop.reconciliation.interval=200ms",
			"backstop.reconciliation.review-time=2s", "backstop.reconciliation.grace=1s",
			"backstop.reconciliation.follow-ups=1s,2s,3s,4s", "backstop.reconciliation.failure-back-off=500ms,1s,2s",
			"backstop.reconciliation.max-failures=20", "backstop.reconciliation.probe-after=500ms",
			"backstop.reconciliation.min-check-interval=1s", "idenfy.answer-timeout=1s",
			"resilience4j.ratelimiter.instances.idenfy.limit-for-period=" + Budget.BRISK.limit(),
			"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=" + Budget.BRISK.period().toMillis() + "ms",
			"resilience4j.retry.instances.idenfy.wait-duration=50ms",
			"resilience4j.circuitbreaker.instances.idenfy.sliding-window-size=10",
			"resilience4j.circuitbreaker.instances.idenfy.wait-duration-in-open-state=1s",
			"db-scheduler.polling-interval=200ms", "backstop.archive.interval=200ms",
			"backstop.archive.allow-loopback-http=true", "backstop.archive.connect-timeout=2s",
			"backstop.archive.fetch-timeout=10s", "backstop.archive.back-off=200ms,500ms,1s");

	static final List<String> BRISK_WITHOUT_FILES = Stream
		.concat(BRISK.stream(), Stream.of("backstop.archive.store=none"))
		.toList();

	private static final String WITHOUT_FILES = "backstop.archive.store=none";

	private static final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private static final JsonMapper json = JsonMapper.shared();

	private final int port = Ports.unused();

	private final int managementPort = Ports.unused();

	private final List<String> command;

	private @Nullable Process process;

	/**
	 * One that is not started yet.
	 * @param settings {@code name=value}, or an option of the JVM
	 */
	BackstopProcess(Database database, SimulatedIdenfy idenfy, List<String> settings) {
		this.command = new ArrayList<>(List.of(Tool.ofJdk("java"), "-XX:AOTCache=" + Packaged.cache()));
		this.command.addAll(ImageOptions.ALL);
		settings.stream().filter(BackstopProcess::isOption).forEach(this.command::add);
		this.command.addAll(List.of("-jar", Packaged.application().toString()));
		idenfy.properties().forEach((name, value) -> this.command.add("--" + name + "=" + value));
		Stream.concat(
				Stream.of("server.port=" + this.port, "management.server.port=" + this.managementPort,
						"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.username(),
						"spring.datasource.password=" + database.password(),
						"backstop.clients.onboarding.password=onboarding-password",
						"backstop.operators.oncall.password=oncall-password"),
				settings.stream().filter((setting) -> !isOption(setting)))
			.map("--"::concat)
			.forEach(this.command::add);
	}

	private static boolean isOption(String setting) {
		return setting.startsWith("-");
	}

	/** Whether it keeps files. */
	boolean archives() {
		return !this.command.contains("--" + WITHOUT_FILES);
	}

	BackstopProcess start() {
		try {
			var log = Work.directory().resolve(name() + ".log").toFile();
			var builder = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
			builder.environment().put("HOSTNAME", name());
			this.process = builder.start();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	BackstopProcess awaitReady() {
		Awaitility.await("readiness of " + this)
			.atMost(Duration.ofMinutes(2))
			.failFast("it has ended, see target/system", () -> !isAlive())
			.until(this::isReady);
		return this;
	}

	boolean isReady() {
		return isAlive() && health("readiness") == 200;
	}

	boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	/** The status of a health group, 0 if there is no answer. */
	int health(String group) {
		try {
			return send(request(this.managementPort, "/actuator/health/" + group)).statusCode();
		}
		catch (UncheckedIOException ex) {
			return 0;
		}
	}

	void kill() {
		signal(Signal.KILL);
		awaitEnd();
	}

	/** As an orchestrator ends it. */
	void stop() {
		running().destroy();
		awaitEnd();
	}

	/** As an orchestrator begins to end it. */
	void terminate() {
		running().destroy();
	}

	void awaitEnd() {
		try {
			if (!running().waitFor(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException(this + " does not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void freeze() {
		signal(Signal.STOP);
	}

	void thaw() {
		signal(Signal.CONT);
	}

	private void signal(Signal signal) {
		signal.send(Stream.of(running().toHandle()));
	}

	private Process running() {
		if (this.process == null) {
			throw new IllegalStateException(this + " was not started");
		}
		return this.process;
	}

	long pid() {
		return running().pid();
	}

	/** Where threads are in code of classes of ours, one line each. */
	List<String> threadsIn(String... classes) {
		try (var lines = Files.lines(dumpThreads())) {
			return lines
				.filter((line) -> Stream.of(classes).anyMatch((name) -> line.contains("dev.backstop." + name + ".")))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes down what all threads do, virtual ones, too. */
	Path dumpThreads() {
		var dump = Work.directory().resolve(name() + ".threads");
		Tool.run(Work.directory(), List.of(Tool.ofJdk("jcmd"), Long.toString(pid()), "Thread.dump_to_file",
				"-overwrite", dump.toString()));
		return dump;
	}

	URI webhooks() {
		return URI.create("http://localhost:" + this.port + "/webhooks/idenfy");
	}

	/** Registers as a client does that repeats what fails. */
	void register(TokenResponse token) {
		Awaitility.await("registration of " + token.scanRef())
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(200))
			.ignoreExceptionsInstanceOf(UncheckedIOException.class)
			.until(() -> post("/api/v1/verifications", token.json()).statusCode() / 100 == 2);
	}

	/** How many bytes of the heap are in use. */
	long heap() {
		return send(asOperator("/actuator/metrics/jvm.memory.used?tag=area:heap")).body()
			.transform(json::readTree)
			.at("/measurements/0/value")
			.asLong();
	}

	/** How many bytes of memory it had at most. */
	long peakMemory() {
		try (var lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
			return lines.filter((line) -> line.startsWith("VmHWM:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.findFirst()
				.orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A verification as clients see it. */
	JsonNode verification(String scanRef) {
		return ask("/api/v1/verifications/" + scanRef);
	}

	JsonNode ask(String path) {
		var answer = get(path);
		if (answer.statusCode() != 200) {
			throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
		}
		return json.readTree(answer.body());
	}

	/** The SHA-256 of what is served at a path, none if that is not a file. */
	String sha256(String path) {
		try {
			var digest = MessageDigest.getInstance("SHA-256");
			var answer = client.send(asClient(path).build(), BodyHandlers.ofInputStream());
			try (var bytes = new DigestInputStream(answer.body(), digest)) {
				bytes.transferTo(OutputStream.nullOutputStream());
			}
			return (answer.statusCode() == 200) ? HexFormat.of().formatHex(digest.digest()) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "";
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	HttpResponse<String> get(String path) {
		return send(asClient(path));
	}

	HttpResponse<String> post(String path, String body) {
		return send(asClient(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
	}

	private HttpRequest.Builder asClient(String path) {
		return request(this.port, path).header("Authorization", basic("onboarding", "onboarding-password"));
	}

	/** The reconciliation as operators see it. */
	JsonNode reconciliation() {
		return json.readTree(send(asOperator("/actuator/reconciliation")).body());
	}

	/** What an operator does to the reconciliation. */
	int reconciliation(String action) {
		return send(asOperator("/actuator/reconciliation").header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"action\": \"" + action + "\"}"))).statusCode();
	}

	JsonNode health() {
		return json.readTree(send(asOperator("/actuator/health")).body());
	}

	String metrics() {
		return send(asOperator("/actuator/prometheus")).body();
	}

	private HttpRequest.Builder asOperator(String path) {
		return request(this.managementPort, path).header("Authorization", basic("oncall", "oncall-password"));
	}

	private static HttpRequest.Builder request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).timeout(Duration.ofSeconds(20));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UncheckedIOException(new IOException(ex));
		}
	}

	private static String basic(String name, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.destroyForcibly();
			awaitEnd();
		}
	}

	/** What operators see it called, followed by something that is new at each start. */
	String name() {
		return "backstop-" + this.port;
	}

	@Override
	public String toString() {
		return name();
	}

}
