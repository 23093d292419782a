package dev.backstop.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.backstop.simulator.Event.Quirk;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every JSON body the simulated iDenfy speaks, in the documented shapes. */
final class Payloads {

	private static final List<String> CHECKS = List.of("AML", "LID");

	private static final List<String> EXTRAS = List.of("questionnaireAnswers", "riskAssessment", "addressVerification",
			"additionalSteps");

	private final JsonMapper mapper = new JsonMapper();

	private final JsonMapper escaping = this.mapper.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private final ObjectNode blankWebhook = template("webhook.json");

	private final ObjectNode blankData = template("data.json");

	private final ObjectNode blankToken = template("token-response.json");

	private final ObjectNode extras = template("extras.json");

	private final FileLinks links;

	Payloads(FileLinks links) {
		this.links = links;
	}

	String token(SimulatedVerification verification) {
		var token = this.blankToken.deepCopy();
		var secret = HexFormat.of()
			.formatHex(Signing.sha256(verification.scanRef().getBytes(StandardCharsets.UTF_8)), 0, 20)
			.toUpperCase(Locale.ROOT);
		token.put("authToken", secret);
		token.put("redirectUrl", "https://ivs.idenfy.com/api/v2/redirect?authToken=" + secret);
		token.put("scanRef", verification.scanRef());
		token.put("clientId", verification.clientId());
		token.put("externalRef", verification.externalRef());
		token.put("expiryTime", verification.expiryTime().toSeconds());
		token.put("sessionLength", verification.sessionLength().toSeconds());
		return this.mapper.writeValueAsString(token);
	}

	byte[] status(SimulatedVerification verification) {
		var state = verification.state();
		var results = state.shown();
		var status = this.mapper.createObjectNode();
		fill(status.putArray("fraudTags"), results.fraudTags());
		fill(status.putArray("mismatchTags"), results.mismatchTags());
		status.put("autoDocument", results.autoDocument());
		status.put("autoFace", results.autoFace());
		status.put("manualDocument", results.manualDocument());
		status.put("manualFace", results.manualFace());
		status.put("scanRef", verification.scanRef());
		status.put("clientId", verification.clientId());
		status.put("status", state.overall());
		return this.mapper.writeValueAsBytes(status);
	}

	byte[] data(SimulatedVerification verification) {
		return this.mapper.writeValueAsBytes(dataNode(verification, verification.state()));
	}

	byte[] files(SimulatedVerification verification) {
		var state = verification.state();
		var files = this.mapper.createObjectNode();
		if (state.documented()) {
			link(files, verification, state, Set.of(FileKind.IMAGE));
		}
		var wanted = state.documented() ? Set.of(FileKind.values()) : Set.<FileKind>of();
		link(files.putObject("fileUrls"), verification, state, only(FileKind.IMAGE, wanted));
		link(files.putObject("videoUrls"), verification, state, only(FileKind.VIDEO, wanted));
		link(files.putObject("additionalStepPdfUrls"), verification, state, only(FileKind.DOCUMENT, wanted));
		return this.mapper.writeValueAsBytes(files);
	}

