package dev.backstop.idenfy;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.FileLink.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
	void whatIsNoLinkIsSkipped() {
		var urls = new LinkedHashMap<String, Object>();
		urls.put("FRONT", null);
		urls.put("BACK", 17);
		urls.put("FACE", "https://s3/face");
		var groups = new LinkedHashMap<String, Object>();
		groups.put("fileUrls", urls);
		groups.put("videoUrls", null);
		groups.put("additionalStepPdfUrls", "https://s3/none");

		assertThat(FileLinks.in(new VendorObject(groups), NOW)).extracting(FileLink::name).containsExactly("FACE");
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

	private static Instant expiry(String url) {
		var vendor = new VendorObject(Map.of("fileUrls", Map.of("FRONT", url)));
		return FileLinks.in(vendor, NOW).getFirst().linkExpiresAt();
	}

}
