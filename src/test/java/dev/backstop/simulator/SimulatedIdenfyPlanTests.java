package dev.backstop.simulator;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A seed decides what happens. */
class SimulatedIdenfyPlanTests {

	private static final Pace HASTY = new Pace(Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMillis(50),
			Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1));

	@Test
	void theSameSeedDrawsTheSamePlan() {
		var plan = Seeded.plan(42, 200, Pace.brisk(), Chances.rough());

		assertThat(Seeded.plan(42, 200, Pace.brisk(), Chances.rough())).isEqualTo(plan);
		assertThat(Seeded.plan(43, 200, Pace.brisk(), Chances.rough())).isNotEqualTo(plan);
	}

	@Test
	void aRoughPlanHasEveryStoryAndEveryMishap() {
		var plan = Seeded.plan(1, 1000, Pace.brisk(), Chances.rough());

		var stories = plan.verifications().stream().map((planned) -> planned.scenario().name());
		var mishaps = plan.verifications()
			.stream()
			.flatMap((planned) -> planned.scenario().steps().stream())
			.map((step) -> step.mishap().getClass().getSimpleName());
		var faults = plan.verifications()
			.stream()
			.flatMap((planned) -> planned.faults().values().stream())
			.flatMap(List::stream);
		assertThat(stories.collect(Collectors.toSet())).hasSize(18);
		assertThat(mishaps.collect(Collectors.toSet())).hasSize(7);
		assertThat(faults.collect(Collectors.toSet())).hasSameElementsAs(Chances.rough().troubles());
		assertThat(plan.outages()).hasSize(2);
	}

	@Test
	void aPlanIsPlayedToItsEnd() throws Exception {
		var plan = Seeded.plan(5, 60, HASTY, Chances.mild());
		Queue<String> made = new ConcurrentLinkedQueue<>();
		try (var inbox = new Inbox(); var idenfy = SimulatedIdenfy.start()) {
			idenfy.deliverTo(inbox.uri());

			idenfy.play(plan, (token) -> made.add(token.scanRef())).get(20, TimeUnit.SECONDS);

			assertThat(made).hasSize(60).containsExactlyInAnyOrderElementsOf(idenfy.scanRefs());
			assertThat(plan.verifications())
				.allSatisfy((planned) -> assertThat(idenfy.history(planned.scanRef())).extracting(Happening::event)
					.containsExactlyElementsOf(planned.scenario().steps().stream().map(Scenario.Step::event).toList()));
			assertThat(idenfy.deliveries()).hasSameSizeAs(inbox.letters());
		}
	}

	@Test
	void withoutMishapsEveryWebhookIsAcknowledged() throws Exception {
		var plan = Seeded.plan(6, 40, HASTY, Chances.none());
		try (var inbox = new Inbox(); var idenfy = SimulatedIdenfy.start()) {
			idenfy.deliverTo(inbox.uri());

			idenfy.play(plan, (_) -> {
			}).get(20, TimeUnit.SECONDS);

			assertThat(idenfy.scanRefs()).hasSize(40)
				.allSatisfy((scanRef) -> assertThat(idenfy.history(scanRef)).allMatch(Happening::acknowledged));
		}
	}

	@Test
	void aPlannedFaultMeetsTheFirstCallsOfItsVerification() throws IOException {
		var chances = new Chances(0, 0, 0, 0, 0, 0, 0, 1, List.of(Fault.INTERNAL_ERROR), 0);
		var planned = Seeded.plan(8, 1, HASTY, chances).verifications().getFirst();
		try (var idenfy = SimulatedIdenfy.start()) {
			idenfy.create(planned);
			var caller = new Caller(idenfy);

			for (var _ : planned.faults().getOrDefault(Endpoint.STATUS, List.of())) {
				assertThat(caller.ask(Endpoint.STATUS, planned.scanRef()).statusCode()).isEqualTo(500);
			}

			assertThat(caller.ask(Endpoint.STATUS, planned.scanRef()).statusCode()).isEqualTo(200);
		}
	}

}
