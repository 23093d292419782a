package dev.backstop.simulator;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The simulated iDenfy tells what happened as the documents say, and retries shortly. */
class SimulatedIdenfyWebhookTests {

	private static final String KEY = "test-signing-key-0001";

	private final SimulatedIdenfy idenfy = SimulatedIdenfy
		.start(new Settings().signingKey(KEY).retries(3, Duration.ofMillis(5)));

	private final Inbox inbox = new Inbox();

	private String scanRef = "";

	SimulatedIdenfyWebhookTests() throws IOException {
	}

	@BeforeEach
	void createOne() {
		this.idenfy.deliverTo(this.inbox.uri());
		this.scanRef = this.idenfy.create().scanRef();
	}

	@AfterEach
	void stop() {
		this.idenfy.close();
		this.inbox.close();
	}

	@ParameterizedTest
	@MethodSource("vectors")
	void aSampleIsSignedAsItsVectorSays(String file, String signature) {
		assertThat(this.idenfy.sign(Sample.bytes(file))).isEqualTo(signature);
	}

	static Stream<Arguments> vectors() {
		return Sample.json("signature-vectors.json")
			.valueStream()
			.map((vector) -> Arguments.of(text(vector, "file"), text(vector, "idenfySignature")));
	}

	@ParameterizedTest
	@MethodSource("events")
	void aWebhookHasTheFieldsOfItsSample(String file, Event event) {
		this.idenfy.emit(this.scanRef, event);

		var letter = this.inbox.letters().getFirst();
		assertThat(Sample.shape(Sample.parse(letter.body()))).isEqualTo(Sample.shape(Sample.json(file)));
		assertThat(letter.type()).isEqualTo(typeOf(file));
		assertThat(letter.contentType()).isEqualTo("application/json");
		assertThat(letter.signature()).isEqualTo(this.idenfy.sign(letter.body()));
	}

	static Stream<Arguments> events() {
		return Stream.of(Arguments.of("webhook-approved.json", Event.manualFinished("APPROVED")),
				Arguments.of("webhook-denied.json", Event.manualFinished("DENIED")),
				Arguments.of("webhook-suspected.json", Event.autoFinished("SUSPECTED")),
				Arguments.of("webhook-auto-non-final.json", Event.preliminary("APPROVED")),
				Arguments.of("webhook-auto-non-final-reviewing.json", Event.preliminary("REVIEWING")),
				Arguments.of("webhook-auto-final-approved.json", Event.autoFinished("APPROVED")),
				Arguments.of("webhook-expired.json", Event.expired()),
				Arguments.of("webhook-expired-no-final.json", Event.expired().with(Event.Quirk.NO_FINAL)),
				Arguments.of("webhook-cancelled.json", Event.cancelled()),
				Arguments.of("webhook-resubmitted-non-final.json", Event.resubmitted()),
				Arguments.of("webhook-legacy-identification.json", Event.manualFinished("APPROVED").asLegacy()),
				Arguments.of("webhook-document-expiration.json", Event.documentExpiration()),
				Arguments.of("webhook-aml-monitoring.json", Event.amlMonitoring()),
				Arguments.of("webhook-approved-compact-escaped.json",
						Event.manualFinished("APPROVED").with(Event.Quirk.ESCAPED)));
	}

	@Test
	void aPreliminaryResultAndItsReviewShareTheTimeOfTheAutomaticDecision() {
		var preliminary = Sample.parse(this.idenfy.prepare(this.scanRef, Event.preliminary("APPROVED")).body());
		var reviewed = Sample.parse(this.idenfy.prepare(this.scanRef, Event.manualFinished("DENIED")).body());
		var resubmitted = Sample.parse(this.idenfy.prepare(this.scanRef, Event.resubmitted()).body());

		assertThat(preliminary.path("final").booleanValue()).isFalse();
		assertThat(preliminary.path("status").path("overall").stringValue()).isEqualTo("APPROVED");
		assertThat(preliminary.path("status").path("manualFace").isNull()).isTrue();
		assertThat(reviewed.path("final").booleanValue()).isTrue();
		assertThat(reviewed.path("finishTime")).isEqualTo(preliminary.path("finishTime"));
		assertThat(resubmitted.path("finishTime").longValue()).isGreaterThan(reviewed.path("finishTime").longValue());
	}

