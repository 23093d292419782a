package dev.backstop.bench;

/** What one connection does again and again. */
interface Caller extends AutoCloseable {

	/**
	 * Does it once.
	 * @return whether it succeeded
	 */
	boolean call() throws Exception;

}
