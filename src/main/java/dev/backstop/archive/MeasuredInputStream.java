package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Counts and hashes the bytes that are read through it. */
final class MeasuredInputStream extends DigestInputStream {

	private long size;

	MeasuredInputStream(InputStream in) {
		super(in, digest());
	}

	private static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	@Override
	public int read() throws IOException {
		int read = super.read();
		this.size += (read >= 0) ? 1 : 0;
		return read;
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		int read = super.read(bytes, offset, length);
		this.size += Math.max(read, 0);
		return read;
	}

	long size() {
		return this.size;
	}

	byte[] sha256() {
		return getMessageDigest().digest();
	}

}
