package dev.backstop.reconciliation;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.backstop.ScheduleWithoutRunner;
import dev.backstop.TestClock;
import dev.backstop.TestDatabase;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** iDenfy is asked for new links once, by the reconciler, if all else failed. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "db-scheduler.enabled=false", "backstop.archive.allow-loopback-http=true",
				"backstop.archive.interval=20ms", "resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=1ms",
				"resilience4j.retry.instances.idenfy.wait-duration=1ms",
				"resilience4j.circuitbreaker.instances.idenfy.minimum-number-of-calls=100" })
@Import({ TestDatabase.class, RefetchTests.SharedClock.class, ScheduleWithoutRunner.class })
@DirtiesContext
class RefetchTests {

	private static final Fault EXPIRED = Fault.xml(403, "AccessDenied", "Request has expired");

	private static final TestClock clock = new TestClock();

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy
		.start(new Settings().seed(11).clock(clock).retries(0, Duration.ZERO));

	@Autowired
	private Reconciler reconciler;

	@Autowired
	private Reconciliation reconciliation;

	@Autowired
	private Verifications verifications;

	@Autowired
	private JdbcClient jdbc;

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
		this.jdbc.sql("truncate verification, delivery, idenfy_call cascade").update();
	}

	@Test
	void deadLinksAreAskedForWithOneCallAndTheFilesKept() {
		var scanRef = approvedWhileFilesCannotBeFetched();
		clock.advance(Duration.ofHours(1));
		awaitWish(scanRef);
		idenfy.clearFaults();

		run();

		awaitStates(scanRef, "ARCHIVED");
		assertThat(retrievals()).containsExactly(Endpoint.FILES);
		assertThat(find(scanRef).progress()).isEqualTo(Progress.SETTLED);
		assertThat(find(scanRef).decision().orElseThrow().event()).isEqualTo("IDENTIFICATION_AUTO_FINISHED");
		assertThat(this.jdbc.sql("select max(version) from archive_file").query(Integer.class).single()).isOne();
	}

	@Test
	void linksThatS3CallsExpiredAreAskedForAtOnceAndNotTriedAgain() {
		var scanRef = approved(EXPIRED, "the link died");
		int files = find(scanRef).files().size();
		assertThat(idenfy.calls(Endpoint.LINK, scanRef)).hasSize(files);
		clock.advance(Duration.ofMinutes(6));
		awaitReason("the link died");
		idenfy.clearFaults();

		run();

		awaitStates(scanRef, "ARCHIVED");
		assertThat(retrievals()).containsExactly(Endpoint.FILES);
		assertThat(idenfy.calls(Endpoint.LINK, scanRef)).hasSize(2 * files);
	}

	@Test
	void newLinksThatHaveExpiredAsWellAreLostWithTheReason() {
		var scanRef = approved(EXPIRED, "the link died");

		run();

		awaitStates(scanRef, "LOST");
		awaitReason("HTTP 403, the link has expired");
		assertThat(retrievals()).containsExactly(Endpoint.FILES);
	}

	@Test
	void afterThatTheyAreLostAndNobodyIsAskedAgain() {
		var scanRef = approvedWhileFilesCannotBeFetched();
		clock.advance(Duration.ofHours(1));
		awaitWish(scanRef);
		run();
		awaitReason("HTTP 503");

		clock.advance(Duration.ofHours(2));

		awaitStates(scanRef, "LOST");
		clock.advance(Duration.ofDays(2));
		run();
		assertThat(retrievals()).containsExactly(Endpoint.FILES);
	}

	@Test
	void anOutageOfIdenfyIsWaitedForLikeAnyOther() {
		var scanRef = approvedWhileFilesCannotBeFetched();
		idenfy.fault(Endpoint.FILES, Fault.UNAVAILABLE);
		clock.advance(Duration.ofHours(1));
		awaitWish(scanRef);

		run();
		run();
		assertThat(retrievals()).hasSize(3);

		idenfy.clearFaults();
		clock.advance(Duration.ofMinutes(1));
		run();

		clock.advance(Duration.ofMinutes(5));
		awaitStates(scanRef, "ARCHIVED");
		assertThat(idenfy.answered(Endpoint.FILES, scanRef)).isOne();
	}

	@Test
	void aPauseHoldsForThem() {
		var scanRef = approvedWhileFilesCannotBeFetched();
		clock.advance(Duration.ofHours(1));
		awaitWish(scanRef);
		this.reconciliation.pause("oncall");
		try {
			run();
			assertThat(retrievals()).isEmpty();
		}
		finally {
			this.reconciliation.resume("oncall");
		}
	}

	private String approvedWhileFilesCannotBeFetched() {
		return approved(Fault.UNAVAILABLE, "HTTP 503");
	}

	private String approved(Fault fault, String reason) {
		var scanRef = idenfy.create().scanRef();
		idenfy.fault(Endpoint.LINK, fault);
		idenfy.emit(scanRef, Event.autoFinished("APPROVED"));
		awaitReason(reason);
		return scanRef;
	}

	private void awaitWish(String scanRef) {
		Awaitility.await().until(() -> find(scanRef).check(clock.instant()).isPresent());
	}

	private void awaitReason(String reason) {
		Awaitility.await()
			.until(() -> this.jdbc.sql("select distinct reason from archive_file").query(String.class).list(),
					List.of(reason)::equals);
	}

	private void awaitStates(String scanRef, String state) {
		Awaitility.await()
			.until(() -> this.jdbc.sql("select distinct state from archive_file where scan_ref = ?")
				.param(scanRef)
				.query(String.class)
				.list(), List.of(state)::equals);
	}

	private void run() {
		this.reconciler.run(() -> false);
	}

	private static List<Endpoint> retrievals() {
		return idenfy.calls().stream().map(Call::endpoint).filter(Endpoint.RETRIEVAL::contains).toList();
	}

	private Verification find(String scanRef) {
		return this.verifications.findById(new ScanRef(scanRef)).orElseThrow();
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
