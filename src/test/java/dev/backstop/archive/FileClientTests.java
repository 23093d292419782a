package dev.backstop.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import dev.backstop.archive.FileClient.Receiver;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Timeout(60)
class FileClientTests {

	private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452");

	private static final Receiver<byte[]> ALL = (_, bytes) -> bytes.readAllBytes();

	private final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().seed(7));

	private FileClient client = new FileClient(Archives.ofThisMachine().properties());

	private String scanRef = "";

	@BeforeEach
	void finishOneWithEveryKindOfFile() {
		do {
			this.scanRef = this.idenfy.create().scanRef();
			this.idenfy.lose(this.scanRef, Event.autoFinished("APPROVED"));
		}
		while (!this.idenfy.truth(this.scanRef).files().containsAll(Set.of("FRONT", "FACE_VIDEO", "POA2")));
	}

	@AfterEach
	void stop() throws IOException {
		this.client.close();
		this.idenfy.close();
	}

	@ParameterizedTest
	@CsvSource({ "fileUrls, FRONT, image/png", "videoUrls, FACE_VIDEO, video/mp4",
			"additionalStepPdfUrls, POA2, application/pdf" })
	void aFileComesAsItIs(String kind, String name, String type) throws Exception {
		var received = this.client.fetch(link(kind, name), (contentType, bytes) -> {
			assertThat(contentType).isEqualTo(type);
			return bytes.readAllBytes();
		});

		assertThat(received).isEqualTo(this.idenfy.file(this.scanRef, name).toByteArray());
		assertThat(this.idenfy.calls()).singleElement()
			.matches(Call::answered)
			.extracting(Call::credentials)
			.isEqualTo(Call.Credentials.NONE);
	}

	@Test
	void aLongFilmPassesThrough() throws Exception {
		this.idenfy.resize(this.scanRef, "FACE_VIDEO", DataSize.ofMegabytes(64).toBytes());
		var digest = MessageDigest.getInstance("SHA-256");

		var read = this.client.fetch(link("videoUrls", "FACE_VIDEO"),
				(_, bytes) -> new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream()));

		var truth = this.idenfy.file(this.scanRef, "FACE_VIDEO");
		assertThat(read).isEqualTo(truth.length());
		assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(truth.sha256());
	}

	@ParameterizedTest
	@MethodSource("faults")
	void whatGoesWrongIsSaidWithoutTheLink(Fault fault, String reason) throws Exception {
		set(Archives.ofThisMachine().connectTimeout(Duration.ofMillis(300)).fetchTimeout(Duration.ofSeconds(1)));
		this.idenfy.fault(Endpoint.LINK, fault);
		var link = link("fileUrls", "FRONT");

		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> this.client.fetch(link, neverAsked()))
			.withNoCause()
			.withMessage(reason);
		assertThat(this.idenfy.calls()).extracting(Call::endpoint).containsExactly(Endpoint.LINK);
	}

	static Stream<Arguments> faults() {
		return Stream.of(arguments(Fault.UNAUTHORIZED, "HTTP 401"), arguments(Fault.WRONG_ENVIRONMENT, "HTTP 403"),
				arguments(Fault.NOT_FOUND, "HTTP 404"), arguments(Fault.TOO_MANY_REQUESTS, "HTTP 429"),
				arguments(Fault.UNAVAILABLE, "HTTP 503"), arguments(Fault.REDIRECT, "HTTP 302"),
				arguments(Fault.redirect("https://s3.eu-west-1.amazonaws.com/"), "HTTP 302"),
				arguments(Fault.redirect("no URI at all"), "HTTP 302"),
				arguments(Fault.NOT_JSON, "is text/html, no image, video or document"),
				arguments(Fault.HTML_AS_IMAGE, "is text/html, no image, video or document"),
				arguments(Fault.ENDLESS, "is text/plain, no image, video or document"),
				arguments(Fault.json(200, "{}"), "is text/plain, no image, video or document"),
				arguments(Fault.json(200, ""), "empty"), arguments(Fault.CUT_OFF, "cut off: ConnectionClosedException"),
				arguments(Fault.WRONG_LENGTH, "cut off: ConnectionClosedException"),
				arguments(Fault.DROPPED, "no answer: NoHttpResponseException"),
				arguments(Fault.HANG, "nothing came for 300ms"),
				arguments(Fault.trickle(Duration.ofMillis(20)), "took longer than 1s"));
	}

	@Test
	void aTypeThatTheSenderClaimsIsNotBelieved() throws Exception {
		this.idenfy.fault(Endpoint.LINK, Fault.WRONG_TYPE);

		var type = this.client.fetch(link("fileUrls", "FRONT"), (contentType, _) -> contentType);

		assertThat(type).isEqualTo("image/png");
	}

	@Test
	void aForgedLinkIsNotAnswered() {
		var forged = link("fileUrls", "FRONT").replaceFirst("Signature=...", "Signature=AAA");

		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> this.client.fetch(forged, neverAsked()))
			.withMessage("HTTP 403");
	}

	@Test
	void aLinkThatIsNotAllowedCausesNoCall() throws Exception {
		set(Archives.archive());
		var link = link("fileUrls", "FRONT");

		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> this.client.fetch(link, neverAsked()));
		assertThat(this.idenfy.calls()).isEmpty();
	}

	@Test
	void aNameThatLeadsToThisMachineIsRefused() throws Exception {
		set(Archives.archive().allowedHosts("localhost"));

		assertThatExceptionOfType(FetchException.Refused.class)
			.isThrownBy(() -> this.client.fetch("https://localhost/file?Signature=secret", neverAsked()))
			.withNoCause()
			.withMessage("the host localhost has no public address");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3",
			"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.168.0.1", "198.18.0.1", "224.0.0.1",
			"240.0.0.1", "255.255.255.255", "[::]", "[::1]", "[::7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]",
			"[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]",
			"[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "[ff02::1]" })
	void anAddressThatIsNotPublicIsRefusedEvenIfItIsListed(String address) throws Exception {
		set(Archives.archive().allowedHosts(address));

		assertThatExceptionOfType(FetchException.Refused.class)
			.isThrownBy(() -> this.client.fetch("https://%s/file".formatted(address), neverAsked()))
			.withMessage("the host %s has no public address", address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "10.0.0.1", "169.254.169.254", "192.168.0.1", "[::]", "[fd00:ec2::254]" })
	void loopbackAloneIsLetThroughWhereItIsAllowed(String address) throws Exception {
		set(Archives.ofThisMachine().allowedHosts(address));

		assertThatExceptionOfType(FetchException.Refused.class)
			.isThrownBy(() -> this.client.fetch("https://%s/file".formatted(address), neverAsked()))
			.withMessage("the host %s has no public address", address);
	}

	@Test
	void nothingIsSaidOfUsAndNothingIsKept() throws Exception {
		try (var sender = new Sender((out) -> send(out, PNG, "Set-Cookie: a=b; Path=/", "Alt-Svc: h2=\":443\""))) {
			var link = sender.url() + "/a%2Fb%20c.png?Signature=x%2By%3D/&Expires=1#part";

			this.client.fetch(link, ALL);
			this.client.fetch(link, ALL);

			assertThat(sender.requests()).hasSize(2)
				.allSatisfy((request) -> assertThat(request)
					.startsWith("GET /file/a%2Fb%20c.png?Signature=x%2By%3D/&Expires=1 HTTP/1.1\n")
					.contains("Accept-Encoding: identity\n")
					.doesNotContainIgnoringCase("Authorization:", "Cookie:", "Upgrade:", "Referer:"));
		}
	}

	@Test
	void noProxyComesBetween() throws Exception {
		try (var proxy = new Sender((out) -> send(out, PNG));
				var _ = new Property("http.proxyHost", "localhost");
				var _ = new Property("http.proxyPort", proxy.url().replaceAll("\\D", ""));
				var _ = new Property("http.nonProxyHosts", "")) {
			set(Archives.ofThisMachine());

			this.client.fetch(link("fileUrls", "FRONT"), ALL);

			assertThat(proxy.requests()).isEmpty();
			assertThat(this.idenfy.calls()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "x-gzip", "GZip" })
	void whatIsPackedIsUnpacked(String encoding) throws Exception {
		try (var sender = new Sender((out) -> send(out, gzip(PNG), "Content-Encoding: " + encoding))) {
			assertThat(this.client.fetch(sender.url(), ALL)).isEqualTo(PNG);
		}
	}

	@Test
	void whatIsPackedMayComeInSeveralPieces() throws Exception {
		var pieces = new ByteArrayOutputStream();
		pieces.write(gzip(PNG));
		pieces.write(gzip(new byte[100_000]));
		try (var sender = new Sender((out) -> send(out, pieces.toByteArray(), "Content-Encoding: gzip"))) {
			assertThat(this.client.fetch(sender.url(), ALL)).isEqualTo(Arrays.copyOf(PNG, PNG.length + 100_000));
		}
	}

	@Test
	void whatUnpacksTooLargeIsGivenUp() throws Exception {
		set(Archives.ofThisMachine().maxFileSize(DataSize.ofMegabytes(1)));
		var bomb = gzip(Arrays.copyOf(PNG, 50_000_000));
		try (var sender = new Sender((out) -> send(out, bomb, "Content-Encoding: gzip"))) {
			var received = new ByteArrayOutputStream();

			assertThatExceptionOfType(FetchException.Refused.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), (_, bytes) -> bytes.transferTo(received)))
				.withMessage("larger than 1MB");
			assertThat(bomb).hasSizeLessThan(100_000);
			assertThat(received.size()).isLessThanOrEqualTo(1 << 20);
		}
	}

	@Test
	void whatIsNotPackedAsItSaysIsNotTaken() throws Exception {
		var packed = gzip(Arrays.copyOf(PNG, 200_000));
		var spoilt = packed.clone();
		spoilt[spoilt.length - 5] ^= 1;

		assertThat(failureOfGzip(Arrays.copyOf(PNG, 100))).isEqualTo("not packed as it says");
		assertThat(failureOfGzip(spoilt)).isEqualTo("not packed as it says");
		assertThat(failureOfGzip(Arrays.copyOf(packed, packed.length / 2))).isEqualTo("cut off: EOFException");
		assertThat(failureOfGzip(new byte[0])).isEqualTo("cut off: EOFException");
		assertThat(failureOfGzip(gzip(new byte[0]))).isEqualTo("empty");
	}

	@Test
	void aPackedFileThatIsCutOffIsNotTaken() throws Exception {
		var packed = gzip(PNG);
		try (var sender = new Sender((out) -> {
			Sender.write(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
				.formatted(packed.length + 10));
			out.write(packed);
		})) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), ALL))
				.withMessage("cut off: ConnectionClosedException");
		}
	}

	@Test
	void whatIsPackedInAnotherWayIsTakenOnlyIfItLooksLikeAFileAllTheSame() throws Exception {
		var noise = HexFormat.of().parseHex("8b0780c1d2e3f4a5b6c7d8e9fa0b1c2d");
		for (var encoding : List.of("br", "zstd", "gzip, gzip", "base64")) {
			try (var file = new Sender((out) -> send(out, PNG, "Content-Encoding: " + encoding));
					var packed = new Sender((out) -> send(out, noise, "Content-Encoding: " + encoding))) {
				assertThat(this.client.fetch(file.url(), ALL)).isEqualTo(PNG);
				assertThatExceptionOfType(FetchException.Failed.class)
					.isThrownBy(() -> this.client.fetch(packed.url(), neverAsked()))
					.withMessage("is packed, and not with gzip");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "400, ExpiredToken, The provided token has expired.", "403, AccessDenied, Request has expired",
			"403, ExpiredToken, Invalid argument." })
	void aLinkThatHasExpiredIsSaidToHave(int status, String code, String message) {
		this.idenfy.fault(Endpoint.LINK, Fault.xml(status, code, message));
		var link = link("fileUrls", "FRONT");

		assertThatExceptionOfType(FetchException.Expired.class).isThrownBy(() -> this.client.fetch(link, neverAsked()))
			.withMessage("HTTP %d, the link has expired", status);
	}

	@ParameterizedTest
	@CsvSource({ "403, AccessDenied, Access Denied", "403, SignatureDoesNotMatch, No", "500, ExpiredToken, No",
			"400, RequestTimeout, No", "404, NoSuchKey, The key has expired" })
	void anyOtherErrorMayPass(int status, String code, String message) {
		this.idenfy.fault(Endpoint.LINK, Fault.xml(status, code, message));
		var link = link("fileUrls", "FRONT");

		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> this.client.fetch(link, neverAsked()))
			.withMessage("HTTP " + status);
	}

	@Test
	void anErrorWithoutEndIsReadNoFurther() throws Exception {
		try (var sender = new Sender((out) -> {
			Sender.write(out, "HTTP/1.1 403 Forbidden\r\nContent-Length: 400000000\r\n\r\n");
			while (true) {
				out.write(new byte[8192]);
			}
		})) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("HTTP 403");
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@Test
	void aFileMayBeAsLargeAsTheLimit() throws Exception {
		set(Archives.ofThisMachine().maxFileSize(DataSize.ofBytes(PNG.length)));
		try (var sender = new Sender((out) -> send(out, PNG))) {
			assertThat(this.client.fetch(sender.url(), ALL)).isEqualTo(PNG);
		}
	}

	@Test
	void aFileThatSaysItIsTooLargeIsNotRead() throws Exception {
		try (var sender = new Sender(FileClientTests::sendWithoutEnd)) {
			set(Archives.ofThisMachine().maxFileSize(DataSize.ofMegabytes(399)));

			assertThatExceptionOfType(FetchException.Refused.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("larger than 399MB");
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@Test
	void aFileThatTurnsOutTooLargeIsGivenUp() throws Exception {
		set(Archives.ofThisMachine().maxFileSize(DataSize.ofKilobytes(100)));
		try (var sender = new Sender(FileClientTests::sendChunksWithoutEnd)) {
			var received = new ByteArrayOutputStream();

			assertThatExceptionOfType(FetchException.Refused.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), (_, bytes) -> bytes.transferTo(received)))
				.withMessage("larger than 102400B");
			assertThat(received.size()).isBetween(1, 102_400);
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Content-Length: 0             | empty
			Transfer-Encoding: chunked    | cut off: ConnectionClosedException
			Transfer-Encoding: unheard-of | no answer: ClientProtocolException
			Content-Length: many          | no answer: ClientProtocolException
			X: y                          | does not say where it ends
			""")
	void aFileMustSayWhereItEnds(String header, String reason) throws Exception {
		try (var sender = Sender.of("HTTP/1.1 200 OK", header, "", "")) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage(reason);
		}
	}

	@Test
	void aFileWithoutAByteIsNone() throws Exception {
		try (var sender = Sender.of("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "0", "", "")) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("empty");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 204, 206, 304, 400, 500 })
	void onlyAWholeFileIsTaken(int status) throws Exception {
		try (var sender = Sender.of("HTTP/1.1 %d Whatever".formatted(status), "Content-Length: 0", "", "")) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("HTTP " + status);
		}
	}

	@Test
	void headersWithoutEndAreGivenUp() throws Exception {
		try (var sender = new Sender((out) -> {
			Sender.write(out, "HTTP/1.1 200 OK\r\nX: ");
			while (true) {
				Sender.write(out, "x".repeat(1000));
			}
		})) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("no answer: MessageConstraintException");
		}
	}

	@Test
	void headersThatTrickleAreGivenUp() throws Exception {
		set(Archives.ofThisMachine().fetchTimeout(Duration.ofMillis(500)));
		try (var sender = new Sender((out) -> {
			Sender.write(out, "HTTP/1.1 200 OK\r\nX: ");
			while (true) {
				Sender.write(out, "x");
				pause(Duration.ofMillis(10));
			}
		})) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), neverAsked()))
				.withMessage("took longer than 500ms");
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@Test
	void aSenderWhoStopsInTheMiddleIsGivenUp() throws Exception {
		set(Archives.ofThisMachine().connectTimeout(Duration.ofMillis(300)));
		try (var sender = new Sender((out) -> {
			Sender.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
			out.write(Arrays.copyOf(PNG, 100_000));
			pause(Duration.ofSeconds(30));
		})) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), ALL))
				.withMessage("nothing came for 300ms");
		}
	}

	@Test
	void aHandshakeThatNeverEndsIsGivenUp() throws Exception {
		set(Archives.ofThisMachine().connectTimeout(Duration.ofMillis(300)));
		try (var sender = new Sender((_) -> pause(Duration.ofSeconds(30)))) {
			var link = sender.url().replace("http:", "https:");

			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(link, neverAsked()))
				.withMessage("no connection within 300ms");
		}
	}

	@Test
	void aReceiverTooSlowForTheWholeFileIsToldSo() throws Exception {
		set(Archives.ofThisMachine().fetchTimeout(Duration.ofMillis(500)));
		try (var sender = new Sender(FileClientTests::sendWithoutEnd)) {
			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(sender.url(), (_, bytes) -> {
					pause(Duration.ofMillis(600));
					return bytes.transferTo(OutputStream.nullOutputStream());
				}))
				.withMessage("took longer than 500ms");
		}
	}

	@Test
	void nobodyThereIsAFailure() throws Exception {
		try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			var link = "http://localhost:%d/".formatted(nobody.getLocalPort());
			nobody.close();

			assertThatExceptionOfType(FetchException.Failed.class)
				.isThrownBy(() -> this.client.fetch(link, neverAsked()))
				.withMessage("no answer: HttpHostConnectException");
		}
	}

	@Test
	void aFailureInTheMiddleReachesTheReceiverAndItsCallerAsTheSame() {
		this.idenfy.resize(this.scanRef, "FACE_VIDEO", 3_000_000);
		this.idenfy.fault(Endpoint.LINK, Fault.CUT_OFF);
		var link = link("videoUrls", "FACE_VIDEO");
		var met = new FetchException[1];

		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> this.client.fetch(link, (_, bytes) -> {
			try {
				return bytes.transferTo(OutputStream.nullOutputStream());
			}
			catch (FetchException ex) {
				met[0] = ex;
				throw new UncheckedIOException("wrapped", ex);
			}
		}))
			.withMessage("cut off: ConnectionClosedException")
			.satisfies((thrown) -> assertThat(thrown).isSameAs(met[0]));
	}

	@Test
	void aReceiverCannotTakeHalfAFileForAWholeOne() {
		this.idenfy.resize(this.scanRef, "FACE_VIDEO", 3_000_000);
		this.idenfy.fault(Endpoint.LINK, Fault.WRONG_LENGTH);
		var link = link("videoUrls", "FACE_VIDEO");

		assertThatExceptionOfType(FetchException.Failed.class).isThrownBy(() -> this.client.fetch(link, (_, bytes) -> {
			try {
				return bytes.readAllBytes();
			}
			catch (IOException ex) {
				return PNG;
			}
		})).withMessage("cut off: ConnectionClosedException");
	}

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, IllegalStateException.class, StackOverflowError.class })
	void whatTheReceiverThrowsPassesAndTheRestIsNotRead(Class<? extends Throwable> type) throws Exception {
		set(Archives.ofThisMachine().workers(1));
		try (var sender = new Sender(FileClientTests::sendWithoutEnd)) {
			var failure = type.getConstructor().newInstance();
			for (int time = 0; time < 3; time++) {
				assertThatExceptionOfType(type).isThrownBy(() -> this.client.fetch(sender.url(), (_, bytes) -> {
					bytes.readNBytes(100_000);
					throw sneaky(failure);
				})).satisfies((thrown) -> assertThat(thrown).isSameAs(failure).hasNoSuppressedExceptions());
			}
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@Test
	void aReceiverThatHasEnoughIsNotMadeToReadTheRest() throws Exception {
		set(Archives.ofThisMachine().workers(1));
		try (var sender = new Sender(FileClientTests::sendWithoutEnd)) {
			for (int time = 0; time < 3; time++) {
				var received = this.client.fetch(sender.url(), (_, bytes) -> {
					try (bytes) {
						return bytes.readNBytes(16);
					}
				});
				assertThat(received).isEqualTo(PNG);
			}
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	@Test
	void allWorkersMayFetchFromOneHostAtOnce() throws Exception {
		set(Archives.ofThisMachine().workers(6));
		var together = new CyclicBarrier(6);
		var link = link("fileUrls", "FRONT");
		Callable<byte[]> fetch = () -> this.client.fetch(link, (_, bytes) -> {
			await(together);
			return bytes.readAllBytes();
		});
		try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
			for (var fetched : workers.invokeAll(Stream.generate(() -> fetch).limit(6).toList())) {
				assertThat(fetched.get()).isEqualTo(this.idenfy.file(this.scanRef, "FRONT").toByteArray());
			}
		}
	}

	@Test
	void anInterruptionEndsTheWaitForAnAnswer() throws Exception {
		var asked = new CountDownLatch(1);
		try (var sender = new Sender((_) -> {
			asked.countDown();
			pause(Duration.ofSeconds(30));
		})) {
			var fetch = new FutureTask<>(() -> interrupted(() -> this.client.fetch(sender.url(), neverAsked())));
			var worker = Thread.ofVirtual().start(fetch);
			asked.await();

			worker.interrupt();

			assertThat(fetch.get(3, TimeUnit.SECONDS)).isEqualTo("interrupted, and still is");
		}
	}

	@Test
	void anInterruptionEndsADownload() throws Exception {
		var begun = new CountDownLatch(1);
		try (var sender = new Sender(FileClientTests::sendWithoutEnd)) {
			var fetch = new FutureTask<>(() -> interrupted(() -> this.client.fetch(sender.url(), (_, bytes) -> {
				begun.countDown();
				return bytes.transferTo(OutputStream.nullOutputStream());
			})));
			var worker = Thread.ofVirtual().start(fetch);
			begun.await();

			worker.interrupt();

			assertThat(fetch.get(3, TimeUnit.SECONDS)).isEqualTo("interrupted, and still is");
			assertThat(sender.wasHungUpOn()).isTrue();
		}
	}

	private void set(Archives archive) throws IOException {
		this.client.close();
		this.client = new FileClient(archive.properties());
	}

	private String link(String kind, String name) {
		var files = new JsonMapper().readTree(this.idenfy.documentedAnswer(Endpoint.FILES, this.scanRef));
		var links = files.path(kind).path(name);
		return (links.isArray() ? links.get(0) : links).stringValue();
	}

	private static Receiver<Void> neverAsked() {
		return (_, _) -> {
			throw new AssertionError("There is nothing to receive");
		};
	}

	private String failureOfGzip(byte[] body) throws IOException {
		try (var sender = new Sender((out) -> send(out, body, "Content-Encoding: gzip"))) {
			return catchThrowableOfType(FetchException.Failed.class, () -> this.client.fetch(sender.url(), ALL))
				.reason();
		}
	}

	private static byte[] gzip(byte[] bytes) throws IOException {
		var packed = new ByteArrayOutputStream();
		try (var gzip = new GZIPOutputStream(packed)) {
			gzip.write(bytes);
		}
		return packed.toByteArray();
	}

	private static void send(OutputStream out, byte[] body, String... headers) throws IOException {
		var lines = (headers.length == 0) ? "" : String.join("\r\n", headers) + "\r\n";
		Sender.write(out, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n".formatted(body.length, lines));
		out.write(body);
	}

	/** More than any buffer on the way takes. */
	private static void sendWithoutEnd(OutputStream out) throws IOException {
		var length = DataSize.ofMegabytes(400).toBytes();
		Sender.write(out, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(length));
		out.write(PNG);
		for (long sent = PNG.length; sent < length - 8192; sent += 8192) {
			// slower than could be read through in the time of a test
			pause(Duration.ofMillis(1));
			out.write(new byte[8192]);
		}
	}

	private static void sendChunksWithoutEnd(OutputStream out) throws IOException {
		Sender.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		while (true) {
			Sender.write(out, Integer.toHexString(8192) + "\r\n");
			out.write(Arrays.copyOf(PNG, 8192));
			Sender.write(out, "\r\n");
		}
	}

	private static void pause(Duration duration) {
		try {
			new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void await(CyclicBarrier barrier) throws IOException {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IOException("The others did not come", ex);
		}
	}

	private static String interrupted(Callable<?> fetch) throws Exception {
		try {
			fetch.call();
			return "fetched";
		}
		catch (FetchException.Failed ex) {
			return ex.reason() + (Thread.currentThread().isInterrupted() ? ", and still is" : "");
		}
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> IOException sneaky(Throwable failure) throws X {
		throw (X) failure;
	}

	/** A setting of the whole process that is there for a while. */
	private record Property(String name, String value) implements AutoCloseable {

		private Property {
			System.setProperty(name, value);
		}

		@Override
		public void close() {
			System.clearProperty(this.name);
		}

	}

}
