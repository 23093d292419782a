package dev.backstop.archive;

/** Whether a file is kept. */
public enum FileState {

	/** It is about to be fetched, or fetched again. */
	WAITING,

	/** It is kept. */
	ARCHIVED,

	/** It is not wanted: its link, its size or where the link leads is not allowed. */
	REFUSED,

	/** Its link died before it could be fetched. */
	LOST

}
