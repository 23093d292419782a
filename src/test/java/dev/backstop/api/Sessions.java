package dev.backstop.api;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Event;
import dev.backstop.verification.FileLink;
import dev.backstop.verification.Findings;
import dev.backstop.verification.Registration;
import dev.backstop.verification.Report;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.StatusAnswer;
import dev.backstop.verification.TimelineDetail;
import dev.backstop.verification.TimelineEntries;
import dev.backstop.verification.TimelineEntry;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionTemplate;

/** Verifications in whatever state a test wants, of persons who do not exist. */
class Sessions {

	static final Findings APPROVED = new Findings("APPROVED", "DOC_VALIDATED", "FACE_MATCH", "DOC_VALIDATED",
			"FACE_MATCH", List.of(), List.of());

	static final Findings REVIEWING = new Findings("REVIEWING", "DOC_VALIDATED", "FACE_MATCH", null, null, List.of(),
			List.of());

	private final Verifications verifications;

	private final TimelineEntries timeline;

	private final Deadlines deadlines;

	private final TransactionTemplate transaction;

	private final Clock clock;

	Sessions(Verifications verifications, TimelineEntries timeline, Deadlines deadlines,
			TransactionTemplate transaction, Clock clock) {
		this.verifications = verifications;
		this.timeline = timeline;
		this.deadlines = deadlines;
		this.transaction = transaction;
		this.clock = clock;
	}

	void registered(String scanRef, String clientId, @Nullable String externalRef) {
		var registration = new Registration(new ScanRef(scanRef), clientId, externalRef, null, null);
		this.transaction.executeWithoutResult((_) -> this.verifications
			.save(Verification.registered(registration, "onboarding", this.clock.instant(), this.deadlines)));
	}

	void registered(String scanRef) {
		registered(scanRef, "client-" + scanRef, null);
	}

	/** A webhook arrives. */
	void heard(String scanRef, Findings findings) {
		var report = new Report(Event.AUTO_FINISHED, "IDENTIFICATION_AUTO_FINISHED", findings,
				findings.equals(APPROVED), 1_772_366_400L, "client-" + scanRef, null, Map.of("docFirstName", "ANNA"),
				List.of(link(this.clock.instant())), Map.of("platform", "PC"));
		this.transaction
			.executeWithoutResult(
					(_) -> this.verifications
						.lockOrCreate(new ScanRef(scanRef),
								() -> Verification.unregistered(new ScanRef(scanRef), this.clock.instant(),
										this.deadlines))
						.hear(report, UUID.randomUUID(), this.clock.instant(), this.deadlines));
	}

	/** A check at the deadline finds everything. */
	void retrieved(String scanRef) {
		change(scanRef, (verification) -> {
			var at = verification.dueAt().orElseThrow();
			var check = verification.check(at).orElseThrow();
			var data = new LinkedHashMap<String, @Nullable Object>();
			data.put("docFirstName", "ANNA");
			data.put("docExpiry", null);
			verification.answer(check, new StatusAnswer(APPROVED, null, null), at, this.deadlines);
			verification.answer(check, data, at);
			verification.answer(check, List.of(link(at)), at);
		});
	}

	/** A check that is due finds that iDenfy has not decided. */
	void checkedInVain(String scanRef) {
		change(scanRef, (verification) -> {
			var check = verification.check(this.clock.instant()).orElseThrow();
			verification.answer(check, new StatusAnswer(REVIEWING, null, null), this.clock.instant(), this.deadlines);
		});
	}

	/** iDenfy does not know it. */
	void notFound(String scanRef) {
		change(scanRef, (verification) -> {
			var at = verification.dueAt().orElseThrow();
			verification.answerNotFound(verification.check(at).orElseThrow(), at);
		});
	}

	/** A file was archived at the first try. */
	void archived(String scanRef) {
		this.transaction.executeWithoutResult((_) -> this.timeline
			.save(TimelineEntry.ofFile(this.verifications.getReferenceById(new ScanRef(scanRef)), this.clock.instant(),
					"ARCHIVED", TimelineDetail.NAME.of("FRONT"), TimelineDetail.KIND.of(FileLink.Kind.IMAGE),
					TimelineDetail.VERSION.of(1), TimelineDetail.TRIES.of(1), TimelineDetail.SIZE.of(48_213L))));
	}

	private void change(String scanRef, Consumer<Verification> change) {
		this.transaction
			.executeWithoutResult((_) -> change.accept(this.verifications.lock(new ScanRef(scanRef)).orElseThrow()));
	}

	private static FileLink link(Instant at) {
		return new FileLink("FRONT", FileLink.Kind.IMAGE, "https://files.example/front.png", at.plusSeconds(3600));
	}

}
