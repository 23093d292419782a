package dev.backstop.simulator;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * iDenfy as Backstop meets it: verifications that live, webhooks that tell of it, calls
 * that are answered, links to files, and everything that can go wrong with each.
 */
public final class SimulatedIdenfy implements AutoCloseable {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

	private final Map<String, SimulatedVerification> verifications = new ConcurrentHashMap<>();

	private final FaultBook faults = new FaultBook();

	private final Settings settings;

	private final Clock clock;

	private final Random random;

	private final CallLog log;

	private final Signing signing;

	private final WebhookSender sender;

	private final Player player;

	private final int port;

	private final FileLinks links;

	private final Payloads payloads;

	private final RetrievalApi api;

	private @Nullable Listener listener;

	private SimulatedIdenfy(Settings settings) {
		this.settings = settings;
		this.clock = settings.clock;
		this.random = new Random(settings.seed);
		this.log = new CallLog(this.clock);
		this.signing = new Signing(settings.signingKey);
		this.sender = new WebhookSender(this.signing, this.clock, settings.answerTimeout, settings.retries,
				settings.retryGap);
		this.player = new Player(this, this.sender);
		this.listener = Listener.on(settings.port);
		this.port = this.listener.port();
		this.links = new FileLinks(baseUrl(), this.clock, settings.linkLifetime, settings.fileSize);
		this.payloads = new Payloads(this.links);
		this.api = new RetrievalApi(settings.apiKey, settings.apiSecret, this.verifications, this.payloads, this.links,
				this.faults, this.log);
		this.listener.serve(this.api::answer);
	}

	public static SimulatedIdenfy start() {
		return start(new Settings());
	}

	public static SimulatedIdenfy start(Settings settings) {
		return new SimulatedIdenfy(settings);
	}

	public URI baseUrl() {
		return URI.create("http://127.0.0.1:" + this.port);
	}

	public String apiKey() {
		return this.settings.apiKey;
	}

	public String apiSecret() {
		return this.settings.apiSecret;
	}

	/** The settings by which a Backstop talks to this one and hears from it. */
	public Map<String, String> properties() {
		return Map.of("idenfy.base-url", baseUrl().toString(), "idenfy.api-key", apiKey(), "idenfy.api-secret",
				apiSecret(), "idenfy.webhook.signing-keys", this.settings.signingKey);
	}

	public long seed() {
		return this.settings.seed;
	}

	/** Where webhooks go; several receivers take turns, as behind a load balancer. */
	public void deliverTo(URI... receivers) {
		this.sender.deliverTo(List.of(receivers));
	}

	public TokenResponse create() {
		return create(HOUR, TEN_MINUTES);
	}

	public TokenResponse create(Duration expiryTime, Duration sessionLength) {
		synchronized (this.random) {
			return create(Seeded.clientId(this.random), "order-%06d".formatted(this.random.nextInt(1_000_000)),
					expiryTime, sessionLength);
		}
	}

	public TokenResponse create(String clientId, String externalRef, Duration expiryTime, Duration sessionLength) {
		synchronized (this.random) {
			return create(new SimulatedVerification(Seeded.scanRef(this.random), clientId, externalRef, expiryTime,
					sessionLength));
		}
	}

	/** A verification as planned, with the faults its calls will meet. */
	public TokenResponse create(Plan.Planned planned) {
		planned.faults()
			.forEach((endpoint, faults) -> faults.forEach((fault) -> failNext(endpoint, planned.scanRef(), fault, 1)));
		return create(new SimulatedVerification(planned.scanRef(), planned.clientId(), planned.externalRef(),
				planned.expiryTime(), planned.sessionLength()));
	}

	private TokenResponse create(SimulatedVerification verification) {
		if (this.verifications.putIfAbsent(verification.scanRef(), verification) != null) {
			throw new IllegalArgumentException(verification.scanRef() + " is there already");
		}
		return new TokenResponse(verification.scanRef(), verification.clientId(), verification.externalRef(),
				this.payloads.token(verification));
	}

	public Set<String> scanRefs() {
		return Set.copyOf(this.verifications.keySet());
	}

	public Truth truth(String scanRef) {
		var verification = verification(scanRef);
		return this.payloads.truth(verification, verification.state());
	}

	/** What happened to a verification, in order. */
	public List<Happening> history(String scanRef) {
		var verification = verification(scanRef);
		var acknowledged = deliveries(scanRef).stream().filter(Delivery::acknowledged).map(Delivery::sha256).toList();
		return verification.past()
			.stream()
			.map((past) -> new Happening(past.event(), past.at(), this.payloads.truth(verification, past.state()),
					past.state().round(), past.sha256(), acknowledged.contains(past.sha256())))
			.toList();
	}

	/** Changes the word of a verification and tells nobody. */
	public void declare(String scanRef, String overall) {
		verification(scanRef).declare(overall);
	}

	/** Lets a verification live; the future ends with its last webhook. */
	public CompletableFuture<Void> follow(String scanRef, Scenario scenario) {
		return this.player.follow(scanRef, scenario);
	}

	/**
	 * Lets a plan happen; the future ends with the last webhook.
	 * @param made what is done with each new verification, while it already lives
	 */
	public CompletableFuture<Void> play(Plan plan, Consumer<TokenResponse> made) {
		return this.player.play(plan, made);
	}

