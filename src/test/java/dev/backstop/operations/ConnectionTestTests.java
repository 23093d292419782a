package dev.backstop.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.backstop.TestDatabase;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Fault;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Registration;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** With the schedule as it is in production. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
@DirtiesContext
class ConnectionTestTests {

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().retries(0, Duration.ZERO));

	@Autowired
	private Verifications verifications;

	@Autowired
	private Deadlines deadlines;

	@Autowired
	private JdbcClient jdbc;

	@LocalManagementPort
	private int port;

	private Actuator operator;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		idenfy.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@AfterAll
	static void stop() {
		idenfy.close();
	}

	@BeforeEach
	void empty() {
		idenfy.clearFaults();
		idenfy.forget();
		this.jdbc.sql("truncate verification, idenfy_call cascade").update();
		hold(null, null);
		this.operator = Actuator.asOperator(this.port);
	}

	@Test
	void isRightForAScanRefThatBackstopDoesNotKnow() {
		var scanRef = idenfy.create().scanRef();

		var overview = test(scanRef);

		assertThat(overview.at("/test/result").asString()).isEqualTo("OK");
		assertThat(overview.at("/test/scanRef").asString()).isEqualTo(scanRef);
		assertThat(overview.at("/test/by").asString()).isEqualTo("oncall");
		assertThat(overview.at("/test/nextStep").asString()).isEqualTo("Key, host and account are right");
		assertThat(overview.at("/budget/callsInLastMinute").asInt()).isOne();
		assertThat(idenfy.calls()).hasSize(1);
		assertThat(this.jdbc.sql("select part || ' ' || outcome || ' ' || tested from idenfy_call")
			.query(String.class)
			.list()).containsExactly("STATUS ANSWERED " + scanRef);
		assertThat(this.verifications.findById(new ScanRef(scanRef))).isEmpty();
		assertThat(this.operator.get("/reconciliation").json().at("/test/result").asString()).isEqualTo("OK");
	}

	static List<Arguments> failures() {
		return List.of(arguments(Fault.BAD_VALUE, "UNKNOWN_SCAN_REF", "HTTP 400 BAD_VALUE"),
				arguments(Fault.UNAUTHORIZED, "ACCESS_REFUSED", "HTTP 401"),
				arguments(Fault.OUT_OF_FUNDS, "ACCESS_REFUSED", "HTTP 402"),
				arguments(Fault.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "HTTP 429 TOO_MANY_REQUESTS"),
				arguments(Fault.BAD_GATEWAY, "UNAVAILABLE", "HTTP 502"),
				arguments(Fault.REDIRECT, "PROTOCOL", "HTTP 302"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void saysWhatIsWrongAndHoldsNothing(Fault fault, String result, String detail) {
		idenfy.fault(fault);

		var overview = test(idenfy.create().scanRef());

		assertThat(overview.at("/test/result").asString()).isEqualTo(result);
		assertThat(overview.at("/test/detail").asString()).startsWith(detail);
		assertThat(overview.at("/test/nextStep").asString()).isNotEmpty();
		assertThat(overview.path("state").asString()).isEqualTo("RUNNING");
		assertThat(idenfy.calls()).hasSize(1);
	}

	@Test
	void changesNoVerification() {
		var scanRef = new ScanRef(idenfy.create().scanRef());
		this.verifications.save(Verification.registered(new Registration(scanRef, "client", null, null, null),
				"onboarding", Instant.now(), this.deadlines));
		idenfy.fault(Fault.BAD_VALUE);
		var before = row();

		test(scanRef.value());

		assertThat(row()).isEqualTo(before);
		assertThat(this.jdbc
			.sql("select outcome || ' by ' || (details ->> 'by') from timeline_entry where kind = 'OPERATOR'")
			.query(String.class)
			.list()).containsExactly("TESTED by oncall");
	}

	@Test
	void endsAPauseThatARefusalMade() {
		hold("PAUSED", "ACCESS_REFUSED");

		assertThat(test(idenfy.create().scanRef()).path("state").asString()).isEqualTo("RUNNING");
	}

	@Test
	void endsNoPauseIfItIsRefusedAsWell() {
		hold("PAUSED", "ACCESS_REFUSED");
		idenfy.fault(Endpoint.STATUS, Fault.UNAUTHORIZED);

		var overview = test(idenfy.create().scanRef());

		assertThat(overview.at("/test/result").asString()).isEqualTo("ACCESS_REFUSED");
		assertThat(overview.path("state").asString()).isEqualTo("PAUSED");
	}

	@Test
	void anUnknownScanRefDoesNotShowThatTheEnvironmentIsRight() {
		hold("PAUSED", "NOT_FOUND");

		var overview = test("unknown");

		assertThat(overview.at("/test/result").asString()).isEqualTo("UNKNOWN_SCAN_REF");
		assertThat(overview.path("state").asString()).isEqualTo("PAUSED");
		assertThat(test(idenfy.create().scanRef()).path("state").asString()).isEqualTo("RUNNING");
	}

	@Test
	void doesNotEndAnOperatorsPause() {
		this.operator.post("/reconciliation", """
				{"action": "pause"}""");

		var overview = test(idenfy.create().scanRef());

		assertThat(overview.at("/test/result").asString()).isEqualTo("OK");
		assertThat(overview.path("state").asString()).isEqualTo("PAUSED");
		assertThat(overview.path("reason").asString()).isEqualTo("OPERATOR");
	}

	@Test
	void aMonitorMayNotAskForIt() {
		Actuator.asMonitor(this.port).post("/reconciliation", """
				{"action": "test", "scanRef": "unknown"}""").problem(403);
	}

	private JsonNode test(String scanRef) {
		return this.operator.post("/reconciliation", """
				{"action": "test", "scanRef": "%s"}""".formatted(scanRef)).json();
	}

	private void hold(String state, String reason) {
		this.jdbc
			.sql("""
					update reconciliation set hold = :state, hold_reason = :reason, held_by = null, hold_detail = null, test = null,
						held_since = case when cast(:state as text) is not null then now() end,
						held_until = case when cast(:state as text) is not null then now() + interval '1 hour' end""")
			.param("state", state)
			.param("reason", reason)
			.update();
	}

	private String row() {
		return this.jdbc.sql("select v::text from verification v").query(String.class).single();
	}

}