	byte[] webhook(SimulatedVerification verification, State state, Event event) {
		var body = switch (event.kind()) {
			case DOCUMENT_EXPIRATION -> documentExpiration(verification);
			case AML_MONITORING -> amlMonitoring(verification);
			case UNKNOWN -> somethingNew(verification);
			default -> result(verification, state, event);
		};
		if (event.has(Quirk.INDENTED)) {
			return (this.mapper.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n")
				.getBytes(StandardCharsets.UTF_8);
		}
		return (event.has(Quirk.ESCAPED) ? this.escaping : this.mapper).writeValueAsBytes(body);
	}

	Truth truth(SimulatedVerification verification, State state) {
		var files = new LinkedHashMap<String, FileKind>(state.documented() ? verification.person().files() : Map.of());
		var all = new LinkedHashSet<>(files.keySet());
		files.values().removeIf(FileKind.VIDEO::equals);
		return new Truth(state.overall(), state.concluded(), state.shown(), dataOf(verification, state), all,
				new LinkedHashSet<>(files.keySet()));
	}

	private Map<String, @Nullable Object> dataOf(SimulatedVerification verification, State state) {
		if (!state.documented()) {
			return Map.of();
		}
		var data = dataNode(verification, state);
		data.remove(List.of("scanRef", "clientId"));
		return this.mapper.convertValue(data, new TypeReference<>() {
		});
	}

	private ObjectNode dataNode(SimulatedVerification verification, State state) {
		var data = this.blankData.deepCopy();
		if (state.documented()) {
			fillDocument(data, verification, state);
			if (verification.person().thorough()) {
				data.set("addressVerification", this.extras.get("addressVerification"));
			}
		}
		data.put("scanRef", verification.scanRef());
		data.put("clientId", verification.clientId());
		return data;
	}

	private ObjectNode result(SimulatedVerification verification, State state, Event event) {
		var body = this.blankWebhook.deepCopy();
		body.put("final", event.concluded());
		body.put("platform", "OTHER");
		fillStatus((ObjectNode) body.get("status"), state, event);
		body.put("scanRef", verification.scanRef());
		body.put("externalRef", verification.externalRef());
		body.put("clientId", verification.clientId());
		if (state.startTime() != null) {
			fillCircumstances(body, verification.person(), state);
		}
		if (event.kind().documented()) {
			fillFindings(body, verification, state, event);
		}
		if (event.has(Quirk.NO_FINAL)) {
			body.remove("final");
		}
		return event.has(Quirk.LEGACY_SHAPE) ? legacy(body) : body;
	}

	private void fillStatus(ObjectNode status, State state, Event event) {
		var results = (event.kind() == Event.Kind.AUTO_FINISHED) ? state.results().withoutReview() : state.results();
		status.put("overall", event.overall());
		fill(status.putArray("fraudTags"), results.fraudTags());
		fill(status.putArray("mismatchTags"), results.mismatchTags());
		status.put("autoFace", results.autoFace());
		status.put("manualFace", results.manualFace());
		status.put("autoDocument", results.autoDocument());
		status.put("manualDocument", results.manualDocument());
	}

	private void fillCircumstances(ObjectNode body, Person person, State state) {
		body.put("platform", person.platform());
		body.put("startTime", state.startTime());
		body.put("finishTime", state.finishTime());
		body.put("clientIp", person.clientIp());
		body.put("clientIpCountry", person.country());
		body.put("clientLocation", person.location());
	}

	private void fillFindings(ObjectNode body, SimulatedVerification verification, State state, Event event) {
		if (!event.has(Quirk.NO_DATA)) {
			fillDocument((ObjectNode) body.get("data"), verification, state);
		}
		if (!event.has(Quirk.NO_FILES)) {
			link((ObjectNode) body.get("fileUrls"), verification, state,
					event.has(Quirk.LEGACY_SHAPE) ? Set.of(FileKind.IMAGE, FileKind.VIDEO) : Set.of(FileKind.IMAGE));
			link((ObjectNode) body.get("additionalStepPdfUrls"), verification, state, Set.of(FileKind.DOCUMENT));
		}
		if (event.concluded()) {
			CHECKS.forEach((check) -> body.set(check, screening(check, verification, state)));
		}
		if (verification.person().thorough()) {
			EXTRAS.forEach((extra) -> body.set(extra, this.extras.get(extra).deepCopy()));
			answerWithFile(body, verification, state);
			((ObjectNode) body.get("status")).put("additionalSteps", "VALID");
		}
	}

	private void fillDocument(ObjectNode data, SimulatedVerification verification, State state) {
		verification.person().document(state.corrected()).forEach(data::putPOJO);
		if (state.concluded() && "APPROVED".equals(state.overall())) {
			data.put("clientIpProxyRiskLevel", "LOW");
		}
		if (state.results().fraudTags().contains("DUPLICATE_FACE")) {
			data.putArray("duplicateFaces").add("11111111-aaaa-11ed-bb9b-025ad99a18e7");
		}
		data.set("additionalData",
				verification.person().thorough() ? this.extras.get("additionalData") : this.mapper.createObjectNode());
	}

	private ArrayNode screening(String check, SimulatedVerification verification, State state) {
		var screening = (ArrayNode) this.extras.get(check).deepCopy();
		var first = (ObjectNode) screening.get(0);
		first.put("uid", check + verification.scanRef().replace("-", "").toUpperCase(Locale.ROOT));
		if (state.results().fraudTags().contains(check + "_SUSPECTION")) {
			var status = (ObjectNode) first.get("status");
			status.put("serviceSuspected", true);
			status.put("overallStatus", "SUSPECTED");
		}
		return screening;
	}

	/** Further files of one step come in a list with the first. */
	private void link(ObjectNode target, SimulatedVerification verification, State state, Collection<FileKind> kinds) {
		verification.person().files().forEach((name, kind) -> {
			if (kinds.contains(kind)) {
				var link = this.links.link(verification, name, kind, state.round());
				var key = name.replaceFirst("_2$", "");
				if (target.has(key)) {
					var first = target.get(key);
					target.putArray(key).add(first).add(link);
				}
				else {
					target.put(key, link);
				}
			}
		});
	}

	private void answerWithFile(ObjectNode body, SimulatedVerification verification, State state) {
		var questions = (ArrayNode) body.at("/questionnaireAnswers/sections/0/questions");
		verification.person()
			.attachments()
			.forEach((name, kind) -> questions.addObject()
				.put("key", name)
				.put("title", "Proof of income")
				.put("type", "FILE")
				.put("value", this.links.link(verification, name, kind, state.round())));
	}

	private ObjectNode legacy(ObjectNode body) {
		var data = (ObjectNode) body.get("data");
		List.of("manualAddress", "manualAddressMatch", "registryCenterCheck", "addressVerification")
			.forEach((moved) -> data.set(moved, body.remove(moved)));
		body.remove(List.of("amlCheck", "CRIMINAL_CHECK", "companyId", "beneficiaryId", "questionnaireAnswers",
				"riskAssessment", "bankVerification", "emailVerification", "phoneVerification", "driverLicenseCheck",
				"bankCardVerification", "additionalSteps"));
		var status = (ObjectNode) body.get("status");
		status.putArray("suspicionReasons");
		status.putArray("denyReasons");
		body.putArray("utilityData");
		body.putObject("unknownFutureField").put("x", 1);
		return body;
	}

	private ObjectNode documentExpiration(SimulatedVerification verification) {
		return this.mapper.createObjectNode()
			.put("scanRef", verification.scanRef())
			.put("clientId", verification.clientId())
			.put("expirationThreshold", "DOCUMENT_EXPIRES_WITHIN_30_DAYS")
			.put("documentExpiration", verification.person().expires().toString());
	}

	private ObjectNode amlMonitoring(SimulatedVerification verification) {
		var person = verification.person();
		var body = this.mapper.createObjectNode()
			.put("monitoringId", "6f0d7c52-0000-4000-8000-000000000001")
			.put("name", person.firstName())
			.put("surname", person.lastName())
			.put("nationality", person.country())
			.put("dob", person.born().toString())
			.put("isActive", true)
			.put("expiration", "2027-03-06");
		body.putArray("scanRefList").add(verification.scanRef());
		body.put("alertStatus", "ALERT")
			.put("status", "ALERT")
			.put("pepsStatus", "FLAGS_FOUND")
			.put("sanctionsStatus", "NO_FLAGS")
			.put("adverseMediaStatus", "NOT_CHECKED");
		body.putArray("results");
		return body.putNull("amlCheck");
	}

	private ObjectNode somethingNew(SimulatedVerification verification) {
		return this.mapper.createObjectNode()
			.put("scanRef", verification.scanRef())
			.put("clientId", verification.clientId())
			.put("somethingNew", true);
	}

	private ObjectNode template(String name) {
		try (var in = Objects.requireNonNull(Payloads.class.getResourceAsStream(name), name)) {
			return (ObjectNode) this.mapper.readTree(in.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Set<FileKind> only(FileKind kind, Set<FileKind> wanted) {
		return wanted.contains(kind) ? Set.of(kind) : Set.of();
	}

	private static void fill(ArrayNode array, List<String> words) {
		words.forEach(array::add);
	}

}
