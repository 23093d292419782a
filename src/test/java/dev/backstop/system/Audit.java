package dev.backstop.system;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.backstop.Database;
import dev.backstop.simulator.Call;
import dev.backstop.simulator.Delivery;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Event;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Happening;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.simulator.Truth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Holds what Backstop ended up with against the simulated iDenfy's own memory: the truth
 * of each verification, the webhooks that were acknowledged, and the calls it received.
 */
final class Audit implements AutoCloseable {

	private static final JsonMapper json = JsonMapper.shared();

	private static final Set<String> WITH_DOCUMENTS = Set.of("APPROVED", "DENIED", "SUSPECTED");

	private static final Map<Endpoint, String> PARTS = Map.of(Endpoint.STATUS, "STATUS", Endpoint.DATA, "DATA",
			Endpoint.FILES, "FILES");

	/** How calls end whose answer may have been on its way. */
	private static final Set<Fault> REFUSALS = Set.of(Fault.UNAUTHORIZED, Fault.OUT_OF_FUNDS, Fault.REDIRECT,
			Fault.TOO_MANY_REQUESTS, Fault.OLD_STYLE_TOO_MANY_REQUESTS, Fault.tooManyRequests(Duration.ofSeconds(1)));

	private static final Set<String> UNHEARD = Set.of("LOST", "no answer: HttpTimeoutException",
			"HTTP 200, the body is cut off or too slow");

	private final SimulatedIdenfy idenfy;

	private final BackstopProcess backstop;

	// one for the thousands of questions, opened with the first; it does not outlive
	// PostgreSQL
	private final SingleConnectionDataSource connection;

	private final JdbcClient jdbc;

	private final boolean archives;

	Audit(SimulatedIdenfy idenfy, BackstopProcess backstop, Database database) {
		this.idenfy = idenfy;
		this.backstop = backstop;
		this.connection = new SingleConnectionDataSource(database.url(), database.username(), database.password(),
				true);
		this.jdbc = JdbcClient.create(this.connection);
		this.archives = backstop.archives();
	}

	/** How many verifications Backstop knows. */
	long known() {
		return this.jdbc.sql("select count(*) from verification").query(Long.class).single();
	}

	/** How many verifications Backstop still waits for. */
	long awaited() {
		return this.jdbc.sql("select count(*) from verification where progress = 'AWAITED'").query(Long.class).single();
	}

	/** How many files are not kept yet. */
	long waitingFiles() {
		return this.jdbc.sql("select count(*) from archive_file where state = 'WAITING'").query(Long.class).single();
	}

	/** How many calls are in the air, or were when their process ended. */
	long openCalls() {
		return this.jdbc.sql("select count(*) from idenfy_call where ended_at is null").query(Long.class).single();
	}

	/** How many calls ended in a way that nobody knows. */
	long lostCalls() {
		return this.jdbc.sql("select count(*) from idenfy_call where outcome = 'LOST'").query(Long.class).single();
	}

	/** Everything that is not as promised, in words; empty if all is well. */
	List<String> complaints() {
		return Stream
			.of(this.idenfy.scanRefs().stream().sorted().flatMap(this::complaints), unkept().stream(),
					overBudget(Budget.BRISK).stream())
			.flatMap((each) -> each)
			.toList();
	}

	private Stream<String> complaints(String scanRef) {
		var found = this.backstop.verification(scanRef);
		return Stream
			.of(wrong(scanRef, found).stream(), inventedVerdicts(scanRef, found),
					askedTooOften(scanRef, found).stream(), notKept(scanRef, found), mishandledLinks(found))
			.flatMap((each) -> each)
			.map((complaint) -> "%s: %s%n  happened: %s%n  seen:     %s".formatted(scanRef, complaint, story(scanRef),
					seen(found)));
	}

