package dev.backstop.access;

import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.security.crypto.password.AbstractValidatingPasswordEncoder;

/** Stands in for a slow hash, and counts how often it was computed. */
class CountingEncoder extends AbstractValidatingPasswordEncoder {

	private final AtomicInteger computed = new AtomicInteger();

	int computed() {
		return this.computed.get();
	}

	@Override
	protected String encodeNonNullPassword(String password) {
		return "hash of " + password;
	}

	@Override
	protected boolean matchesNonNull(String password, String hash) {
		this.computed.incrementAndGet();
		return hash.equals(encodeNonNullPassword(password));
	}

}
