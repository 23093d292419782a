package dev.backstop.idenfy;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** A server that answers every connection with the bytes that a test wants. */
final class Vendor implements Closeable {

	private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

	private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Reply reply;

	Vendor(Reply reply) throws IOException {
		this.reply = reply;
		Thread.ofVirtual().start(this::serve);
	}

	/** One that answers with a status and a body. */
	static Vendor answering(int status, byte[] body, String... headers) throws IOException {
		return new Vendor((out) -> {
			out.write(head(status, "Content-Length: " + body.length, headers));
			out.write(body);
		});
	}

	static Vendor answering(int status, String body, String... headers) throws IOException {
		return answering(status, body.getBytes(StandardCharsets.UTF_8), headers);
	}

	static byte[] head(int status, String first, String... headers) {
		var lines = String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
		return ("HTTP/1.1 " + status + " Whatever\r\nConnection: close\r\n" + first + "\r\n" + lines + "\r\n")
			.getBytes(StandardCharsets.ISO_8859_1);
	}

	String url() {
		return "http://localhost:" + this.socket.getLocalPort();
	}

	/** What was asked, each with all headers and its body. */
	List<String> requests() {
		return this.requests;
	}

	private void serve() {
		while (!this.socket.isClosed()) {
			try {
				var connection = this.socket.accept();
				Thread.ofVirtual().start(() -> serve(connection));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			this.requests.add(read(connection.getInputStream()));
			this.reply.write(connection.getOutputStream());
			connection.getOutputStream().flush();
		}
		catch (IOException ex) {
			// the caller has gone
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String read(InputStream in) throws IOException {
		var head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("no request");
			}
			head.write(next);
		}
		var request = head.toString(StandardCharsets.ISO_8859_1);
		var length = LENGTH.matcher(request);
		var body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
		return request + new String(body, StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes an answer. */
	interface Reply {

		void write(OutputStream out) throws IOException, InterruptedException;

	}

}