	/**
	 * The files of a settled verification that are not served as iDenfy had them when it
	 * last told of them, and versions, earlier ones and those of one that was given up,
	 * that are not served as iDenfy once had them together.
	 */
	private Stream<String> notKept(String scanRef, JsonNode found) {
		if (!this.archives) {
			return Stream.empty();
		}
		var current = found.get("files")
			.valueStream()
			.filter((_) -> !found.get("progress").asString().equals("PARKED"))
			.filter((file) -> !isAttached(file) ? !isServed(scanRef, file, lastTold(scanRef, file))
					: rounds(scanRef).noneMatch((round) -> isServed(scanRef, file, round)))
			.map((file) -> "file %s is %s".formatted(file.get("name"), file));
		var versions = this.backstop.ask("/api/v1/verifications/" + scanRef + "/files")
			.get("items")
			.valueStream()
			.collect(Collectors.groupingBy((file) -> file.get("version").asInt()));
		var mixed = versions.values()
			.stream()
			.filter((files) -> rounds(scanRef)
				.noneMatch((round) -> files.stream().allMatch((file) -> isServed(scanRef, file, round))))
			.map((files) -> "files that iDenfy never had together: " + files);
		return Stream.concat(current, mixed);
	}

	/** Answers of a questionnaire come anew only with a new set of files. */
	private static boolean isAttached(JsonNode file) {
		return file.get("name").asString().startsWith("questionnaireAnswers_");
	}

	private boolean isServed(String scanRef, JsonNode file, int round) {
		var sha256 = this.idenfy.file(scanRef, file.get("name").asString(), round).sha256();
		return file.path("state").asString().equals("ARCHIVED") && file.get("sha256").asString().equals(sha256)
				&& this.backstop.sha256(file.get("href").asString()).equals(sha256);
	}

	/**
	 * Links that are handed out to whoever reads the verification, and answers of which
	 * the file is not there.
	 */
	private static Stream<String> mishandledLinks(JsonNode found) {
		var names = found.get("files").valueStream().map((file) -> file.get("name").asString()).toList();
		var missing = found.at("/webhook/questionnaireAnswers/sections/0/questions")
			.valueStream()
			.filter((question) -> question.get("type").asString().equals("FILE"))
			.map((question) -> question.get("value").asString())
			.filter((name) -> !names.contains(name))
			.map((name) -> "no file " + name);
		var signed = Stream.of("data", "webhook")
			.filter((document) -> found.get(document).toString().contains("Signature="))
			.map((document) -> "a signed link in " + document);
		return Stream.concat(missing, signed);
	}

	private IntStream rounds(String scanRef) {
		return IntStream.rangeClosed(1, this.idenfy.history(scanRef).getLast().round());
	}

	/** As of the last webhook that was heard, or of the links that were asked for. */
	private int lastTold(String scanRef, JsonNode file) {
		var asked = file.path("source").asString().equals("RETRIEVAL")
				? this.idenfy.calls(Endpoint.FILES, scanRef).stream().filter(Call::answered).toList().getLast().at()
				: Instant.MIN;
		return this.idenfy.history(scanRef)
			.stream()
			.filter((happening) -> isHeard(happening) || !happening.at().isAfter(asked))
			.mapToInt(Happening::round)
			.max()
			.orElseThrow();
	}

	/** The final verdicts of any time that iDenfy has never given as its result. */
	private Stream<String> inventedVerdicts(String scanRef, JsonNode found) {
		var given = this.idenfy.history(scanRef)
			.stream()
			.flatMap((happening) -> Stream.of(happening.after().overall(), result(happening.event())))
			.collect(Collectors.toSet());
		var settled = this.jdbc.sql(
				"select details ->> 'overall' from timeline_entry where scan_ref = ? and outcome = 'SETTLED' and kind = 'TRANSITION'")
			.param(scanRef)
			.query(String.class)
			.list();
		var decision = found.get("decision");
		boolean isFinal = !decision.isNull() && decision.get("final").asBoolean();
		return Stream.concat(settled.stream(), isFinal ? Stream.of(decision.get("overall").asString()) : Stream.empty())
			.filter(WITH_DOCUMENTS::contains)
			.filter((overall) -> !given.contains(overall))
			.map((overall) -> "final " + overall + ", which iDenfy never gave as its result");
	}

