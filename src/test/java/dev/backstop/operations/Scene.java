package dev.backstop.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.Findings;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.StatusAnswer;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What operators find: an empty database, and what a test puts into it. */
class Scene {

	static final String PERSON = "Testperson";

	private final Verifications verifications;

	private final Deadlines deadlines;

	private final TransactionTemplate transaction;

	private final JdbcClient jdbc;

	private final SchedulerClient scheduler;

	private final RecurringTask<Void> task;

	private final CircuitBreakerRegistry breakers;

	private final Situation situation;

	private final Clock clock;

	Scene(Verifications verifications, Deadlines deadlines, TransactionTemplate transaction, JdbcClient jdbc,
			SchedulerClient scheduler, RecurringTask<Void> task, CircuitBreakerRegistry breakers, Situation situation,
			Clock clock) {
		this.verifications = verifications;
		this.deadlines = deadlines;
		this.transaction = transaction;
		this.jdbc = jdbc;
		this.scheduler = scheduler;
		this.task = task;
		this.breakers = breakers;
		this.situation = situation;
		this.clock = clock;
	}

	void clear() {
		this.jdbc.sql("truncate verification, delivery, scheduled_tasks cascade").update();
		this.jdbc
			.sql("""
					update reconciliation set runner = 0, runner_name = null, runner_since = null, hold = null,
						hold_reason = null, hold_detail = null, held_by = null, held_since = null, held_until = null,
						last_run_started_at = null, last_run_ended_at = null, last_run_checks = null, last_run_calls = null, refused = '[]', rearmed = '{}', test = null
					""")
			.update();
		this.scheduler.scheduleIfNotExists(this.task.instance(RecurringTask.INSTANCE), tomorrow());
		this.breakers.circuitBreaker("idenfy").reset();
		this.situation.forget();
	}

	Instant tomorrow() {
		return this.clock.instant().plus(Duration.ofDays(1));
	}

	/** One whose webhook should have come that long ago. */
	ScanRef overdueBy(Duration duration) {
		var scanRef = new ScanRef(UUID.randomUUID().toString());
		var expected = this.clock.instant().minus(duration);
		var registeredAt = expected.minus(Duration.ofMinutes(100));
		save(Verification.registered(new Registration(scanRef, "client-of-" + PERSON, "order-of-" + PERSON, null, null),
				"onboarding", registeredAt, this.deadlines));
		return scanRef;
	}

	/** As many that are overdue, without their history. */
	void overdue(int count) {
		this.jdbc
			.sql("""
					insert into verification (scan_ref, version, progress, due_at, next_check_at, outstanding, answered, round,
						reopened, review_announced, contested, follow_ups, failures, asked_checks, check_count, files, webhook,
						webhook_ranks, created_at, updated_at)
					select 'overdue-' || i, 0, 'AWAITED', now(), now(), '{STATUS}', '{}', 0, false, false, false, 0, 0, 0, 0,
						'[]', '{}', '{}', now(), now()
					from generate_series(1, ?) i""")
			.param(count)
			.update();
		this.situation.forget();
	}

	/** One that iDenfy did not know that long ago. */
	ScanRef notFound(Duration ago) {
		var scanRef = overdueBy(ago);
		var at = this.clock.instant().minus(ago);
		change(scanRef, (verification) -> verification.answerNotFound(verification.check(at).orElseThrow(), at));
		return scanRef;
	}

	/** One that was fetched just now, person and all. */
	ScanRef settled() {
		var scanRef = overdueBy(Duration.ofHours(1));
		var at = this.clock.instant();
		change(scanRef, (verification) -> {
			var check = verification.check(at).orElseThrow();
			verification.answer(check, new StatusAnswer(new Findings("APPROVED", "DOC_VALIDATED", "FACE_MATCH",
					"DOC_VALIDATED", "FACE_MATCH", List.of(), List.of()), null, "client-of-" + PERSON), at,
					this.deadlines);
			verification.answer(check, Map.of("docFirstName", PERSON), at);
			verification.answer(check, List.of(new FileLink("FRONT", FileLink.Kind.IMAGE,
					"https://files.example/" + PERSON, at.plus(Duration.ofHours(1)))), at);
		});
		return scanRef;
	}

	/** A line in the ledger. */
	void call(ScanRef scanRef, String part, String outcome) {
		this.jdbc.sql("""
				insert into idenfy_call (id, scan_ref, part, round, asked, runner, started_at, ended_at, outcome)
				values (uuidv7(), ?, ?, 0, false, 1, now(), now(), ?)""")
			.params(scanRef.value(), part, outcome)
			.update();
	}

	/** A webhook that was not understood. */
	UUID unreadable(String body) {
		var id = UUID.randomUUID();
		this.jdbc.sql("""
				insert into delivery (id, received_at, event_type, event_word, signed_by, body, body_size, body_sha256,
					outcome, reason, repeats)
				values (:id, now(), 'IDENTIFICATION_MANUAL_FINISHED', 'IDENTIFICATION_MANUAL_FINISHED', 'key-1',
					convert_to(:body, 'UTF8'), length(:body), sha256(convert_to(:body, 'UTF8')), 'UNREADABLE',
					'not JSON', 2)""").param("id", id).param("body", body).update();
		this.situation.forget();
		return id;
	}

	/** What holds the reconciler, for another hour. */
	void hold(String state, String reason, String detail) {
		this.jdbc.sql("""
				update reconciliation set hold = ?, hold_reason = ?, hold_detail = ?, held_by = null,
					held_since = now(), held_until = now() + interval '1 hour'""")
			.params(state, reason, detail)
			.update();
		this.situation.forget();
	}

	/** What happened to one, and who wanted it. */
	List<String> operatorsActions(ScanRef scanRef) {
		return this.jdbc.sql("""
				select outcome || ' by ' || (details ->> 'by') from timeline_entry
				where scan_ref = ? and kind = 'OPERATOR' order by id""")
			.param(scanRef.value())
			.query(String.class)
			.list();
	}

	Instant nextExecution() {
		return this.jdbc.sql("select execution_time from scheduled_tasks")
			.query((row, _) -> row.getTimestamp(1).toInstant())
			.single();
	}

	Verification find(ScanRef scanRef) {
		return this.verifications.findById(scanRef).orElseThrow();
	}

	private void save(Verification verification) {
		this.transaction.executeWithoutResult((_) -> this.verifications.save(verification));
		this.situation.forget();
	}

	private void change(ScanRef scanRef, Consumer<Verification> change) {
		this.transaction.executeWithoutResult((_) -> change.accept(this.verifications.lock(scanRef).orElseThrow()));
		this.situation.forget();
	}

}
