package dev.backstop.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.backstop.simulator.Call.Outcome;

/** What a call is to be answered with. */
record Answer(int status, Map<String, String> headers, long length, Supplier<InputStream> body) {

	static Answer json(int status, byte[] body) {
		return of(status, Map.of("Content-Type", "application/json"), body);
	}

	static Answer xml(int status, String code, String message) {
		return of(Fault.xml(status, code, message));
	}

	static Answer of(Fault.Canned canned) {
		return of(canned.status(), canned.headers(), canned.body().getBytes(StandardCharsets.UTF_8));
	}

	static Answer of(Fault fault) {
		if (fault instanceof Fault.Canned canned) {
			return of(canned);
		}
		throw new IllegalArgumentException(fault + " is no answer");
	}

	static Answer of(FileBytes file) {
		return new Answer(200, Map.of("Content-Type", file.contentType(), "Accept-Ranges", "none"), file.length(),
				file::open);
	}

	private static Answer of(int status, Map<String, String> headers, byte[] body) {
		return new Answer(status, headers, body.length, () -> new ByteArrayInputStream(body));
	}

	String text() {
		try (var in = this.body.get()) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Answer withBody(String body) {
		return of(this.status, this.headers, body.getBytes(StandardCharsets.UTF_8));
	}

	Answer withContentType(String contentType) {
		var headers = new HashMap<>(this.headers);
		headers.put("Content-Type", contentType);
		return new Answer(this.status, headers, this.length, this.body);
	}

	/** What a call becomes that gets this answer in full. */
	Outcome outcome() {
		return (this.status == 200) ? Outcome.ANSWERED : Outcome.REFUSED;
	}

}
