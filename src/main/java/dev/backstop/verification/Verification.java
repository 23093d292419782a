package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

import jakarta.persistence.AttributeOverride;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Mutability;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.Immutability;
import org.jspecify.annotations.Nullable;

/**
 * One iDenfy session: what is known of its outcome, how sure that is, and what Backstop
 * still waits for. Every change of state is a method here, and every race is settled
 * here.
 */
@Entity
@Table(name = "verification")
public class Verification {

	// what is kept as JSON is replaced, never changed, so that Hibernate need not copy it
	// to find out

	// as the vendor calls them, so that no field of webhook has these names
	private static final String DATA = "data";

	private static final String FILES = "fileUrls";

	// below those of any verdict of any round
	private static final int PRELIMINARY_DOCUMENTS = -1_000_000;

	private static final int RETRIEVED_DOCUMENTS = Decision.REVIEWED;

	// below what a preliminary webhook carries
	private static final int DOUBTFUL = Decision.PRELIMINARY - 1;

	@EmbeddedId
	@AttributeOverride(name = "value", column = @Column(name = "scan_ref"))
	private ScanRef scanRef;

	@Version
	private @Nullable Long version;

	private @Nullable String clientId;

	private @Nullable String externalRef;

	private @Nullable Instant registeredAt;

	/** In seconds. */
	private @Nullable Long expiryTime;

	/** In seconds. */
	private @Nullable Long sessionLength;

	@Enumerated(EnumType.STRING)
	private Progress progress;

	@Enumerated(EnumType.STRING)
	private @Nullable ParkedReason parkedReason;

	/** What iDenfy or the database said. */
	private @Nullable String parkedDetail;

	private @Nullable Instant parkedAt;

	private @Nullable Instant dueAt;

	/** What {@code dueAt} was before failed checks moved it. */
	private @Nullable Instant deadline;

	private @Nullable Instant askedAt;

	/** When iDenfy is asked for new links of a settled one. */
	private @Nullable Instant refetchAt;

	private int refetches;

	/**
	 * The earlier of {@code dueAt} and {@code askedAt}, otherwise {@code refetchAt}: what
	 * the reconciler looks for.
	 */
	private @Nullable Instant nextCheckAt;

	@JdbcTypeCode(SqlTypes.ARRAY)
	@Enumerated(EnumType.STRING)
	private Set<Part> outstanding;

	/** What retrievals have answered since the verification was last reopened. */
	@JdbcTypeCode(SqlTypes.ARRAY)
	@Enumerated(EnumType.STRING)
	private Set<Part> answered;

	/** Changes whenever an answer to an earlier question would no longer count. */
	private int round;

	/** Whether the next final verdict stands, whatever it weighs. */
	private boolean reopened;

	/** The finish time of the webhook that reopened it: what is older is of before. */
	private @Nullable Long reopenedFinishTime;

	/**
	 * Whether a verdict of a round before came only after the verification was reopened.
	 */
	private boolean verdictBefore;

	/** Whether a webhook said that a human would look. */
	private boolean reviewAnnounced;

	/** Whether a webhook contradicted what stood, so that iDenfy's status decides. */
	private boolean contested;

	private int followUps;

	private int failures;

	private int askedChecks;

	private int checkCount;

	private @Nullable Instant lastCheckAt;

	@Enumerated(EnumType.STRING)
	private @Nullable CheckResult lastCheckResult;

	@Embedded
	private @Nullable Decision decision;

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private @Nullable Map<String, @Nullable Object> data;

	@Enumerated(EnumType.STRING)
	private @Nullable Source dataSource;

	private @Nullable Instant dataAt;

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private List<FileLink> files;

	@Enumerated(EnumType.STRING)
	private @Nullable Source filesSource;

	private @Nullable Instant filesAt;

	/** The {@code filesAt} of the links that were queued last. */
	private @Nullable Instant filesQueuedAt;

	/** How often it was given files. */
	private int filesVersion;

	@Transient
	private final List<FilesLinked> linked = new ArrayList<>();

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private Map<String, @Nullable Object> webhook;

	/**
	 * The weight of the delivery that each field of {@code webhook} came from, and of the
	 * source of {@code data} and {@code files}.
	 */
	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	private Map<String, Integer> webhookRanks;

	private @Nullable Instant lastWebhookAt;

	private Instant createdAt;

	private Instant updatedAt;

	@OneToMany(mappedBy = "verification", cascade = CascadeType.PERSIST)
	private List<TimelineEntry> timeline;

	@SuppressWarnings("NullAway.Init")
	protected Verification() {
	}

	private Verification(ScanRef scanRef, Instant now) {
		this.scanRef = scanRef;
		this.progress = Progress.AWAITED;
		this.outstanding = EnumSet.of(Part.STATUS);
		this.answered = EnumSet.noneOf(Part.class);
		this.files = List.of();
		this.webhook = Map.of();
		this.webhookRanks = Map.of();
		this.timeline = new ArrayList<>();
		this.createdAt = now;
		this.updatedAt = now;
	}

