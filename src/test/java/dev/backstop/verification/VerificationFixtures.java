package dev.backstop.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Verifications, webhooks and answers of a synthetic person. */
public final class VerificationFixtures {

	public static final ScanRef SCAN_REF = new ScanRef("328c6766-934e-11ed-bb9b-025ad99a18e7");

	public static final Instant NOW = Instant.parse("2026-03-06T13:00:00Z");

	/** The defaults of the settings. */
	public static final Deadlines DEADLINES = new Deadlines(Duration.ofHours(1), Duration.ofMinutes(10),
			Duration.ofMinutes(20), Duration.ofMinutes(10),
			List.of(Duration.ofMinutes(30), Duration.ofHours(2), Duration.ofHours(6), Duration.ofHours(24)),
			List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofHours(1),
					Duration.ofHours(6)),
			8, Duration.ofMinutes(10), 3);

	/** When iDenfy's automatic analysis ended, unless a report says otherwise. */
	public static final long FINISH_TIME = 1772802297;

	private VerificationFixtures() {
	}

	public static Registration registration() {
		return new Registration(SCAN_REF, "W2GL2K333Y", "order-2026-000123", null, null);
	}

	/** Registered at {@link #NOW}, and nothing heard of it yet. */
	public static Verification registered() {
		return registeredAt(NOW);
	}

	public static Verification registeredAt(Instant at) {
		return Verification.registered(registration(), "onboarding", at, DEADLINES);
	}

	/** Known from webhooks only. */
	public static Verification heardOf(ReportBuilder... reports) {
		return hear(Verification.unregistered(SCAN_REF, NOW, DEADLINES), reports);
	}

	/** Approved by the machine at {@link #NOW}; a human is going to look. */
	public static Verification awaitingReview() {
		return hear(registered(), preliminary("APPROVED"));
	}

	/** Approved by a human at {@link #NOW}, with everything known. */
	public static Verification settled() {
		return hear(registered(), reviewed("APPROVED"));
	}

	/** Approved by a human, then resubmitted at {@link #NOW}. */
	public static Verification reopened() {
		return hear(settled(), resubmitted());
	}

	/** Given up at {@link #NOW}. */
	public static Verification parked(ParkedReason reason) {
		var verification = overdueBy(Duration.ofDays(30));
		switch (reason) {
			case NOT_FOUND -> verification.answerNotFound(check(verification), NOW);
			case REFUSED -> verification.refuse(check(verification), "HTTP 403", NOW);
			case UNSTORABLE -> verification.answerUnstored(check(verification), Part.STATUS, "SQLSTATE 22P05", NOW);
			case UNDECIDED -> {
				while (verification.progress() == Progress.AWAITED) {
					var due = verification.dueAt().orElseThrow();
					var at = due.isAfter(NOW) ? due : NOW;
					verification.answer(check(verification, at), answer("REVIEWING"), at, DEADLINES);
				}
			}
			case FAILING -> {
				while (verification.progress() == Progress.AWAITED) {
					var at = verification.dueAt().orElseThrow();
					verification.fail(check(verification, at), true, at, DEADLINES);
				}
			}
		}
		return verification;
	}

	/** Registered so long ago that its webhook is late by some time at {@link #NOW}. */
	public static Verification overdueBy(Duration late) {
		var wait = Duration.between(NOW, DEADLINES.withoutWebhook(NOW, null, null));
		return registeredAt(NOW.minus(wait).minus(late));
	}

	/** Tells a verification of some webhooks at {@link #NOW}. */
	public static Verification hear(Verification verification, ReportBuilder... reports) {
		for (var report : reports) {
			hear(verification, report, NOW);
		}
		return verification;
	}

	public static Outcome hear(Verification verification, ReportBuilder report, Instant at) {
		return verification.hear(report.build(), UUID.randomUUID(), at, DEADLINES);
	}

	/** The check of a verification that is due at {@link #NOW}. */
	public static Check check(Verification verification) {
		return check(verification, NOW);
	}

	public static Check check(Verification verification, Instant at) {
		return verification.check(at).orElseThrow();
	}

	/** What iDenfy's status says before a human has looked. */
	public static StatusAnswer answer(String overall) {
		return new StatusAnswer(findings(overall, false), null, "W2GL2K333Y");
	}

	/** What iDenfy's status says after a human has looked. */
	public static StatusAnswer reviewedAnswer(String overall) {
		return new StatusAnswer(findings(overall, true), null, "W2GL2K333Y");
	}

	public static Map<String, @Nullable Object> data() {
		var data = new LinkedHashMap<String, @Nullable Object>();
		data.put("docFirstName", "ZIVILE");
		data.put("docLastName", "PAVYZDYTE");
		data.put("docPatronymic", null);
		return data;
	}

	public static List<FileLink> files() {
		return List.of(file("FRONT", FileLink.Kind.IMAGE), file("FACE", FileLink.Kind.IMAGE));
	}

	static FileLink file(String name, FileLink.Kind kind) {
		return new FileLink(name, kind, "https://files.example/" + name, NOW.plus(Duration.ofHours(1)));
	}

	/** One that an answer of a questionnaire links to. */
	static FileLink attached(String name) {
		return new FileLink(name, FileLink.Kind.IMAGE, "https://files.example/" + name, NOW.plus(Duration.ofHours(1)),
				"questionnaireAnswers");
	}

	/** The machine's own verdict, after which nobody looks. */
	public static ReportBuilder automatic(String overall) {
		return new ReportBuilder(Event.AUTO_FINISHED, overall).saidFinal(true);
	}

	/** The machine's verdict, after which a human looks. */
	public static ReportBuilder preliminary(String overall) {
		return new ReportBuilder(Event.AUTO_FINISHED, overall).saidFinal(false);
	}

	/** A human's verdict. */
	public static ReportBuilder reviewed(String overall) {
		return new ReportBuilder(Event.MANUAL_FINISHED, overall).saidFinal(true).reviewed();
	}

	/**
	 * The user sent new material a minute after the first, and a human is going to look.
	 */
	public static ReportBuilder resubmitted() {
		return new ReportBuilder(Event.RESUBMITTED, "REVIEWING").saidFinal(false).finishTime(FINISH_TIME + 60);
	}

	public static ReportBuilder expired() {
		return new ReportBuilder(Event.EXPIRED, "EXPIRED").finishTime(null).withoutDocuments();
	}

	public static ReportBuilder cancelled(String overall) {
		return new ReportBuilder(Event.CANCELLED, overall).finishTime(null).withoutDocuments();
	}

	private static Findings findings(String overall, boolean reviewed) {
		return new Findings(overall, "DOC_VALIDATED", "FACE_MATCH", reviewed ? "DOC_VALIDATED" : null,
				reviewed ? "FACE_MATCH" : null, List.of(), List.of());
	}

	/** A webhook's report, complete unless told otherwise. It prints as it is written. */
	public static final class ReportBuilder {

		private final Event event;

		private final String overall;

		private final StringBuilder code;

		private boolean reviewed;

		private @Nullable Boolean saidFinal;

		private @Nullable Long finishTime = FINISH_TIME;

		private @Nullable String clientId = "W2GL2K333Y";

		private @Nullable String eventType;

		private Map<String, @Nullable Object> data = VerificationFixtures.data();

		private List<FileLink> files = VerificationFixtures.files();

		private final Map<String, @Nullable Object> extras = new LinkedHashMap<>(Map.of("clientIp", "192.0.2.10"));

		ReportBuilder(Event event, String overall) {
			this.event = event;
			this.overall = overall;
			this.eventType = "IDENTIFICATION_" + event;
			this.code = new StringBuilder("new ReportBuilder(Event.%s, \"%s\")".formatted(event, overall));
		}

		public ReportBuilder saidFinal(@Nullable Boolean saidFinal) {
			this.saidFinal = saidFinal;
			return called("saidFinal", saidFinal);
		}

		public ReportBuilder reviewed() {
			this.reviewed = true;
			return called("reviewed");
		}

		public ReportBuilder finishTime(@Nullable Long finishTime) {
			this.finishTime = finishTime;
			return called("finishTime", (finishTime != null) ? finishTime + "L" : null);
		}

		public ReportBuilder finishTime(long finishTime) {
			return finishTime(Long.valueOf(finishTime));
		}

		public ReportBuilder clientId(@Nullable String clientId) {
			this.clientId = clientId;
			return called("clientId", quoted(clientId));
		}

		/** The vendor's name of the event, where it is not the event's own. */
		public ReportBuilder eventType(@Nullable String eventType) {
			this.eventType = eventType;
			return called("eventType", quoted(eventType));
		}

		public ReportBuilder data(Map<String, @Nullable Object> data) {
			this.data = data;
			return called("data", data);
		}

		public ReportBuilder data(String name, @Nullable Object value) {
			this.data = new LinkedHashMap<>(this.data);
			this.data.put(name, value);
			return called("data", quoted(name), quoted(value));
		}

		public ReportBuilder files(FileLink... files) {
			this.files = List.of(files);
			return called("files",
					this.files.stream()
						.map((file) -> "file(\"%s\", FileLink.Kind.%s)".formatted(file.name(), file.kind()))
						.toArray());
		}

		public ReportBuilder withoutData() {
			this.data = Map.of();
			return called("withoutData");
		}

		public ReportBuilder withoutDocuments() {
			return withoutData().files();
		}

		public ReportBuilder extra(String name, @Nullable Object value) {
			this.extras.put(name, value);
			return called("extra", quoted(name), quoted(value));
		}

		private ReportBuilder called(String method, @Nullable Object... arguments) {
			var list = Arrays.stream(arguments).map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
			this.code.append('.').append(method).append(list);
			return this;
		}

		private static @Nullable String quoted(@Nullable Object value) {
			return (value != null) ? "\"" + value + "\"" : null;
		}

		public Report build() {
			return new Report(this.event, this.eventType, findings(this.overall, this.reviewed), this.saidFinal,
					this.finishTime, this.clientId, null, this.data, this.files, new LinkedHashMap<>(this.extras));
		}

		@Override
		public String toString() {
			return this.code.toString();
		}

	}

}
