package dev.backstop.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that answers every connection with the bytes that a test wants. */
final class Sender implements AutoCloseable {

	private final ServerSocket socket;

	private final Reply reply;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final CountDownLatch hungUp = new CountDownLatch(1);

	Sender(Reply reply) {
		this.reply = reply;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofVirtual().start(this::serve);
	}

	/** One that answers with these lines as they are, and then hangs up. */
	static Sender of(String... lines) {
		return new Sender((out) -> write(out, String.join("\r\n", lines)));
	}

	static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	String url() {
		return "http://localhost:%d/file".formatted(this.socket.getLocalPort());
	}

	/** What was asked, each with all headers. */
	List<String> requests() {
		return this.requests;
	}

	/** Whether the other side hung up before it had all that was sent, now or soon. */
	boolean wasHungUpOn() throws InterruptedException {
		return this.hungUp.await(10, TimeUnit.SECONDS);
	}

	private void serve() {
		try {
			while (!this.socket.isClosed()) {
				var caller = this.socket.accept();
				Thread.ofVirtual().start(() -> answer(caller));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void answer(Socket caller) {
		try (caller) {
			var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.ISO_8859_1));
			var request = new StringBuilder();
			for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
				request.append(line).append('\n');
			}
			this.requests.add(request.toString());
			this.reply.write(caller.getOutputStream());
		}
		catch (IOException ex) {
			this.hungUp.countDown();
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/** What a connection is answered with. */
	interface Reply {

		void write(OutputStream out) throws IOException;

	}

}
