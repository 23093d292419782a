package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

/** Where the bytes of files are kept. */
interface Store {

	/**
	 * Keeps bytes as they come, never all of them in memory, and in no transaction that
	 * is open while it waits for them.
	 * @param content the key of the bytes, a new one each time: what a failed write takes
	 * back is whatever is kept under it
	 * @param bytes what to keep, to its end
	 * @throws IOException if they cannot be read, which is told as it was met, or not be
	 * kept; a store in the database fails as any statement does. Nothing of them stays
	 * then, unless the process or the store dies
	 */
	void write(UUID content, InputStream bytes) throws IOException;

	/**
	 * Opens bytes that were kept.
	 * @param size how many there are
	 * @return the bytes; what is skipped is not read from the store. Reading fails if
	 * they are not there, or not as many, which is not found out before
	 */
	InputStream read(UUID content, long size);

	/** Forgets bytes, if there are any. */
	void delete(UUID content) throws IOException;

}
