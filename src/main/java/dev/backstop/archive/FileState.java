package dev.backstop.archive;

import io.swagger.v3.oas.annotations.media.Schema;

/** Whether a file is kept. */
@Schema(enumAsRef = true,
		description = "WAITING to be fetched, ARCHIVED, REFUSED (its link, size or source is not allowed), "
				+ "or LOST (its link died first)")
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
