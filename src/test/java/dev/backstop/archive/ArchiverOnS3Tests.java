package dev.backstop.archive;

import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClient;
import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Files go from the simulated iDenfy to a real object storage, and from there to clients.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "backstop.archive.interval=1h",
				"backstop.archive.allow-loopback-http=true", "backstop.archive.store=s3",
				"backstop.archive.s3.path-style=true", "backstop.archive.s3.prefix=backstop/" })
@Import({ TestDatabase.class, ArchiverOnS3Tests.SharedClock.class, ScheduleWithoutRunner.class, TestClient.class })
@DirtiesContext
class ArchiverOnS3Tests {

	private static final String BUCKET = "archiver";

	private static final Duration LEASE = Duration.ofSeconds(310);

	private static final TestClock clock = new TestClock();

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy
		.start(new Settings().seed(8).clock(clock).retries(0, Duration.ZERO));

	private static final S3Line line = new S3Line(S3Server.endpoint());

	private static final S3Client bucket = S3Store.client(
			new ArchiveProperties.S3(BUCKET, "", S3Server.endpoint(), null, true, null, null),
			StaticCredentialsProvider.create(AwsBasicCredentials.create("an-access-key", "a-secret-key")));

	@Autowired
	private Archiver archiver;

	@Autowired
	private Archive archive;

	@Autowired
	private Leftovers leftovers;

	@Autowired
	private Verifications verifications;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private RestTestClient http;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		System.setProperty("aws.accessKeyId", "an-access-key");
		System.setProperty("aws.secretAccessKey", "a-secret-key");
		bucket.createBucket((request) -> request.bucket(BUCKET));
		registry.add("backstop.archive.s3.bucket", () -> BUCKET);
		registry.add("backstop.archive.s3.endpoint", line::endpoint);
		idenfy.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@AfterAll
	static void stop() {
		idenfy.close();
		line.close();
		bucket.close();
		System.clearProperty("aws.accessKeyId");
		System.clearProperty("aws.secretAccessKey");
	}

	@BeforeEach
	void empty() {
		idenfy.clearFaults();
		idenfy.forget();
		idenfy.deliverTo(URI.create("http://localhost:" + this.port + "/webhooks/idenfy"));
		this.jdbc.sql("truncate verification, delivery, idenfy_call, archive_content, archive_chunk cascade").update();
		deleteObjects();
	}

	@AfterEach
	void mend() {
		line.mend();
	}

	@Test
	void theFilesOfAWebhookAreObjectsAndServedWordForWord() {
		var scanRef = approved();

		work();

		assertThat(current(scanRef)).isNotEmpty().allSatisfy((file) -> {
			var truth = idenfy.file(scanRef, file.name());
			var served = get(scanRef, file.name(), "Accept", "*/*");
			assertThat(served.getStatus()).isEqualTo(HttpStatus.OK);
			assertThat(served.getResponseBody()).isEqualTo(truth.toByteArray());
			assertThat(served.getResponseHeaders().getETag()).isEqualTo('"' + truth.sha256() + '"');
			assertThat(served.getResponseHeaders().getContentType())
				.isEqualTo(MediaType.parseMediaType(truth.contentType()));
			assertThat(served.getResponseHeaders().getContentLength()).isEqualTo(truth.length());
		});
		assertThat(keys()).hasSameSizeAs(current(scanRef)).allMatch((key) -> key.startsWith("backstop/"));
		assertThat(count("archive_content where store = 'S3'")).isEqualTo(current(scanRef).size());
		assertThat(count("archive_chunk")).isZero();
	}

