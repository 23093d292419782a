package dev.backstop.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import dev.backstop.Database;
import dev.backstop.TestClock;
import dev.backstop.verification.Findings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.backstop.api.ApiClient.body;
import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
class ListTests {

	@Autowired
	private ApiClient api;

	@Autowired
	private Sessions sessions;

	@Autowired
	private TestClock clock;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private Database database;

	@Autowired
	private Statements statements;

	@BeforeEach
	void nothingIsKnown() {
		this.jdbc.sql("delete from verification").update();
	}

	@Test
	void theNewestComeFirstWithoutWhatIsBulky() {
		this.sessions.registered("older", "c", "order-1");
		this.sessions.retrieved("older");
		this.clock.advance(Duration.ofSeconds(1));
		this.sessions.heard("newer", Sessions.REVIEWING);

		var response = this.api.get("/api/v1/verifications");

		assertThat(response).hasStatusOk().hasContentType(MediaType.APPLICATION_JSON);
		assertThat(response).bodyJson().isLenientlyEqualTo("""
				{"items": [
				 {"scanRef": "newer", "progress": "AWAITED", "outstanding": ["STATUS"], "registeredAt": null,
				  "decision": {"overall": "REVIEWING", "final": false, "source": "WEBHOOK"}},
				 {"scanRef": "older", "clientId": "c", "externalRef": "order-1", "progress": "SETTLED",
				  "checks": {"count": 1, "lastResult": "SETTLED"}, "decision": {"overall": "APPROVED", "final": true},
				  "dataSource": "RETRIEVAL", "filesSource": "RETRIEVAL"}],
				 "nextCursor": null}
				""");
		assertThat(response).bodyText().doesNotContain("\"data\":", "\"files\":", "\"webhook\":", "ANNA");
		assertThat(this.statements.last()).doesNotContain(".data,", ".files,", ".webhook");
	}

	@Test
	void anItemHasTheOtherFieldsOfAVerification() {
		this.sessions.registered("one");
		this.sessions.retrieved("one");
		Map<String, Object> verification = JsonPath.read(text("/api/v1/verifications/one"), "$");
		verification.keySet().removeAll(List.of("data", "files", "webhook"));

		Map<String, Object> item = JsonPath.read(text("/api/v1/verifications"), "$.items[0]");

		assertThat(item).isEqualTo(verification);
	}

	@ParameterizedTest
	@CsvSource({ "overall=APPROVED, settled", "overall=REVIEWING, ", "progress=AWAITED, awaited",
			"progress=PARKED, parked", "clientId=client-parked, parked", "clientId=client-PARKED, ",
			"externalRef=order-7, awaited", "overall=APPROVED&progress=SETTLED, settled",
			"overall=APPROVED&progress=AWAITED, " })
	void aFilterIsComparedExactly(String filter, @Nullable String scanRef) {
		this.sessions.registered("awaited", "c", "order-7");
		this.sessions.registered("settled");
		this.sessions.retrieved("settled");
		this.sessions.registered("parked");
		this.sessions.notFound("parked");

		assertThat(scanRefs("/api/v1/verifications?" + filter))
			.isEqualTo((scanRef != null) ? List.of(scanRef) : List.of());
	}

	@Test
	void updatedSinceIsInclusiveAndMayHaveAnOffset() {
		this.sessions.registered("older");
		this.clock.advance(Duration.ofNanos(1_000));
		this.sessions.registered("newer");
		var at = this.clock.instant();

		assertThat(scanRefs("/api/v1/verifications?updatedSince={at}", at)).containsExactly("newer");
		assertThat(scanRefs("/api/v1/verifications?updatedSince={at}", at.minusNanos(1_000))).containsExactly("newer",
				"older");
		assertThat(scanRefs("/api/v1/verifications?updatedSince={at}", at.atOffset(ZoneOffset.ofHours(2))))
			.containsExactly("newer");
		assertThat(scanRefs("/api/v1/verifications?updatedSince={at}", at.plusNanos(1_000))).isEmpty();
	}

	@Test
	void pagesFollowEachOtherEvenWhereManyWereCreatedAtTheSameInstant() {
		for (var scanRef : List.of("a", "B", "c", "_", "-", "1")) {
			this.sessions.registered(scanRef);
		}

		var pages = walk("/api/v1/verifications?limit=2", () -> {
		});

		assertThat(pages).hasSize(6).doesNotHaveDuplicates().isEqualTo(scanRefs("/api/v1/verifications"));
	}

	@Test
	void aPageThatEndsWithTheLastOneHasNoCursor() {
		this.sessions.registered("a");
		this.sessions.registered("b");

		var response = this.api.get("/api/v1/verifications?limit=2");

		assertThat(response).bodyJson().extractingPath("nextCursor").isNull();
	}

