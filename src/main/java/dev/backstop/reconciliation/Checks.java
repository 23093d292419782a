package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.idenfy.IdenfyException;
import dev.backstop.verification.Check;
import dev.backstop.verification.CheckResult;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.FileQueue;
import dev.backstop.verification.Part;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions of a check: one before each call to iDenfy, one after it, none
 * during it. Where both are locked, the reconciler's row comes before the verification.
 */
@Component
class Checks {

	private final DueVerifications due;

	private final Verifications verifications;

	private final IdenfyCalls calls;

	private final ReconciliationStates states;

	private final ReconciliationProperties properties;

	private final Deadlines deadlines;

	private final FileQueue files;

	private final Clock clock;

	Checks(DueVerifications due, Verifications verifications, IdenfyCalls calls, ReconciliationStates states,
			ReconciliationProperties properties, Deadlines deadlines, FileQueue files, Clock clock) {
		this.due = due;
		this.verifications = verifications;
		this.calls = calls;
		this.states = states;
		this.properties = properties;
		this.deadlines = deadlines;
		this.files = files;
		this.clock = clock;
	}

	@Transactional
	Runner handOver(String name) {
		var runner = this.states.lock().handOver(name, this.clock.instant());
		this.due.forgetOlder(runner.number());
		return runner;
	}

	/**
	 * Claims a verification for a runner, and begins its check. The claim is kept before
	 * the verification is read, so that one that cannot be read is not tried again at
	 * once.
	 * @return what to ask first, none if it is claimed already or no longer due
	 */
	Optional<Question> begin(ScanRef scanRef, Runner runner) {
		var now = this.clock.instant();
		var until = now.plus(this.properties.lease());
		if (this.due.claim(scanRef.value(), runner.number(), now, until) == 0) {
			return Optional.empty();
		}
		var question = this.verifications.findById(scanRef)
			.flatMap((verification) -> verification.check(now)
				.flatMap((check) -> verification.next(check)
					.map((part) -> new Question(check, part,
							verification.dueAt().flatMap((_) -> verification.deadline()).orElse(null)))));
		if (question.isEmpty()) {
			giveBack(scanRef, runner);
		}
		return question;
	}

	/**
	 * Writes the ledger's line for a call.
	 * @return the line, none if the answer is no longer wanted
	 * @throws Stopped if the runner may not call iDenfy any more
	 */
	@Transactional
	Optional<Line> open(Question question, Runner runner) {
		var now = this.clock.instant();
		var state = this.states.lockForReading();
		if (!state.allows(runner, now)) {
			throw new Stopped("another instance took over, or the reconciler is held");
		}
		var scanRef = question.check().scanRef();
		var next = this.verifications.lock(scanRef)
			.flatMap((verification) -> verification.next(question.check()))
			.filter(question.part()::equals);
		if (next.isEmpty()) {
			return Optional.empty();
		}
		this.due.renew(scanRef.value(), runner.number(), now.plus(this.properties.lease()));
		var call = this.calls.save(new IdenfyCall(question.check(), question.part(), runner, now));
		return Optional.of(new Line(call.id(), question, now, state.isTroubled()));
	}

	/** Keeps an answer of iDenfy. */
	@Transactional
	Step record(Line line, Answer answer) {
		var now = this.clock.instant();
		if (line.troubled()) {
			unpark(this.states.lock().answered(now), now);
		}
		return end(line, IdenfyCall.Outcome.ANSWERED, null, now, answer);
	}

	/** Keeps that iDenfy did not answer, and what follows for the whole reconciler. */
	@Transactional
	Step record(Line line, IdenfyException failure) {
		var now = this.clock.instant();
		return switch (failure) {
			case IdenfyException.Throttled throttled -> {
				var state = this.states.lock();
				state.throttle(
						throttled.retryAfter().orElseGet(() -> this.deadlines.afterFailures(state.holdsInARow() + 1)),
						now, this.properties);
				yield end(line, IdenfyCall.Outcome.THROTTLED, failure, now, Answer.NONE);
			}
			case IdenfyException.AccessRefused _ -> {
				this.states.lock().refuse(Hold.Reason.ACCESS_REFUSED, failure.reason(), now, this.properties);
				yield end(line, IdenfyCall.Outcome.ACCESS_REFUSED, failure, now, Answer.NONE);
			}
			case IdenfyException.Protocol _ -> {
				this.states.lock().refuse(Hold.Reason.PROTOCOL, failure.reason(), now, this.properties);
				yield end(line, IdenfyCall.Outcome.PROTOCOL, failure, now, Answer.NONE);
			}
			case IdenfyException.NotFound _ -> {
				var scanRef = line.question().check().scanRef();
				unpark(this.states.lock().notFound(scanRef, failure.reason(), now, this.properties), now);
				yield end(line, IdenfyCall.Outcome.NOT_FOUND, failure, now,
						(verification, at) -> verification.answerNotFound(line.question().check(), at));
			}
			case IdenfyException.Unavailable _ -> {
				if (line.troubled()) {
					this.states.lock().probeInVain(now, this.properties);
				}
				yield end(line, IdenfyCall.Outcome.UNAVAILABLE, failure, now, Answer.NONE);
			}
		};
	}

