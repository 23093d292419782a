package dev.backstop.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Files are kept by every replica, whatever their size, and whoever is killed. */
class ArchiveTests {

	private static final int VERIFICATIONS = Integer.getInteger("backstop.archive.verifications", 1_000);

	private static final int MEBIBYTE = 1024 * 1024;

	private static final String FILM = "FACE_VIDEO";

	@Test
	void aFilmOf500MebibytesPassesThroughASmallHeap() {
		try (var postgres = new PostgresProcess(); var idenfy = SimulatedIdenfy.start(new Settings().seed(21))) {
			var database = postgres.createDatabase();
			var settings = BackstopProcess.BRISK.stream()
				.filter((setting) -> !setting.startsWith("backstop.archive.fetch-timeout"))
				.toList();
			try (var backstop = new BackstopProcess(database, idenfy, settings).start().awaitReady()) {
				var scanRef = filmed(idenfy, backstop, 500);

				long start = System.nanoTime();
				var film = awaitFilm(backstop, scanRef);

				System.out.printf("A film of 500 MiB was kept after %s, peak memory %d MiB%n",
						Duration.ofNanos(System.nanoTime() - start), backstop.peakMemory() / MEBIBYTE);
				assertThat(backstop.sha256(film.get("href").asString())).isEqualTo(idenfy.file(scanRef, FILM).sha256())
					.isEqualTo(film.get("sha256").asString());
				assertThat(backstop.isAlive()).isTrue();
			}
		}
	}

