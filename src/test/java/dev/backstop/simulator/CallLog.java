package dev.backstop.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.backstop.simulator.Call.Credentials;
import dev.backstop.simulator.Call.Outcome;
import org.jspecify.annotations.Nullable;

/** Every call received, in the order of arrival. */
final class CallLog {

	private final Clock clock;

	private final List<Entry> entries = new ArrayList<>();

	private long received;

	CallLog(Clock clock) {
		this.clock = clock;
	}

	synchronized Entry arrived(Endpoint endpoint, String method) {
		var entry = new Entry(new Call(++this.received, this.clock.instant(), System.nanoTime(), endpoint, method, null,
				Credentials.NONE, 0, Outcome.UNDER_WAY, null, Duration.ZERO));
		this.entries.add(entry);
		return entry;
	}

	synchronized List<Call> calls() {
		return this.entries.stream().map((entry) -> entry.call).toList();
	}

	synchronized void forget() {
		this.entries.clear();
	}

	int mostWithin(Duration window) {
		var arrivals = calls().stream()
			.filter((call) -> Endpoint.RETRIEVAL.contains(call.endpoint()))
			.mapToLong(Call::nanos)
			.toArray();
		var most = 0;
		var first = 0;
		for (var last = 0; last < arrivals.length; last++) {
			while (arrivals[last] - arrivals[first] >= window.toNanos()) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	/** A call that may still be under way. */
	static final class Entry {

		private volatile Call call;

		private Entry(Call call) {
			this.call = call;
		}

		void from(@Nullable String scanRef, Credentials credentials) {
			var call = this.call;
			this.call = new Call(call.number(), call.at(), call.nanos(), call.endpoint(), call.method(), scanRef,
					credentials, 0, Outcome.UNDER_WAY, null, Duration.ZERO);
		}

		void meets(Fault fault) {
			end(0, Outcome.UNDER_WAY, fault);
		}

		void ended(int status, Outcome outcome) {
			end(status, outcome, this.call.fault());
		}

		private void end(int status, Outcome outcome, @Nullable Fault fault) {
			var call = this.call;
			this.call = new Call(call.number(), call.at(), call.nanos(), call.endpoint(), call.method(), call.scanRef(),
					call.credentials(), status, outcome, fault, Duration.ofNanos(System.nanoTime() - call.nanos()));
		}

	}

}
