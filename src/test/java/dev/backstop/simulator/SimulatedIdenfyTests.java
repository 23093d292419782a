package dev.backstop.simulator;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The simulated iDenfy answers as the documents say. */
class SimulatedIdenfyTests {

	private final SimulatedIdenfy idenfy = SimulatedIdenfy.start();

	private final Caller caller = new Caller(this.idenfy);

	@AfterEach
	void stop() {
		this.idenfy.close();
	}

	@Test
	void aCallerWithoutTheRightCredentialsIsTurnedAway() throws Exception {
		var wrong = this.caller.askAs(this.idenfy.apiKey(), "guessed");

		assertThat(wrong.statusCode()).isEqualTo(401);
		assertThat(Sample.parse(wrong.body())).isEqualTo(Sample.json("error-401.json"));
		assertThat(this.idenfy.calls()).singleElement()
			.satisfies((call) -> assertThat(call.credentials()).isEqualTo(Call.Credentials.WRONG));
	}

	@Test
	void aTokenResponseHasTheDocumentedShape() {
		var token = this.idenfy.create("W2GL2K333Y", "order-1", Duration.ofSeconds(90), Duration.ofSeconds(60));

		var json = Sample.parse(token.json());
		assertThat(Sample.shape(json)).isEqualTo(Sample.shape(Sample.json("token-response.json")));
		assertThat(json.path("scanRef").stringValue()).isEqualTo(token.scanRef()).hasSize(36);
		assertThat(json.path("clientId").stringValue()).isEqualTo("W2GL2K333Y");
		assertThat(json.path("externalRef").stringValue()).isEqualTo("order-1");
		assertThat(json.path("expiryTime").intValue()).isEqualTo(90);
		assertThat(json.path("sessionLength").intValue()).isEqualTo(60);
		assertThat(token.toString()).doesNotContain(json.path("authToken").stringValue());
	}

	@Test
	void aNewVerificationIsActiveAndHasNothingToFetch() throws Exception {
		var scanRef = this.idenfy.create().scanRef();

		assertThat(ask(Endpoint.STATUS, scanRef)).isEqualTo(sampleFor("status-active.json", scanRef));
		assertThat(ask(Endpoint.DATA, scanRef).path("docFirstName").isNull()).isTrue();
		assertThat(ask(Endpoint.FILES, scanRef)).isEqualTo(Sample.parse("""
				{"fileUrls": {}, "videoUrls": {}, "additionalStepPdfUrls": {}}"""));
		assertThat(this.idenfy.truth(scanRef).data()).isEmpty();
	}

	@Test
	void aVerificationUnderReviewShowsNoManualResults() throws Exception {
		var scanRef = this.idenfy.create().scanRef();

		this.idenfy.lose(scanRef, Event.preliminary("APPROVED"));

		assertThat(ask(Endpoint.STATUS, scanRef)).isEqualTo(sampleFor("status-reviewing.json", scanRef));
		assertThat(ask(Endpoint.DATA, scanRef).path("docFirstName").isNull()).isTrue();
		assertThat(this.idenfy.truth(scanRef).concluded()).isFalse();
	}

	@Test
	void anExpiredVerificationHasNothingToFetch() throws Exception {
		var scanRef = this.idenfy.create().scanRef();

		this.idenfy.lose(scanRef, Event.expired());

		assertThat(ask(Endpoint.STATUS, scanRef)).isEqualTo(sampleFor("status-expired.json", scanRef));
		assertThat(this.idenfy.truth(scanRef).files()).isEmpty();
	}