	private void unpark(List<ScanRef> mistaken, Instant now) {
		this.verifications.lock(mistaken).forEach((verification) -> verification.unpark(null, now));
	}

	private Step end(Line line, IdenfyCall.Outcome outcome, @Nullable IdenfyException failure, Instant now,
			Answer answer) {
		var question = line.question();
		var verification = this.verifications.lock(question.check().scanRef()).orElseThrow();
		var call = this.calls.findById(line.id()).orElseThrow();
		if (!call.isOpen()) {
			return Step.superseded();
		}
		call.end(outcome, (failure != null) ? failure.reason() : null, now);
		verification.tellOfCall(question.part(), outcome.name(), call.startedAt(), now);
		var result = answer.keep(verification, now);
		verification.linked().ifPresent(this.files::queue);
		var next = verification.next(question.check())
			.filter((part) -> part.compareTo(question.part()) > 0)
			.map((part) -> new Question(question.check(), part, question.deadline()));
		return new Step(result, next, verification.dueAt());
	}

	/**
	 * Ends a check that brought no answer.
	 * @param counted whether it brings the verification nearer to being parked
	 */
	@Transactional
	Step fail(Check check, boolean counted) {
		var now = this.clock.instant();
		var verification = this.verifications.lock(check.scanRef()).orElseThrow();
		var result = verification.fail(check, counted, now, this.deadlines);
		return new Step(result, Optional.empty(), verification.dueAt());
	}

	/** The calls of earlier runners of which nobody knows how they ended. */
	List<IdenfyCall> findLost(Runner runner) {
		return this.calls.findOpenBefore(runner.number());
	}

	/** The calls about a verification that a runner has not ended. */
	List<IdenfyCall> findOpen(ScanRef scanRef, Runner runner) {
		return this.calls.findOpen(scanRef.value(), runner.number());
	}

	/**
	 * Closes a line that its runner left open. It counts as a failed check, so that an
	 * answer that kills the process is not asked for again and again.
	 */
	@Transactional
	void lose(IdenfyCall lost) {
		var now = this.clock.instant();
		var verification = this.verifications.lock(lost.check().scanRef()).orElseThrow();
		var call = this.calls.findById(lost.id()).orElseThrow();
		if (call.isOpen()) {
			call.end(IdenfyCall.Outcome.LOST, null, now);
			verification.tellOfCall(call.part(), IdenfyCall.Outcome.LOST.name(), call.startedAt(), now);
			verification.fail(call.check(), true, now, this.deadlines);
		}
	}

	/** Closes the line of a call that was not made: the check is as due as before. */
	@Transactional
	void giveUp(Line line) {
		var now = this.clock.instant();
		var verification = this.verifications.lock(line.question().check().scanRef()).orElseThrow();
		var call = this.calls.findById(line.id()).orElseThrow();
		if (call.isOpen()) {
			call.end(IdenfyCall.Outcome.LOST, "not made", now);
			verification.tellOfCall(call.part(), IdenfyCall.Outcome.LOST.name(), call.startedAt(), now);
		}
	}

	/** Lets others claim a verification at once. */
	void giveBack(ScanRef scanRef, Runner runner) {
		this.due.giveBack(scanRef.value(), runner.number());
	}

	@Transactional
	void ran(Runner runner, Instant startedAt, int checks, int calls) {
		this.states.lock().ran(runner, startedAt, this.clock.instant(), checks, calls);
	}

	/** What an answer does to the verification it is about. */
	interface Answer {

		/** Nothing: the check ends otherwise, or is tried again. */
		Answer NONE = (verification, at) -> null;

		@Nullable CheckResult keep(Verification verification, Instant at);

	}

	/**
	 * What to ask iDenfy next.
	 *
	 * @param deadline when the answer was due
	 */
	record Question(Check check, Part part, @Nullable Instant deadline) {
	}

	/**
	 * A line in the ledger.
	 *
	 * @param startedAt when it began to be written
	 * @param troubled whether the reconciler's row wants to know how the call ends
	 */
	record Line(UUID id, Question question, Instant startedAt, boolean troubled) {
	}

	/**
	 * What became of a call.
	 *
	 * @param result how the check ended, null if a call brought no answer
	 * @param next what to ask next in the same check
	 */
	record Step(@Nullable CheckResult result, Optional<Question> next, Optional<Instant> dueAt) {

		/** A webhook or an operator was faster. */
		static Step superseded() {
			return new Step(CheckResult.SUPERSEDED, Optional.empty(), Optional.empty());
		}

	}

}
