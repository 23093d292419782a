package dev.backstop;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how often somebody who speaks PostgreSQL's protocol waits for an answer.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">
 * PostgreSQL: message formats</a>
 */
final class DatabaseQuestions {

	private static final int PROTOCOL_3 = 3;

	private final AtomicLong count;

	private final ByteBuffer head = ByteBuffer.allocate(9);

	private boolean begun;

	private int left;

	/**
	 * One connection's.
	 * @param count what it adds to
	 */
	DatabaseQuestions(AtomicLong count) {
		this.count = count;
	}

	/** Takes in what was sent, wherever it was cut. */
	void sent(byte[] bytes, int length) {
		for (int i = 0; i < length; i++) {
			if (this.left > 0) {
				int skipped = Math.min(this.left, length - i);
				this.left -= skipped;
				i += skipped - 1;
			}
			else {
				this.head.put(bytes[i]);
				read();
			}
		}
	}

	private void read() {
		if (this.begun && this.head.position() == 5) {
			// Sync; what begins a transaction is a Query, sent with the first question
			if (this.head.get(0) == 'S') {
				this.count.incrementAndGet();
			}
			this.left = this.head.getInt(1) - 4;
			this.head.clear();
		}
		else if (!this.begun && this.head.position() == 8) {
			// the only messages without a type, before and at the beginning of a session
			this.begun = this.head.getShort(4) == PROTOCOL_3;
			this.left = this.head.getInt(0) - 8;
			this.head.clear();
		}
	}

}
