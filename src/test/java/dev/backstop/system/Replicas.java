package dev.backstop.system;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backstop.Database;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Three replicas on one database, with the heartbeats they have by default. */
final class Replicas implements AutoCloseable {

	private final PostgresProcess postgres = new PostgresProcess();

	private final Database database = this.postgres.createDatabase();

	private final JdbcClient jdbc = PostgresProcess.jdbc(this.database);

	private final SimulatedIdenfy idenfy;

	private final List<BackstopProcess> all;

	private final Audit audit;

	private Replicas(long seed) {
		this.idenfy = SimulatedIdenfy.start(new Settings().seed(seed));
		this.all = IntStream.range(0, 3)
			.mapToObj((_) -> new BackstopProcess(this.database, this.idenfy, BackstopProcess.BRISK_WITHOUT_FILES))
			.toList();
		this.audit = new Audit(this.idenfy, first(), this.database);
	}

	static Replicas start(long seed) {
		var replicas = new Replicas(seed);
		// the first makes the schema
		replicas.first().start().awaitReady();
		replicas.all.stream().skip(1).forEach(BackstopProcess::start);
		replicas.all.forEach(BackstopProcess::awaitReady);
		replicas.deliverTo(replicas.all.stream());
		return replicas;
	}

	SimulatedIdenfy idenfy() {
		return this.idenfy;
	}

	JdbcClient jdbc() {
		return this.jdbc;
	}

	List<BackstopProcess> all() {
		return this.all;
	}

	BackstopProcess first() {
		return this.all.getFirst();
	}

	void deliverTo(Stream<BackstopProcess> receivers) {
		this.idenfy.deliverTo(receivers.map(BackstopProcess::webhooks).toArray(URI[]::new));
	}

	/** The one that reconciles, at the beginning of a long run. */
	BackstopProcess runnerOf(int due) {
		first().reconciliation("pause");
		for (int i = 0; i < due; i++) {
			var token = this.idenfy.create(Duration.ZERO, Duration.ZERO);
			this.idenfy.lose(token.scanRef(), Event.autoFinished("APPROVED"));
			this.all.get(i % this.all.size()).register(token);
		}
		await(Duration.ofMinutes(1)).until(() -> first().reconciliation().get("dueNow").asInt() == due);
		first().reconciliation("resume");
		await(Duration.ofSeconds(30)).until(() -> this.idenfy.calls().size() > 10);
		var name = this.jdbc.sql("select runner_name from reconciliation").query(String.class).single();
		return this.all.stream().filter((replica) -> name.startsWith(replica.name())).findFirst().orElseThrow();
	}

	void awaitSettled() {
		await(Duration.ofMinutes(2)).until(() -> this.audit.awaited() == 0);
	}

	/** Lets all end well, for the next test. */
	void letAllEnd() {
		this.idenfy.clearFaults();
		first().reconciliation("resume");
		awaitSettled();
		assertThat(this.audit.complaints()).isEmpty();
		System.out.println("Replicas: " + this.audit.figures());
		this.idenfy.forget();
	}

	static ConditionFactory await(Duration atMost) {
		return Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(200));
	}

	@Override
	public void close() {
		this.all.forEach(BackstopProcess::close);
		this.idenfy.close();
		this.audit.close();
		this.postgres.close();
	}

}
