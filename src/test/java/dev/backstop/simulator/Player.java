package dev.backstop.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Lets things happen at their time. */
final class Player {

	private final SimulatedIdenfy idenfy;

	private final WebhookSender sender;

	private final Pause open = new Pause();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	Player(SimulatedIdenfy idenfy, WebhookSender sender) {
		this.idenfy = idenfy;
		this.sender = sender;
	}

	CompletableFuture<Void> follow(String scanRef, Scenario scenario) {
		var start = System.nanoTime();
		return CompletableFuture.supplyAsync(() -> live(scanRef, scenario, start), this.threads)
			.thenCompose(Player::all);
	}

	CompletableFuture<Void> play(Plan plan, Consumer<TokenResponse> made) {
		var start = System.nanoTime();
		var all = new ArrayList<CompletableFuture<Void>>();
		for (var planned : plan.verifications()) {
			all.add(after(start, planned.at(), () -> {
				var token = this.idenfy.create(planned);
				var life = follow(planned.scanRef(), planned.scenario());
				made.accept(token);
				life.join();
			}));
		}
		for (var outage : plan.outages()) {
			all.add(after(start, outage.from(), () -> suffer(outage)));
		}
		return all(all);
	}

	void end() {
		this.open.end();
	}

	/** The truth goes on in order, whatever becomes of the webhooks. */
	private List<CompletableFuture<Void>> live(String scanRef, Scenario scenario, long start) {
		var deliveries = new ArrayList<CompletableFuture<Void>>();
		for (var step : scenario.steps()) {
			if (!this.open.lasts(left(start, step.at()))) {
				return deliveries;
			}
			var webhook = this.idenfy.prepare(scanRef, step.event());
			deliveries.add(CompletableFuture.runAsync(() -> this.sender.deliver(webhook, step.mishap()), this.threads));
		}
		return deliveries;
	}

	private void suffer(Plan.Outage outage) {
		outage.answered().ifPresentOrElse(this.idenfy::fault, this.idenfy::stopListening);
		this.open.lasts(outage.lasting());
		outage.answered().ifPresentOrElse((_) -> Endpoint.RETRIEVAL.forEach(this.idenfy::clearFault), () -> {
			if (!this.open.ended()) {
				this.idenfy.startListening();
			}
		});
	}

	private CompletableFuture<Void> after(long start, Duration at, Runnable task) {
		return CompletableFuture.runAsync(() -> {
			if (this.open.lasts(left(start, at))) {
				task.run();
			}
		}, this.threads);
	}

	private static Duration left(long start, Duration at) {
		return at.minusNanos(System.nanoTime() - start);
	}

	private static CompletableFuture<Void> all(List<CompletableFuture<Void>> all) {
		return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
	}

}