	/** One that a client has told of. */
	public static Verification registered(Registration registration, String client, Instant now, Deadlines deadlines) {
		var verification = new Verification(registration.scanRef(), now);
		verification.takeIn(registration, client, now);
		verification.await(deadlines.withoutWebhook(now, registration.expiryTime(), registration.sessionLength()), now,
				"registered");
		return verification;
	}

	/**
	 * One that a webhook tells of first; {@link #hear} follows in the same transaction.
	 */
	public static Verification unregistered(ScanRef scanRef, Instant now, Deadlines deadlines) {
		var verification = new Verification(scanRef, now);
		verification.schedule(deadlines.withoutWebhook(now, null, null));
		return verification;
	}

	/**
	 * Fills in what a client knows and Backstop does not; changes nothing that is there,
	 * never reopens, never postpones.
	 * @throws ClientMismatch if the verification belongs to another client
	 */
	public void register(Registration registration, String client, Instant now) {
		if (this.clientId != null && !this.clientId.equals(registration.clientId())) {
			throw new ClientMismatch(this.scanRef);
		}
		if (this.registeredAt == null) {
			takeIn(registration, client, now);
		}
		else if (fillIn(registration)) {
			changed(now);
		}
	}

	private void takeIn(Registration registration, String client, Instant now) {
		this.registeredAt = now;
		this.clientId = (this.clientId != null) ? this.clientId : registration.clientId();
		fillIn(registration);
		changed(now);
		tell(now, TimelineEntry.Kind.REGISTERED, "REGISTERED", TimelineDetail.BY.of(client));
	}

	private boolean fillIn(Registration registration) {
		var before = Arrays.asList(this.externalRef, this.expiryTime, this.sessionLength);
		this.externalRef = (this.externalRef != null) ? this.externalRef : registration.externalRef();
		this.expiryTime = (this.expiryTime != null) ? this.expiryTime : seconds(registration.expiryTime());
		this.sessionLength = (this.sessionLength != null) ? this.sessionLength : seconds(registration.sessionLength());
		return !before.equals(Arrays.asList(this.externalRef, this.expiryTime, this.sessionLength));
	}

	// a token may have ended before it was registered
	private static @Nullable Long seconds(@Nullable Duration duration) {
		return (duration != null) ? Math.max(0, duration.toSeconds()) : null;
	}

	/**
	 * Takes in what a webhook says.
	 * @param delivery the delivery that brought it
	 * @return whether it changed the decision or what is waited for
	 */
	public Outcome hear(Report report, UUID delivery, Instant at, Deadlines deadlines) {
		this.lastWebhookAt = at;
		changed(at);
		this.clientId = (this.clientId != null) ? this.clientId : report.clientId();
		this.externalRef = (this.externalRef != null) ? this.externalRef : report.externalRef();
		int knownFiles = this.filesVersion;
		var effect = standing().judge(report);
		var outcome = outcome(effect);
		tell(at, TimelineEntry.Kind.DELIVERY, outcome.name(), TimelineDetail.DELIVERY.of(delivery),
				TimelineDetail.EVENT_TYPE.of(report.eventType()),
				TimelineDetail.OVERALL.of(report.findings().overall()), TimelineDetail.FINAL.of(report.isFinal()));
		switch (effect) {
			case NOTED -> {
				this.verdictBefore |= report.weight() >= Decision.VERDICT && standing().isOlderThanRound(report);
				fillIn(report, at);
			}
			case REOPENS -> reopen(report, at, deadlines);
			case PRELIMINARY -> decidePreliminarily(report, at, deadlines);
			case CONTESTS -> contest(report, at, deadlines);
			case ENDS_REOPENED -> endReopened(report, at, deadlines);
			case DECIDES -> decide(report, at, deadlines);
		}
		attach(report.attachedFiles(), this.filesVersion > knownFiles, Source.WEBHOOK, at);
		boolean undecided = this.reopened || this.decision == null || !this.decision.isFinal();
		this.reviewAnnounced |= undecided && report.announcesReview();
		return outcome;
	}

	/** What would become of a webhook that says this. */
	public Outcome outcomeOf(Report report) {
		return outcome(standing().judge(report));
	}

	private static Outcome outcome(Standing.Effect effect) {
		return (effect == Standing.Effect.NOTED) ? Outcome.NOTED : Outcome.APPLIED;
	}

	private Standing standing() {
		return new Standing(this.decision, this.reopened, this.reopenedFinishTime, this.verdictBefore,
				this.reviewAnnounced, this.contested);
	}

	private void reopen(Report report, Instant at, Deadlines deadlines) {
		if (report.finishTime() != null) {
			this.reopenedFinishTime = report.finishTime();
		}
		this.webhookRanks = ofRoundBefore(this.webhookRanks);
		beginRound();
		this.reopened = true;
		if (this.decision != null && this.decision.hasDecided()) {
			this.decision = this.decision.notFinal();
			fillIn(report, at);
		}
		else {
			take(report, at);
		}
		await(deadlines.withReview(at), at, "reopened");
	}

