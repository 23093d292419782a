package dev.backstop.system;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More webhooks than the machine can take, strangers who send large and endless ones, and
 * an iDenfy that hangs, all with the heap that the image has in a container of 512 MiB.
 */
@Isolated
class OverloadTests {

	private static final int SENDERS = 100;

	private static final int STRANGERS = 60;

	private static final Duration FLOOD = Duration.ofSeconds(12);

	private static final long CONTAINER = 512 * 1024 * 1024;

	private final HttpClient stranger = HttpClient.newHttpClient();

	@Test
	void aFloodIsTakenOrShedAndWhatWasAcknowledgedIsKept() throws Exception {
		try (var postgres = new PostgresProcess();
				var idenfy = SimulatedIdenfy.start(new Settings().seed(8).retries(0, Duration.ZERO))) {
			var database = postgres.createDatabase();
			try (var backstop = new BackstopProcess(database, idenfy, BackstopProcess.BRISK_WITHOUT_FILES);
					var audit = new Audit(idenfy, backstop, database)) {
				backstop.start().awaitReady();
				idenfy.deliverTo(backstop.webhooks());
				var known = idenfy.create();
				backstop.register(known);
				// code that is yet to be compiled is a matter of starts
				latencies(idenfy);
				for (int i = 0; i < 100; i++) {
					timeToAnswer(backstop, known.scanRef());
				}
				idenfy.forget();
				long pid = backstop.pid();
				var flooding = new AtomicBoolean(true);
				var queries = new ArrayList<Duration>();

				try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
					var floods = repeat(threads, SENDERS, flooding,
							() -> idenfy.emit(idenfy.create().scanRef(), Event.autoFinished("APPROVED")));
					repeat(threads, STRANGERS, flooding, () -> sendAsAStranger(backstop.webhooks()));
					repeat(threads, STRANGERS, flooding, () -> sendHalfOfAWebhook(backstop.webhooks()));
					try {
						long end = System.nanoTime() + FLOOD.toNanos();
						while (System.nanoTime() < end) {
							Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
							queries.add(timeToAnswer(backstop, known.scanRef()));
						}
					}
					finally {
						flooding.set(false);
					}
					for (var flood : floods) {
						flood.get();
					}
				}
				var answers = idenfy.deliveries()
					.stream()
					.collect(Collectors.groupingBy(Delivery::status, Collectors.counting()));
				long peak = backstop.peakMemory();
				queries.sort(Comparator.naturalOrder());
				var median = queries.get(queries.size() / 2);
				System.out.printf(
						"Flood: webhooks answered %s, queries within %d ms (median) and %d ms (all %d), peak memory %d MiB%n",
						answers, median.toMillis(), queries.getLast().toMillis(), queries.size(), peak / 1024 / 1024);

				assertThat(backstop.pid()).isEqualTo(pid);
				assertThat(answers.keySet()).contains(200).isSubsetOf(200, 503);
				assertThat(peak).isLessThan(CONTAINER);
				assertThat(median).isLessThan(Duration.ofSeconds(1));
				assertThat(queries.getLast()).isLessThan(Duration.ofSeconds(5));
				Awaitility.await()
					.atMost(Duration.ofSeconds(15))
					.until(() -> idenfy.emit(known.scanRef(), Event.autoFinished("APPROVED")) == 200);
				assertThat(audit.unkept()).isEmpty();
				assertThat(backstop.threadsIn("webhook.WebhookController", "webhook.WebhookIntake")).isEmpty();
			}
		}
	}

	@Test
	void webhooksDoNotWaitForAnIdenfyThatHangs() {
		try (var postgres = new PostgresProcess(); var idenfy = SimulatedIdenfy.start(new Settings().seed(9))) {
			var database = postgres.createDatabase();
			var settings = BackstopProcess.BRISK_WITHOUT_FILES.stream()
				.map((setting) -> setting.startsWith("idenfy.answer-timeout") ? "idenfy.answer-timeout=10s" : setting)
				.toList();
			try (var backstop = new BackstopProcess(database, idenfy, settings).start().awaitReady();
					var audit = new Audit(idenfy, backstop, database)) {
				idenfy.deliverTo(backstop.webhooks());
				latencies(idenfy);
				var quiet = latencies(idenfy);

				idenfy.fault(Fault.HANG);
				for (int i = 0; i < 20; i++) {
					backstop.register(idenfy.create(Duration.ZERO, Duration.ZERO));
				}
				Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> audit.openCalls() == 4);
				var hanging = latencies(idenfy);

				System.out.printf(
						"iDenfy hangs: webhooks take %d ms (median) and %d ms (99 %%), before %d ms and %d ms%n",
						median(hanging), highest(hanging), median(quiet), highest(quiet));
				assertThat(audit.openCalls()).isEqualTo(4);
				assertThat(median(hanging)).isLessThan(2 * median(quiet) + 10);
				assertThat(highest(hanging)).isLessThan(1_000);
			}
		}
	}

	/** How long each of some webhooks takes, one after the other, in milliseconds. */
	private static List<Long> latencies(SimulatedIdenfy idenfy) {
		idenfy.forget();
		for (int i = 0; i < 300; i++) {
			idenfy.emit(idenfy.create().scanRef(), Event.autoFinished("APPROVED"));
		}
		assertThat(idenfy.deliveries()).allMatch(Delivery::acknowledged);
		return idenfy.deliveries().stream().map((delivery) -> delivery.took().toMillis()).sorted().toList();
	}

	private static long median(List<Long> sorted) {
		return sorted.get(sorted.size() / 2);
	}

	private static long highest(List<Long> sorted) {
		return sorted.get(sorted.size() * 99 / 100);
	}

	private static List<Future<?>> repeat(ExecutorService threads, int times, AtomicBoolean going, Task task) {
		return IntStream.range(0, times).<Future<?>>mapToObj((_) -> threads.submit(() -> {
			while (going.get()) {
				task.run();
			}
			return null;
		})).toList();
	}

	/** How long a client waits that repeats what is answered 503. */
	private static Duration timeToAnswer(BackstopProcess backstop, String scanRef) {
		long start = System.nanoTime();
		Awaitility.await("answer to a query")
			.pollDelay(Duration.ZERO)
			.atMost(Duration.ofSeconds(30))
			.until(() -> isGiven(backstop.get("/api/v1/verifications/" + scanRef)));
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static boolean isGiven(HttpResponse<String> answer) {
		if (answer.statusCode() == 503) {
			assertThat(answer.headers().firstValue("Retry-After")).isPresent();
			return false;
		}
		assertThat(answer.statusCode()).isEqualTo(200);
		return true;
	}

	/** As large as a webhook may be, and the signature looks like one. */
	private void sendAsAStranger(URI webhooks) throws InterruptedException {
		var request = HttpRequest.newBuilder(webhooks)
			.timeout(Duration.ofSeconds(20))
			.header("Idenfy-Signature", "0".repeat(64))
			.POST(BodyPublishers.ofByteArray(new byte[1_000_000]))
			.build();
		try {
			this.stranger.send(request, BodyHandlers.discarding());
		}
		catch (IOException ex) {
			// turned away
		}
	}

	private static void sendHalfOfAWebhook(URI webhooks) {
		try (var socket = new Socket(webhooks.getHost(), webhooks.getPort())) {
			socket.setSoTimeout(20_000);
			var half = "POST %s HTTP/1.1\r\nHost: localhost\r\nIdenfy-Signature: %s\r\nContent-Length: 1000000\r\n\r\n%s"
				.formatted(webhooks.getPath(), "0".repeat(64), "x".repeat(500_000));
			socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
			socket.getInputStream().readAllBytes();
		}
		catch (IOException ex) {
			// turned away
		}
	}

	/** What is done again and again. */
	private interface Task {

		void run() throws Exception;

	}

}
