package dev.backstop.idenfy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.FileLink.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class FileLinksTests {

	private static final Instant NOW = Instant.parse("2026-03-06T12:00:00Z");

	@Test
	void theSampleHasImagesAVideoAndADocument() throws UnreadableJson {
		var answer = VendorJson.readObject(Samples.bytes("files-with-video-and-steps.json"));

		assertThat(FileLinks.in(answer, NOW)).extracting(FileLink::name, FileLink::kind, FileLink::linkExpiresAt)
			.containsExactly(tuple("FACE", Kind.IMAGE, Instant.ofEpochSecond(1772806200)),
					tuple("FRONT", Kind.IMAGE, Instant.ofEpochSecond(1772806200)),
					tuple("BACK", Kind.IMAGE, Instant.ofEpochSecond(1772806200)),
					tuple("UTILITY_BILL", Kind.IMAGE, Instant.ofEpochSecond(1772806200)),
					tuple("FACE_VIDEO", Kind.VIDEO, Instant.ofEpochSecond(1772806200)),
					tuple("POA2", Kind.DOCUMENT, Instant.ofEpochSecond(1772806200)));
	}

	@Test
	void theCopiesAtTheTopAreLeftOut() throws UnreadableJson {
		var answer = VendorJson.readObject(Samples.bytes("files.json"));

		assertThat(FileLinks.in(answer, NOW)).extracting(FileLink::name).containsExactly("FACE", "FRONT");
	}

	@Test
	void aVideoAmongTheImagesIsAVideo() {
		var vendor = new VendorObject(Map.of("fileUrls", Map.of("FRONT_VIDEO", "https://s3/1"), "videoUrls",
				Map.of("FRONT_VIDEO", "https://s3/2")));

		assertThat(FileLinks.in(vendor, NOW)).extracting(FileLink::kind, FileLink::url)
			.containsExactly(tuple(Kind.VIDEO, "https://s3/1"));
	}

	@Test
	void whatIsNoLinkStandsInThePlaceOfOne() throws UnreadableJson {
		assertThat(
				linksOf("""
						{"fileUrls": {"FRONT": null, "BACK": 17, "SIDE": true, "NONE": [], "FACE": "https://s3/face"}, "videoUrls": null,
						 "additionalStepPdfUrls": "https://s3/pdf"}"""))
			.containsExactly("IMAGE BACK 17", "IMAGE SIDE true", "IMAGE FACE https://s3/face",
					"DOCUMENT additionalStepPdfUrls https://s3/pdf");
	}

	@Test
	void severalLinksOfOneKeyAreNumbered() throws UnreadableJson {
		assertThat(linksOf("""
				{"fileUrls": {"FRONT": ["a", "b"]}, "videoUrls": {"FACE_VIDEO": ["c", null, "", "d"]},
				 "additionalStepPdfUrls": {"UTILITY_BILL": ["e", "f", ["g"]], "FRONT": ["h", "i"]}}"""))
			.containsExactly("IMAGE FRONT a", "IMAGE FRONT_2 b", "VIDEO FACE_VIDEO c", "VIDEO FACE_VIDEO_2 d",
					"DOCUMENT UTILITY_BILL e", "DOCUMENT UTILITY_BILL_2 f", "DOCUMENT UTILITY_BILL_3 g",
					"DOCUMENT FRONT h", "DOCUMENT FRONT_2 i");
	}

	@Test
	void aNumberedNameIsNoKeyOfIDenfys() throws UnreadableJson {
		for (var fields : List.of("\"BILL\": [\"a\", \"b\", \"c\"], \"BILL_2\": \"d\"",
				"\"BILL_2\": \"d\", \"BILL\": [\"a\", \"b\", \"c\"]")) {
			assertThat(linksOf("{\"additionalStepPdfUrls\": {" + fields + "}}")).containsExactlyInAnyOrder(
					"DOCUMENT BILL a", "DOCUMENT BILL_3 b", "DOCUMENT BILL_4 c", "DOCUMENT BILL_2 d");
		}
	}

	@Test
	void linksInsideObjectsHaveTheNamesOfBoth() throws UnreadableJson {
		assertThat(linksOf("""
				{"fileUrls": {"BILL": {"front": "a", "pages": ["b", "c"]}, "BILL_front": "d", "BILL_pages": {"x": "e"},
				 "BILL_pages_x": 1}}""")).containsExactly("IMAGE BILL_front_2 a", "IMAGE BILL_pages_2 b",
				"IMAGE BILL_pages_3 c", "IMAGE BILL_front d", "IMAGE BILL_pages_x_2 e", "IMAGE BILL_pages_x 1");
	}

	@Test
	void aListWithoutEndIsReadAtOnce() {
		var list = "{\"fileUrls\": {\"A\": [" + "1,".repeat(300_000) + "1]}}";

		assertThat(assertTimeoutPreemptively(Duration.ofSeconds(5), () -> linksOf(list))).hasSize(300_001)
			.doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@CsvSource({ "https://s3/a?Expires=1772806200, 2026-03-06T14:10:00Z",
			"https://s3/a?x=1&Expires=1772806200&y=2, 2026-03-06T14:10:00Z",
			"https://s3/a?Expires=1772806200#top, 2026-03-06T14:10:00Z",
			"https://s3/a?X-Amz-Date=20260306T130000Z&X-Amz-Expires=600, 2026-03-06T13:10:00Z",
			"https://s3/a?X-Amz-Expires=600&X-Amz-Date=20260306T130000Z&z, 2026-03-06T13:10:00Z" })
	void aLinkTellsItsEnd(String url, Instant end) {
		assertThat(expiry(url)).isEqualTo(end);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://s3/a", "https://s3/a?Expires=", "https://s3/a?Expires=soon",
			"https://s3/a?Expires=-1", "https://s3/a?Expires=999999999999999999999", "https://s3/a?NotExpires=1",
			"https://s3/Expires=1", "https://s3/a?X-Amz-Expires=600", "https://s3/a?X-Amz-Date=20260306T130000Z",
			"https://s3/a?X-Amz-Date=20261399T990000Z&X-Amz-Expires=600",
			"https://s3/a?X-Amz-Date=20260306T130000Z&X-Amz-Expires=99999999999", "not a url" })
	void aLinkThatDoesNotTellItsEndLivesAnHour(String url) {
		assertThat(expiry(url)).isEqualTo(NOW.plus(Duration.ofHours(1)));
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"https://s3/a?X-Amz-Date=20260306T120000Z&X-Amz-Expires=604800&X-Amz-Security-Token=FwoGZXIvYXdz",
			"https://s3/a?X-Amz-Security-Token=FwoGZXIvYXdz&X-Amz-Date=20260306T120000Z&X-Amz-Expires=604800",
			"https://s3/a?AWSAccessKeyId=ASIAEXAMPLE&Expires=1773410400&x-amz-security-token=FwoGZXIvYXdz" })
	void aLinkSignedWithTemporaryCredentialsLivesAnHourAtMost(String url) {
		assertThat(expiry(url)).isEqualTo(NOW.plus(Duration.ofHours(1)));
	}

	@Test
	void aLinkSignedWithTemporaryCredentialsMayTellAnEarlierEnd() {
		assertThat(
				expiry("https://s3/a?X-Amz-Date=20260306T120000Z&X-Amz-Expires=600&X-Amz-Security-Token=FwoGZXIvYXdz"))
			.isEqualTo(NOW.plus(Duration.ofMinutes(10)));
	}

	private static List<String> linksOf(String json) throws UnreadableJson {
		return FileLinks.in(VendorJson.readObject(json.getBytes(StandardCharsets.UTF_8)), NOW)
			.stream()
			.map((link) -> link + " " + link.url())
			.toList();
	}

	private static Instant expiry(String url) {
		var vendor = new VendorObject(Map.of("fileUrls", Map.of("FRONT", url)));
		return FileLinks.in(vendor, NOW).getFirst().linkExpiresAt();
	}

}
