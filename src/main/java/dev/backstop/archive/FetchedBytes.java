package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/** The bytes of a file while they come: no more than allowed, and not for ever. */
class FetchedBytes extends InputStream {

	private final InputStream bytes;

	private final DataSize limit;

	private final Patience patience;

	private long read;

	private @Nullable FetchException failure;

	FetchedBytes(InputStream bytes, DataSize limit, Patience patience) {
		this.bytes = bytes;
		this.limit = limit;
		this.patience = patience;
	}

	static FetchException.Refused tooLarge(DataSize limit) {
		return new FetchException.Refused("larger than " + text(limit));
	}

	/** As it is configured. */
	static String text(DataSize size) {
		var megabytes = size.toMegabytes();
		return DataSize.ofMegabytes(megabytes).equals(size) ? megabytes + "MB" : size.toString();
	}

	/** Throws what the reader has been thrown, whatever it made of that. */
	void check() throws FetchException {
		if (this.failure != null) {
			throw this.failure;
		}
	}

	@Override
	public int read() throws FetchException {
		var one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws FetchException {
		check();
		try {
			this.patience.check();
			return counted(this.bytes.read(target, offset, length));
		}
		catch (IOException ex) {
			this.failure = this.patience.failure("cut off", ex);
			throw this.failure;
		}
	}

	private int counted(int count) throws FetchException.Refused {
		this.read += Math.max(0, count);
		if (this.read > this.limit.toBytes()) {
			throw tooLarge(this.limit);
		}
		return count;
	}

}
