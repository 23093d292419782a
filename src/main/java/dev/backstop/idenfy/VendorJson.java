package dev.backstop.idenfy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the vendor's JSON into values that PostgreSQL can store: word for word, but for
 * blank strings, which are null, and for what jsonb refuses.
 */
final class VendorJson {

	// what is stored must still be readable inside an answer of ours
	private static final int MAX_DEPTH = 100;

	// the character 0, and halves of characters
	private static final Pattern REFUSED = Pattern.compile("[\\x00\\p{Cs}]");

	// all of them within a double, and far within what jsonb and Jackson read back
	private static final int MAX_DIGITS = 300;

	// a long number costs nothing, since it stays a text
	private static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(Integer.MAX_VALUE).build())
		.build();

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private VendorJson() {
	}

	static VendorObject readObject(byte[] json) throws UnreadableJson {
		// as a text, since the parser of bytes refuses half a character in a name
		var text = new String(json, StandardCharsets.UTF_8);
		// without the cause, which may quote the person
		try (var parser = JSON.createParser(ObjectReadContext.empty(), withoutMark(text))) {
			var first = parser.nextToken();
			if (first == null) {
				throw new UnreadableJson("empty");
			}
			var value = value(parser);
			if (parser.nextToken() != null) {
				throw new UnreadableJson("not JSON");
			}
			if (first != JsonToken.START_OBJECT) {
				throw new UnreadableJson("not a JSON object");
			}
			return VendorObject.of(value);
		}
		catch (StreamConstraintsException ex) {
			throw new UnreadableJson("nested too deeply, or with a name that is too long");
		}
		catch (JacksonException ex) {
			throw new UnreadableJson("not JSON");
		}
	}

	private static String withoutMark(String text) {
		return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
	}

	/** A text that PostgreSQL can store, in the place of one that it may refuse. */
	static String storable(String text) {
		return isPlain(text) ? text
				: REFUSED.matcher(text).replaceAll((character) -> character.group().equals("\0") ? "\u2400" : "\uFFFD");
	}

	/** Whether there is nothing to look for, as in nearly each text. */
	private static boolean isPlain(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable Object value(JsonParser parser) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> object(parser);
			case START_ARRAY -> array(parser);
			case VALUE_STRING -> text(parser.getString());
			case VALUE_NUMBER_INT -> integer(parser.getString());
			case VALUE_NUMBER_FLOAT -> decimal(parser.getString());
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			default -> null;
		};
	}

	private static Map<String, @Nullable Object> object(JsonParser parser) {
		var fields = new LinkedHashMap<String, @Nullable Object>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			var name = storable(parser.currentName());
			parser.nextToken();
			fields.put(name, value(parser));
		}
		return fields;
	}

	private static List<@Nullable Object> array(JsonParser parser) {
		var elements = new ArrayList<@Nullable Object>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			elements.add(value(parser));
		}
		return elements;
	}

	private static @Nullable String text(String text) {
		return text.isBlank() ? null : storable(text);
	}

	private static Object integer(String digits) {
		if (digits.length() > MAX_DIGITS) {
			return digits;
		}
		var integer = new BigInteger(digits);
		return (integer.bitLength() < Integer.SIZE) ? (Object) integer.intValue()
				: (integer.bitLength() < Long.SIZE) ? (Object) integer.longValue() : integer;
	}

	private static Object decimal(String digits) {
		if (digits.length() > MAX_DIGITS) {
			return digits;
		}
		try {
			var decimal = new BigDecimal(digits);
			return (Math.abs((long) decimal.scale()) + decimal.precision() <= MAX_DIGITS) ? decimal : digits;
		}
		catch (NumberFormatException ex) {
			return digits;
		}
	}

}
