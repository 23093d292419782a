package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A known number of bytes, which come from a store as they are asked for. */
abstract class StoredBytes extends InputStream {

	private final long size;

	private long position;

	private boolean closed;

	StoredBytes(long size) {
		this.size = size;
	}

	/**
	 * Reads at least one byte.
	 * @param position of the first of them
	 * @param length how many at most; there are that many
	 * @return how many were read
	 */
	abstract int fetch(long position, byte[] target, int offset, int length) throws IOException;

	/** Gives back what reading has needed. */
	abstract void release();

	@Override
	public int read() throws IOException {
		var single = new byte[1];
		return (read(single, 0, 1) != -1) ? Byte.toUnsignedInt(single[0]) : -1;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		Objects.checkFromIndexSize(offset, length, target.length);
		if (this.closed) {
			throw new IOException("It is closed or has failed");
		}
		if (length == 0) {
			return 0;
		}
		if (this.position == this.size) {
			return -1;
		}
		try {
			var count = fetch(this.position, target, offset, (int) Math.min(length, this.size - this.position));
			this.position += count;
			return count;
		}
		catch (IOException | RuntimeException ex) {
			// to read on would give bytes that were compared with nothing
			close();
			throw ex;
		}
	}

	@Override
	public long skip(long count) {
		var skipped = Math.clamp(count, 0, this.size - this.position);
		this.position += skipped;
		return skipped;
	}

	@Override
	public void close() {
		this.closed = true;
		release();
	}

}
