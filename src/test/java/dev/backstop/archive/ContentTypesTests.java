package dev.backstop.archive;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContentTypesTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			89504e470d0a1a0a0000000d49484452, image/png
			ffd8ffe000104a46494600,           image/jpeg
			ffd8ffe100184578696600,           image/jpeg
			474946383961010001,               image/gif
			524946461000000057454250565038,   image/webp
			424d46000000000000003600000028000000020000000200000001001800, image/bmp
			49492a0008000000,                 image/tiff
			4d4d002a00000008,                 image/tiff
			255044462d312e340a,               application/pdf
			0a0a255044462d312e340a25e2e3,     application/pdf
			1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104, video/webm
			""")
	void bytesAreKnownByTheirBeginning(String hex, String type) throws Exception {
		assertThat(ContentTypes.of(HexFormat.of().parseHex(hex))).isEqualTo(type);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			isom, video/mp4
			iso2, video/mp4
			iso6, video/mp4
			mp41, video/mp4
			mp42, video/mp4
			avc1, video/mp4
			dash, video/mp4
			MSNV, video/mp4
			'M4V ', video/mp4
			'qt  ', video/quicktime
			heic, image/heic
			heix, image/heic
			mif1, image/heif
			avif, application/octet-stream
			3gp5, application/octet-stream
			'M4A ', application/octet-stream
			'jp2 ', application/octet-stream
			zzzz, application/octet-stream
			""")
	void filmsAreKnownByTheirBrand(String brand, String type) throws Exception {
		var start = latin("\0\0\0\u0018ftyp%1$s\0\0\2\0%1$smp41\0\0\0\10mdat".formatted(brand));

		assertThat(ContentTypes.of(start)).isEqualTo(type);
	}

	@Test
	void aFilmWithoutABrandIsQuickTime() throws Exception {
		assertThat(ContentTypes.of(latin("\0\0\1\0moov\0\0\0l mvhd"))).isEqualTo("video/quicktime");
		assertThat(ContentTypes.of(latin("\0\0\0\10ftyp"))).isEqualTo("application/octet-stream");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00", "0102030405ff00aa", "504b0304140000000800", "1f8b0800000000000003", "4d5a90000300",
			"1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61", "7f454c46", "000001ba4400", "464c5601",
			"49443303" })
	void anythingElseIsJustBytes(String hex) throws Exception {
		assertThat(ContentTypes.of(HexFormat.of().parseHex(hex))).isEqualTo("application/octet-stream");
	}

	@ParameterizedTest
	@ValueSource(strings = { "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
			"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>" })
	void aDrawingThatMayHoldAScriptIsJustBytes(String drawing) throws Exception {
		assertThat(ContentTypes.of(latin(drawing))).isEqualTo("application/octet-stream");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			<html><body>Scheduled maintenance</body></html>                             | text/html
			<!DOCTYPE html><title>Sign in</title>                                       | text/html
			<!-- nothing --><p>here</p>                                                 | text/html
			<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html> | application/xhtml+xml
			<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error> | application/xml
			<Error><Code>AccessDenied</Code></Error>                                    | text/plain
			{"message": "Forbidden"}                                                    | text/plain
			[]                                                                          | text/plain
			Not Found                                                                   | text/plain
			""")
	void textIsAnErrorAndNoFile(String text, String type) {
		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> ContentTypes.of(latin(text)))
			.withMessage("is %s, no image, video or document", type);
	}

	@Test
	void whatCallsItselfAPictureIsShownAsOneAtMost() throws Exception {
		var both = latin("GIF89a/*<html><script>alert(1)</script>*/=1;");

		assertThat(ContentTypes.of(both)).isEqualTo("image/gif");
	}

	private static byte[] latin(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
