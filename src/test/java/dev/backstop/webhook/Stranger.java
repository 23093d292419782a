package dev.backstop.webhook;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Someone who sends what they like, as slowly as they like. */
final class Stranger implements AutoCloseable {

	static final String WELL_SHAPED = "0".repeat(64);

	private final Socket socket;

	private Stranger(Socket socket) {
		this.socket = socket;
	}

	/** Begins a webhook; the rest is up to the stranger. */
	static Stranger begin(int port, String signature, long declaredLength) throws IOException {
		var headers = Map.of("Host", "localhost", "Idenfy-Signature", signature, "Content-Length",
				Long.toString(declaredLength));
		var head = new StringBuilder("POST /webhooks/idenfy HTTP/1.1\r\n");
		headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
		return connect(port).send(head.append("\r\n").toString());
	}

	/** Says nothing yet. */
	static Stranger connect(int port) throws IOException {
		return new Stranger(new Socket("localhost", port));
	}

	Stranger send(String text) throws IOException {
		return send(text.getBytes(StandardCharsets.US_ASCII));
	}

	Stranger send(byte[] bytes) throws IOException {
		this.socket.getOutputStream().write(bytes);
		return this;
	}

	boolean isAnswered() throws IOException {
		return this.socket.getInputStream().available() > 0;
	}

	/** The answer to the end of its problem. */
	String answer() throws IOException {
		var answer = new StringBuilder();
		while (answer.indexOf("}") < 0) {
			int next = this.socket.getInputStream().read();
			assertThat(next).as(answer.toString()).isNotNegative();
			answer.append((char) next);
		}
		return answer.toString();
	}

	/** Whether the connection is ended after an answer, instead of being kept. */
	boolean isTurnedAway() throws IOException {
		this.socket.setSoTimeout(2_000);
		try {
			return this.socket.getInputStream().read() < 0;
		}
		catch (SocketTimeoutException _) {
			return false;
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