	/** Everything is asked anew, and what an earlier question brings no longer counts. */
	private void beginRound() {
		this.round++;
		this.contested = false;
		this.outstanding = EnumSet.allOf(Part.class);
		this.answered = EnumSet.noneOf(Part.class);
		this.askedChecks = 0;
		this.refetchAt = null;
		resetCounts();
	}

	private void resetCounts() {
		this.followUps = 0;
		this.failures = 0;
	}

	private void decidePreliminarily(Report report, Instant at, Deadlines deadlines) {
		take(report, at);
		this.failures = 0;
		if (!this.contested || this.progress != Progress.AWAITED) {
			await(deadlines.withReview(at), at, "preliminary");
		}
	}

	/**
	 * A webhook contradicts what stands, or is doubtful: nothing is final until iDenfy's
	 * status decides.
	 */
	private void contest(Report report, Instant at, Deadlines deadlines) {
		var standing = standing();
		boolean shown = standing.isShown(report);
		fillIn(report, at);
		this.outstanding = EnumSet.of(Part.STATUS);
		if (standing.beginsRound(report)) {
			this.reopenedFinishTime = Decision.isLater(report.finishTime(), standing.latestFinishTime())
					? report.finishTime() : standing.latestFinishTime();
			this.answered = EnumSet.noneOf(Part.class);
		}
		if (shown) {
			this.decision = Decision.heard(report, at);
			this.reopened = false;
		}
		if (!this.reopened && this.decision != null) {
			this.decision = this.decision.notFinal();
		}
		this.round++;
		this.contested = true;
		this.failures = 0;
		boolean reviewed = this.reviewAnnounced || report.announcesReview();
		await(reviewed ? deadlines.withReview(at) : deadlines.withGrace(at), at, "contested");
	}

	private void endReopened(Report report, Instant at, Deadlines deadlines) {
		fillIn(report, at);
		this.round++;
		if (this.decision != null && this.decision.isFinal()) {
			endAskedAnew(this.decision, at, deadlines);
		}
		else {
			park(ParkedReason.UNDECIDED, at);
		}
	}

	/** A client or an operator asked anew, and what was decided keeps standing. */
	private void endAskedAnew(Decision standing, Instant at, Deadlines deadlines) {
		closeRound();
		want(Word.WITH_DOCUMENTS.contains(standing.overall()), this.data == null, listedFiles().isEmpty());
		settleOrComplete(at, deadlines);
	}

	private void decide(Report report, Instant at, Deadlines deadlines) {
		this.round++;
		closeRound();
		resetCounts();
		take(report, at);
		want(Word.WITH_DOCUMENTS.contains(report.findings().overall()) && report.word() == Word.VERDICT,
				!report.suppliesData() && !this.answered.contains(Part.DATA),
				!report.suppliesFiles() && !this.answered.contains(Part.FILES));
		settleOrComplete(at, deadlines);
	}

	private void want(boolean documented, boolean data, boolean files) {
		this.outstanding = EnumSet.noneOf(Part.class);
		if (documented && data) {
			this.outstanding.add(Part.DATA);
		}
		if (documented && files) {
			this.outstanding.add(Part.FILES);
		}
	}

	private void settleOrComplete(Instant at, Deadlines deadlines) {
		if (this.outstanding.isEmpty()) {
			settle(at);
		}
		else {
			await(deadlines.withGrace(at), at, "incomplete");
		}
	}

	private void closeRound() {
		this.reopened = false;
		this.contested = false;
		this.reviewAnnounced = false;
	}

	/** Takes over what a webhook says. */
	private void take(Report report, Instant at) {
		this.decision = Decision.heard(report, at);
		int rank = rankOfDocuments(report);
		if (report.isFinal() || isOutranked(DATA, rank + 1)) {
			takeData(report, at, rank);
		}
		if (report.isFinal() || isOutranked(FILES, rank + 1)) {
			takeFiles(report, at, rank);
		}
		mergeWebhook(report, (standing) -> standing <= report.weight(), report.weight());
	}

	/**
	 * Takes from a webhook that is not the decision what the decision's own source lacks.
	 */
	private void fillIn(Report report, Instant at) {
		boolean older = standing().isOlderThanRound(report);
		int rank = older ? ofRoundBefore(rankOfFields(report)) : rankOfFields(report);
		int rankOfDocuments = older ? ofRoundBefore(rankOfDocuments(report)) : rankOfDocuments(report);
		if (isOutranked(DATA, rankOfDocuments)) {
			takeData(report, at, rankOfDocuments);
		}
		else if (this.data != null) {
			this.data = Fields.overlay(report.data(), this.data);
		}
		if (isOutranked(FILES, rankOfDocuments)) {
			takeFiles(report, at, rankOfDocuments);
		}
		mergeWebhook(report, (standing) -> standing < rank, rank);
	}

