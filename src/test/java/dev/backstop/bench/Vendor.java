package dev.backstop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.springframework.core.io.ClassPathResource;

/**
 * An iDenfy that knows every verification, answers what the samples show, and takes a
 * certain time for it. It costs less than the simulated one and makes no mistakes.
 */
final class Vendor implements AutoCloseable {

	private static final Pattern SCAN_REF = Pattern.compile("\"scanRef\":\\s*\"([^\"]+)\"");

	private static final int LONGEST_LOG = 10_000_000;

	static {
		// without it an answer's head and body wait for each other's acknowledgement
		System.setProperty("sun.net.httpserver.nodelay", "true");
	}

	private final String status = sample("status");

	private final String expired = sample("status-expired");

	private final String data = sample("data");

	private final String files = sample("files");

	private final HttpServer server;

	private final long[] arrivals = new long[LONGEST_LOG];

	private final AtomicInteger calls = new AtomicInteger();

	private volatile Duration latency = Duration.ZERO;

	private volatile boolean expires;

	private Vendor(HttpServer server) {
		this.server = server;
		server.createContext("/", this::answer);
		server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		server.start();
	}

	static Vendor start() {
		try {
			return new Vendor(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String sample(String name) {
		try {
			return new ClassPathResource("samples/" + name + ".json").getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI baseUrl() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	/** Every verification is approved: a check makes three calls. */
	Vendor approving(Duration latency) {
		this.latency = latency;
		this.expires = false;
		return this;
	}

	/** Every verification has expired: a check makes one call. */
	Vendor expiring(Duration latency) {
		this.latency = latency;
		this.expires = true;
		return this;
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.arrivals[this.calls.getAndIncrement() % LONGEST_LOG] = System.nanoTime();
		var question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		var scanRef = SCAN_REF.matcher(question);
		var answer = switch (exchange.getRequestURI().getPath()) {
			case "/api/v2/status" -> this.expires ? this.expired : this.status;
			case "/api/v2/data" -> this.data;
			default -> this.files;
		};
		var bytes = (scanRef.find() ? SCAN_REF.matcher(answer).replaceFirst("\"scanRef\": \"" + scanRef.group(1) + "\"")
				: answer)
			.getBytes(StandardCharsets.UTF_8);
		pause();
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, bytes.length);
		try (var body = exchange.getResponseBody()) {
			body.write(bytes);
		}
	}

	private void pause() {
		try {
			Thread.sleep(this.latency);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	int calls() {
		return this.calls.get();
	}

	/** When calls came, by a clock of nanoseconds. */
	long[] arrivals(int from) {
		return Arrays.copyOfRange(this.arrivals, from, calls());
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
