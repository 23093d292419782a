package dev.backstop.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * One connection that blocks, is kept alive, and is made anew when the server ends it: as
 * little as can be between the measurement and what is measured.
 */
final class HttpConnection implements AutoCloseable {

	private final int port;

	private @Nullable Socket socket;

	private InputStream in = InputStream.nullInputStream();

	private byte[] line = new byte[4096];

	private byte[] body = {};

	HttpConnection(int port) {
		this.port = port;
	}

	/** Sends a request and waits for the whole answer: its status. */
	int exchange(byte[] request) throws IOException {
		var open = (this.socket != null) ? this.socket : connect();
		open.getOutputStream().write(request);
		int status = Integer.parseInt(readLine(), 9, 12, 10);
		int length = 0;
		boolean chunked = false;
		boolean ends = false;
		for (var header = readLine(); !header.isEmpty(); header = readLine()) {
			switch (header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT)) {
				case "content-length" -> length = Integer.parseInt(header.substring(15).strip());
				case "transfer-encoding" -> chunked = true;
				case "connection" -> ends = header.endsWith("close");
				default -> {
				}
			}
		}
		this.body = chunked ? readChunks() : readBytes(length);
		if (ends) {
			close();
		}
		return status;
	}

	/** The body of the last answer. */
	byte[] body() {
		return this.body;
	}

	private Socket connect() throws IOException {
		var socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(30_000);
		this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
		this.socket = socket;
		return socket;
	}

	private byte[] readChunks() throws IOException {
		var chunks = new ByteArrayOutputStream();
		for (int length = chunkLength(); length > 0; length = chunkLength()) {
			chunks.write(readBytes(length));
			readLine();
		}
		readLine();
		return chunks.toByteArray();
	}

	private int chunkLength() throws IOException {
		return Integer.parseInt(readLine(), 16);
	}

	private byte[] readBytes(int length) throws IOException {
		var bytes = this.in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return bytes;
	}

	private String readLine() throws IOException {
		int length = 0;
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next < 0 || length == this.line.length) {
				throw new EOFException();
			}
			this.line[length++] = (byte) next;
		}
		return new String(this.line, 0, length - 1, StandardCharsets.ISO_8859_1);
	}

	@Override
	public void close() throws IOException {
		if (this.socket != null) {
			this.socket.close();
			this.socket = null;
		}
	}

}