	@Test
	void whatIsAddedAndChangedMeanwhileNeitherRepeatsNorSkips() {
		for (int i = 0; i < 9; i++) {
			this.sessions.registered("before-" + i);
			this.clock.advance(Duration.ofNanos(1_000));
		}
		var meanwhile = new AtomicInteger();

		var pages = walk("/api/v1/verifications?limit=2", () -> {
			this.sessions.registered("meanwhile-" + meanwhile.getAndIncrement());
			this.sessions.retrieved("before-" + meanwhile.get());
			this.clock.advance(Duration.ofSeconds(1));
		});

		assertThat(pages).containsExactly("before-8", "before-7", "before-6", "before-5", "before-4", "before-3",
				"before-2", "before-1", "before-0");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "overall, ``", "overall, a%00b",
					"overall, 12345678901234567890123456789012345678901234567890123456789012345", "progress, foo",
					"progress, settled", "progress, ``", "clientId, %20", "externalRef, %0A", "updatedSince, yesterday",
					"updatedSince, 2026-01-01", "updatedSince, 2026-01-01T00:00:00",
					"updatedSince, 2026-01-01T00:00:00+02:00", "updatedSince, %2B999999999-12-31T23:59:59Z", "limit, 0",
					"limit, 201", "limit, -1", "limit, x", "limit, ``", "limit, 99999999999", "cursor, x", "cursor, ``",
					"cursor, !", "cursor, OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4wLmE", "cliendId, c" })
	void aWrongOrUnknownParameterIsNamed(String name, String encoded) {
		var value = URLDecoder.decode(encoded, StandardCharsets.UTF_8);

		var response = this.api.get("/api/v1/verifications?{name}={value}", name, value);

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("errors").asMap().containsOnlyKeys(name);
		assertThat(response).bodyJson().extractingPath("detail").asString().startsWith(name + " ");
	}

	@Test
	void aParameterIsGivenOnce() {
		var response = this.api.get("/api/v1/verifications?limit=1&limit=2&progress=foo");

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST)
			.bodyJson()
			.extractingPath("errors")
			.asMap()
			.containsOnlyKeys("limit", "progress");
	}

	@Test
	void anyWordMayBeLookedFor() {
		assertThat(scanRefs("/api/v1/verifications?overall=EXPIRED-DELETED&externalRef=Bestellung {n}", "ü%_'"))
			.isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "-99999999999999999", "100000000000000000", "9223372036854775808" })
	void aCursorOfNoTimeThatTheDatabaseHoldsIsNamed(String micros) {
		var response = this.api.get("/api/v1/verifications?cursor=" + cursorAt(micros));

		assertThat(response).hasStatus(HttpStatus.BAD_REQUEST).bodyJson().hasPath("errors.cursor");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "99999999999999999" })
	void aCursorMayBeOfAnyOtherTime(String micros) {
		assertThat(this.api.get("/api/v1/verifications?cursor=" + cursorAt(micros))).hasStatusOk();
	}

	@Test
	void aCursorIsBoundToItsFiltersButNotToItsLimit() {
		this.sessions.registered("a");
		this.sessions.registered("b");
		String cursor = JsonPath.read(text("/api/v1/verifications?limit=1&progress=AWAITED"), "$.nextCursor");

		var same = this.api.get("/api/v1/verifications?limit=9&progress=AWAITED&cursor=" + cursor);
		var other = this.api.get("/api/v1/verifications?limit=1&progress=SETTLED&cursor=" + cursor);
		var none = this.api.get("/api/v1/verifications?limit=1&cursor=" + cursor);

		assertThat(cursor).matches("[A-Za-z0-9_-]+");
		assertThat(same).hasStatusOk().bodyJson().extractingPath("items[*].scanRef").asArray().containsExactly("a");
		assertThat(other).hasStatus(HttpStatus.BAD_REQUEST).bodyJson().hasPath("errors.cursor");
		assertThat(none).hasStatus(HttpStatus.BAD_REQUEST).bodyJson().hasPath("errors.cursor");
	}

	@ParameterizedTest
	@CsvSource({ "'', verification_created", "overall=DENIED, verification_overall", "progress=PARKED, verification_",
			"clientId=client-7, verification_client", "externalRef=order-7, verification_external_ref",
			"updatedSince=2026-03-01T12:00:00Z, verification_",
			"overall=DENIED&progress=AWAITED, verification_overall_progress" })
	void everyFilterHasAnIndex(String filter, String index) {
		store(5_000);
		String cursor = JsonPath.read(text("/api/v1/verifications?limit=1&" + filter), "$.nextCursor");

		this.api.get("/api/v1/verifications?limit=5&" + filter + ((cursor != null) ? "&cursor=" + cursor : ""));

		assertThat(planOf(this.statements.last())).contains("Index Scan using " + index).doesNotContain("Seq Scan");
	}

	@Test
	void aWordThatNeitherIdenfyDocumentsNorAVerificationHasIsProbablyMisspelt() {
		this.sessions.registered("approved");
		this.sessions.retrieved("approved");
		this.sessions.heard("new-word", new Findings("ON_HOLD", null, null, null, null, List.of(), List.of()));

		assertThat(this.api.get("/api/v1/verifications?overall=APPROVD")).hasStatus(HttpStatus.BAD_REQUEST)
			.bodyJson()
			.extractingPath("errors.overall")
			.asString()
			.endsWith("EXPIRED-DELETED, REVIEWING, SUSPECTED) nor one that was seen here (APPROVED, ON_HOLD)");
		assertThat(scanRefs("/api/v1/verifications?overall=ON_HOLD")).containsExactly("new-word");
		assertThat(scanRefs("/api/v1/verifications?overall=ON_HOLD&progress=PARKED")).isEmpty();
	}

	@Test
	void theWordsThatWereSeenAreFoundByTheirIndex() {
		store(5_000);

		this.api.get("/api/v1/verifications?overall=APPROVD");

		assertThat(planOf(this.statements.last())).contains("Index Only Scan using verification_overall")
			.doesNotContain("Seq Scan");
	}

	/**
	 * Stores many at once, one in a hundred of them denied and of one client, one in
	 * three settled.
	 */
	private void store(int count) {
		this.jdbc
			.sql("""
					insert into verification (scan_ref, version, client_id, external_ref, progress, due_at, next_check_at,
						outstanding, answered, round, reopened, review_announced, contested, follow_ups, failures,
						asked_checks, check_count, overall, decision_final, decision_source, decided_at, decision_weight, fraud_tags, mismatch_tags,
						files, webhook, webhook_ranks, created_at, updated_at)
					select 'scan-' || i, 0, 'client-' || i / 100, 'order-' || i / 10,
						case when settled then 'SETTLED' else 'AWAITED' end, case when not settled then at end,
						case when not settled then at end, case when settled then '{}' else '{STATUS}' end::text[], '{}',
						0, false, false, false, 0, 0, 0, 0, case when i % 100 = 0 then 'DENIED' else 'APPROVED' end, true,
						'WEBHOOK', at, 2, '{}', '{}', '[]', '{}', '{}', at, at
					from generate_series(1, :count) i,
						lateral (select timestamptz '2026-03-01 12:00Z' - make_interval(mins => i), i % 3 = 0) t(at, settled)
					""")
			.param("count", count)
			.update();
		this.jdbc.sql("analyze verification").update();
	}

	/** The plan for whatever values, as a prepared statement has it. */
	private String planOf(String sql) {
		var parameters = new AtomicInteger();
		var numbered = Pattern.compile("\\?").matcher(sql).replaceAll((_) -> "\\$" + parameters.incrementAndGet());
		var simple = new DriverManagerDataSource(this.database.url() + "?preferQueryMode=simple",
				this.database.username(), this.database.password());
		return String.join("\n",
				JdbcClient.create(simple).sql("explain (generic_plan) " + numbered).query(String.class).list());
	}

	/**
	 * Every scanRef of every page, with something happening before the next page is read.
	 */
	private List<String> walk(String uri, Runnable meanwhile) {
		var scanRefs = new ArrayList<String>();
		var page = text(uri);
		while (true) {
			scanRefs.addAll(JsonPath.<List<String>>read(page, "$.items[*].scanRef"));
			String cursor = JsonPath.read(page, "$.nextCursor");
			if (cursor == null) {
				return scanRefs;
			}
			meanwhile.run();
			page = text(uri + "&cursor=" + cursor);
		}
	}

	private List<String> scanRefs(String uri, Object... variables) {
		return JsonPath.read(text(uri, variables), "$.items[*].scanRef");
	}

	private String text(String uri, Object... variables) {
		var response = this.api.get(uri, variables);
		assertThat(response).hasStatusOk();
		return body(response);
	}

	/** A cursor as it was given, but for its time. */
	private String cursorAt(String micros) {
		this.sessions.registered("a");
		this.sessions.registered("b");
		String cursor = JsonPath.read(text("/api/v1/verifications?limit=1"), "$.nextCursor");
		var decoded = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
		var crafted = decoded.replaceFirst("\\d+", micros);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(crafted.getBytes(StandardCharsets.ISO_8859_1));
	}

}