	/**
	 * What a preliminary webhook carried yields to that of any verdict, even an older.
	 */
	private static int rankOfDocuments(Report report) {
		return report.isFinal() ? report.weight() : PRELIMINARY_DOCUMENTS + rankOfFields(report);
	}

	private static int rankOfFields(Report report) {
		return report.closesWithVerdict() ? DOUBTFUL : report.weight();
	}

	private boolean isOutranked(String name, int rank) {
		Integer standing = this.webhookRanks.get(name);
		return standing == null || standing < rank;
	}

	private void takeData(Report report, Instant at, int rank) {
		if (Fields.sayAnything(report.data())) {
			takeData(report.data(), Source.WEBHOOK, at, rank);
		}
	}

	private void takeData(Map<String, @Nullable Object> data, Source source, Instant at, int rank) {
		this.data = Fields.overlay(this.data, data);
		this.dataSource = source;
		this.dataAt = at;
		rank(DATA, rank);
	}

	private void takeFiles(Report report, Instant at, int rank) {
		takeFiles(report.listedFiles(), Source.WEBHOOK, at, rank);
	}

	private void takeFiles(List<FileLink> files, Source source, Instant at, int rank) {
		if (!files.isEmpty()) {
			this.filesVersion++;
			this.refetchAt = null;
			reschedule();
			this.files = Stream.concat(files.stream(), this.files.stream().filter(FileLink::belongsToField)).toList();
			this.filesSource = source;
			this.filesAt = at;
			rank(FILES, rank);
			this.filesQueuedAt = at;
			link(files, source, at, false);
		}
	}

	private List<FileLink> listedFiles() {
		return this.files.stream().filter((file) -> !file.belongsToField()).toList();
	}

	/** Takes in the files that fields of iDenfy's document data link to. */
	public void attach(List<FileLink> files, Instant at) {
		attach(files, false, Source.RETRIEVAL, at);
	}

	/**
	 * Takes in the files that fields of a document link to.
	 * @param anew whether those that are known come again, as they do with a new set of
	 * files: one set is of one round
	 */
	private void attach(List<FileLink> attached, boolean anew, Source source, Instant at) {
		var files = attached.stream()
			.filter((file) -> anew || this.files.stream().noneMatch(file::isSameFile))
			.toList();
		if (!files.isEmpty()) {
			merge(files);
			link(files, source, at, false);
		}
	}

	private void merge(List<FileLink> files) {
		var links = new LinkedHashMap<String, FileLink>();
		Stream.of(this.files, files)
			.flatMap(List::stream)
			.forEach((file) -> links.put(file.kind() + file.name(), file));
		this.files = List.copyOf(links.values());
	}

	private void link(List<FileLink> files, Source source, Instant at, boolean again) {
		this.linked.add(new FilesLinked(this.scanRef, this.filesVersion, files, source, at, again));
	}

	/** New links to files whose earlier ones died; what iDenfy has no more is kept. */
	private void relink(List<FileLink> files, Instant at) {
		merge(files);
		link(files, Source.RETRIEVAL, at, true);
	}

	/**
	 * Queues the files anew whose links an older version of Backstop took in, which keeps
	 * no files.
	 */
	public void queueOverlooked() {
		if (this.filesAt != null && this.filesSource != null
				&& (this.filesQueuedAt == null || this.filesAt.isAfter(this.filesQueuedAt))) {
			this.filesVersion++;
			this.filesQueuedAt = this.filesAt;
			link(listedFiles(), this.filesSource, this.filesAt, false);
		}
	}

	private void rank(String name, int rank) {
		var ranks = new HashMap<>(this.webhookRanks);
		ranks.put(name, rank);
		this.webhookRanks = ranks;
	}

	private void mergeWebhook(Report report, IntPredicate isReplaced, int rank) {
		var fields = new LinkedHashMap<String, @Nullable Object>(this.webhook);
		var ranks = new HashMap<>(this.webhookRanks);
		report.extras().forEach((name, value) -> {
			Integer standing = ranks.get(name);
			if (value != null && (standing == null || isReplaced.test(standing))) {
				fields.put(name, value);
				ranks.put(name, rank);
			}
		});
		this.webhook = fields;
		this.webhookRanks = ranks;
	}

	private static Map<String, Integer> ofRoundBefore(Map<String, Integer> ranks) {
		var older = new HashMap<>(ranks);
		older.replaceAll((name, rank) -> ofRoundBefore(rank));
		return older;
	}

	/** Below everything of the present round. */
	private static int ofRoundBefore(int rank) {
		return rank - Decision.REVIEWED + DOUBTFUL - 1;
	}