	@Test
	void aRangeOfAnObjectIsServed() {
		var scanRef = create();
		idenfy.resize(scanRef, "FRONT", 600_000);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));
		work();
		var bytes = idenfy.file(scanRef, "FRONT").toByteArray();

		var range = get(scanRef, "FRONT", "Range", "bytes=300000-300099");
		var known = get(scanRef, "FRONT", "If-None-Match", '"' + idenfy.file(scanRef, "FRONT").sha256() + '"');

		assertThat(range.getStatus()).isEqualTo(HttpStatus.PARTIAL_CONTENT);
		assertThat(range.getResponseBody()).isEqualTo(Arrays.copyOfRange(bytes, 300_000, 300_100));
		assertThat(range.getResponseHeaders().getFirst("Content-Range"))
			.isEqualTo("bytes 300000-300099/" + bytes.length);
		assertThat(known.getStatus()).isEqualTo(HttpStatus.NOT_MODIFIED);
	}

	@Test
	void theSameBytesAreOneObject() {
		var scanRef = create();
		idenfy.emit(scanRef, Event.preliminary("APPROVED"));
		idenfy.emit(scanRef, Event.manualFinished("APPROVED"));

		work();

		assertThat(this.archive.files(new ScanRef(scanRef))).hasSize(2 * current(scanRef).size())
			.extracting(ArchivedFile::state)
			.containsOnly(FileState.ARCHIVED);
		assertThat(keys()).hasSameSizeAs(current(scanRef)).containsExactlyInAnyOrderElementsOf(contents());
	}

	@Test
	void aFileThatIsCutOffLeavesNoObject() {
		var scanRef = create();
		idenfy.fault(Endpoint.LINK, scanRef + "/FRONT", Fault.CUT_OFF);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		work();

		assertThat(file(scanRef, "FRONT").state()).isEqualTo(FileState.WAITING);
		assertThat(keys()).hasSize(current(scanRef).size() - 1).containsExactlyInAnyOrderElementsOf(contents());
	}

	@Test
	void filesWaitForAnS3ThatIsAway() {
		line.cut();

		assertWaitsUntil(line::mend);
	}

	@Test
	void filesWaitForAnS3ThatFails() {
		line.fail();

		assertWaitsUntil(line::mend);
	}

	@Test
	void filesWaitForTheBucket() {
		bucket.deleteBucket((request) -> request.bucket(BUCKET));

		assertWaitsUntil(() -> bucket.createBucket((request) -> request.bucket(BUCKET)));
	}

	@Test
	void anObjectOfWhichNobodyWasToldIsDeletedLater() {
		var scanRef = create();
		Stream.of("BACK", "FACE", "POA2", "POA2_2", "UTILITY_BILL", "INCOME")
			.forEach((name) -> idenfy.fault(Endpoint.LINK, scanRef + "/" + name, Fault.UNAVAILABLE));
		line.loseTheNextAnswerAndFail();
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		work();

		assertThat(states(scanRef)).containsOnly(FileState.WAITING);
		assertThat(keys()).hasSize(1).containsExactlyElementsOf(contents());

		line.mend();
		this.leftovers.deleteAbandoned();
		assertThat(keys()).as("the try may still be under way").hasSize(1);
		clock.advance(Duration.ofMinutes(11));
		this.leftovers.deleteAbandoned();

		assertThat(keys()).isEmpty();
		assertThat(contents()).isEmpty();
	}

	@Test
	void aFileOfAnS3ThatIsAwayIsUnavailable() {
		var scanRef = approved();
		work();
		line.fail();

		var served = get(scanRef, "FRONT", "Accept", "*/*");

		assertThat(served.getStatus()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(served.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(served.getResponseHeaders().getETag()).isNull();
	}

	private void assertWaitsUntil(Runnable mended) {
		var scanRef = approved();

		work();

		assertThat(current(scanRef)).isNotEmpty().allSatisfy((file) -> {
			assertThat(file.state()).isEqualTo(FileState.WAITING);
			assertThat(file.reason()).startsWith("could not be kept").doesNotContain(idenfy.baseUrl().getAuthority());
			assertThat(get(scanRef, file.name(), "Accept", "*/*").getStatus()).isEqualTo(HttpStatus.NOT_FOUND);
		});

		mended.run();
		assertThat(keys()).isEmpty();
		clock.advance(Duration.ofSeconds(6));
		work();

		assertThat(states(scanRef)).containsOnly(FileState.ARCHIVED);
		clock.advance(Duration.ofMinutes(11));
		this.leftovers.deleteAbandoned();
		assertThat(keys()).hasSameSizeAs(current(scanRef)).containsExactlyInAnyOrderElementsOf(contents());
		assertThat(get(scanRef, "FRONT", "Accept", "*/*").getResponseBody())
			.isEqualTo(idenfy.file(scanRef, "FRONT").toByteArray());
	}

	private String create() {
		return idenfy.create().scanRef();
	}

	private String approved() {
		var scanRef = create();
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));
		return scanRef;
	}

	/** Until every file that waits for nothing but its turn was tried. */
	private void work() {
		this.archiver.work();
		await().atMost(Duration.ofMinutes(1))
			.until(() -> this.jdbc.sql("select count(*) from archive_file where next_try_at = :lease")
				.param("lease", OffsetDateTime.ofInstant(clock.instant().plus(LEASE), ZoneOffset.UTC))
				.query(Long.class)
				.single() == 0);
	}

	private List<ArchivedFile> current(String scanRef) {
		var verification = this.verifications.findById(new ScanRef(scanRef)).orElseThrow();
		return this.archive.files(verification);
	}

	private ArchivedFile file(String scanRef, String name) {
		return current(scanRef).stream().filter((file) -> file.name().equals(name)).findFirst().orElseThrow();
	}

	private List<FileState> states(String scanRef) {
		return current(scanRef).stream().map(ArchivedFile::state).toList();
	}

	private EntityExchangeResult<byte[]> get(String scanRef, String name, String header, String value) {
		return this.http.get()
			.uri("/api/v1/verifications/{scanRef}/files/{name}", scanRef, name)
			.headers((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.header(header, value)
			.exchange()
			.expectBody(byte[].class)
			.returnResult();
	}

	private static List<String> keys() {
		return bucket.listObjectsV2((request) -> request.bucket(BUCKET))
			.contents()
			.stream()
			.map(S3Object::key)
			.toList();
	}

	private static void deleteObjects() {
		keys().forEach((key) -> bucket.deleteObject((request) -> request.bucket(BUCKET).key(key)));
	}

	/** The keys of all contents, finished or not. */
	private List<String> contents() {
		return this.jdbc.sql("select 'backstop/' || id from archive_content").query(String.class).list();
	}

	private long count(String what) {
		return this.jdbc.sql("select count(*) from " + what).query(Long.class).single();
	}

	/** The simulated iDenfy's clock is Backstop's. */
	@TestConfiguration(proxyBeanMethods = false)
	static class SharedClock {

		@Bean
		@Primary
		TestClock testClock() {
			return clock;
		}

	}

}
