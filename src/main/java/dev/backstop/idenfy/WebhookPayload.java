package dev.backstop.idenfy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.backstop.verification.Event;
import dev.backstop.verification.Findings;
import dev.backstop.verification.Report;
import dev.backstop.verification.ScanRef;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Reads the bodies of webhooks, and never fails over what is in them.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/webhooks">iDenfy: KYC webhooks</a>
 */
@Component
public class WebhookPayload {

	// in data according to older pages, at the top according to newer ones
	private static final List<String> IN_TWO_PLACES = List.of("addressVerification", "manualAddress",
			"manualAddressMatch", "registryCenterCheck");

	private static final List<String> NO_EXTRAS = Stream
		.of(List.of("final", "status", "data", "scanRef", "clientId", "externalRef"), IN_TWO_PLACES, FileLinks.NAMES)
		.flatMap(List::stream)
		.toList();

	// as the older pages' tables call them, against all of their examples
	private static final Map<String, String> ALIASES = Map.of("aml", "AML", "lid", "LID");

	private static final List<String> FINDINGS = List.of("overall", "autoDocument", "autoFace", "manualDocument",
			"manualFace", "fraudTags", "mismatchTags");

	private final Clock clock;

	WebhookPayload(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Reads a body.
	 * @param eventType the header {@code Idenfy-Event-Type}, null if there is none
	 */
	public Webhook read(byte[] body, @Nullable String eventType) {
		var type = new EventType(eventType);
		try {
			return judge(type, VendorJson.readObject(body));
		}
		catch (UnreadableJson ex) {
			return new Webhook.Unreadable(type, null, "The body is " + ex.reason());
		}
	}

	private Webhook judge(EventType type, VendorObject body) {
		if (type.decidesNothing() || (!type.isSpecific() && !body.holdsObject("status"))) {
			return note(type, body);
		}
		var scanRef = body.scanRef();
		if (scanRef.isEmpty()) {
			return new Webhook.Unreadable(type, null, "The body has no usable scanRef");
		}
		return body.object("status")
			.findings("overall")
			.map((findings) -> (Webhook) new Webhook.OfVerification(scanRef.get(), type, report(type, findings, body)))
			.orElseGet(() -> new Webhook.Unreadable(type, scanRef.get(), "The body has no usable status.overall"));
	}

	private static Webhook note(EventType type, VendorObject body) {
		var own = body.scanRef();
		var all = Stream.concat(own.stream(), body.list("scanRefList").stream().flatMap(WebhookPayload::scanRefs))
			.distinct()
			.toList();
		return all.isEmpty() ? new Webhook.Unreadable(type, null, "The body has no usable scanRef or scanRefList")
				: new Webhook.Note(type, all, own.orElse(null));
	}

	private static Stream<ScanRef> scanRefs(@Nullable Object value) {
		return VendorObject.scanRef(value).stream();
	}

	private Report report(EventType type, Findings findings, VendorObject body) {
		var saidFinal = body.flag("final");
		var event = type.event().orElseGet(() -> event(findings, saidFinal));
		var now = this.clock.instant();
		var attachments = new Attachments(now);
		var data = attachments.takeFrom(data(body));
		var extras = attachments.takeFrom(extras(body));
		var files = Stream.concat(FileLinks.in(body, now).stream(), attachments.links().stream()).toList();
		return new Report(event, type.name(), findings, saidFinal, body.integer("finishTime"), body.word("clientId"),
				body.word("externalRef"), data, files, extras);
	}

	private static Event event(Findings findings, @Nullable Boolean saidFinal) {
		if (findings.overall().equals("EXPIRED")) {
			return Event.EXPIRED;
		}
		boolean reviewed = findings.manualDocument() != null || findings.manualFace() != null;
		return (reviewed && Boolean.TRUE.equals(saidFinal)) ? Event.MANUAL_FINISHED : Event.AUTO_FINISHED;
	}

	private static Map<String, @Nullable Object> data(VendorObject body) {
		var data = new LinkedHashMap<String, @Nullable Object>(body.object("data").fields());
		for (var name : IN_TWO_PLACES) {
			if (body.fields().containsKey(name)) {
				var value = body.fields().get(name);
				data.put(name, (value != null) ? value : data.get(name));
			}
		}
		return data;
	}

	private static Map<String, @Nullable Object> extras(VendorObject body) {
		var extras = body.without(NO_EXTRAS);
		ALIASES.forEach((alias, name) -> {
			if (extras.containsKey(alias)) {
				var value = extras.remove(alias);
				extras.put(name, (extras.get(name) != null) ? extras.get(name) : value);
			}
		});
		var status = body.object("status").without(FINDINGS);
		if (status.values().stream().anyMatch(Objects::nonNull)) {
			extras.put("status", status);
		}
		return extras;
	}

}
