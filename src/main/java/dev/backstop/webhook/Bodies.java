package dev.backstop.webhook;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;

import dev.backstop.ProblemType;
import dev.backstop.idenfy.WebhookProperties;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** The bodies of the webhooks under way, which have room for so many bytes at once. */
@Component
class Bodies {

	private static final int LARGEST_AT_ONCE = 8;

	// the block that reading takes up anyway: an ordinary webhook is shorter, so that
	// strangers with large bodies do not keep it out
	private static final int FREE = 16 * 1024;

	// iDenfy itself gives up then
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final int limit;

	private final Semaphore room;

	private final RefusedWebhooks refused;

	Bodies(WebhookProperties properties, RefusedWebhooks refused) {
		this.limit = (int) properties.maxBodySize().toBytes();
		this.room = new Semaphore(LARGEST_AT_ONCE * this.limit);
		this.refused = refused;
	}

	/** Reads a body, which takes up room until it is closed. */
	Body read(HttpServletRequest request) throws IOException {
		if (request.getContentLengthLong() > this.limit) {
			throw tooLarge();
		}
		var incoming = new Incoming(request.getInputStream());
		try {
			var bytes = incoming.readNBytes(this.limit + 1);
			if (bytes.length > this.limit) {
				throw tooLarge();
			}
			return new Body(bytes, incoming);
		}
		catch (IOException | RuntimeException ex) {
			incoming.close();
			throw ex;
		}
	}

	private ErrorResponseException tooLarge() {
		this.refused.countTooLarge();
		return ProblemType.BODY_TOO_LARGE.exception("A webhook has at most " + this.limit
				+ " bytes. If iDenfy really sends more, raise idenfy.webhook.max-body-size");
	}

	/** A body that has been read. */
	record Body(byte[] bytes, Incoming incoming) implements AutoCloseable {

		@Override
		public void close() {
			this.incoming.close();
		}

	}

	/** A body that takes up room as it arrives, whatever length it is said to have. */
	final class Incoming extends FilterInputStream {

		private final long start = System.nanoTime();

		private int length;

		private int taken;

		private Incoming(InputStream body) {
			super(body);
		}

		@Override
		public int read(byte[] block, int offset, int size) throws IOException {
			int read = super.read(block, offset, size);
			if (System.nanoTime() - this.start > PATIENCE.toNanos()) {
				throw ProblemType.BODY_TOO_SLOW
					.exception("The body has not arrived within " + PATIENCE.toSeconds() + " seconds");
			}
			this.length += Math.max(0, read);
			int more = Math.max(0, this.length - FREE) - this.taken;
			if (!Bodies.this.room.tryAcquire(more)) {
				throw new Overloaded(Overloaded.Lack.ROOM);
			}
			this.taken += more;
			return read;
		}

		/** Gives the room back; the container needs the stream itself. */
		@Override
		public void close() {
			Bodies.this.room.release(this.taken);
			this.taken = 0;
		}

	}

}
