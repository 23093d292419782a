package dev.backstop.operations;

import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backstop.reconciliation.ConnectionTest;
import dev.backstop.reconciliation.Hold;
import dev.backstop.reconciliation.Reconciliation;
import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;

/** Shows operators how the reconciler does, and lets them hold, run and repeat it. */
@Component
@Endpoint(id = "reconciliation")
class ReconciliationEndpoint {

	private static final int DEFAULT_LIMIT = 1000;

	private static final int MAX_LIMIT = 10_000;

	private static final Duration LONGEST_TEST = Duration.ofSeconds(10);

	private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

	private final Reconciliation reconciliation;

	private final Verifications verifications;

	private final Situation situation;

	private final Clock clock;

	ReconciliationEndpoint(Reconciliation reconciliation, Verifications verifications, Situation situation,
			Clock clock) {
		this.reconciliation = reconciliation;
		this.verifications = verifications;
		this.situation = situation;
		this.clock = clock;
	}

	/**
	 * Gives the reconciler's state, what is due and parked, the runner and the budget.
	 */
	@ReadOperation
	ReconciliationView overview() {
		return Refusal.whereTheDatabaseIsAway(() -> overview(null));
	}

	/**
	 * Takes {@code run}, {@code pause}, {@code resume}, {@code rearm} or {@code test} and
	 * gives the overview afterwards.
	 * @param reason which parked verifications to re-arm
	 * @param limit how many of them at most, from 1 to 10000, by default 1000
	 * @param scanRef which verification to test the connection to iDenfy with
	 */
	@WriteOperation
	ReconciliationView act(@Nullable String action, @Nullable String reason, @Nullable String limit,
			@Nullable String scanRef, Principal operator) {
		var by = operator.getName();
		return act(() -> switch (action) {
			case "run" -> after(() -> this.reconciliation.run(by).ifPresent((hold) -> {
				throw nothingRuns(hold);
			}));
			case "pause" -> after(() -> this.reconciliation.pause(by));
			case "resume" -> after(() -> this.reconciliation.resume(by));
			case "rearm" -> overview(this.reconciliation.rearm(parkedReason(reason), limit(limit), by));
			case "test" -> after(() -> test(tested(scanRef), by));
			case null, default -> throw unknown(action, """
					{"action": "run"}, {"action": "pause"}, {"action": "resume"}, \
					{"action": "rearm", "reason": "FAILING", "limit": 1000} or {"action": "test", "scanRef": "…"}""");
		});
	}

	/** Gives one verification without the person, with all calls about it. */
	@ReadOperation
	VerificationView one(@Selector String scanRef) {
		return Refusal.whereTheDatabaseIsAway(() -> view(scanRef, this.verifications.findById(scanRef(scanRef))));
	}

	/**
	 * Takes {@code rearm} for a parked verification, {@code reopen} for a settled or
	 * parked one, and gives it afterwards.
	 */
	@WriteOperation
	VerificationView actOnOne(@Selector String scanRef, @Nullable String action, Principal operator) {
		var by = operator.getName();
		var named = scanRef(scanRef);
		return act(() -> switch (action) {
			case "rearm" -> view(scanRef, change(named, () -> this.reconciliation.rearm(named, by)));
			case "reopen" -> view(scanRef, change(named, () -> this.reconciliation.reopen(named, by)));
			case null, default -> throw unknown(action, """
					{"action": "rearm"} for a parked verification, {"action": "reopen"} for a settled or parked one""");
		});
	}

	private <T> T act(Supplier<T> action) {
		try {
			return Refusal.whereTheDatabaseIsAway(action);
		}
		finally {
			this.situation.forget();
		}
	}

	/** Waits for the result, but not for long: it is shown later as well. */
	private void test(ScanRef scanRef, String by) {
		this.reconciliation.test(scanRef, by);
		long start = System.nanoTime();
		try {
			while (this.reconciliation.test().filter(ConnectionTest::isPending).isPresent()
					&& System.nanoTime() - start < LONGEST_TEST.toNanos()) {
				Thread.sleep(BETWEEN_LOOKS);
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

	private static ScanRef tested(@Nullable String scanRef) {
		if (scanRef == null) {
			throw Refusal.badRequest("scanRef says which verification iDenfy is asked about: one that exists there; "
					+ "Backstop need not know it");
		}
		return scanRef(scanRef);
	}

	private ReconciliationView after(Runnable action) {
		action.run();
		return overview(null);
	}

	private ReconciliationView overview(@Nullable Integer rearmed) {
		return ReconciliationView.of(this.reconciliation.overview(), this.clock.instant(), rearmed);
	}

	private VerificationView view(String scanRef, Optional<Verification> found) {
		return found
			.map((verification) -> VerificationView.of(verification, this.reconciliation.calls(verification.scanRef())))
			.orElseThrow(() -> Refusal.unknownVerification(scanRef));
	}

	private Optional<Verification> change(ScanRef scanRef, Supplier<Optional<Verification>> change) {
		try {
			return change.get();
		}
		catch (IllegalStateException ex) {
			var progress = this.verifications.findById(scanRef).map(Verification::progress);
			throw Refusal
				.conflict(ex.getMessage() + progress.map((each) -> "; " + scanRef + " is " + each.name()).orElse(""));
		}
	}

	private static ScanRef scanRef(String text) {
		try {
			return new ScanRef(text);
		}
		catch (IllegalArgumentException ex) {
			throw Refusal.badRequest(Objects.requireNonNull(ex.getMessage()));
		}
	}

	private static ParkedReason parkedReason(@Nullable String text) {
		return Arrays.stream(ParkedReason.values())
			.filter((each) -> each.name().equals(text))
			.findFirst()
			.orElseThrow(() -> Refusal.badRequest("reason says which parked verifications to re-arm, one of "
					+ Arrays.toString(ParkedReason.values())));
	}

	private static int limit(@Nullable String text) {
		if (text == null) {
			return DEFAULT_LIMIT;
		}
		try {
			int limit = Integer.parseInt(text);
			if (limit >= 1 && limit <= MAX_LIMIT) {
				return limit;
			}
		}
		catch (NumberFormatException _) {
			// said below
		}
		throw Refusal.badRequest("limit is a whole number from 1 to " + MAX_LIMIT + ", by default " + DEFAULT_LIMIT);
	}

	private static Refusal nothingRuns(Hold hold) {
		var until = (hold.until() != null) ? " until " + hold.until() : "";
		var by = Stream.of(hold.by(), hold.detail())
			.filter(Objects::nonNull)
			.map((cause) -> " by " + cause)
			.collect(Collectors.joining());
		return Refusal.conflict("Nothing will run%s: the reconciler is %s%s since %s. %s".formatted(until, hold.state(),
				by, hold.since(), hold.reason().nextStep()));
	}

	private static Refusal unknown(@Nullable String action, String known) {
		return Refusal.badRequest(((action != null) ? "This action is unknown" : "The action is missing")
				+ ". Send, as application/json, " + known);
	}

}
