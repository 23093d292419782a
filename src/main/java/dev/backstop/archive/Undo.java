package dev.backstop.archive;

import java.io.IOException;

/** Takes back what a failed write has left. */
@FunctionalInterface
interface Undo {

	void run() throws IOException;

	/**
	 * Takes it back, even in an interrupted thread; the failure stays the one to tell.
	 */
	static void after(Throwable failure, Undo undo) {
		// neither a connection of the pool nor an answer of S3 is to be had otherwise
		var interrupted = Thread.interrupted();
		try {
			undo.run();
		}
		catch (IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
