package dev.backstop.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;

import com.sun.net.httpserver.HttpExchange;

/** One call and the means to answer it well or badly. */
final class Conversation {

	private static final int NO_BODY = -1;

	private static final int CHUNKED = 0;

	private static final int LONGEST_QUESTION = 1 << 20;

	private final HttpExchange exchange;

	private final Pause open;

	private IntConsumer beforeTheEnd = (_) -> {
	};

	private int status;

	Conversation(HttpExchange exchange, Pause open) {
		this.exchange = exchange;
		this.open = open;
	}

	String method() {
		return this.exchange.getRequestMethod();
	}

	URI uri() {
		return this.exchange.getRequestURI();
	}

	Optional<String> header(String name) {
		return Optional.ofNullable(this.exchange.getRequestHeaders().getFirst(name));
	}

	byte[] question() throws IOException {
		return this.exchange.getRequestBody().readNBytes(LONGEST_QUESTION);
	}

	/** What is to be done just before the caller can know that the answer is complete. */
	void beforeTheEnd(IntConsumer beforeTheEnd) {
		this.beforeTheEnd = beforeTheEnd;
	}

	void send(Answer answer) throws IOException {
		try (var body = head(answer, answer.length()); var bytes = answer.body().get()) {
			if (bodyWanted()) {
				copy(bytes, body, answer.length() - 1);
				this.beforeTheEnd.accept(this.status);
				bytes.transferTo(body);
			}
		}
	}

	/**
	 * The first byte comes alone, so that a caller who has gone is noticed before the
	 * rest.
	 */
	void sendHaltingly(Answer answer, Duration halt) throws IOException {
		try (var body = head(answer, answer.length()); var bytes = answer.body().get()) {
			copy(bytes, body, 1);
			body.flush();
			pause(halt);
			copy(bytes, body, answer.length() - 2);
			body.flush();
			this.beforeTheEnd.accept(this.status);
			bytes.transferTo(body);
		}
	}

	void sendByteByByte(Answer answer, Duration gap) throws IOException {
		try (var body = head(answer, answer.length()); var bytes = answer.body().get()) {
			for (var left = answer.length(); left > 0; left--) {
				pause(gap);
				if (left == 1) {
					this.beforeTheEnd.accept(this.status);
				}
				copy(bytes, body, 1);
				body.flush();
			}
		}
	}

	void sendPart(Answer answer, long part, long promised) throws IOException {
		var body = head(answer, promised);
		try (var bytes = answer.body().get()) {
			copy(bytes, body, part);
			body.flush();
		}
		drop();
	}

	void sendWithoutEnd(Answer answer, byte[] start, byte[] block) throws IOException {
		try (var body = head(answer, CHUNKED)) {
			body.write(start);
			while (!this.open.ended()) {
				body.write(block);
			}
		}
	}

	void pause(Duration duration) throws IOException {
		if (!this.open.lasts(duration)) {
			throw new IOException("The port was closed");
		}
	}

	void drop() {
		this.beforeTheEnd.accept(this.status);
		this.exchange.close();
	}

	/** What has been answered, 0 for nothing. */
	int status() {
		return this.status;
	}

	private OutputStream head(Answer answer, long length) throws IOException {
		this.status = answer.status();
		answer.headers().forEach(this.exchange.getResponseHeaders()::set);
		var bodiless = !bodyWanted() || answer.length() == 0;
		if (!bodyWanted()) {
			this.exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
		}
		if (bodiless) {
			this.beforeTheEnd.accept(this.status);
		}
		this.exchange.sendResponseHeaders(answer.status(), bodiless ? NO_BODY : length);
		return this.exchange.getResponseBody();
	}

	private static void copy(InputStream from, OutputStream to, long count) throws IOException {
		for (var left = count; left > 0;) {
			var block = from.readNBytes((int) Math.min(left, 65_536));
			to.write(block);
			left -= block.length;
		}
	}

	private boolean bodyWanted() {
		return !"HEAD".equals(method());
	}

}
