package dev.backstop.archive;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import dev.backstop.LoggedLines;
import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.FilesLinked;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Source;
import dev.backstop.verification.TimelineEntry;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files are fetched from the simulated iDenfy as soon as links to them are known. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "backstop.archive.interval=1h",
				"backstop.archive.allow-loopback-http=true", "backstop.archive.max-file-size=1MB",
				"backstop.archive.connect-timeout=1s", "backstop.archive.fetch-timeout=3s" })
@Import({ TestDatabase.class, ArchiverTests.SharedClock.class, ScheduleWithoutRunner.class })
@DirtiesContext
class ArchiverTests {

	private static final TestClock clock = new TestClock();

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy
		.start(new Settings().seed(7).clock(clock).retries(0, Duration.ZERO));

	@Autowired
	private Archiver archiver;

	@Autowired
	private Archive archive;

	@Autowired
	private ArchiveQueue queue;

	@Autowired
	private Leftovers leftovers;

	@Autowired
	private OverlookedFiles overlooked;

	@Autowired
	private Fetches fetches;

	@Autowired
	private ArchiveContents contents;

	@Autowired
	private Verifications verifications;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private ApplicationContext context;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		idenfy.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@AfterAll
	static void stop() {
		idenfy.close();
	}

	@BeforeEach
	void empty() {
		idenfy.clearFaults();
		idenfy.forget();
		idenfy.deliverTo(URI.create("http://localhost:" + this.port + "/webhooks/idenfy"));
		this.jdbc.sql("truncate verification, delivery, idenfy_call, archive_content, archive_chunk cascade").update();
	}

	@Test
	void theFilesOfAWebhookAreKeptWordForWord() throws Exception {
		var scanRef = approved();

		work();

		assertThat(current(scanRef)).hasSameSizeAs(find(scanRef).files()).isNotEmpty().allSatisfy((file) -> {
			assertThat(file.state()).isEqualTo(FileState.ARCHIVED);
			var truth = idenfy.file(scanRef, file.name());
			assertThat(file.sha256()).isEqualTo(truth.sha256());
			assertThat(file.size()).isEqualTo(truth.length());
			assertThat(file.contentType()).isEqualTo(truth.contentType());
			assertThat(read(file)).isEqualTo(truth.toByteArray());
		});
		assertThat(idenfy.calls(Endpoint.LINK, scanRef)).hasSameSizeAs(current(scanRef))
			.extracting(Call::credentials)
			.containsOnly(Call.Credentials.NONE);
	}

	@Test
	void listsOfLinksAndTheFilesOfAQuestionnaireAreKeptAsWell() {
		String scanRef;
		do {
			scanRef = approved();
		}
		while (!find(scanRef).webhook().containsKey("questionnaireAnswers")
				|| find(scanRef).files().stream().noneMatch((file) -> file.name().equals("POA2_2")));

		work();

		var attached = find(scanRef).files().stream().filter(FileLink::belongsToField).findFirst().orElseThrow();
		assertThat(find(scanRef).webhook().toString()).contains(attached.name()).doesNotContain("Signature=");
		for (var name : List.of("POA2", "POA2_2", attached.name())) {
			assertThat(file(scanRef, name).sha256()).isEqualTo(idenfy.file(scanRef, name).sha256());
		}
	}

	@Test
	void aFileOfAQuestionnaireIsNotAskedForButLostUntilAWebhookBringsItAgain() {
		String scanRef;
		do {
			scanRef = create();
			idenfy.fault(Endpoint.LINK, scanRef + "/INCOME", Fault.UNAVAILABLE);
			idenfy.emit(scanRef, Event.autoFinished("APPROVED"));
		}
		while (!find(scanRef).webhook().containsKey("questionnaireAnswers"));
		var name = find(scanRef).files().stream().filter(FileLink::belongsToField).findFirst().orElseThrow().name();
		work();
		clock.advance(Duration.ofHours(1));
		work();

		assertThat(file(scanRef, name).state()).isEqualTo(FileState.LOST);
		assertThat(find(scanRef).check(clock.instant())).isEmpty();

		idenfy.clearFaults();
		idenfy.emit(scanRef, Event.manualFinished("APPROVED"));
		work();

		assertThat(file(scanRef, name).state()).isEqualTo(FileState.ARCHIVED);
	}

