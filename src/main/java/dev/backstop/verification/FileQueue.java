package dev.backstop.verification;

/** Where the files go that verifications are given links to. */
public interface FileQueue {

	/** Queues files, in the transaction that keeps their links. */
	void queue(FilesLinked linked);

}
