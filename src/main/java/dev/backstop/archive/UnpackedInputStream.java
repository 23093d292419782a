package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Unpacked bytes, which end only where the packed ones do: half a file is none. */
final class UnpackedInputStream extends GZIPInputStream {

	UnpackedInputStream(InputStream packed) throws IOException {
		super(packed);
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		int count = super.read(target, offset, length);
		if (count < 0 && this.in.read() >= 0) {
			throw new ZipException("Something follows the packed bytes");
		}
		return count;
	}

}
