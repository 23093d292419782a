package dev.backstop.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/** A receiver of webhooks that answers as it is told, and 200 when it is not. */
final class Inbox implements AutoCloseable {

	private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

	private final List<Letter> letters = new ArrayList<>();

	private final HttpServer server;

	Inbox() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/webhooks/idenfy", this::receive);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.start();
	}

	URI uri() {
		return URI.create("http://127.0.0.1:%d/webhooks/idenfy".formatted(this.server.getAddress().getPort()));
	}

	void answer(Integer... statuses) {
		this.answers.addAll(List.of(statuses));
	}

	List<Letter> letters() {
		synchronized (this.letters) {
			return List.copyOf(this.letters);
		}
	}

	private void receive(HttpExchange exchange) throws IOException {
		var headers = exchange.getRequestHeaders();
		var letter = new Letter(headers.getFirst("Idenfy-Event-Type"), headers.getFirst("Idenfy-Signature"),
				headers.getFirst("Content-Type"), exchange.getRequestBody().readAllBytes());
		synchronized (this.letters) {
			this.letters.add(letter);
		}
		var answer = this.answers.poll();
		exchange.sendResponseHeaders((answer != null) ? answer : 200, -1);
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/** A webhook as it arrived. */
	record Letter(@Nullable String type, @Nullable String signature, String contentType, byte[] body) {
	}

}