	@Test
	void aFileWhoseReplicaIsKilledInTheMiddleIsFetchedByAnotherAndNeverServedByHalf() {
		try (var postgres = new PostgresProcess(); var idenfy = SimulatedIdenfy.start(new Settings().seed(22))) {
			var database = postgres.createDatabase();
			var jdbc = PostgresProcess.jdbc(database);
			try (var first = new BackstopProcess(database, idenfy, BackstopProcess.BRISK).start().awaitReady();
					var second = new BackstopProcess(database, idenfy, BackstopProcess.BRISK)) {
				idenfy.fault(Endpoint.LINK, Fault.UNAVAILABLE);
				var scanRef = filmed(idenfy, first, 100);
				Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> state(first, scanRef).equals("WAITING"));

				idenfy.clearFaults();
				Awaitility.await()
					.pollInterval(Duration.ofMillis(5))
					.atMost(Duration.ofMinutes(1))
					.until(() -> chunks(jdbc) > 20);
				first.kill();
				second.start().awaitReady();

				assertThat(state(second, scanRef)).isEqualTo("WAITING");
				assertThat(second.get("/api/v1/verifications/" + scanRef + "/files/" + FILM).statusCode())
					.isEqualTo(404);
				var film = awaitFilm(second, scanRef);
				assertThat(second.sha256(film.get("href").asString())).isEqualTo(idenfy.file(scanRef, FILM).sha256());
			}
		}
	}

	@Test
	@EnabledIfSystemProperty(named = "backstop.archive.verifications", matches = "\\d+")
	void filesAreFetchedWhileWebhooksAreTaken() throws Exception {
		try (var postgres = new PostgresProcess();
				var idenfy = SimulatedIdenfy.start(new Settings().seed(23).fileSize(300_000))) {
			List<Duration> quiet;
			try (var backstop = new BackstopProcess(postgres.createDatabase(), idenfy,
					BackstopProcess.BRISK_WITHOUT_FILES)
				.start()
				.awaitReady()) {
				idenfy.deliverTo(backstop.webhooks());
				latencies(idenfy, 100);
				quiet = latencies(idenfy, 300);
			}
			var database = postgres.createDatabase();
			var jdbc = PostgresProcess.jdbc(database);
			try (var backstop = new BackstopProcess(database, idenfy, BackstopProcess.BRISK).start().awaitReady();
					var threads = Executors.newSingleThreadExecutor()) {
				idenfy.deliverTo(backstop.webhooks());
				idenfy.fault(Endpoint.LINK, Fault.UNAVAILABLE);
				latencies(idenfy, VERIFICATIONS);

				idenfy.clearFaults();
				long start = System.nanoTime();
				Future<List<Duration>> fetching = threads.submit(() -> latencies(idenfy, 300));
				long heap = 0;
				while (waiting(jdbc) > 0 || !fetching.isDone()) {
					heap = Math.max(heap, backstop.heap());
					Awaitility.await().pollDelay(Duration.ofMillis(200)).until(() -> true);
				}
				double seconds = (System.nanoTime() - start) / 1e9;
				long files = jdbc.sql("select count(*) from archive_file where state = 'ARCHIVED'")
					.query(Long.class)
					.single();
				long bytes = jdbc.sql("select sum(size) from archive_file").query(Long.class).single();

				System.out.printf(
						"Files of %d verifications: %.0f files and %.1f MiB a second, heap at most %d MiB; webhooks take %d ms (median) and %d ms (99 %%), without files %d ms and %d ms%n",
						VERIFICATIONS + 300, files / seconds, bytes / seconds / MEBIBYTE, heap / MEBIBYTE,
						at(fetching.get(), 50), at(fetching.get(), 99), at(quiet, 50), at(quiet, 99));
				assertThat(jdbc.sql("select count(*) from archive_file where state <> 'ARCHIVED'")
					.query(Long.class)
					.single()).isZero();
				assertThat(files).isGreaterThanOrEqualTo(VERIFICATIONS + 300);
				assertThat(at(fetching.get(), 99)).isLessThan(4_000);
			}
		}
	}

	/** One whose film has so many MiB, of which no webhook came. */
	private static String filmed(SimulatedIdenfy idenfy, BackstopProcess backstop, int mebibytes) {
		while (true) {
			var token = idenfy.create(Duration.ZERO, Duration.ZERO);
			idenfy.lose(token.scanRef(), Event.autoFinished("APPROVED"));
			if (idenfy.truth(token.scanRef()).files().contains(FILM)) {
				idenfy.resize(token.scanRef(), FILM, (long) mebibytes * MEBIBYTE);
				backstop.register(token);
				return token.scanRef();
			}
		}
	}

	private static JsonNode awaitFilm(BackstopProcess backstop, String scanRef) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> state(backstop, scanRef).equals("ARCHIVED"));
		return film(backstop, scanRef);
	}

	private static String state(BackstopProcess backstop, String scanRef) {
		return film(backstop, scanRef).path("state").asString("");
	}

	private static JsonNode film(BackstopProcess backstop, String scanRef) {
		return backstop.verification(scanRef)
			.get("files")
			.valueStream()
			.filter((file) -> file.get("name").asString().equals(FILM))
			.findFirst()
			.orElseGet(() -> backstop.verification(scanRef).path("none"));
	}

	/** How long each of some webhooks takes, one after the other. */
	private static List<Duration> latencies(SimulatedIdenfy idenfy, int webhooks) {
		var scanRefs = new ArrayList<String>();
		for (int i = 0; i < webhooks; i++) {
			scanRefs.add(idenfy.create().scanRef());
			idenfy.emit(scanRefs.getLast(), Event.autoFinished("APPROVED"));
		}
		var deliveries = scanRefs.stream().flatMap((scanRef) -> idenfy.deliveries(scanRef).stream()).toList();
		assertThat(deliveries).hasSize(webhooks).allMatch(Delivery::acknowledged);
		return deliveries.stream().map(Delivery::took).sorted().toList();
	}

	private static long at(List<Duration> sorted, int percent) {
		return sorted.get(sorted.size() * percent / 100).toMillis();
	}

	private static long chunks(JdbcClient jdbc) {
		return jdbc.sql("select count(*) from archive_chunk").query(Long.class).single();
	}

	private static long waiting(JdbcClient jdbc) {
		return jdbc.sql("select count(*) from archive_file where state = 'WAITING'").query(Long.class).single();
	}

}
