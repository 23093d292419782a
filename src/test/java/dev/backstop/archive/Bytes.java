package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Files as tests send them. */
final class Bytes {

	private Bytes() {
	}

	static byte[] random(int size) {
		var bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	/** So many bytes, and what happens then instead of an end. */
	static InputStream interruptedBy(int size, Happening happening) {
		return new ByteArrayInputStream(random(size)) {

			@Override
			public int read(byte[] target, int offset, int length) {
				if (this.pos == this.count) {
					Bytes.<RuntimeException>happen(happening);
				}
				return super.read(target, offset, length);
			}

			@Override
			public int read() {
				if (this.pos == this.count) {
					Bytes.<RuntimeException>happen(happening);
				}
				return super.read();
			}

		};
	}

	@SuppressWarnings("unchecked")
	private static <X extends Exception> void happen(Happening happening) throws X {
		try {
			happening.happen();
		}
		catch (IOException ex) {
			// an array's stream declares none
			throw (X) ex;
		}
	}

	interface Happening {

		void happen() throws IOException;

	}

}
