package dev.backstop.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One verification at the vendor, and all that has happened to it. */
final class SimulatedVerification {

	private final String scanRef;

	private final String clientId;

	private final String externalRef;

	private final Duration expiryTime;

	private final Duration sessionLength;

	private final Person person;

	private final Map<String, Long> sizes = new ConcurrentHashMap<>();

	private final List<Past> past = new ArrayList<>();

	private State state = State.ACTIVE;

	SimulatedVerification(String scanRef, String clientId, String externalRef, Duration expiryTime,
			Duration sessionLength) {
		this.scanRef = scanRef;
		this.clientId = clientId;
		this.externalRef = externalRef;
		this.expiryTime = expiryTime;
		this.sessionLength = sessionLength;
		this.person = Person.of(seed());
	}

	String scanRef() {
		return this.scanRef;
	}

	String clientId() {
		return this.clientId;
	}

	String externalRef() {
		return this.externalRef;
	}

	Duration expiryTime() {
		return this.expiryTime;
	}

	Duration sessionLength() {
		return this.sessionLength;
	}

	Person person() {
		return this.person;
	}

	synchronized State state() {
		return this.state;
	}

	synchronized Webhook happen(Event event, Instant now, Function<State, Webhook> told) {
		this.state = this.state.after(event, now);
		var webhook = told.apply(this.state);
		this.past.add(new Past(event, now, this.state, webhook.sha256()));
		return webhook;
	}

	synchronized void declare(String overall) {
		this.state = this.state.declared(overall);
	}

	synchronized List<Past> past() {
		return List.copyOf(this.past);
	}

	void resize(String file, long size) {
		this.sizes.put(file, size);
	}

	/**
	 * A file by iDenfy's key, or by the name that stands in the place of its link in the
	 * questionnaire.
	 */
	FileBytes file(String keyOrName, int round, long usualSize) {
		var name = keyOrName.startsWith("questionnaireAnswers_") ? Person.INCOME : keyOrName;
		var kind = this.person.files().getOrDefault(name, this.person.attachments().get(name));
		if (kind == null) {
			throw new IllegalArgumentException("%s has no file %s".formatted(this.scanRef, name));
		}
		return FileBytes.of(kind, seed() ^ (31L * name.hashCode() + round), this.sizes.getOrDefault(name, usualSize));
	}

	private long seed() {
		var seed = 1125899906842597L;
		for (var index = 0; index < this.scanRef.length(); index++) {
			seed = 31 * seed + this.scanRef.charAt(index);
		}
		return seed;
	}

	/** An event with the state it led to and the hash of the body that tells of it. */
	record Past(Event event, Instant at, State state, String sha256) {
	}

}