	private static String result(Event event) {
		return switch (event.kind()) {
			case AUTO_FINISHED, MANUAL_FINISHED, RESUBMITTED -> event.concluded() ? event.overall() : "none";
			default -> "none";
		};
	}

	/** Whether Backstop has the vendor's truth, or has given up for the right reason. */
	private Optional<String> wrong(String scanRef, JsonNode found) {
		var decision = found.get("decision");
		boolean isFinal = !decision.isNull() && decision.get("final").asBoolean();
		return switch (found.get("progress").asString()) {
			case "PARKED" -> isRightlyParked(scanRef, found) ? Optional.empty() : Optional.of("wrongly parked");
			case "SETTLED" -> {
				if (!isFinal) {
					yield Optional.of("settled without a final decision");
				}
				var knowable = knowable(scanRef, decision);
				yield isToldOf(knowable, found) ? Optional.empty() : Optional.of("not the vendor's truth: " + knowable);
			}
			default -> Optional.of("still awaited");
		};
	}

	/**
	 * iDenfy had not decided when it was last asked, or closed what was to be decided
	 * anew; or it said that it does not know the verification, or refused it alone and
	 * again.
	 */
	private boolean isRightlyParked(String scanRef, JsonNode found) {
		return switch (found.get("parkedReason").asString()) {
			case "UNDECIDED" -> isUndecided(scanRef);
			case "NOT_FOUND" -> this.idenfy.calls(scanRef)
				.stream()
				.flatMap((call) -> call.metFault().stream())
				.anyMatch(Set.of(Fault.BAD_VALUE, Fault.NOT_FOUND)::contains);
			case "REFUSED" -> this.idenfy.calls(scanRef)
				.stream()
				.flatMap((call) -> call.metFault().stream())
				.filter(REFUSALS::contains)
				.count() > 1;
			default -> false;
		};
	}

	private boolean isUndecided(String scanRef) {
		var parkedAt = this.jdbc.sql("select parked_at from verification where scan_ref = ?")
			.param(scanRef)
			.query(Timestamp.class)
			.single()
			.toInstant();
		return this.idenfy.history(scanRef)
			.stream()
			.filter((happening) -> happening.after().concluded())
			.allMatch((happening) -> happening.at().isAfter(parkedAt) && !isHeard(happening));
	}

	/**
	 * What was true before the changes of which nobody heard: iDenfy made them after it
	 * was asked, or after a webhook that it called final.
	 */
	private Truth knowable(String scanRef, JsonNode decision) {
		var history = this.idenfy.history(scanRef);
		var asked = decision.get("source").asString().equals("RETRIEVAL")
				? Instant.parse(decision.get("decidedAt").asString()) : Instant.MIN;
		int unknown = 0;
		for (var happening : history.reversed()) {
			if (isHeard(happening) || happening.at().isBefore(asked)) {
				break;
			}
			unknown++;
		}
		int known = history.size() - unknown;
		return (known > 0) ? history.get(known - 1).after() : this.idenfy.truth(scanRef);
	}

	/** Whether its webhook was received, also where iDenfy did not hear the answer. */
	private boolean isHeard(Happening happening) {
		return this.jdbc.sql("select exists (select from delivery where body_sha256 = decode(?, 'hex'))")
			.param(happening.sha256())
			.query(Boolean.class)
			.single();
	}

