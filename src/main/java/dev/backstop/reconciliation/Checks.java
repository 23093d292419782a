package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions of a check: one before each call to iDenfy, one after it, none
 * during it. Where both are locked, the reconciler's row comes before the verification.
 */
@Component
class Checks {

	private static final Logger log = LoggerFactory.getLogger(Checks.class);

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
		var now = this.clock.instant();
		var state = this.states.lock();
		var runner = state.handOver(name, now);
		this.due.forgetOlder(runner.number());
		if (state.hold().isEmpty() && !state.refused().isEmpty()) {
			var due = this.due.findAmong(state.refusedNames(), now, runner.number());
			state.refused()
				.stream()
				.map(Refused::scanRef)
				.filter((scanRef) -> !due.contains(scanRef))
				.forEach((scanRef) -> state.forget(new ScanRef(scanRef)));
		}
		return runner;
	}

	/**
	 * Finds the verification that is asked about before all others and alone, while
	 * iDenfy may refuse the account or one verification: another than was refused, where
	 * one is due.
	 * @return the verification, none if nothing is in question, or none may be asked for
	 */
	Optional<String> findAlone(long runner) {
		var now = this.clock.instant();
		var state = this.states.get();
		var due = this.due.findAmong(state.refusedNames(), now, runner);
		var inQuestion = state.refused()
			.stream()
			.filter((each) -> each.evidence() != Refused.Evidence.ALONE && due.contains(each.scanRef()))
			.sorted(Comparator.comparing(Refused::asked).thenComparing((each) -> due.indexOf(each.scanRef())))
			.toList();
		if (inQuestion.isEmpty() && !state.isProbing(now)) {
			return Optional.empty();
		}
		return inQuestion.stream()
			.filter((each) -> each.evidence() == Refused.Evidence.OTHER_ANSWERED)
			.map(Refused::scanRef)
			.findFirst()
			.or(() -> findOther(state, runner, now))
			.or(() -> inQuestion.stream().filter((each) -> !each.isExhausted()).map(Refused::scanRef).findFirst());
	}

	private Optional<String> findOther(ReconciliationState state, long runner, Instant now) {
		return this.due.find(now, runner, state.refusedNames(), 1).stream().findFirst();
	}

	/** Finds the most overdue, but for those that iDenfy may refuse. */
	List<String> findDue(Runner runner) {
		return this.due.find(this.clock.instant(), runner.number(), this.states.get().refusedNames(),
				this.properties.batchSize());
	}

	/** Finds the verifications that iDenfy refuses while it answers about others. */
	List<Refused> findRefusedAlone() {
		return this.states.get()
			.refused()
			.stream()
			.filter((each) -> each.evidence() == Refused.Evidence.ALONE)
			.toList();
	}

	/**
	 * Parks one that iDenfy refuses while it answers about others.
	 * @return how its check ended, null if it is no longer due
	 */
	@Transactional
	@Nullable CheckResult parkRefused(Refused refused) {
		var now = this.clock.instant();
		var scanRef = new ScanRef(refused.scanRef());
		this.states.lock().forget(scanRef);
		return this.verifications.lock(scanRef)
			.flatMap((verification) -> verification.check(now)
				.map((check) -> verification.refuse(check, refused.detail(), now)))
			.orElse(null);
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
		answered(line, now);
		return end(line, IdenfyCall.Outcome.ANSWERED, null, now, answer);
	}

	/** Keeps that iDenfy did not answer, and what follows for the whole reconciler. */
	@Transactional
	Step record(Line line, IdenfyException failure) {
		var now = this.clock.instant();
		var check = line.question().check();
		var scanRef = check.scanRef();
		return switch (failure) {
			case IdenfyException.Throttled throttled -> refuse(line, IdenfyCall.Outcome.THROTTLED, failure, now,
					(state) -> state.throttle(scanRef, failure.reason(),
							throttled.retryAfter()
								.orElseGet(() -> this.deadlines.afterFailures(state.holdsInARow() + 1)),
							now, this.properties));
			case IdenfyException.AccessRefused _ -> refuse(line, IdenfyCall.Outcome.ACCESS_REFUSED, failure, now,
					(state) -> state.refuse(Hold.Reason.ACCESS_REFUSED, failure.reason(), now, this.properties));
			case IdenfyException.Protocol _ -> refuse(line, IdenfyCall.Outcome.PROTOCOL, failure, now,
					(state) -> state.refuse(Hold.Reason.PROTOCOL, failure.reason(), now, this.properties));
			case IdenfyException.NotFound _ -> {
				// what a webhook has named exists, and documents may be missing of what
				// does
				boolean counted = line.question().part() == Part.STATUS && !this.due.isNamedByWebhook(scanRef);
				this.states.lock().notFound(scanRef, counted, failure.reason(), now, this.properties);
				yield end(line, IdenfyCall.Outcome.NOT_FOUND, failure.reason(), now,
						(verification, at) -> verification.answerNotFound(check, at));
			}
			case IdenfyException.Unavailable _ -> {
				if (line.troubled()) {
					this.states.lock().unavailable(scanRef, failure.reason(), now, this.properties);
				}
				yield end(line, IdenfyCall.Outcome.UNAVAILABLE, failure.reason(), now, Answer.NONE);
			}
		};
	}

	/**
	 * Holds the reconciler, unless it was held for this verification before, iDenfy has
	 * answered about another since, and now refuses this one again. Then it is parked as
	 * soon as another one is answered, or at once where no other is due.
	 */
	private Step refuse(Line line, IdenfyCall.Outcome outcome, IdenfyException failure, Instant now,
			Consumer<ReconciliationState> hold) {
		var check = line.question().check();
		var state = this.states.lock();
		var refused = state.refused(check.scanRef(), outcome == IdenfyCall.Outcome.THROTTLED, failure.reason());
		boolean again = refused.evidence() == Refused.Evidence.REFUSED_AGAIN;
		if (again && findOther(state, state.runner(), now).isPresent()) {
			return end(line, outcome, failure.reason(), now, Answer.NONE);
		}
		if (again && refused.isSure()) {
			state.forget(check.scanRef());
			return end(line, outcome, failure.reason(), now,
					(verification, at) -> verification.refuse(check, failure.reason(), at));
		}
		hold.accept(state);
		return end(line, outcome, failure.reason(), now, Answer.NONE).whileHeld();
	}

	private Step end(Line line, IdenfyCall.Outcome outcome, @Nullable String reason, Instant now, Answer answer) {
		var question = line.question();
		var verification = this.verifications.lock(question.check().scanRef()).orElseThrow();
		var call = this.calls.findById(line.id()).orElseThrow();
		if (!call.isOpen()) {
			return Step.superseded();
		}
		call.end(outcome, reason, now);
		verification.tellOfCall(question.part(), outcome.name(), call.startedAt(), now);
		var result = answer.keep(verification, now);
		verification.linked().forEach(this.files::queue);
		var next = verification.next(question.check())
			.filter((part) -> part.compareTo(question.part()) > 0)
			.map((part) -> new Question(question.check(), part, question.deadline()));
		return new Step(result, next, verification.dueAt(), false);
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
		return new Step(result, Optional.empty(), verification.dueAt(), false);
	}

	/**
	 * Keeps that iDenfy answered what cannot be stored, so that it is not asked for
	 * again.
	 */
	@Transactional
	Step recordUnstored(Line line, String reason) {
		var now = this.clock.instant();
		answered(line, now);
		return end(line, IdenfyCall.Outcome.ANSWERED, reason, now, (verification, at) -> verification
			.answerUnstored(line.question().check(), line.question().part(), reason, at));
	}

	/** Keeps the same in the ledger alone, where the verification cannot be changed. */
	@Transactional
	void endUnstored(Line line, String reason) {
		var now = this.clock.instant();
		answered(line, now);
		var call = this.calls.findById(line.id()).orElseThrow();
		if (call.isOpen()) {
			call.end(IdenfyCall.Outcome.ANSWERED, reason, now);
		}
	}

	private void answered(Line line, Instant now) {
		if (line.troubled()) {
			this.states.lock().answered(line.question().check().scanRef(), now);
		}
	}

	/** Finds the calls that keep a question from being asked. */
	List<IdenfyCall> findUnsettled(Question question) {
		var check = question.check();
		return this.calls.findUnsettled(check.scanRef().value(), question.part(), check.round());
	}

	/**
	 * Parks a verification whose answer could not be stored, and is not asked for again.
	 */
	@Transactional
	void parkUnstored(Question question, String reason) {
		this.verifications.lock(question.check().scanRef())
			.orElseThrow()
			.answerUnstored(question.check(), question.part(), reason, this.clock.instant());
	}

	/** The calls of earlier runners of which nobody knows how they ended. */
	List<UUID> findLost(Runner runner) {
		return this.calls.findOpenBefore(runner.number());
	}

	/** The calls about a verification that a runner has not ended. */
	List<UUID> findOpen(ScanRef scanRef, Runner runner) {
		return this.calls.findOpen(scanRef.value(), runner.number());
	}

	/**
	 * Closes a line that its runner left open. It counts as a failed check, so that an
	 * answer that kills the process is not asked for again and again.
	 */
	@Transactional
	void lose(UUID lost) {
		var now = this.clock.instant();
		var scanRef = this.calls.findScanRef(lost);
		if (scanRef.isEmpty()) {
			loseTest(lost, now);
			return;
		}
		var verification = this.verifications.lock(new ScanRef(scanRef.get())).orElseThrow();
		var call = this.calls.findById(lost).orElseThrow();
		if (call.isOpen()) {
			call.end(IdenfyCall.Outcome.LOST, null, now);
			verification.tellOfCall(call.part(), IdenfyCall.Outcome.LOST.name(), call.startedAt(), now);
			if (verification.fail(call.check(), true, now, this.deadlines) == CheckResult.FAILING) {
				log.warn("Gave up on {}, since nobody knows how the last of several failed calls ended: it is not due "
						+ "again until it is re-armed or reopened", verification.scanRef());
			}
		}
	}

	private void loseTest(UUID lost, Instant now) {
		var state = this.states.lock();
		var call = this.calls.findById(lost).orElseThrow();
		if (call.isOpen()) {
			call.end(IdenfyCall.Outcome.LOST, null, now);
			state.loseTest(now);
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
	 * @param held whether the reconciler is held for it
	 */
	record Step(@Nullable CheckResult result, Optional<Question> next, Optional<Instant> dueAt, boolean held) {

		Step whileHeld() {
			return new Step(this.result, this.next, this.dueAt, true);
		}

		/** A webhook or an operator was faster. */
		static Step superseded() {
			return new Step(CheckResult.SUPERSEDED, Optional.empty(), Optional.empty(), false);
		}

	}

}