	/** Keeps on the timeline what changes no decision. */
	public void note(UUID delivery, @Nullable String eventType, Instant at) {
		this.lastWebhookAt = at;
		tell(at, TimelineEntry.Kind.DELIVERY, Outcome.NOTED.name(), TimelineDetail.DELIVERY.of(delivery),
				TimelineDetail.EVENT_TYPE.of(eventType));
		changed(at);
	}

	/** Keeps on the timeline that an operator had a delivery judged again. */
	public void tellOfReplay(UUID delivery, String by, Instant at) {
		tell(at, TimelineEntry.Kind.OPERATOR, "REPLAYED", TimelineDetail.BY.of(by),
				TimelineDetail.DELIVERY.of(delivery));
	}

	/** A client's user is back, and no webhook came. */
	public CheckWish askForCheck(String client, Instant now, Deadlines deadlines) {
		if (this.progress == Progress.SETTLED) {
			return new CheckWish.Refused(CheckWish.Reason.SETTLED,
					"The verification is settled: nothing is left to ask. If you have asked the user for more, say so with expect");
		}
		if (this.progress == Progress.PARKED) {
			return new CheckWish.Refused(CheckWish.Reason.PARKED, "The verification is parked: an operator re-arms it");
		}
		if (this.nextCheckAt != null && !this.nextCheckAt.isAfter(now)) {
			return new CheckWish.Granted();
		}
		if (this.lastCheckAt != null) {
			var next = this.lastCheckAt.plus(deadlines.minCheckInterval());
			if (next.isAfter(now)) {
				return new CheckWish.TooSoon(Duration.between(now, next));
			}
		}
		if (this.askedChecks >= deadlines.maxAskedChecks()) {
			return new CheckWish.Refused(CheckWish.Reason.USED_UP,
					"All checks that may be asked for were asked for: the next one comes by itself at dueAt");
		}
		this.askedChecks++;
		this.askedAt = now;
		reschedule();
		changed(now);
		tell(now, TimelineEntry.Kind.TRANSITION, "CHECK_ASKED", TimelineDetail.BY.of(client));
		return new CheckWish.Granted();
	}

	/** A client has asked the user for more: waits anew, and the decision stays. */
	public void expect(Duration within, String client, Instant now, Deadlines deadlines) {
		tell(now, TimelineEntry.Kind.TRANSITION, "EXPECTED", TimelineDetail.BY.of(client),
				TimelineDetail.WITHIN.of(within.toSeconds()));
		askAnew();
		await(deadlines.expected(now, within), now, "expected");
	}

	/** An operator wants a parked one tried again; what it has is kept. */
	public void rearm(String by, Instant now) {
		require(this.progress == Progress.PARKED, "Only a parked verification can be re-armed");
		tell(now, TimelineEntry.Kind.OPERATOR, "REARMED", TimelineDetail.BY.of(by));
		this.askedChecks = 0;
		resetCounts();
		await(now, now, "re-armed");
	}

	/** What was decided keeps standing until a verdict replaces it. */
	private void askAnew() {
		beginRound();
		this.reopened |= this.decision != null && this.decision.hasDecided();
	}

	/** An operator wants everything asked anew. */
	public void reopen(String by, Instant now) {
		require(this.progress != Progress.AWAITED, "Only a settled or parked verification can be reopened");
		tell(now, TimelineEntry.Kind.OPERATOR, "REOPENED", TimelineDetail.BY.of(by));
		askAnew();
		await(now, now, "reopened");
	}

