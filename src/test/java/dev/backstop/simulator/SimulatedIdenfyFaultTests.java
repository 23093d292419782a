package dev.backstop.simulator;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** The simulated iDenfy fails as it is told, and says so in its log. */
class SimulatedIdenfyFaultTests {

	private final SimulatedIdenfy idenfy = SimulatedIdenfy.start();

	private final Caller caller = new Caller(this.idenfy);

	private String scanRef = "";

	@BeforeEach
	void finishOne() {
		this.scanRef = this.idenfy.create().scanRef();
		this.idenfy.lose(this.scanRef, Event.autoFinished("APPROVED"));
	}

	@AfterEach
	void stop() {
		this.idenfy.close();
	}

	@Test
	void aCountedFaultHitsItsScanRefAndIsUsedUp() throws Exception {
		var other = this.idenfy.create().scanRef();
		this.idenfy.failNext(Endpoint.STATUS, this.scanRef, Fault.INTERNAL_ERROR, 2);

		assertThat(status(other)).isEqualTo(200);
		assertThat(status(this.scanRef)).isEqualTo(500);
		assertThat(status(this.scanRef)).isEqualTo(500);
		assertThat(status(this.scanRef)).isEqualTo(200);
		assertThat(this.idenfy.calls(this.scanRef)).extracting(Call::outcome)
			.containsExactly(Call.Outcome.FAULTED, Call.Outcome.FAULTED, Call.Outcome.ANSWERED);
		assertThat(this.idenfy.answered(Endpoint.STATUS, this.scanRef)).isOne();
	}

	@Test
	void aStandingFaultLastsUntilCleared() throws Exception {
		this.idenfy.fault(Fault.BAD_GATEWAY);
		assertThat(status(this.scanRef)).isEqualTo(502);
		assertThat(status(this.scanRef)).isEqualTo(502);

		this.idenfy.clearFaults();
		assertThat(status(this.scanRef)).isEqualTo(200);
	}

	@Test
	void throttlingMaySayWhenToComeBack() throws Exception {
		this.idenfy.failNext(Endpoint.STATUS, Fault.tooManyRequests(Duration.ofSeconds(7)), 1);
		this.idenfy.failNext(Endpoint.STATUS, Fault.TOO_MANY_REQUESTS, 1);

		var told = this.caller.ask(Endpoint.STATUS, this.scanRef);
		var untold = this.caller.ask(Endpoint.STATUS, this.scanRef);

		assertThat(told.statusCode()).isEqualTo(429);
		assertThat(told.headers().firstValue("Retry-After")).contains("7");
		assertThat(untold.statusCode()).isEqualTo(429);
		assertThat(untold.headers().firstValue("Retry-After")).isEmpty();
	}

	@Test
	void brokenAnswersBreakTheCaller() {
		for (var fault : new Fault[] { Fault.CUT_OFF, Fault.DROPPED, Fault.WRONG_LENGTH }) {
			this.idenfy.fault(Endpoint.DATA, fault);

			assertThatExceptionOfType(IOException.class).as("%s", fault)
				.isThrownBy(() -> this.caller.ask(Endpoint.DATA, this.scanRef));
		}
		assertThat(this.idenfy.answered(Endpoint.DATA, this.scanRef)).isZero();
	}

	@Test
	void neverEndingAnswersOutlastTheCaller() {
		for (var fault : new Fault[] { Fault.HANG, Fault.slow(Duration.ofMinutes(1)) }) {
			this.idenfy.fault(Endpoint.STATUS, fault);

			assertThatExceptionOfType(HttpTimeoutException.class).as("%s", fault)
				.isThrownBy(() -> this.caller.ask(Endpoint.STATUS, this.scanRef, Duration.ofMillis(200)));
		}
		this.idenfy.stopListening();
		assertThat(this.idenfy.answered(Endpoint.STATUS, this.scanRef)).isZero();
	}

	@Test
	void anAnswerThatTheCallerDidNotWaitForIsUnheard() {
		this.idenfy.fault(Endpoint.STATUS, Fault.slow(Duration.ofMillis(200)));

		assertThatExceptionOfType(HttpTimeoutException.class)
			.isThrownBy(() -> this.caller.ask(Endpoint.STATUS, this.scanRef, Duration.ofMillis(50)));

		await().untilAsserted(
				() -> assertThat(this.idenfy.calls()).extracting(Call::outcome).containsExactly(Call.Outcome.UNHEARD));
	}

	@Test
	void anEndlessAnswerGoesOnUntilTheCallerHangsUp() throws Exception {
		this.idenfy.failNext(Endpoint.DATA, Fault.ENDLESS, 1);
		this.idenfy.failNext(Endpoint.DATA, Fault.trickle(Duration.ofMillis(20)), 1);

		this.caller.hangUpAfter(10, Endpoint.DATA, this.scanRef);
		this.caller.hangUpAfter(10, Endpoint.DATA, this.scanRef);

		await().untilAsserted(() -> assertThat(this.idenfy.calls()).extracting(Call::outcome)
			.containsExactly(Call.Outcome.FAULTED, Call.Outcome.UNHEARD));
	}

	@Test
	void aSlowAnswerIsStillAnAnswer() throws Exception {
		this.idenfy.fault(Endpoint.STATUS, Fault.slow(Duration.ofMillis(50)));

		var answer = this.caller.ask(Endpoint.STATUS, this.scanRef);

		assertThat(answer.body()).isEqualTo(this.idenfy.documentedAnswer(Endpoint.STATUS, this.scanRef));
		assertThat(this.idenfy.calls()).singleElement().satisfies((call) -> {
			assertThat(call.answered()).isTrue();
			assertThat(call.took()).isGreaterThan(Duration.ofMillis(50));
		});
	}

	@Test
	void anAnswerCanSpeakOfAnotherOrNotBeJsonOrBeHuge() throws Exception {
		this.idenfy.failNext(Endpoint.STATUS, Fault.OTHER_SCAN_REF, 1);
		this.idenfy.failNext(Endpoint.STATUS, Fault.NOT_JSON, 1);
		this.idenfy.failNext(Endpoint.STATUS, Fault.oversized(100_000), 1);

		var stranger = Sample.parse(this.caller.ask(Endpoint.STATUS, this.scanRef).body());
		var page = this.caller.ask(Endpoint.STATUS, this.scanRef);
		var huge = Sample.parse(this.caller.ask(Endpoint.STATUS, this.scanRef).body());

		assertThat(stranger.path("scanRef").stringValue()).hasSize(36).isNotEqualTo(this.scanRef);
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).startsWith("<html>");
		assertThat(huge.path("padding").stringValue()).hasSize(100_000);
		assertThat(huge.path("scanRef").stringValue()).isEqualTo(this.scanRef);
		assertThat(this.idenfy.answered(Endpoint.STATUS, this.scanRef)).isZero();
	}

	@Test
	void aRedirectIsOfferedAndWhoeverFollowsIsSeen() throws Exception {
		this.idenfy.failNext(Endpoint.STATUS, Fault.REDIRECT, 1);

		assertThat(status(this.scanRef)).isEqualTo(302);

		assertThat(this.idenfy.calls()).extracting(Call::endpoint).containsExactly(Endpoint.STATUS);
	}

	@Test
	void aClosedPortRefusesAndTheSamePortOpensAgain() throws Exception {
		this.idenfy.stopListening();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> status(this.scanRef));

		this.idenfy.startListening();
		assertThat(status(this.scanRef)).isEqualTo(200);
	}

	private int status(String scanRef) throws IOException {
		return this.caller.ask(Endpoint.STATUS, scanRef).statusCode();
	}

}
