package dev.backstop.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;

/** An open port on loopback, with a virtual thread for each call. */
final class Listener {

	private static final int BACKLOG = 1024;

	static {
		// Without it an answer's head and body wait for each other's acknowledgement.
		System.setProperty("sun.net.httpserver.nodelay", "true");
	}

	private final HttpServer server;

	private final Pause open = new Pause();

	private Listener(HttpServer server) {
		this.server = server;
	}

	static Listener on(int port) {
		try {
			var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
			return new Listener(HttpServer.create(address, BACKLOG));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Port %d cannot be listened on".formatted(port), ex);
		}
	}

	void serve(Handler handler) {
		this.server.createContext("/", (exchange) -> handler.handle(new Conversation(exchange, this.open)));
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	void close() {
		this.open.end();
		this.server.stop(0);
	}

	/** What is done with each call. */
	interface Handler {

		void handle(Conversation conversation) throws IOException;

	}

}
