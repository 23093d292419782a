package dev.backstop.verification;

/** A registration names another client than the one the verification belongs to. */
public class ClientMismatch extends RuntimeException {

	ClientMismatch(ScanRef scanRef) {
		super("The verification " + scanRef + " is known with another clientId");
	}

}