	@Test
	void whatIsNoLinkIsShownAsRefused() {
		var scanRef = new ScanRef(approved());
		var number = new FileLink("BACK", FileLink.Kind.IMAGE, "17", clock.instant());
		this.queue.queue(new FilesLinked(scanRef, 9, List.of(number), Source.WEBHOOK, clock.instant(), false));

		work();

		assertThat(this.archive.files(scanRef).getFirst()).satisfies((file) -> {
			assertThat(file.state()).isEqualTo(FileState.REFUSED);
			assertThat(file.reason()).isEqualTo("the link is no absolute URI with a host");
		});
	}

	@Test
	void eachTryIsOnTheTimelineAndNoLinkIs() {
		var scanRef = approved();

		work();

		var tries = timeline(scanRef).stream().filter((entry) -> entry.outcome().startsWith("FILE_")).toList();
		assertThat(tries).hasSameSizeAs(current(scanRef))
			.allSatisfy((entry) -> assertThat(entry.outcome()).isEqualTo("FILE_ARCHIVED"))
			.allSatisfy((entry) -> assertThat(entry.details()).containsKeys("name", "kind", "size", "tries"));
		assertThat(timeline(scanRef)).noneSatisfy((entry) -> assertThat(entry.details().toString()).contains("http"));
		assertThat(this.jdbc.sql("select count(*) from archive_file where url is not null").query(Long.class).single())
			.isZero();
	}

	@Test
	void archivingTouchesNothingOfTheVerification() {
		var scanRef = approved();
		var before = find(scanRef).updatedAt();
		clock.advance(Duration.ofSeconds(5));

		work();

		assertThat(find(scanRef).updatedAt()).isEqualTo(before);
		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
	}

	@Test
	void oneFileThatFailsDoesNotHoldBackTheOthers() {
		var scanRef = create();
		idenfy.fault(Endpoint.LINK, scanRef + "/FRONT", Fault.UNAVAILABLE);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		work();

		assertThat(states(scanRef, FileState.WAITING)).containsExactly("FRONT");
		assertThat(states(scanRef, FileState.ARCHIVED)).hasSize(current(scanRef).size() - 1);
		assertThat(file(scanRef, "FRONT").reason()).isEqualTo("HTTP 503");

		idenfy.clearFaults();
		clock.advance(Duration.ofSeconds(6));
		work();

		assertThat(file(scanRef, "FRONT").state()).isEqualTo(FileState.ARCHIVED);
	}

	static List<Fault> spoiltFiles() {
		return List.of(Fault.CUT_OFF, Fault.WRONG_LENGTH, Fault.DROPPED, Fault.HTML_AS_IMAGE, Fault.REDIRECT,
				Fault.trickle(Duration.ofMillis(200)), Fault.HANG);
	}

	@ParameterizedTest
	@MethodSource("spoiltFiles")
	void aSpoiltFileIsTriedAgainAndNothingOfItStays(Fault fault) {
		var scanRef = create();
		idenfy.fault(Endpoint.LINK, scanRef + "/FRONT", fault);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		work();

		assertThat(file(scanRef, "FRONT").state()).isEqualTo(FileState.WAITING);
		assertThat(file(scanRef, "FRONT").reason()).isNotBlank().doesNotContain("http:");
		assertThat(countsOfContentsAndFilesThatAreKept()).containsExactly(current(scanRef).size() - 1L,
				current(scanRef).size() - 1L);

		idenfy.clearFaults();
		clock.advance(Duration.ofSeconds(6));
		work();

		assertThat(file(scanRef, "FRONT").sha256()).isEqualTo(idenfy.file(scanRef, "FRONT").sha256());
	}

	@Test
	void whatTheSenderCallsAFileDoesNotMatter() {
		var scanRef = create();
		idenfy.fault(Endpoint.LINK, scanRef + "/FRONT", Fault.WRONG_TYPE);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		work();

		assertThat(file(scanRef, "FRONT").contentType()).isEqualTo("image/png");
	}

