package dev.backstop.idenfy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.backstop.verification.Event;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.Report;
import dev.backstop.verification.ScanRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class WebhookPayloadTests {

	private static final ScanRef SCAN_REF = new ScanRef("328c6766-934e-11ed-bb9b-025ad99a18e7");

	private final WebhookPayload payload = new WebhookPayload(
			Clock.fixed(Instant.parse("2026-03-06T12:00:00Z"), ZoneOffset.UTC));

	@ParameterizedTest
	@CsvSource({ "webhook-approved.json, MANUAL_FINISHED, APPROVED, true",
			"webhook-approved-compact-escaped.json, MANUAL_FINISHED, APPROVED, true",
			"webhook-denied.json, MANUAL_FINISHED, DENIED, true",
			"webhook-suspected.json, AUTO_FINISHED, SUSPECTED, true",
			"webhook-auto-non-final.json, AUTO_FINISHED, APPROVED, false",
			"webhook-auto-non-final-reviewing.json, AUTO_FINISHED, REVIEWING, false",
			"webhook-auto-final-approved.json, AUTO_FINISHED, APPROVED, true",
			"webhook-expired.json, EXPIRED, EXPIRED, true", "webhook-expired-no-final.json, EXPIRED, EXPIRED,",
			"webhook-cancelled.json, CANCELLED, DENIED, true",
			"webhook-resubmitted-non-final.json, RESUBMITTED, REVIEWING, false",
			"webhook-legacy-identification.json, MANUAL_FINISHED, APPROVED, true" })
	void aSampleOfAVerificationIsAReport(String file, Event event, String overall, Boolean saidFinal) {
		var report = sample(file);

		assertThat(report.event()).isEqualTo(event);
		assertThat(report.findings().overall()).isEqualTo(overall);
		assertThat(report.saidFinal()).isEqualTo(saidFinal);
		assertThat(report.clientId()).isEqualTo("W2GL2K333Y");
		assertThat(report.externalRef()).isEqualTo("order-2026-000123");
	}

	@ParameterizedTest
	@ValueSource(strings = { "webhook-document-expiration.json", "webhook-aml-monitoring.json" })
	void aSampleOfAnotherProductIsANote(String file) {
		var webhook = read(vector(file));

		assertThat(webhook).isInstanceOfSatisfying(Webhook.Note.class,
				(note) -> assertThat(note.scanRefs()).containsExactly(SCAN_REF));
	}

	@ParameterizedTest
	@MethodSource("dev.backstop.idenfy.Samples#vectors")
	void everySampleIsReadUnderItsOwnName(Samples.Vector sample) {
		var webhook = read(sample);

		assertThat(webhook).isNotInstanceOf(Webhook.Unreadable.class);
		assertThat(webhook.type().identity()).isEqualTo(sample.idenfyEventType());
		assertThat(webhook.scanRef()).isEqualTo(sample.file().equals("webhook-aml-monitoring.json") ? null : SCAN_REF);
		assertThat(webhook.toString()).doesNotContain("JOHN", "ZIVILE", "192.0.2.10", "https://", "1965", "order-");
	}

	@Test
	void theReportHasWhatTheWebhookSays() {
		var report = sample("webhook-denied.json");

		assertThat(report.eventType()).isEqualTo("IDENTIFICATION_MANUAL_FINISHED");
		assertThat(report.findings().manualDocument()).isEqualTo("DOC_FAKE");
		assertThat(report.findings().fraudTags()).containsExactly("DOC_PRINT_SPOOFED");
		assertThat(report.finishTime()).isEqualTo(1772802297L);
		assertThat(report.data()).containsEntry("docFirstName", "JOHN")
			.containsEntry("docPersonalCode", null)
			.containsEntry("additionalData", Map.of())
			.containsEntry("manualAddressMatch", false)
			.doesNotContainKey("scanRef");
		assertThat(report.files()).extracting(FileLink::name).contains("FRONT", "FACE");
		assertThat(report.extras()).containsEntry("platform", "PC")
			.containsEntry("finishTime", 1772802297)
			.containsEntry("clientIp", "192.0.2.10")
			.doesNotContainKeys("final", "status", "data", "fileUrls", "videoUrls", "additionalStepPdfUrls", "scanRef",
					"clientId", "externalRef", "addressVerification", "manualAddress", "manualAddressMatch",
					"registryCenterCheck");
	}

	@Test
	void escapedAndPlainLettersAreTheSame() {
		assertThat(sample("webhook-approved-compact-escaped.json").data()).containsEntry("orgFirstName", "ŽIVILĖ")
			.containsEntry("orgAddress", "𠮷野家 1-2 محمد");
	}

	@Test
	void oldPositionsAndUnknownFieldsAreRead() {
		var report = sample("webhook-legacy-identification.json");

		assertThat(report.data()).containsEntry("manualAddressMatch", false).containsEntry("addressVerification", null);
		assertThat(report.extras()).containsEntry("unknownFutureField", Map.of("x", 1))
			.containsEntry("utilityData", List.of())
			.extractingByKey("status")
			.isEqualTo(mapOf("additionalSteps", null, "suspicionReasons", List.of(), "denyReasons", List.of()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "absent",
			textBlock = """
					{"status": {"overall": "EXPIRED"}}                                                         | EXPIRED
					{"status": {"overall": "EXPIRED", "manualFace": "FACE_MATCH"}, "final": true}              | EXPIRED
					{"status": {"overall": "DENIED", "manualFace": "FAKE_FACE"}, "final": true}                | MANUAL_FINISHED
					{"status": {"overall": "DENIED", "manualDocument": "DOC_FAKE"}, "final": true}             | MANUAL_FINISHED
					{"status": {"overall": "DENIED", "manualDocument": "DOC_FAKE"}, "final": false}            | AUTO_FINISHED
					{"status": {"overall": "DENIED", "manualDocument": "DOC_FAKE"}}                            | AUTO_FINISHED
					{"status": {"overall": "DENIED", "manualDocument": "", "manualFace": " "}, "final": true}  | AUTO_FINISHED
					{"status": {"overall": "APPROVED"}, "final": true}                                         | AUTO_FINISHED
					{"status": {"overall": "REVIEWING"}}                                                       | AUTO_FINISHED""")
	void withoutATellingTypeTheBodyIsJudged(String body, Event event) {
		for (var type : new String[] { "IDENTIFICATION", "SOME_FUTURE_EVENT", null, "" }) {
			assertThat(report(withScanRef(body), type).event()).isEqualTo(event);
		}
	}

	@Test
	void aTellingTypeIsBelieved() {
		var body = withScanRef("{\"status\": {\"overall\": \"EXPIRED\"}}");

		assertThat(report(body, "ID_VERIFICATION_CANCELED").event()).isEqualTo(Event.CANCELLED);
		assertThat(report(body, "ID_VERIFICATION_CANCELED").eventType()).isEqualTo("IDENTIFICATION_CANCELLED");
		assertThat(report(body, "SOME_FUTURE_EVENT").eventType()).isEqualTo("SOME_FUTURE_EVENT");
		assertThat(report(body, null).eventType()).isNull();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "IDENTIFICATION", "SOME_FUTURE_EVENT", "DOCUMENT_EXPIRATION" })
	void withoutAStatusObjectItIsANote(String type) {
		for (var status : new String[] { "\"ALERT\"", "null", "[]", "17" }) {
			var webhook = read(withScanRef("{\"status\": " + status + "}"), type);

			assertThat(webhook).isEqualTo(new Webhook.Note(new EventType(type), List.of(SCAN_REF), SCAN_REF));
		}
	}

	@Test
	void anotherProductIsANoteWhateverItsBodyLooksLike() {
		var webhook = read(withScanRef("{\"status\": {\"overall\": \"DENIED\"}, \"final\": true}"),
				"FACIAL_AUTHENTICATION");

		assertThat(webhook).isInstanceOf(Webhook.Note.class);
	}

	@Test
	void aNoteIsAboutEveryScanRefThatCanBeOne() {
		var webhook = read("""
				{"scanRef": "own", "scanRefList": ["a", "own", "", null, 17, 1.7, "not one", "a", "b"]}""",
				"AML_MONITORING");

		assertThat(webhook).isEqualTo(new Webhook.Note(new EventType("AML_MONITORING"),
				List.of(new ScanRef("own"), new ScanRef("a"), new ScanRef("17"), new ScanRef("b")),
				new ScanRef("own")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			textBlock = """
					''                                                                  | IDENTIFICATION                 | The body is empty
					'hello'                                                             | IDENTIFICATION_EXPIRED         | The body is not JSON
					'{"scanRef": "a",'                                                  | none                           | The body is not JSON
					'["a"]'                                                             | none                           | The body is not a JSON object
					'{}'                                                                | IDENTIFICATION                 | The body has no usable scanRef or scanRefList
					'{"scanRefList": ["no one"]}'                                       | AML_MONITORING                 | The body has no usable scanRef or scanRefList
					'{"scanRefList": "a"}'                                              | AML_MONITORING                 | The body has no usable scanRef or scanRefList
					'{"companyId": "a"}'                                                | COMPANY_REVIEW                 | The body has no usable scanRef or scanRefList
					'{"status": {"overall": "DENIED"}}'                                 | IDENTIFICATION                 | The body has no usable scanRef
					'{"status": {"overall": "DENIED"}, "scanRef": true}'                  | IDENTIFICATION_AUTO_FINISHED   | The body has no usable scanRef
					'{"status": {"overall": "DENIED"}, "scanRef": "a b"}'               | IDENTIFICATION_AUTO_FINISHED   | The body has no usable scanRef
					'{"status": {"overall": "DENIED"}, "scanRef": "a\\u0000"}'           | IDENTIFICATION_AUTO_FINISHED   | The body has no usable scanRef""")
	void whatCannotBeUnderstoodSaysWhy(String body, String type, String reason) {
		assertThat(read(body, type)).isEqualTo(new Webhook.Unreadable(new EventType(type), null, reason));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"status\": null}", "{\"status\": \"APPROVED\"}", "{\"status\": {}}",
			"{\"status\": {\"overall\": null}}", "{\"status\": {\"overall\": \"\"}}",
			"{\"status\": {\"overall\": true}}", "{\"status\": {\"overall\": [\"APPROVED\"]}}" })
	void anOutcomeWithoutAnOverallWordIsUnreadableButKeepsItsScanRef(String body) {
		assertThat(read(withScanRef(body), "IDENTIFICATION_MANUAL_FINISHED")).isEqualTo(new Webhook.Unreadable(
				new EventType("IDENTIFICATION_MANUAL_FINISHED"), SCAN_REF, "The body has no usable status.overall"));
	}

	@Test
	void anOverallWordTooLongToBeOneIsUnreadable() {
		var body = withScanRef("{\"status\": {\"overall\": \"" + "X".repeat(3000) + "\"}}");

		assertThat(read(body, null)).isInstanceOf(Webhook.Unreadable.class);
	}

	@Test
	void unknownWordsAreKeptAndFieldsOfAnotherTypeAreBlank() {
		var report = report(withScanRef(
				"""
						{"status": {"overall": "SOME WORD", "autoFace": "NEW_RESULT", "autoDocument": true, "manualFace": " ",
						  "fraudTags": ["NEW_TAG", "", null, false], "mismatchTags": "NAME"},
						 "final": "true", "finishTime": "1772802297", "clientId": {}, "externalRef": "%s", "data": [], "fileUrls": []}"""
					.formatted("x".repeat(256))),
				null);

		assertThat(report.findings().overall()).isEqualTo("SOME WORD");
		assertThat(report.findings().autoFace()).isEqualTo("NEW_RESULT");
		assertThat(report.findings().autoDocument()).isNull();
		assertThat(report.findings().manualFace()).isNull();
		assertThat(report.findings().fraudTags()).containsExactly("NEW_TAG");
		assertThat(report.findings().mismatchTags()).isEmpty();
		assertThat(report.saidFinal()).isNull();
		assertThat(report.finishTime()).isNull();
		assertThat(report.clientId()).isNull();
		assertThat(report.externalRef()).isNull();
		assertThat(report.data()).isEmpty();
		assertThat(report.files()).isEmpty();
	}

	@Test
	void aNumberWhereAWordIsWantedIsTakenAsItIsWritten() {
		var webhook = (Webhook.OfVerification) read(
				"""
						{"scanRef": 328676, "status": {"overall": 17, "autoFace": 0.50, "fraudTags": [7, "A"]}, "clientId": 4711,
						 "externalRef": 12345678901234567890123, "data": {"docNumber": 4711}}""",
				"IDENTIFICATION_AUTO_FINISHED");

		assertThat(webhook.scanRef()).isEqualTo(new ScanRef("328676"));
		var report = webhook.report();
		assertThat(report.findings().overall()).isEqualTo("17");
		assertThat(report.findings().autoFace()).isEqualTo("0.50");
		assertThat(report.findings().fraudTags()).containsExactly("7", "A");
		assertThat(report.clientId()).isEqualTo("4711");
		assertThat(report.externalRef()).isEqualTo("12345678901234567890123");
		assertThat(report.data()).isEqualTo(Map.of("docNumber", 4711));
	}

	@ParameterizedTest
	@CsvSource({ "1772802297.5", "1e3", "1772802297000000000000", "true", "null", "[]" })
	void aFinishTimeThatIsNoWholeNumberIsNone(String finishTime) {
		var body = withScanRef("{\"status\": {\"overall\": \"DENIED\"}, \"finishTime\": " + finishTime + "}");

		assertThat(report(body, null).finishTime()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "null", textBlock = """
			{"manualAddress": "top"}                                     | top
			{"data": {"manualAddress": "in data"}}                       | in data
			{"manualAddress": "top", "data": {"manualAddress": "data"}}  | top
			{"manualAddress": null, "data": {"manualAddress": "data"}}   | data
			{"manualAddress": "", "data": {"manualAddress": "data"}}     | data
			{"manualAddress": null, "data": {"manualAddress": null}}     | null
			{"manualAddress": null}                                      | null""")
	void whatIsInTwoPlacesIsShownAtOne(String fields, String value) {
		var body = withScanRef(fields.replaceFirst("\\{", "{\"status\": {\"overall\": \"DENIED\"}, "));
		var report = report(body, null);

		assertThat(report.data()).containsEntry("manualAddress", value).hasSize(1);
		assertThat(report.extras()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"aml\": [1]", "\"AML\": [1]", "\"aml\": [2], \"AML\": [1]",
			"\"aml\": [1], \"AML\": null", "\"AML\": [1], \"aml\": null" })
	void screeningHasOneNameInTwoSpellings(String field) {
		var body = withScanRef("{\"status\": {\"overall\": \"DENIED\"}, " + field + "}");

		assertThat(report(body, null).extras()).isEqualTo(Map.of("AML", List.of(1)));
	}

	@Test
	void signedLinksAnywhereAreFilesWhoseNamesStandInTheirPlace() {
		var report = report(
				withScanRef(
						"""
								{"status": {"overall": "DENIED", "note": "see https://s3/n.png?X-Amz-Signature=x."},
								 "facePhoto": "https://s3/face.png?Signature=1&Expires=1772806200",
								 "questionnaireAnswers": {"sections": [{"questions": [{"type": "FILE", "value": "https://s3/q.pdf?Signature=2"},
								  {"type": "FILE_MULTI", "value": ["HTTPS://s3/a.mp4?a=b&x-amz-signature=3", "https://s3/b?x=y&sig=4"]}]}]},
								 "amlCheck": {"amlCheck": [{"profileImage": "https://s3/p.jpg?a&X-Goog-Signature=5"}],
								  "adverseMedia": [{"url": "https://news.example/signature=?q=1", "title": "no link"}]},
								 "data": {"additionalData": {"BILL": ["https://s3/bill?Signature=6", 17, null]}}}"""),
				null);

		assertThat(report.files()).extracting(FileLink::kind, FileLink::field)
			.containsExactly(tuple(FileLink.Kind.IMAGE, "additionalData"), tuple(FileLink.Kind.IMAGE, "facePhoto"),
					tuple(FileLink.Kind.DOCUMENT, "questionnaireAnswers"),
					tuple(FileLink.Kind.VIDEO, "questionnaireAnswers"),
					tuple(FileLink.Kind.IMAGE, "questionnaireAnswers"), tuple(FileLink.Kind.IMAGE, "amlCheck"),
					tuple(FileLink.Kind.IMAGE, "status"));
		assertThat(report.files()).allSatisfy((file) -> assertThat(file.name()).startsWith(file.field() + "_"))
			.allSatisfy((file) -> assertThat(report.data() + "" + report.extras()).contains(file.name()));
		assertThat(report.data() + "" + report.extras()).doesNotContain("s3/")
			.contains("https://news.example/signature=?q=1", "see status_", "no link", "17, null");
		assertThat(report.extras()).containsEntry("facePhoto", report.files().get(1).name());
		assertThat(report.files().get(1).linkExpiresAt()).isEqualTo(Instant.ofEpochSecond(1772806200));
	}

	@Test
	void aFileHasOneNameHoweverItsLinkIsSigned() {
		var names = Stream.of("1", "2")
			.map((signature) -> report(
					withScanRef("{\"status\": {\"overall\": \"DENIED\"}, \"facePhoto\": [\"https://s3/a?Signature="
							+ signature + "\", \"https://s3/b?Signature=" + signature + "\"]}"),
					null)
				.extras())
			.toList();
		var both = report(withScanRef(
				"{\"status\": {\"overall\": \"DENIED\"}, \"facePhoto\": [\"https://s3?id=1&Signature=1\", \"https://s3?id=2&Signature=2\"]}"),
				null);

		assertThat(names.getFirst()).isEqualTo(names.getLast());
		assertThat(both.files()).extracting(FileLink::name).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void nothingOfTheStatusThatIsNullIsAnExtra() {
		var body = withScanRef("""
				{"status": {"overall": "DENIED", "additionalSteps": null, "denyReasons": null}}""");

		assertThat(report(body, null).extras()).isEmpty();
	}

	@Test
	void whatPostgresRefusesIsReplacedAndNothingIsLost() {
		var report = report(
				withScanRef(
						"""
								{"status": {"overall": "NEW\\u0000WORD", "fraudTags": ["A\\u0000"]}, "clientId": "c\\u0000",
								 "data": {"docFirstName": "JO\\u0000HN", "docNumber": 1e999999999}, "fileUrls": {"F\\u0000": "u\\ud800"},
								 "x\\u0000": ["\\udc00"]}"""),
				null);

		assertThat(report.findings().overall()).isEqualTo("NEW\u2400WORD");
		assertThat(report.findings().fraudTags()).containsExactly("A\u2400");
		assertThat(report.clientId()).isEqualTo("c\u2400");
		assertThat(report.data()).isEqualTo(Map.of("docFirstName", "JO\u2400HN", "docNumber", "1e999999999"));
		assertThat(report.files()).extracting(FileLink::name, FileLink::url)
			.containsExactly(tuple("F\u2400", "u\uFFFD"));
		assertThat(report.extras()).isEqualTo(Map.of("x\u2400", List.of("\uFFFD")));
	}

	@Test
	void reasonsHaveNoContent() {
		var reasons = List.of("{\"docFirstName\": \"JOHN\"", "JOHN", "{\"scanRef\": \"JOHN DOE\"}", "[\"JOHN\"]");

		assertThat(reasons).allSatisfy((body) -> assertThat(read(body, null).toString()).doesNotContain("JOHN"));
	}

	private Report sample(String file) {
		return ((Webhook.OfVerification) read(vector(file))).report();
	}

	private Report report(String body, String type) {
		var webhook = (Webhook.OfVerification) read(body, type);
		assertThat(webhook.scanRef()).isEqualTo(SCAN_REF);
		return webhook.report();
	}

	private Webhook read(Samples.Vector sample) {
		return this.payload.read(sample.body(), sample.idenfyEventType());
	}

	private Webhook read(String body, String type) {
		return this.payload.read(body.getBytes(StandardCharsets.UTF_8), type);
	}

	private static Samples.Vector vector(String file) {
		return Samples.vectors().filter((sample) -> sample.file().equals(file)).findFirst().orElseThrow();
	}

	private static String withScanRef(String body) {
		return body.replaceFirst("\\{", "{\"scanRef\": \"" + SCAN_REF + "\"" + (body.equals("{}") ? "" : ", "));
	}

	private static Map<String, Object> mapOf(Object... namesAndValues) {
		var map = new LinkedHashMap<String, Object>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			map.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return map;
	}

}
