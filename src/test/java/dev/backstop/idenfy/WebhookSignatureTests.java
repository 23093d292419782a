package dev.backstop.idenfy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookSignatureTests {

	private static final String KEY = "test-signing-key-0001";

	private static final Samples.Vector APPROVED = Samples.vectors().findFirst().orElseThrow();

	@ParameterizedTest
	@MethodSource("dev.backstop.idenfy.Samples#vectors")
	void everySampleIsSignedWithItsKey(Samples.Vector sample) {
		assertThat(sample.body()).hasSize(sample.bodyBytes());
		assertThat(with(sample.hmacKey()).signedBy(sample.body(), sample.idenfySignature())).contains("key-1");
	}

	@ParameterizedTest
	@MethodSource("dev.backstop.idenfy.Samples#vectors")
	void aBodyThatDiffersInOneByteIsNotSigned(Samples.Vector sample) {
		var changed = sample.body();
		changed[changed.length - 1]++;

		assertThat(with(KEY).signedBy(changed, sample.idenfySignature())).isEmpty();
	}

	@Test
	void anyOfTheKeysMaySignAndItsPlaceIsNamed() {
		var signature = with("other", KEY, "third");

		assertThat(signature.signedBy(APPROVED.body(), APPROVED.idenfySignature())).contains("key-2");
	}

	@Test
	void aKeyThatIsNotConfiguredSignsNothing() {
		assertThat(with("other").signedBy(APPROVED.body(), APPROVED.idenfySignature())).isEmpty();
	}

	@Test
	void theKeyCountsAsUtf8() {
		var signature = "671c808d582c81a921871b2d06d9d983e0f379c773c6635c274cddb271a0818d";

		assertThat(with("Žaliā-raktas").signedBy("x".getBytes(StandardCharsets.UTF_8), signature)).contains("key-1");
	}

	@Test
	void anEmptyBodyCanBeSigned() {
		var signature = "2290621a96f382473eea449e29f71db945adb5ab3628b10f88a5928c94b4f23a";

		assertThat(with(KEY).signedBy(new byte[0], signature)).contains("key-1");
	}

	@ParameterizedTest
	@MethodSource
	void aSignatureInAnyOtherFormIsNone(String signature) {
		assertThat(with(KEY).signedBy(APPROVED.body(), signature)).isEmpty();
	}

	static Stream<String> aSignatureInAnyOtherFormIsNone() {
		var hex = APPROVED.idenfySignature();
		return Stream.of("", " ", hex.toUpperCase(Locale.ROOT), hex + " ", " " + hex, "sha256=" + hex, hex.substring(1),
				hex + "0", hex + "," + hex, "0".repeat(64), "z".repeat(64), "é".repeat(64),
				Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)), "0".repeat(1 << 20));
	}

	private static WebhookSignature with(String... keys) {
		return new WebhookSignature(
				new WebhookProperties(Stream.of(keys).map(Secret::new).toList(), DataSize.ofMegabytes(1)));
	}

}
