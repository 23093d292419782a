package dev.backstop.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The links of the simulated iDenfy serve real files, for an hour. */
class SimulatedIdenfyFileTests {

	private static final Set<String> EVERY_KIND = Set.of("FRONT", "BACK", "FACE", "FACE_VIDEO", "POA2");

	private final SettableClock clock = new SettableClock();

	private final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().seed(7).clock(this.clock));

	private final Caller caller = new Caller(this.idenfy);

	private String scanRef = "";

	@BeforeEach
	void finishOneWithEveryKindOfFile() {
		do {
			this.scanRef = this.idenfy.create().scanRef();
			this.idenfy.lose(this.scanRef, Event.autoFinished("APPROVED"));
		}
		while (!this.idenfy.truth(this.scanRef).files().containsAll(EVERY_KIND));
	}

	@AfterEach
	void stop() {
		this.idenfy.close();
	}

	@Test
	void aLinkServesTheFileAndTheSameBytesEachTime() throws Exception {
		var link = link("fileUrls", "FRONT");

		var first = this.caller.download(link);
		var second = this.caller.download(link);

		assertThat(first.statusCode()).isEqualTo(200);
		assertThat(first.headers().firstValue("Content-Type")).contains("image/png");
		assertThat(first.body()).isEqualTo(second.body())
			.isEqualTo(this.idenfy.file(this.scanRef, "FRONT").toByteArray());
		assertThat(ImageIO.read(new ByteArrayInputStream(first.body()))).isNotNull();
		assertThat(this.idenfy.calls(Endpoint.LINK, this.scanRef)).hasSize(2).allMatch(Call::answered);
	}

	@Test
	void filmsAndDocumentsLookLikeWhatTheyAre() throws Exception {
		var film = this.caller.download(link("videoUrls", "FACE_VIDEO"));
		var document = this.caller.download(link("additionalStepPdfUrls", "POA2"));

		assertThat(film.headers().firstValue("Content-Type")).contains("video/mp4");
		assertThat(new String(film.body(), 4, 8, StandardCharsets.US_ASCII)).isEqualTo("ftypisom");
		assertThat(document.headers().firstValue("Content-Type")).contains("application/pdf");
		assertThat(new String(document.body(), StandardCharsets.US_ASCII)).startsWith("%PDF-1.4").endsWith("%%EOF\n");
	}

	@Test
	void aFilmCanBeLongAndIsNotHeldInMemory() throws Exception {
		this.idenfy.resize(this.scanRef, "FACE_VIDEO", 3_000_000);

		var film = this.caller.download(link("videoUrls", "FACE_VIDEO")).body();

		assertThat(film).hasSize(3_000_040).hasSize((int) this.idenfy.file(this.scanRef, "FACE_VIDEO").length());
	}

	@Test
	void aLinkDiesAfterAnHourAsAtS3() throws Exception {
		var link = link("fileUrls", "FACE");

		this.clock.now = this.clock.now.plus(Duration.ofMinutes(60));
		var dead = this.caller.download(link);

		assertThat(dead.statusCode()).isEqualTo(403);
		assertThat(dead.headers().firstValue("Content-Type")).contains("application/xml");
		assertThat(new String(dead.body(), StandardCharsets.UTF_8)).contains("<Code>AccessDenied</Code>", "expired");
		assertThat(this.caller.download(link("fileUrls", "FACE")).statusCode()).isEqualTo(200);
	}

	@Test
	void credentialsOnALinkAreRefusedAndSeen() throws Exception {
		var refused = this.caller.downloadWithCredentials(link("fileUrls", "FACE"));

		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(this.idenfy.calls(Endpoint.LINK, this.scanRef)).extracting(Call::credentials)
			.containsExactly(Call.Credentials.RIGHT);
	}

	@Test
	void aForgedLinkIsRefused() throws Exception {
		var forged = link("fileUrls", "FACE").replaceFirst("Signature=...", "Signature=AAA");

		assertThat(this.caller.download(forged).statusCode()).isEqualTo(403);
	}

	@Test
	void oneFileCanFailWhileOthersAreServed() throws Exception {
		this.idenfy.fault(Endpoint.LINK, this.scanRef + "/FRONT", Fault.CUT_OFF);
		this.idenfy.fault(Endpoint.LINK, this.scanRef + "/BACK", Fault.HTML_AS_IMAGE);

		var front = link("fileUrls", "FRONT");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.caller.download(front));
		assertThat(new String(this.caller.download(link("fileUrls", "BACK")).body(), StandardCharsets.UTF_8))
			.startsWith("<html>");
		assertThat(this.caller.download(link("fileUrls", "FACE")).statusCode()).isEqualTo(200);
	}

	@Test
	void resubmittedMaterialHasNewBytesAndOldLinksKeepTheOldOnes() throws Exception {
		var link = link("fileUrls", "FRONT");
		var before = this.caller.download(link).body();

		this.idenfy.lose(this.scanRef, Event.resubmitted("APPROVED"));

		assertThat(this.caller.download(link).body()).isEqualTo(before);
		assertThat(this.caller.download(link("fileUrls", "FRONT")).body()).isNotEqualTo(before);
	}

	private String link(String kind, String name) {
		var files = Sample.parse(this.idenfy.documentedAnswer(Endpoint.FILES, this.scanRef));
		var links = files.path(kind).path(name);
		return (links.isArray() ? links.get(0) : links).stringValue();
	}

	/** A clock that moves when told. */
	private static final class SettableClock extends Clock {

		private volatile Instant now = Instant.parse("2026-03-06T13:00:00Z");

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

}