	/**
	 * Lets an event happen and sends its webhook once: the receiver's status, 0 if none.
	 */
	public int emit(String scanRef, Event event) {
		return send(prepare(scanRef, event));
	}

	/** Lets an event happen and sends its webhook with the vendor's retries. */
	public int emitWithRetries(String scanRef, Event event) {
		return this.sender.sendUntilAcknowledged(prepare(scanRef, event));
	}

	/** Lets an event happen whose webhook is lost. */
	public void lose(String scanRef, Event event) {
		prepare(scanRef, event);
	}

	/** Lets an event happen and hands back its webhook, to be sent by hand. */
	public Webhook prepare(String scanRef, Event event) {
		var verification = verification(scanRef);
		return verification.happen(event, this.clock.instant(), (state) -> webhook(verification, state, event));
	}

	/** The webhook of an event that does not happen. */
	public Webhook imagine(String scanRef, Event event) {
		var verification = verification(scanRef);
		return webhook(verification, verification.state().after(event, this.clock.instant()), event);
	}

	private Webhook webhook(SimulatedVerification verification, State state, Event event) {
		var body = this.payloads.webhook(verification, state, event);
		return new Webhook(verification.scanRef(), event.type(), body, sign(body));
	}

	public byte[] body(String scanRef, Event event) {
		return imagine(scanRef, event).body();
	}

	public String sign(byte[] body) {
		return this.signing.sign(body);
	}

	/** Sends once: the receiver's status, 0 if none. */
	public int send(Webhook webhook) {
		return this.sender.send(webhook);
	}

	public int send(Webhook webhook, URI receiver) {
		return this.sender.send(webhook, receiver);
	}

	public void deliver(Webhook webhook, Mishap mishap) {
		this.sender.deliver(webhook, mishap);
	}

	/** Spoils the next calls, of any scanRef if none is given. */
	public void failNext(Endpoint endpoint, @Nullable String scanRef, Fault fault, int times) {
		this.faults.next(endpoint, scanRef, fault, times);
	}

	public void failNext(Endpoint endpoint, Fault fault, int times) {
		failNext(endpoint, null, fault, times);
	}

	/** Spoils every call for retrieval until cleared. */
	public void fault(Fault fault) {
		Endpoint.RETRIEVAL.forEach((endpoint) -> fault(endpoint, fault));
	}

	public void fault(Endpoint endpoint, Fault fault) {
		this.faults.standing(endpoint, null, fault);
	}

	/**
	 * Spoils every call about one verification until cleared.
	 * @param subject a scanRef, or for links also {@code scanRef/NAME}
	 */
	public void fault(Endpoint endpoint, String subject, Fault fault) {
		this.faults.standing(endpoint, subject, fault);
	}

	public void clearFault(Endpoint endpoint) {
		this.faults.clearStanding(endpoint);
	}

	public void clearFaults() {
		this.faults.clear();
	}

	/** Closes the port: calls under way break off, new ones are refused. */
	public synchronized void stopListening() {
		if (this.listener != null) {
			this.listener.close();
			this.listener = null;
		}
	}

	/** Opens the same port again. */
	public synchronized void startListening() {
		if (this.listener == null) {
			this.listener = Listener.on(this.port);
			this.listener.serve(this.api::answer);
		}
	}

	/** A file as its newest link serves it. */
	public FileBytes file(String scanRef, String name) {
		return this.links.file(verification(scanRef), name);
	}

	/** A file as it was after material had come in so often. */
	public FileBytes file(String scanRef, String name, int round) {
		return this.links.file(verification(scanRef), name, round);
	}

	public void resize(String scanRef, String name, long bytes) {
		verification(scanRef).resize(name, bytes);
	}

	/** Every call in the order of arrival. */
	public List<Call> calls() {
		return this.log.calls();
	}

	public List<Call> calls(String scanRef) {
		return calls().stream().filter((call) -> call.concerns(scanRef)).toList();
	}

	public List<Call> calls(Endpoint endpoint, String scanRef) {
		return calls(scanRef).stream().filter((call) -> call.endpoint() == endpoint).toList();
	}

	/** How many calls got the documented answer in full. */
	public long answered(Endpoint endpoint, String scanRef) {
		return calls(endpoint, scanRef).stream().filter(Call::answered).count();
	}

	/** The largest number of calls for retrieval in any window of this length. */
	public int mostCallsWithin(Duration window) {
		return this.log.mostWithin(window);
	}

	/** Every attempt to send a webhook, in the order of their ends. */
	public List<Delivery> deliveries() {
		return this.sender.deliveries();
	}

	public List<Delivery> deliveries(String scanRef) {
		return deliveries().stream().filter((delivery) -> delivery.scanRef().equals(scanRef)).toList();
	}

	/** Forgets the calls and deliveries seen so far. */
	public void forget() {
		this.log.forget();
		this.sender.forget();
	}

	/** What a call would be answered with now, if nothing went wrong. */
	public String documentedAnswer(Endpoint endpoint, String scanRef) {
		return this.api.documented(endpoint, scanRef).text();
	}

	@Override
	public void close() {
		this.player.end();
		this.sender.close();
		stopListening();
	}

	private SimulatedVerification verification(String scanRef) {
		return Optional.ofNullable(this.verifications.get(scanRef))
			.orElseThrow(() -> new IllegalArgumentException("No verification " + scanRef));
	}

}
