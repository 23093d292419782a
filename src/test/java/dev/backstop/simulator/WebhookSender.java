package dev.backstop.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends webhooks with the vendor's short patience, and remembers each attempt. */
final class WebhookSender implements AutoCloseable {

	private static final int NO_ANSWER = 0;

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.executor(Executors.newVirtualThreadPerTaskExecutor())
		.build();

	private final Signing signing;

	private final Clock clock;

	private final Duration answerTimeout;

	private final int retries;

	private final Duration retryGap;

	private final Pause open = new Pause();

	private final AtomicInteger turn = new AtomicInteger();

	private final List<Delivery> deliveries = new ArrayList<>();

	private volatile List<URI> receivers = List.of();

	WebhookSender(Signing signing, Clock clock, Duration answerTimeout, int retries, Duration retryGap) {
		this.signing = signing;
		this.clock = clock;
		this.answerTimeout = answerTimeout;
		this.retries = retries;
		this.retryGap = retryGap;
	}

	/** Several receivers take turns, as behind a load balancer. */
	void deliverTo(List<URI> receivers) {
		this.receivers = List.copyOf(receivers);
	}

	void deliver(Webhook webhook, Mishap mishap) {
		switch (mishap) {
			case Mishap.None _ -> sendUntilAcknowledged(webhook);
			case Mishap.Lost _ -> {
			}
			case Mishap.Late late -> {
				if (this.open.lasts(late.delay())) {
					sendUntilAcknowledged(webhook);
				}
			}
			case Mishap.Repeated repeated -> repeat(webhook, repeated);
			case Mishap.Malformed _ -> sendUntilAcknowledged(webhook.malformed(this.signing));
			case Mishap.WronglySigned _ -> sendUntilAcknowledged(webhook.wronglySigned());
			case Mishap.LegacyTwin _ -> {
				sendUntilAcknowledged(webhook.withType("IDENTIFICATION"));
				sendUntilAcknowledged(webhook);
			}
		}
	}

	private void repeat(Webhook webhook, Mishap.Repeated repeated) {
		try (var threads = repeated.atOnce() ? Executors.newVirtualThreadPerTaskExecutor()
				: Executors.newSingleThreadExecutor(Thread.ofVirtual().factory())) {
			for (var time = 0; time < repeated.times(); time++) {
				threads.submit(() -> sendUntilAcknowledged(webhook));
			}
		}
	}

	int send(Webhook webhook) {
		return send(webhook, receiver(), 1);
	}

	int send(Webhook webhook, URI receiver) {
		return send(webhook, receiver, 1);
	}

	int sendUntilAcknowledged(Webhook webhook) {
		var status = NO_ANSWER;
		for (var attempt = 1; attempt <= this.retries + 1; attempt++) {
			status = send(webhook, receiver(), attempt);
			if (status / 100 == 2 || attempt > this.retries || !this.open.lasts(this.retryGap)) {
				return status;
			}
		}
		return status;
	}

	List<Delivery> deliveries() {
		synchronized (this.deliveries) {
			return List.copyOf(this.deliveries);
		}
	}

	void forget() {
		synchronized (this.deliveries) {
			this.deliveries.clear();
		}
	}

	private URI receiver() {
		var receivers = this.receivers;
		if (receivers.isEmpty()) {
			throw new IllegalStateException("Nobody to deliver to: call deliverTo first");
		}
		return receivers.get(Math.floorMod(this.turn.getAndIncrement(), receivers.size()));
	}

	private int send(Webhook webhook, URI receiver, int attempt) {
		var at = this.clock.instant();
		var start = System.nanoTime();
		var status = post(webhook, receiver);
		var took = Duration.ofNanos(System.nanoTime() - start);
		synchronized (this.deliveries) {
			this.deliveries.add(new Delivery(this.deliveries.size() + 1L, webhook.scanRef(), webhook.type(),
					webhook.sha256(), attempt, at, status, took));
		}
		return status;
	}

	private int post(Webhook webhook, URI receiver) {
		var request = HttpRequest.newBuilder(receiver)
			.timeout(this.answerTimeout)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofByteArray(webhook.body()));
		webhook.eventType().ifPresent((type) -> request.header("Idenfy-Event-Type", type));
		webhook.signed().ifPresent((signature) -> request.header("Idenfy-Signature", signature));
		try {
			return this.client.send(request.build(), BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return NO_ANSWER;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return NO_ANSWER;
		}
	}

	@Override
	public void close() {
		this.open.end();
		this.client.shutdownNow();
	}

}
