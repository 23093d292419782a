package dev.backstop.system;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

import dev.backstop.simulator.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a run whose replica dies or stands still. */
@Order(1)
class TakeOverTests {

	private static final Duration TAKE_OVER = Duration.ofMinutes(1);

	private static Replicas replicas;

	@BeforeAll
	static void start() {
		replicas = Replicas.start(4);
	}

	@AfterAll
	static void stop() {
		replicas.close();
	}

	@AfterEach
	void letAllEnd() {
		replicas.letAllEnd();
	}

	@Test
	void aKilledRunnerIsFollowedByAnotherWithinAMinuteAndWithinTheBudget() {
		var runner = replicas.runnerOf(40);

		runner.kill();
		var killedAt = Instant.now();
		awaitCallsOfAnotherRunner(killedAt);

		runner.start().awaitReady();
	}

	@Test
	void aRunnerThatStoodStillBeginsNoFurtherCall() {
		var runner = replicas.runnerOf(40);
		long number = runnerNumber();

		runner.freeze();
		var frozenAt = Instant.now();
		awaitCallsOfAnotherRunner(frozenAt);
		runner.thaw();

		replicas.awaitSettled();
		var calls = replicas.idenfy()
			.calls()
			.stream()
			.filter((call) -> call.at().isAfter(frozenAt.plusSeconds(1)))
			.count();
		// those of others, and what had left and stood still on its way
		assertThat(replicas.jdbc()
			.sql("select count(*) from idenfy_call where runner <> ? and started_at > ? or runner = ? and ended_at > ?")
			.params(number, Timestamp.from(frozenAt), number, Timestamp.from(frozenAt.plusSeconds(1)))
			.query(Long.class)
			.single()).isGreaterThanOrEqualTo(calls);
		assertThat(replicas.jdbc()
			.sql("select count(*) from idenfy_call where runner = ? and started_at > ?")
			.params(number, Timestamp.from(frozenAt.plusSeconds(1)))
			.query(Integer.class)
			.single()).isZero();
	}

	private static long runnerNumber() {
		return replicas.jdbc().sql("select runner from reconciliation").query(Long.class).single();
	}

	private static void awaitCallsOfAnotherRunner(Instant since) {
		Replicas.await(TAKE_OVER)
			.until(() -> replicas.idenfy()
				.calls()
				.stream()
				.anyMatch((call) -> call.at().isAfter(since.plusSeconds(2))));
		var next = replicas.idenfy()
			.calls()
			.stream()
			.map(Call::at)
			.filter((at) -> at.isAfter(since.plusSeconds(2)))
			.findFirst();
		System.out.println("Replicas: taken over after " + Duration.between(since, next.orElseThrow()));
	}

}