	@Test
	void aFileThatIsTooLargeIsRefusedAndNotTriedAgain() {
		var scanRef = create();
		idenfy.resize(scanRef, "FRONT", 2_000_000);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));

		try (var lines = new LoggedLines(Archiver.class)) {
			work();
			clock.advance(Duration.ofHours(2));
			work();

			assertThat(lines.warnings()).singleElement()
				.asString()
				.contains(scanRef, "FRONT", "REFUSED", "1MB", "unless its verification is reopened");
		}
		assertThat(file(scanRef, "FRONT").state()).isEqualTo(FileState.REFUSED);
		assertThat(file(scanRef, "FRONT").reason()).contains("1MB");
		assertThat(idenfy.calls(Endpoint.LINK, scanRef)).hasSameSizeAs(current(scanRef));
	}

	@Test
	void filesOfAReopenedVerificationAreKeptBesideTheOldOnes() throws Exception {
		var scanRef = approved();
		work();
		var before = idenfy.file(scanRef, "FRONT").toByteArray();

		idenfy.emit(scanRef, Event.resubmitted("REVIEWING"));
		clock.advance(Duration.ofMinutes(1));
		idenfy.emit(scanRef, Event.manualFinished("APPROVED"));
		work();

		var fronts = this.archive.files(new ScanRef(scanRef))
			.stream()
			.filter((file) -> file.name().equals("FRONT"))
			.toList();
		assertThat(fronts).hasSizeGreaterThan(1);
		assertThat(read(fronts.getFirst())).isEqualTo(idenfy.file(scanRef, "FRONT").toByteArray()).isNotEqualTo(before);
		assertThat(read(fronts.getLast())).isEqualTo(before);
	}

	@Test
	void theSameBytesAreStoredOnce() {
		var scanRef = create();
		idenfy.emit(scanRef, Event.preliminary("APPROVED"));
		work();
		var files = current(scanRef).size();
		clock.advance(Duration.ofMinutes(1));

		idenfy.emit(scanRef, Event.manualFinished("APPROVED"));
		work();

		assertThat(find(scanRef).filesVersion()).isEqualTo(2);
		assertThat(states(scanRef, FileState.ARCHIVED)).hasSize(files);
		assertThat(countsOfContentsAndFilesThatAreKept()).containsExactly((long) files, 2L * files);
	}

	@Test
	void aFileWhoseLinkDiedWaitsForTheReconcilerToAskForAnother() {
		var scanRef = create();
		idenfy.fault(Endpoint.LINK, scanRef + "/FRONT", Fault.UNAVAILABLE);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));
		work();
		var calls = idenfy.calls(scanRef).size();
		clock.advance(Duration.ofHours(1));

		work();

		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(find(scanRef).check(clock.instant())).isPresent();
		assertThat(file(scanRef, "FRONT").state()).isEqualTo(FileState.WAITING);
		assertThat(file(scanRef, "FRONT").reason()).isEqualTo("the link died");
		assertThat(idenfy.calls(scanRef)).hasSize(calls);
	}

	@Test
	void twoInstancesFetchEachFileOnce() throws Exception {
		var scanRefs = Stream.generate(this::create).limit(15).toList();
		scanRefs.forEach((scanRef) -> {
			idenfy.emit(scanRef, Event.preliminary("APPROVED"));
			idenfy.emit(scanRef, Event.manualFinished("APPROVED"));
		});
		long files = count("archive_file where state = 'WAITING'");
		idenfy.fault(Endpoint.LINK, Fault.slow(Duration.ofMillis(50)));

		try (var another = anotherInstance(); var threads = Executors.newFixedThreadPool(2)) {
			var both = Stream.of(this.archiver, another.getBean(Archiver.class))
				.map((archiver) -> threads.submit(() -> work(archiver)))
				.toList();
			for (var each : both) {
				each.get();
			}
		}

		assertThat(files).isGreaterThanOrEqualTo(60);
		assertThat(count("archive_file where state = 'ARCHIVED' and tries = 1")).isEqualTo(files);
		assertThat(idenfy.calls()).hasSize((int) files);
		assertThat(mostAtOnce(idenfy.calls())).as("more than one instance has workers").isGreaterThan(4);
		assertThat(scanRefs).allSatisfy((scanRef) -> assertThat(idenfy.calls(Endpoint.LINK, scanRef))
			.hasSameSizeAs(this.archive.files(new ScanRef(scanRef))));
		assertThat(count("archive_content")).isEqualTo(files / 2);
		assertThat(count("archive_content where id not in (select content from archive_file)")).isZero();
		assertThat(count("archive_chunk where content not in (select content from archive_file)")).isZero();
		for (var scanRef : scanRefs) {
			for (var file : current(scanRef)) {
				assertThat(read(file)).isEqualTo(idenfy.file(scanRef, file.name()).toByteArray());
			}
		}
	}

	@Test
	void theBytesOfAPersonWhoWasErasedAreDeletedButForThoseThatAnotherHas() throws Exception {
		var scanRef = approved();
		var another = approved();
		work();
		this.jdbc.sql("""
				update archive_file set content = one.content, size = one.size
				from (select content, size from archive_file where scan_ref = :scanRef and name = 'FACE') one
				where archive_file.scan_ref = :another and name = 'FACE'""")
			.param("scanRef", scanRef)
			.param("another", another)
			.update();
		var own = this.jdbc.sql("select content from archive_file where scan_ref = ? and name <> 'FACE'")
			.param(scanRef)
			.query(UUID.class)
			.list();
		var erase = Files.readString(Path.of("README.md")).split("### Erase a person", 2)[1].split("```sql|```", 3)[1];

		this.jdbc.sql(erase).param("scanRef", scanRef).update();
		clock.advance(Duration.ofMinutes(6));
		this.leftovers.deleteAbandoned();

		assertThat(this.archive.files(new ScanRef(scanRef))).extracting(ArchivedFile::state)
			.containsOnly(FileState.LOST);
		assertThat(this.archive.files(new ScanRef(scanRef))).allMatch((file) -> file.sha256() != null);
		assertThat(own).isNotEmpty();
		assertThat(this.jdbc.sql("select distinct content from archive_chunk").query(UUID.class).list()).isNotEmpty()
			.doesNotContainAnyElementsOf(own);
		for (var file : this.archive.files(new ScanRef(another))) {
			assertThat(read(file)).isNotEmpty();
		}
	}

	@Test
	void whatACrashLeftIsDeleted() throws Exception {
		this.jdbc.sql("""
				insert into archive_content (id, store, begun_at) values
					('019cc3a4-0000-7000-8000-000000000001', 'POSTGRES', :begunAt)""")
			.param("begunAt", at(clock.instant()))
			.update();
		this.jdbc.sql("insert into archive_chunk values ('019cc3a4-0000-7000-8000-000000000001', 0, '\\x00')").update();

		this.leftovers.deleteAbandoned();
		assertThat(count("archive_chunk")).isOne();

		clock.advance(Duration.ofMinutes(6));
		this.leftovers.deleteAbandoned();

		assertThat(count("archive_chunk")).isZero();
		assertThat(count("archive_content")).isZero();
	}

	@Test
	void bytesThatCannotBeDeletedDoNotKeepOthers() {
		this.jdbc
			.sql("""
					insert into archive_content (id, store, begun_at)
					select uuidv7(), 'POSTGRES', cast(:begunAt as timestamptz) + make_interval(secs => i) from generate_series(1, 26) i;
					create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
					create trigger refuse before delete on archive_content for each row
						when (old.begun_at < cast(:begunAt as timestamptz) + interval '26 seconds') execute function refuse()"""
				.replace(":begunAt", "'" + clock.instant() + "'"))
			.update();
		try {
			clock.advance(Duration.ofMinutes(6));
			this.leftovers.deleteAbandoned();
			assertThat(count("archive_content")).isEqualTo(26);
			this.leftovers.deleteAbandoned();
			this.leftovers.deleteAbandoned();
			assertThat(count("archive_content")).isEqualTo(25);
		}
		finally {
			this.jdbc.sql("drop function refuse cascade").update();
		}

		this.leftovers.deleteAbandoned();

		assertThat(count("archive_content")).isZero();
	}

	@Test
	void aFileThatCannotBeReadDoesNotKeepOthers() {
		var scanRef = approved();
		this.jdbc.sql("alter table archive_file drop constraint archive_file_kind_check").update();
		this.jdbc.sql("update archive_file set kind = 'HOLOGRAM' where name = 'FRONT'").update();
		try {
			this.archiver.work();
			await().atMost(Duration.ofSeconds(20))
				.until(() -> this.jdbc.sql("select count(*) from archive_file where state = 'WAITING'")
					.query(Long.class)
					.single() == 1);
		}
		finally {
			this.jdbc.sql("update archive_file set kind = 'IMAGE' where name = 'FRONT'").update();
			this.jdbc.sql("""
					alter table archive_file add constraint archive_file_kind_check
						check (kind in ('IMAGE', 'VIDEO', 'DOCUMENT'))""").update();
		}

		assertThat(current(scanRef)).filteredOn((file) -> !file.name().equals("FRONT"))
			.isNotEmpty()
			.extracting(ArchivedFile::state)
			.containsOnly(FileState.ARCHIVED);
	}

	@Test
	void linksThatCannotBeQueuedDoNotKeepOthers() {
		var broken = approved();
		var scanRef = approved();
		this.jdbc.sql("truncate archive_file").update();
		this.jdbc.sql("update verification set files_queued_at = null").update();
		this.jdbc.sql("update verification set data = '[]' where scan_ref = ?").param(broken).update();

		this.overlooked.queue();

		assertThat(find(scanRef).filesVersion()).isEqualTo(2);
	}

	@Test
	void linksThatAnOlderReplicaTookInAreQueuedWhileTheyLive() {
		var scanRef = approved();
		var late = approved();
		this.jdbc.sql("truncate archive_file").update();
		this.jdbc.sql("update verification set files_queued_at = null").update();
		this.jdbc.sql("update verification set files_at = files_at - interval '61 minutes' where scan_ref = ?")
			.param(late)
			.update();

		this.overlooked.queue();
		this.overlooked.queue();
		work();

		assertThat(find(scanRef).filesVersion()).isEqualTo(2);
		assertThat(current(scanRef)).hasSameSizeAs(find(scanRef).files())
			.extracting(ArchivedFile::state)
			.containsOnly(FileState.ARCHIVED);
		assertThat(this.archive.files(new ScanRef(late))).isEmpty();
	}

	@Test
	void bytesThatAreBeingDeletedAreKeptByNoFile() {
		var scanRef = approved();
		var file = this.fetches.find(this.fetches.claim(1).getFirst()).orElseThrow();
		var late = this.fetches.begin();
		var fetched = new Fetched(new byte[32], 1, "image/png");

		this.contents.abandon(late.id());
		assertThat(this.fetches.archive(file, late, fetched)).isEmpty();
		this.leftovers.delete(late);
		assertThat(this.fetches.archive(file, late, fetched)).isEmpty();

		assertThat(count("archive_content")).isZero();
		assertThat(states(scanRef, FileState.WAITING)).contains(file.name());
	}

	@Test
	void bytesThatAreKeptAreNotDeleted() {
		approved();
		var file = this.fetches.find(this.fetches.claim(1).getFirst()).orElseThrow();
		var content = this.fetches.begin();
		assertThat(this.fetches.archive(file, content, new Fetched(new byte[32], 1, "image/png"))).isNotEmpty();

		this.leftovers.delete(content);

		assertThat(countsOfContentsAndFilesThatAreKept()).containsExactly(1L, 1L);
	}

	/** One with workers and connections of its own. */
	private ConfigurableApplicationContext anotherInstance() {
		var instance = new AnnotationConfigApplicationContext();
		instance.setParent(this.context);
		instance.register(FileClient.class, Archiver.class);
		instance.refresh();
		return instance;
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
		work(this.archiver);
	}

	private void work(Archiver archiver) {
		archiver.work();
		await().atMost(Duration.ofSeconds(20))
			.until(() -> this.jdbc.sql("select count(*) from archive_file where next_try_at = :lease")
				.param("lease", at(clock.instant().plus(Duration.ofSeconds(13))))
				.query(Long.class)
				.single() == 0);
	}

	private List<ArchivedFile> current(String scanRef) {
		return this.archive.files(find(scanRef));
	}

	private List<String> states(String scanRef, FileState state) {
		return current(scanRef).stream().filter((file) -> file.state() == state).map(ArchivedFile::name).toList();
	}

	private ArchivedFile file(String scanRef, String name) {
		return current(scanRef).stream().filter((file) -> file.name().equals(name)).findFirst().orElseThrow();
	}

	private byte[] read(ArchivedFile file) throws IOException {
		try (var bytes = this.archive.open(file)) {
			return bytes.readAllBytes();
		}
	}

	private Verification find(String scanRef) {
		return this.verifications.findById(new ScanRef(scanRef)).orElseThrow();
	}

	private List<TimelineEntry> timeline(String scanRef) {
		return this.verifications.timeline(new ScanRef(scanRef));
	}

	private List<Long> countsOfContentsAndFilesThatAreKept() {
		return List.of(count("archive_content"), count("archive_file where state = 'ARCHIVED'"));
	}

	private static long mostAtOnce(List<Call> calls) {
		return calls.stream()
			.mapToLong((call) -> calls.stream()
				.filter((other) -> other.nanos() <= call.nanos()
						&& call.nanos() < other.nanos() + other.took().toNanos())
				.count())
			.max()
			.orElse(0);
	}

	private static OffsetDateTime at(Instant instant) {
		return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
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