	private static boolean isToldOf(Truth truth, JsonNode found) {
		var decision = found.get("decision");
		if (!decision.get("overall").asString().equals(truth.overall())) {
			return false;
		}
		var results = truth.results();
		boolean same = Objects.equals(text(decision, "autoDocument"), results.autoDocument())
				&& Objects.equals(text(decision, "autoFace"), results.autoFace())
				&& Objects.equals(text(decision, "manualDocument"), results.manualDocument())
				&& Objects.equals(text(decision, "manualFace"), results.manualFace())
				&& texts(decision.get("fraudTags")).equals(Set.copyOf(results.fraudTags()))
				&& texts(decision.get("mismatchTags")).equals(Set.copyOf(results.mismatchTags()));
		if (truth.data().isEmpty()) {
			return same;
		}
		var files = StreamSupport.stream(found.get("files").spliterator(), false)
			.map((file) -> file.get("name").asString())
			.collect(Collectors.toSet());
		var wanted = text(found, "filesSource") != null && text(found, "filesSource").equals("RETRIEVAL")
				? truth.files() : truth.filesInWebhooks();
		return same && hasData(truth, found) && files.containsAll(wanted);
	}

	private static boolean hasData(Truth truth, JsonNode found) {
		var data = found.get("data");
		return json.valueToTree(truth.data())
			.properties()
			.stream()
			.filter((field) -> !field.getValue().isNull())
			.allMatch((field) -> field.getValue().equals(data.get(field.getKey())));
	}

	private static String text(JsonNode node, String field) {
		var value = node.get(field);
		return (value != null && !value.isNull()) ? value.asString() : null;
	}

