package dev.backstop.archive;

import java.io.IOException;

/** Why a store failed, with what it was asked and nothing of what is kept. */
public class StoreException extends IOException {

	StoreException(String message, Exception cause) {
		super(message, cause);
	}

}
