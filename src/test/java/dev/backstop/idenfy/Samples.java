package dev.backstop.idenfy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

/** The synthetic payloads and answers, to the byte. */
final class Samples {

	private Samples() {
	}

	static byte[] bytes(String file) {
		try (var stream = Samples.class.getResourceAsStream("/samples/" + file)) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Stream<Vector> vectors() {
		return Stream.of(JsonMapper.shared().readValue(bytes("signature-vectors.json"), Vector[].class));
	}

	/** A webhook with what its headers were. */
	record Vector(String file, String idenfyEventType, String hmacKey, String idenfySignature, int bodyBytes) {

		byte[] body() {
			return bytes(this.file);
		}

		@Override
		public String toString() {
			return this.file;
		}

	}

}