	/** Who follows the changes must not miss one because a clock was set back. */
	private void changed(Instant at) {
		this.updatedAt = at.isAfter(this.updatedAt) ? at : this.updatedAt;
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalStateException(message);
		}
	}

	/**
	 * Begins a check.
	 * @return the check, none if the verification is not due
	 */
	public Optional<Check> check(Instant now) {
		if (this.nextCheckAt == null || this.nextCheckAt.isAfter(now)) {
			return Optional.empty();
		}
		boolean asked = this.progress == Progress.AWAITED && (this.dueAt == null || this.dueAt.isAfter(now));
		return Optional.of(new Check(this.scanRef, this.round, asked));
	}

	/** The part that a check asks for next, none if it has nothing left to ask. */
	public Optional<Part> next(Check check) {
		if (this.nextCheckAt == null || this.round != check.round()) {
			return Optional.empty();
		}
		return isRefetch() ? Optional.of(Part.FILES) : this.outstanding.stream().sorted().findFirst();
	}

	/** Whether nothing is asked for but links that died. */
	private boolean isRefetch() {
		return this.progress == Progress.SETTLED && this.refetchAt != null;
	}

	/**
	 * The links to files have died before the files could be fetched: has iDenfy asked
	 * for new ones, if it was not asked too often before.
	 * @param version the files that are missing
	 * @param max how often it may be asked
	 * @return whether new links may come
	 */
	public boolean renewLinks(int version, int max, Instant now) {
		if (version != this.filesVersion || this.progress == Progress.PARKED) {
			return false;
		}
		if (this.progress == Progress.AWAITED) {
			return true;
		}
		if (this.refetchAt != null) {
			// an older version of Backstop, which knows no refetches, may have forgotten
			// it
			reschedule();
			return true;
		}
		if (this.refetches >= max) {
			return false;
		}
		this.refetches++;
		this.refetchAt = now;
		reschedule();
		changed(now);
		tell(now, TimelineEntry.Kind.TRANSITION, "LINKS_DIED", TimelineDetail.DUE_AT.of(now));
		return true;
	}

	private CheckResult endRefetch(CheckResult result, Instant at) {
		this.refetchAt = null;
		this.failures = 0;
		reschedule();
		return conclude(result, at);
	}

	/** Takes in iDenfy's status. */
	public CheckResult answer(Check check, StatusAnswer answer, Instant at, Deadlines deadlines) {
		if (isSuperseded(check, Part.STATUS)) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		this.failures = 0;
		this.clientId = (this.clientId != null) ? this.clientId : answer.clientId();
		return switch (answer.word()) {
			case OPEN -> stayOpen(check, answer, at, deadlines);
			case CLOSING -> close(answer, at, deadlines);
			case VERDICT -> isFinal(answer) ? decide(answer, at) : stayOpen(check, answer, at, deadlines);
		};
	}

	/**
	 * A retrieved verdict is final, unless a review was announced and nobody has looked
	 * yet.
	 */
	private boolean isFinal(StatusAnswer answer) {
		if (answer.saidFinal() != null) {
			return answer.saidFinal();
		}
		return !this.reviewAnnounced || answer.findings().reviewed();
	}

	private CheckResult stayOpen(Check check, StatusAnswer answer, Instant at, Deadlines deadlines) {
		if (!this.reopened && (this.decision == null || !this.decision.hasDecided())) {
			this.decision = retrieved(answer, Decision.PRELIMINARY, at);
		}
		this.contested = false;
		if (check.asked()) {
			this.askedAt = null;
			reschedule();
			return conclude(CheckResult.OPEN, at);
		}
		var gap = deadlines.followUp(this.followUps);
		if (gap.isEmpty()) {
			park(ParkedReason.UNDECIDED, at);
			return conclude(CheckResult.UNDECIDED, at);
		}
		this.followUps++;
		await(Deadlines.later(at, gap.get()), at, "not decided");
		return conclude(CheckResult.OPEN, at);
	}

	private Decision retrieved(StatusAnswer answer, int weight, Instant at) {
		return Decision.retrieved(answer, weight, at, standing().latestFinishTime());
	}

	private CheckResult close(StatusAnswer answer, Instant at, Deadlines deadlines) {
		if (this.decision != null && this.decision.isFinal()) {
			endAskedAnew(this.decision, at, deadlines);
		}
		else if (standing().protectsVerdict()) {
			park(ParkedReason.UNDECIDED, at);
		}
		else {
			closeRound();
			this.decision = retrieved(answer, Decision.CLOSING, at);
			supply(Part.STATUS);
			settle(at);
		}
		return conclude(switch (this.progress) {
			case SETTLED -> CheckResult.SETTLED;
			case AWAITED -> CheckResult.OPEN;
			case PARKED -> CheckResult.UNDECIDED;
		}, at);
	}

	private CheckResult decide(StatusAnswer answer, Instant at) {
		closeRound();
		this.decision = retrieved(answer, answer.weight(), at);
		want(Word.WITH_DOCUMENTS.contains(answer.findings().overall()), !this.answered.contains(Part.DATA),
				!this.answered.contains(Part.FILES));
		supply(Part.STATUS);
		changed(at);
		return settleIfComplete(at);
	}

	/** Takes in iDenfy's document data: every field it sent. */
	public CheckResult answer(Check check, Map<String, @Nullable Object> data, Instant at) {
		if (isSuperseded(check, Part.DATA)) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		this.failures = 0;
		takeData(data, Source.RETRIEVAL, at, RETRIEVED_DOCUMENTS);
		supply(Part.DATA);
		return settleIfComplete(at);
	}

	/** Takes in iDenfy's links to the files. */
	public CheckResult answer(Check check, List<FileLink> files, Instant at) {
		if (isRefetch() && this.round == check.round()) {
			relink(files, at);
			return endRefetch(CheckResult.SETTLED, at);
		}
		if (isSuperseded(check, Part.FILES)) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		this.failures = 0;
		takeFiles(files, Source.RETRIEVAL, at, RETRIEVED_DOCUMENTS);
		supply(Part.FILES);
		return settleIfComplete(at);
	}

	/**
	 * Whether the verification has changed since the question went out. An answer may
	 * still fill a part that a final webhook lacked, or that was asked for before a
	 * review was announced.
	 */
	private boolean isSuperseded(Check check, Part part) {
		if (this.reopened || this.decision == null || part == Part.STATUS) {
			return !this.outstanding.contains(part) || this.round != check.round();
		}
		boolean askedBefore = this.contested && !this.decision.isVerdict();
		boolean fills = this.decision.isFinal() && this.outstanding.contains(part);
		return !askedBefore && !fills;
	}

	private void supply(Part part) {
		this.outstanding = without(this.outstanding, part);
		this.answered = with(this.answered, part);
	}

	private CheckResult settleIfComplete(Instant at) {
		changed(at);
		if (!this.outstanding.isEmpty()) {
			return CheckResult.OPEN;
		}
		settle(at);
		return conclude(CheckResult.SETTLED, at);
	}

	/**
	 * iDenfy could not be asked, or an answer was lost.
	 * @param counted whether it brings the verification nearer to being parked
	 */
	public CheckResult fail(Check check, boolean counted, Instant at, Deadlines deadlines) {
		if (this.nextCheckAt == null || this.round != check.round()) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		if (counted) {
			this.failures++;
		}
		if (this.failures >= deadlines.maxFailures()) {
			if (isRefetch()) {
				return endRefetch(CheckResult.FAILING, at);
			}
			park(ParkedReason.FAILING, at);
			return conclude(CheckResult.FAILING, at);
		}
		var next = Deadlines.later(at, deadlines.afterFailures(this.failures));
		if (isRefetch()) {
			this.refetchAt = next;
		}
		else if (check.asked()) {
			this.askedAt = next;
		}
		else {
			this.askedAt = null;
			this.dueAt = next;
		}
		reschedule();
		changed(at);
		return conclude(CheckResult.FAILED, at);
	}

	/** iDenfy does not know the scanRef. */
	public CheckResult answerNotFound(Check check, Instant at) {
		if (this.nextCheckAt == null || this.round != check.round()) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		if (isRefetch()) {
			return endRefetch(CheckResult.NOT_FOUND, at);
		}
		park(ParkedReason.NOT_FOUND, at);
		return conclude(CheckResult.NOT_FOUND, at);
	}

	/**
	 * Parks it, since iDenfy refuses to answer about it, but answers about others.
	 * @param detail what it says instead
	 */
	public CheckResult refuse(Check check, String detail, Instant at) {
		if (this.nextCheckAt == null || this.round != check.round()) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		if (isRefetch()) {
			return endRefetch(CheckResult.REFUSED, at);
		}
		park(ParkedReason.REFUSED, detail, at);
		return conclude(CheckResult.REFUSED, at);
	}

	/**
	 * Parks it, since iDenfy's answer could not be stored: it is not asked for again
	 * before an operator re-arms it.
	 * @param detail why not
	 */
	public CheckResult answerUnstored(Check check, Part part, String detail, Instant at) {
		if (this.nextCheckAt == null || this.round != check.round()) {
			return conclude(CheckResult.SUPERSEDED, at);
		}
		if (isRefetch()) {
			return endRefetch(CheckResult.UNSTORABLE, at);
		}
		if (part != Part.STATUS) {
			this.answered = with(this.answered, part);
		}
		park(ParkedReason.UNSTORABLE, detail, at);
		return conclude(CheckResult.UNSTORABLE, at);
	}

	/**
	 * Waits anew for an operator who resumes the reconciler: that iDenfy did not know the
	 * scanRef was our own fault.
	 * @return whether it was parked for that
	 */
	public boolean unpark(String by, Instant now) {
		boolean mistaken = this.parkedReason == ParkedReason.NOT_FOUND;
		if (mistaken) {
			tell(now, TimelineEntry.Kind.OPERATOR, "RESUMED", TimelineDetail.BY.of(by));
			await(now, now, "resumed");
		}
		return mistaken;
	}

	private CheckResult conclude(CheckResult result, Instant at) {
		if (result != CheckResult.SUPERSEDED) {
			this.round++;
		}
		this.checkCount++;
		this.lastCheckAt = at;
		this.lastCheckResult = result;
		changed(at);
		tell(at, TimelineEntry.Kind.CHECK, result.name(), TimelineDetail.DUE_AT.of(this.nextCheckAt));
		return result;
	}

	/** Keeps a call to iDenfy on the timeline. */
	public void tellOfCall(Part part, String outcome, Instant startedAt, Instant at) {
		tell(at, TimelineEntry.Kind.CALL, outcome, TimelineDetail.PART.of(part),
				TimelineDetail.STARTED_AT.of(startedAt));
	}

	private void await(Instant dueAt, Instant at, String because) {
		this.progress = Progress.AWAITED;
		this.parkedReason = null;
		this.parkedDetail = null;
		this.parkedAt = null;
		schedule(dueAt);
		changed(at);
		tell(at, TimelineEntry.Kind.TRANSITION, Progress.AWAITED.name(), TimelineDetail.BECAUSE.of(because),
				TimelineDetail.DUE_AT.of(dueAt));
	}

	private void schedule(Instant dueAt) {
		this.dueAt = dueAt;
		this.deadline = dueAt;
		this.askedAt = null;
		reschedule();
	}

	private void settle(Instant at) {
		this.progress = Progress.SETTLED;
		this.parkedReason = null;
		this.parkedDetail = null;
		this.parkedAt = null;
		this.outstanding = EnumSet.noneOf(Part.class);
		stopWaiting();
		changed(at);
		tell(at, TimelineEntry.Kind.TRANSITION, Progress.SETTLED.name(),
				TimelineDetail.OVERALL.of((this.decision != null) ? this.decision.overall() : null));
	}

	private void park(ParkedReason reason, Instant at) {
		park(reason, null, at);
	}

	private void park(ParkedReason reason, @Nullable String detail, Instant at) {
		this.progress = Progress.PARKED;
		this.parkedReason = reason;
		this.parkedDetail = detail;
		this.parkedAt = at;
		stopWaiting();
		changed(at);
		tell(at, TimelineEntry.Kind.TRANSITION, Progress.PARKED.name(), TimelineDetail.BECAUSE.of(reason.name()),
				TimelineDetail.REASON.of(detail));
	}

	private void stopWaiting() {
		this.dueAt = null;
		this.askedAt = null;
		reschedule();
	}

	private void reschedule() {
		boolean asked = this.askedAt != null && (this.dueAt == null || this.askedAt.isBefore(this.dueAt));
		this.nextCheckAt = isRefetch() ? this.refetchAt : asked ? this.askedAt : this.dueAt;
	}

	private void tell(Instant at, TimelineEntry.Kind kind, String outcome, TimelineDetail.Value... details) {
		this.timeline.add(new TimelineEntry(this, at, kind, outcome, details));
	}

	private static Set<Part> with(Set<Part> parts, Part part) {
		var more = EnumSet.of(part);
		more.addAll(parts);
		return more;
	}

	private static Set<Part> without(Set<Part> parts, Part part) {
		var fewer = EnumSet.noneOf(Part.class);
		fewer.addAll(parts);
		fewer.remove(part);
		return fewer;
	}

	public ScanRef scanRef() {
		return this.scanRef;
	}

	public Optional<String> clientId() {
		return Optional.ofNullable(this.clientId);
	}

	public Optional<String> externalRef() {
		return Optional.ofNullable(this.externalRef);
	}

	public Progress progress() {
		return this.progress;
	}

	public Optional<ParkedReason> parkedReason() {
		return Optional.ofNullable(this.parkedReason);
	}

	/** Returns what iDenfy or the database said before it was parked. */
	public Optional<String> parkedDetail() {
		return Optional.ofNullable(this.parkedDetail);
	}

	public Optional<Instant> parkedAt() {
		return Optional.ofNullable(this.parkedAt);
	}

	public Optional<Instant> dueAt() {
		return Optional.ofNullable(this.dueAt);
	}

	/** When an answer was due before any check failed. */
	public Optional<Instant> deadline() {
		return Optional.ofNullable(this.deadline);
	}

	/** The parts still wanted, in the order in which they are asked for. */
	public List<Part> outstanding() {
		return this.outstanding.stream().sorted().toList();
	}

	public int failures() {
		return this.failures;
	}

	public int checkCount() {
		return this.checkCount;
	}

	public Optional<Instant> lastCheckAt() {
		return Optional.ofNullable(this.lastCheckAt);
	}

	public Optional<CheckResult> lastCheckResult() {
		return Optional.ofNullable(this.lastCheckResult);
	}

	public Optional<Decision> decision() {
		return Optional.ofNullable(this.decision);
	}

	/** The person's document data, none if unknown. */
	public Optional<Map<String, @Nullable Object>> data() {
		return Optional.ofNullable(this.data);
	}

	public Optional<Source> dataSource() {
		return Optional.ofNullable(this.dataSource);
	}

	public Optional<Instant> dataAt() {
		return Optional.ofNullable(this.dataAt);
	}

	public List<FileLink> files() {
		return this.files;
	}

	public Optional<Source> filesSource() {
		return Optional.ofNullable(this.filesSource);
	}

	public Optional<Instant> filesAt() {
		return Optional.ofNullable(this.filesAt);
	}

	/** How often it was given files: what came last are its files. */
	public int filesVersion() {
		return this.filesVersion;
	}

	/** The links that it was given in this unit of work. */
	public List<FilesLinked> linked() {
		return this.linked;
	}

	/** What only webhooks carry. */
	public Map<String, @Nullable Object> webhook() {
		return this.webhook;
	}

	public Optional<Instant> registeredAt() {
		return Optional.ofNullable(this.registeredAt);
	}

	public Optional<Instant> lastWebhookAt() {
		return Optional.ofNullable(this.lastWebhookAt);
	}

	/** When Backstop first knew of it. */
	public Instant createdAt() {
		return this.createdAt;
	}

	public Instant updatedAt() {
		return this.updatedAt;
	}

	/** What happened to it in this unit of work, oldest first. */
	List<TimelineEntry> timeline() {
		return this.timeline;
	}

}
