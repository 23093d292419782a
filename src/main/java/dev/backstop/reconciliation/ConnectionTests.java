package dev.backstop.reconciliation;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.reconciliation.ConnectionTest.Result;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions of a test: one before its call to iDenfy, one after it. Unlike a
 * check it concerns no verification, and goes out whatever holds the reconciler.
 */
@Component
class ConnectionTests {

	private final ReconciliationStates states;

	private final IdenfyCalls calls;

	private final Clock clock;

	ConnectionTests(ReconciliationStates states, IdenfyCalls calls, Clock clock) {
		this.states = states;
		this.calls = calls;
		this.clock = clock;
	}

	/**
	 * Returns whether a test waits for its call or, where its runner died, for its end.
	 */
	boolean isAnyPending() {
		return this.states.get().test().filter(ConnectionTest::isPending).isPresent();
	}

	boolean isAnyWanted() {
		return this.states.get().test().filter(ConnectionTest::isWanted).isPresent();
	}

	/**
	 * Writes the ledger's line for the call of the test that is wanted.
	 * @return the line, none if no test is wanted, or another instance took over
	 */
	@Transactional
	Optional<Line> open(Runner runner) {
		var now = this.clock.instant();
		var state = this.states.lock();
		return state.startTest(runner, now).map((test) -> {
			var call = this.calls.save(IdenfyCall.ofTest(test, runner, now));
			return new Line(call.id(), test, now);
		});
	}

	/**
	 * Keeps the result, and ends what held the reconciler if it shows that nothing
	 * should.
	 */
	@Transactional
	void record(Line line, IdenfyCall.Outcome outcome, Result result, @Nullable String detail) {
		var now = this.clock.instant();
		var state = this.states.lock();
		var call = this.calls.findById(line.id()).orElseThrow();
		if (call.isOpen()) {
			call.end(outcome, detail, now);
			state.endTest(line.test(), result, detail, now);
		}
	}

	/** A line in the ledger. */
	record Line(UUID id, ConnectionTest test, Instant startedAt) {
	}

}
