package dev.backstop.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documented bodies to measure the simulated ones by. */
final class Sample {

	private static final JsonMapper MAPPER = new JsonMapper();

	private Sample() {
	}

	static byte[] bytes(String file) {
		try (var in = Objects.requireNonNull(Sample.class.getResourceAsStream("/samples/" + file), file)) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static JsonNode json(String file) {
		return MAPPER.readTree(bytes(file));
	}

	static JsonNode parse(String body) {
		return MAPPER.readTree(body);
	}

	static JsonNode parse(byte[] body) {
		return MAPPER.readTree(body);
	}

	/**
	 * The names of all fields of an object, and of the objects with fixed fields in it.
	 */
	static Map<String, Object> shape(JsonNode object) {
		var shape = new TreeMap<String, Object>();
		object.properties().forEach((field) -> shape.put(field.getKey(), switch (field.getKey()) {
			case "status", "data" -> field.getValue().isObject() ? shape(field.getValue()) : "";
			default -> "";
		}));
		return shape;
	}

}