	private static Set<String> texts(JsonNode array) {
		return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).collect(Collectors.toSet());
	}

	/**
	 * Asked once, and only for what there is; a call that a crash swallowed is asked
	 * again.
	 */
	private List<String> askedTooOften(String scanRef, JsonNode found) {
		var complaints = new ArrayList<String>();
		long checks = entries(scanRef, "CHECK");
		long webhooks = entries(scanRef, "DELIVERY");
		long reopened = timeline(scanRef, "TRANSITION", "because", "reopened");
		PARTS.forEach((endpoint, part) -> {
			var lines = ledger(scanRef, part);
			int calls = this.idenfy.calls(endpoint, scanRef).size();
			if (calls > lines.size()) {
				complaints.add("%d calls for %s, but %d in the ledger".formatted(calls, part, lines.size()));
			}
			long answered = this.idenfy.answered(endpoint, scanRef);
			long heard = lines.stream().filter("ANSWERED"::equals).count();
			if (answered - heard > lines.stream().filter(UNHEARD::contains).count()) {
				complaints.add("answered calls for %s are not in the ledger: %s".formatted(part, lines));
			}
			if (endpoint != Endpoint.STATUS && heard > 1 + reopened) {
				complaints.add("%s was answered %d times".formatted(part, heard));
			}
			// a webhook ends a check without a word if it comes between two calls
			if (endpoint == Endpoint.STATUS && heard > checks + webhooks) {
				complaints.add("/status was answered %d times in %d checks".formatted(heard, checks));
			}
			if (endpoint != Endpoint.STATUS && calls > 0 && !wasEverDocumented(scanRef)) {
				complaints.add("asked for " + part + ", which there cannot be");
			}
		});
		if (answeredTwiceInOneCheck(scanRef)) {
			complaints.add("/status was answered twice in one check");
		}
		return complaints;
	}

	private boolean wasEverDocumented(String scanRef) {
		return this.idenfy.history(scanRef)
			.stream()
			.anyMatch((happening) -> WITH_DOCUMENTS.contains(happening.after().overall()));
	}

	private List<String> ledger(String scanRef, String part) {
		return this.jdbc.sql("""
				select case outcome when 'UNAVAILABLE' then reason else coalesce(outcome, 'OPEN') end
				from idenfy_call where scan_ref = ? and part = ?""").params(scanRef, part).query(String.class).list();
	}

	private boolean answeredTwiceInOneCheck(String scanRef) {
		return this.jdbc.sql("""
				select exists (select from idenfy_call where scan_ref = ? and part = 'STATUS' and outcome = 'ANSWERED'
					group by round having count(*) > 1)""").param(scanRef).query(Boolean.class).single();
	}

	private long entries(String scanRef, String kind) {
		return this.jdbc.sql("select count(*) from timeline_entry where scan_ref = ? and kind = ?")
			.params(scanRef, kind)
			.query(Long.class)
			.single();
	}

	private long timeline(String scanRef, String kind, String detail, String value) {
		return this.jdbc
			.sql("select count(*) from timeline_entry where scan_ref = ? and kind = ? and details ->> ? = ?")
			.params(scanRef, kind, detail, value)
			.query(Long.class)
			.single();
	}

	/** The webhooks that were answered with success and are not there. */
	List<String> unkept() {
		var kept = this.jdbc
			.sql("select encode(body_sha256, 'hex') as hash, sum(1 + repeats) as times from delivery group by 1")
			.query((row, _) -> Map.entry(row.getString("hash"), row.getLong("times")))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
		return acknowledged().entrySet()
			.stream()
			.filter((each) -> kept.getOrDefault(each.getKey(), 0L) < each.getValue())
			.map((each) -> "acknowledged %d times and kept %d times: webhook %s".formatted(each.getValue(),
					kept.getOrDefault(each.getKey(), 0L), each.getKey()))
			.toList();
	}

	private Map<String, Long> acknowledged() {
		return this.idenfy.deliveries()
			.stream()
			.filter(Delivery::acknowledged)
			.collect(Collectors.groupingBy(Delivery::sha256, Collectors.counting()));
	}

	/** Where iDenfy was called more often than agreed, seen from its side. */
	List<String> overBudget(Budget budget) {
		var complaints = new ArrayList<String>();
		int most = this.idenfy.mostCallsWithin(budget.period());
		if (most > 2 * budget.limit()) {
			complaints.add("%d calls within %s".formatted(most, budget.period()));
		}
		var calls = this.idenfy.calls().stream().filter((call) -> PARTS.containsKey(call.endpoint())).toList();
		if (!calls.isEmpty()) {
			var lasted = Duration.ofNanos(calls.getLast().nanos() - calls.getFirst().nanos());
			long periods = lasted.dividedBy(budget.period()) + 1;
			if (calls.size() > budget.limit() * periods + budget.limit()) {
				complaints.add("%d calls in %d periods".formatted(calls.size(), periods));
			}
		}
		return complaints;
	}

	private String story(String scanRef) {
		return this.idenfy.history(scanRef)
			.stream()
			.map((happening) -> "%s %s at %s%s".formatted(happening.event().type(), happening.event().overall(),
					happening.at(), isHeard(happening) ? "" : " (unheard)"))
			.collect(Collectors.joining(", "));
	}

	private static String seen(JsonNode found) {
		return "%s %s, %s, %s".formatted(found.get("progress"), found.get("parkedReason"), found.get("decision"),
				found.get("checks"));
	}

	/** How many there are of what. */
	String figures() {
		var deliveries = this.idenfy.deliveries();
		var progress = this.jdbc.sql("""
				select coalesce(parked_reason, decision_source, progress) as what, count(*) as times from verification
				group by 1 order by 1""").query((row, _) -> row.getString("what") + " " + row.getLong("times")).list();
		var retrievals = this.idenfy.calls().stream().filter((call) -> PARTS.containsKey(call.endpoint())).toList();
		long files = this.jdbc.sql("select count(*) from archive_file where state = 'ARCHIVED'")
			.query(Long.class)
			.single();
		return "verifications %d %s, attempts to deliver %d, acknowledged %d, of these lost %d, calls %d, spoilt %d, over budget %d, files %d"
			.formatted(this.idenfy.scanRefs().size(), progress, deliveries.size(),
					deliveries.stream().filter(Delivery::acknowledged).count(), unkept().size(), retrievals.size(),
					retrievals.stream().filter((call) -> call.metFault().isPresent()).count(),
					overBudget(Budget.BRISK).size(), files);
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
