package dev.backstop.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The line to an S3 server, which can be cut, fail, or lose the answers. */
final class S3Line implements AutoCloseable {

	/** What the HTTP client sets by itself. */
	private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "expect", "host", "upgrade",
			"transfer-encoding");

	private final HttpClient client = HttpClient.newHttpClient();

	private final URI there;

	private final int port;

	private final String connection;

	private HttpServer entrance;

	private volatile State state = State.OPEN;

	// by default none is kept that the next test would find closed
	S3Line(URI there) {
		this(there, "close");
	}

	S3Line(URI there, String connection) {
		this.connection = connection;
		this.there = there;
		this.entrance = listen(0);
		this.port = this.entrance.getAddress().getPort();
	}

	/** The server at the other end. */
	URI endpoint() {
		return URI.create("http://localhost:" + this.port);
	}

	/** Connections are refused. */
	void cut() {
		this.entrance.stop(0);
	}

	/** All is answered 503, and nothing comes through. */
	void fail() {
		this.state = State.FAILING;
	}

	/** What is written comes through once, and from then on the line fails. */
	void loseTheNextAnswerAndFail() {
		this.state = State.LOSING;
	}

	/** All comes through again. */
	void mend() {
		this.state = State.OPEN;
		this.entrance.stop(0);
		this.entrance = listen(this.port);
	}

	private HttpServer listen(int port) {
		try {
			var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
			server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
			server.createContext("/", this::pass);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void pass(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getResponseHeaders().set("Connection", this.connection);
			var question = exchange.getRequestBody().readAllBytes();
			switch (turn(exchange)) {
				case OPEN -> answer(exchange, ask(exchange, question));
				case FAILING -> {
					var problem = "<Error><Code>ServiceUnavailable</Code></Error>".getBytes(StandardCharsets.UTF_8);
					exchange.sendResponseHeaders(503, problem.length);
					exchange.getResponseBody().write(problem);
				}
				case LOSING -> ask(exchange, question);
			}
		}
	}

	private synchronized State turn(HttpExchange exchange) {
		var turn = this.state;
		if (turn == State.LOSING) {
			if (!exchange.getRequestMethod().equals("PUT")) {
				return State.OPEN;
			}
			this.state = State.FAILING;
		}
		return turn;
	}

	private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] question) throws IOException {
		var request = HttpRequest.newBuilder(this.there.resolve(exchange.getRequestURI()))
			.method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(question));
		exchange.getRequestHeaders().forEach((name, values) -> {
			if (!OWN_HEADERS.contains(name.toLowerCase())) {
				values.forEach((value) -> request.header(name, value));
			}
		});
		try {
			return this.client.send(request.build(), BodyHandlers.ofByteArray());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
		answer.headers().map().forEach((name, values) -> {
			if (!OWN_HEADERS.contains(name)) {
				exchange.getResponseHeaders().put(name, values);
			}
		});
		var length = answer.body().length;
		exchange.sendResponseHeaders(answer.statusCode(), (length > 0) ? length : -1);
		exchange.getResponseBody().write(answer.body());
	}

	@Override
	public void close() {
		this.entrance.stop(0);
		this.client.close();
	}

	/** What becomes of a call. */
	private enum State {

		OPEN, FAILING, LOSING

	}

}
