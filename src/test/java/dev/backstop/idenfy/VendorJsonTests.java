package dev.backstop.idenfy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.backstop.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class VendorJsonTests {

	private static final int MEGABYTE = 1 << 20;

	@Test
	void valuesAreKeptAsTheyAre() throws UnreadableJson {
		var fields = read("""
				{"text": " Žiná €\\ud83d\\ude00 ", "yes": true, "no": false, "nothing": null, "list": [1, "a", null],
				 "object": {"": {}}, "int": -7, "long": 1772802297000, "big": 123456789012345678901234567890,
				 "decimal": 0.10, "tiny": 1e-200}""");

		assertThat(fields).containsEntry("text", " Žiná €😀 ")
			.containsEntry("yes", true)
			.containsEntry("no", false)
			.containsEntry("nothing", null)
			.containsEntry("list", Arrays.asList(1, "a", null))
			.containsEntry("object", Map.of("", Map.of()))
			.containsEntry("int", -7)
			.containsEntry("long", 1772802297000L)
			.containsEntry("big", new BigInteger("123456789012345678901234567890"))
			.containsEntry("decimal", new BigDecimal("0.10"))
			.containsEntry("tiny", new BigDecimal("1E-200"));
	}

	@Test
	void blankTextsAreNullAtAnyDepth() throws UnreadableJson {
		var fields = read("""
				{"a": "", "b": " \\t", "c": {"d": [""]}}""");

		assertThat(fields).containsEntry("a", null)
			.containsEntry("b", null)
			.containsEntry("c", Map.of("d", Arrays.asList((Object) null)));
	}

	@Test
	void whatPostgresRefusesInATextIsReplacedInValuesAndNames() throws UnreadableJson {
		var fields = read("""
				{"a\\u0000b": "x\\u0000\\u0001y", "\\ud800": ["\\udc00 \\ud83d\\ude00 \\ud83d"]}""");

		assertThat(fields).containsEntry("a\u2400b", "x\u2400\u0001y")
			.containsEntry("\uFFFD", List.of("\uFFFD 😀 \uFFFD"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e999999999", "-1E+999999999", "1e-999999999", "1e99999999999999999999", "1e301",
			"1e-300", "0e999999999", "0.1e-2147483648" })
	void aNumberThatNoDoubleCanHoldIsKeptAsItsText(String number) throws UnreadableJson {
		assertThat(read("{\"n\": " + number + "}")).containsEntry("n", number);
	}

	@Test
	void anEndlessNumberIsKeptAsItsText() {
		for (var number : List.of("9".repeat(MEGABYTE), "0." + "3".repeat(MEGABYTE), "1e" + "9".repeat(MEGABYTE))) {
			var fields = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> read("{\"n\": " + number + "}"));

			assertThat(fields.get("n")).isEqualTo(number);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''                  | empty
			'   '               | empty
			'{'                 | not JSON
			'{} {}'             | not JSON
			'{},'               | not JSON
			'{"a": NaN}'        | not JSON
			'{"a": 01}'         | not JSON
			'{"a": }'           | not JSON
			'{a: 1}'            | not JSON
			'<html>'            | not JSON
			'null'              | not a JSON object
			'[]'                | not a JSON object
			'"text"'            | not a JSON object
			'17'                | not a JSON object""")
	void whatIsNoJsonObjectIsRefusedWithoutItsContent(String body, String reason) {
		assertThatExceptionOfType(UnreadableJson.class).isThrownBy(() -> read(body)).withMessage(reason).withNoCause();
	}

	@Test
	void bytesThatAreNoTextAreReplacedInsideOneAndRefusedElsewhere() throws UnreadableJson {
		var inside = new byte[] { '{', '"', (byte) 0xc3, '"', ':', '"', (byte) 0xff, 'x', '"', '}' };

		assertThat(VendorJson.readObject(inside).fields()).isEqualTo(Map.of("\uFFFD", "\uFFFDx"));
		for (var body : List.of(new byte[] { (byte) 0xff, (byte) 0xfe, 0 }, new byte[] { 0, 0, 0, 0, 0 })) {
			assertThatExceptionOfType(UnreadableJson.class).isThrownBy(() -> VendorJson.readObject(body));
		}
	}

	@Test
	void aByteOrderMarkIsSkippedOnce() throws UnreadableJson {
		assertThat(read("\uFEFF{\"a\": \"\uFEFFb\"}")).isEqualTo(Map.of("a", "\uFEFFb"));
		assertThatExceptionOfType(UnreadableJson.class).isThrownBy(() -> read("\uFEFF")).withMessage("empty");
		assertThatExceptionOfType(UnreadableJson.class).isThrownBy(() -> read("\uFEFF\uFEFF{}"))
			.withMessage("not JSON");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":", "[{\"a\":", "{\"a\":[" })
	void deepNestingEndsAtOnce(String opening) {
		assertTimeoutPreemptively(Duration.ofSeconds(5),
				() -> assertThatExceptionOfType(UnreadableJson.class)
					.isThrownBy(() -> read(opening.repeat(MEGABYTE / opening.length())))
					.withMessageContaining("nested too deeply"));
	}

	@Test
	void aMegabyteOfDigitsIsNoObject() {
		assertTimeoutPreemptively(Duration.ofSeconds(5),
				() -> assertThatExceptionOfType(UnreadableJson.class).isThrownBy(() -> read("7".repeat(MEGABYTE)))
					.withMessage("not a JSON object"));
	}

	@Test
	void theDeepestThatIsReadCanBeWrittenInsideAnAnswer() throws UnreadableJson {
		var fields = read("{\"a\":".repeat(99) + "{}" + "}".repeat(99));

		assertThat(JsonMapper.shared().writeValueAsString(Map.of("items", List.of(Map.of("data", fields)))))
			.contains("\"a\"");
	}

	@Test
	void whatIsReadCanBeStoredAsJsonbAndReadBack() throws UnreadableJson {
		var fields = read("""
				{"text\\u0000": "\\u0000 \\ud800 \\udfff\\ud83d \\ud83d\\ude00 \\uffff \\u0001", "\\udc00": [],
				 "big": %1$s, "small": -%1$s, "fine": 0.%2$s1, "large": 1e299, "exact": 1e-299, "none": 0e-298,
				 "huge": 1e999999999, "endless": %3$s}""".formatted("9".repeat(299), "0".repeat(150),
				"9".repeat(200_000)));
		var json = JsonMapper.shared();
		var database = Database.create();
		var jdbc = JdbcClient
			.create(new DriverManagerDataSource(database.url(), database.username(), database.password()));

		var stored = jdbc.sql("select cast(? as jsonb)::text")
			.param(json.writeValueAsString(fields))
			.query(String.class)
			.single();

		assertThat(json.readValue(stored, Map.class)).hasSameSizeAs(fields)
			.containsEntry("text\u2400", fields.get("text\u2400"))
			.containsEntry("big", fields.get("big"))
			.containsEntry("small", fields.get("small"))
			.containsEntry("exact", 1e-299)
			.containsEntry("huge", "1e999999999")
			.containsEntry("endless", fields.get("endless"));
	}

	@ParameterizedTest
	@MethodSource("dev.backstop.idenfy.Samples#vectors")
	void brokenSamplesAreRefusedOrReadButNeverFailOtherwise(Samples.Vector sample) {
		var random = new Random(17);
		for (int i = 0; i < 500; i++) {
			var body = sample.body();
			for (int j = 0; j <= random.nextInt(4); j++) {
				body[random.nextInt(body.length)] = (byte) random.nextInt(256);
			}
			body = Arrays.copyOf(body, random.nextInt(10) == 0 ? random.nextInt(body.length) : body.length);
			try {
				VendorJson.readObject(body);
			}
			catch (UnreadableJson ex) {
				assertThat(ex.reason()).doesNotContain("ZIVILE");
			}
		}
	}

	private static Map<String, Object> read(String json) throws UnreadableJson {
		return VendorJson.readObject(json.getBytes(StandardCharsets.UTF_8)).fields();
	}

}