	@Test
	void aReviewedVerificationAnswersStatusDataAndFilesInTheDocumentedShapes() throws Exception {
		var scanRef = this.idenfy.create().scanRef();

		this.idenfy.lose(scanRef, Event.preliminary("APPROVED"));
		this.idenfy.lose(scanRef, Event.manualFinished("APPROVED"));

		var truth = this.idenfy.truth(scanRef);
		var data = ask(Endpoint.DATA, scanRef);
		var files = ask(Endpoint.FILES, scanRef);
		assertThat(ask(Endpoint.STATUS, scanRef)).isEqualTo(sampleFor("status.json", scanRef));
		assertThat(Sample.shape(data)).isEqualTo(Sample.shape(Sample.json("data.json")));
		assertThat(truth.data()).containsEntry("docLastName", data.path("docLastName").stringValue())
			.containsEntry("clientIpProxyRiskLevel", "LOW");
		assertThat(files.path("fileUrls").propertyNames()).contains("FRONT", "FACE");
		assertThat(files.path("FRONT")).isEqualTo(files.path("fileUrls").path("FRONT"));
		assertThat(truth.overall()).isEqualTo("APPROVED");
		assertThat(truth.files()).contains("FRONT", "FACE");
	}

	@Test
	void resubmittedMaterialReopensTheVerificationUntilItIsReviewed() throws Exception {
		var scanRef = this.idenfy.create().scanRef();
		this.idenfy.lose(scanRef, Event.manualFinished("SUSPECTED"));

		var resubmitted = Sample.parse(this.idenfy.prepare(scanRef, Event.resubmitted()).body());
		assertThat(ask(Endpoint.STATUS, scanRef).path("status").stringValue()).isEqualTo("REVIEWING");

		var reviewed = Sample.parse(this.idenfy.prepare(scanRef, Event.manualFinished("DENIED")).body());
		assertThat(ask(Endpoint.STATUS, scanRef).path("manualFace").stringValue()).isEqualTo("FAKE_FACE");
		assertThat(reviewed.path("finishTime")).isEqualTo(resubmitted.path("finishTime"));
		assertThat(this.idenfy.history(scanRef)).extracting((happening) -> happening.after().overall())
			.containsExactly("SUSPECTED", "REVIEWING", "DENIED");
	}

	@Test
	void whatIsAskedWronglyGetsTheDocumentedErrors() throws Exception {
		assertThat(this.caller.ask(Endpoint.DATA, "nobody").body()).contains("BAD_VALUE");
		assertThat(this.caller.askWith("{}").body()).contains("MISSING_VALUE");
		assertThat(this.caller.askWith("{").body()).contains("JSON_ERROR");
		assertThat(this.caller.get(Endpoint.STATUS).statusCode()).isEqualTo(405);
		assertThat(this.caller.get(Endpoint.OTHER).statusCode()).isEqualTo(404);
		assertThat(this.idenfy.calls()).noneMatch(Call::answered)
			.extracting(Call::outcome)
			.containsOnly(Call.Outcome.REFUSED);
	}

	@ParameterizedTest
	@EnumSource(names = { "STATUS", "DATA", "FILES" })
	void everyAnsweredCallIsCounted(Endpoint endpoint) throws Exception {
		var scanRef = this.idenfy.create().scanRef();

		this.caller.ask(endpoint, scanRef);
		this.caller.ask(endpoint, scanRef);
		this.caller.ask(endpoint, "nobody");

		assertThat(this.idenfy.calls()).hasSize(3).extracting(Call::number).containsExactly(1L, 2L, 3L);
		assertThat(this.idenfy.answered(endpoint, scanRef)).isEqualTo(2);
		assertThat(this.idenfy.mostCallsWithin(Duration.ofMinutes(1))).isEqualTo(3);
		assertThat(this.idenfy.mostCallsWithin(Duration.ofNanos(1))).isEqualTo(1);
	}

	private JsonNode ask(Endpoint endpoint, String scanRef) throws Exception {
		var answer = this.caller.ask(endpoint, scanRef);
		assertThat(answer.statusCode()).isEqualTo(200);
		return Sample.parse(answer.body());
	}

	private JsonNode sampleFor(String file, String scanRef) {
		var clientId = Sample.parse(this.idenfy.documentedAnswer(Endpoint.STATUS, scanRef)).path("clientId");
		return ((ObjectNode) Sample.json(file)).put("scanRef", scanRef).set("clientId", clientId);
	}

}