	@Test
	void aSuspicionIsToldInTagsAndScreening() {
		var suspected = Sample.parse(this.idenfy.body(this.scanRef, Event.autoFinished("SUSPECTED")));

		assertThat(suspected.path("status").path("fraudTags").valueStream().map(JsonNode::stringValue))
			.contains("AML_SUSPECTION");
		assertThat(suspected.path("AML").path(0).path("status").path("serviceSuspected").booleanValue()).isTrue();
		assertThat(this.idenfy.truth(this.scanRef).overall()).isEqualTo("ACTIVE");
	}

	@Test
	void anEmittedWebhookReturnsTheReceiversAnswer() {
		this.inbox.answer(200, 503);

		assertThat(this.idenfy.emit(this.scanRef, Event.preliminary("APPROVED"))).isEqualTo(200);
		assertThat(this.idenfy.emit(this.scanRef, Event.manualFinished("APPROVED"))).isEqualTo(503);
		assertThat(this.idenfy.history(this.scanRef)).extracting(Happening::acknowledged).containsExactly(true, false);
	}

	@Test
	void aRefusedWebhookIsRepeatedAFewTimesAndGivenUp() {
		this.inbox.answer(503, 500, 200);
		assertThat(this.idenfy.emitWithRetries(this.scanRef, Event.preliminary("APPROVED"))).isEqualTo(200);

		this.inbox.answer(503, 503, 503, 503, 200);
		assertThat(this.idenfy.emitWithRetries(this.scanRef, Event.manualFinished("APPROVED"))).isEqualTo(503);

		assertThat(this.idenfy.deliveries(this.scanRef)).extracting(Delivery::attempt, Delivery::status)
			.map(Object::toString)
			.containsExactly("(1, 503)", "(2, 500)", "(3, 200)", "(1, 503)", "(2, 503)", "(3, 503)", "(4, 503)");
	}

	@Test
	void nobodyThereIsNoAnswer() {
		this.idenfy.deliverTo(URI.create("http://127.0.0.1:1/webhooks/idenfy"));

		assertThat(this.idenfy.emit(this.scanRef, Event.expired())).isZero();
		assertThat(this.idenfy.truth(this.scanRef).overall()).isEqualTo("EXPIRED");
	}

	@Test
	void mishapsBefallWebhooksAndNotTheTruth() {
		for (var mishap : List.of(Mishap.LOST, Mishap.MALFORMED, Mishap.WRONGLY_SIGNED, Mishap.repeated(2),
				Mishap.doubled(3), Mishap.late(Duration.ofMillis(1)), Mishap.WITH_LEGACY_TWIN)) {
			var scanRef = this.idenfy.create().scanRef();
			this.idenfy.follow(scanRef, Scenario.of("any").then(Duration.ZERO, Event.autoFinished("APPROVED"), mishap))
				.join();
			assertThat(this.idenfy.truth(scanRef).overall()).isEqualTo("APPROVED");
			assertThat(this.idenfy.deliveries(scanRef)).as("%s", mishap).hasSize(switch (mishap) {
				case Mishap.Lost _ -> 0;
				case Mishap.Repeated repeated -> repeated.times();
				case Mishap.LegacyTwin _ -> 2;
				default -> 1;
			});
		}
		assertThat(this.inbox.letters())
			.filteredOn((letter) -> !this.idenfy.sign(letter.body()).equals(letter.signature()))
			.hasSize(1);
	}

	private static String typeOf(String file) {
		return Sample.json("signature-vectors.json")
			.valueStream()
			.filter((vector) -> text(vector, "file").equals(file))
			.map((vector) -> text(vector, "idenfyEventType"))
			.findFirst()
			.orElseThrow();
	}

	private static String text(JsonNode object, String field) {
		return object.path(field).stringValue();
	}

}
