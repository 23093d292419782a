package dev.backstop.api;

import java.net.URI;
import java.security.Principal;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backstop.AnswersWithProblems;
import dev.backstop.ProblemType;
import dev.backstop.archive.Archive;
import dev.backstop.reconciliation.Reconciliation;
import dev.backstop.verification.CheckWish;
import dev.backstop.verification.Deadlines;
import dev.backstop.verification.Progress;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * What our clients can do with verifications. Times are ISO 8601 in UTC, durations are
 * whole seconds, and whatever goes wrong is an RFC 9457 problem.
 */
@RestController
@Tag(name = "Verifications", description = "Register, read and list verifications, and ask for checks")
@RequestMapping(path = VerificationController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class VerificationController {

	static final String PATH = "/api/v1/verifications";

	private static final Logger log = LoggerFactory.getLogger(VerificationController.class);

	private final Verifications verifications;

	private final VerificationList list;

	private final Archive archive;

	private final Deadlines deadlines;

	private final Reconciliation reconciliation;

	private final TransactionTemplate transaction;

	private final Clock clock;

	VerificationController(Verifications verifications, VerificationList list, Archive archive, Deadlines deadlines,
			Reconciliation reconciliation, TransactionTemplate transaction, Clock clock) {
		this.verifications = verifications;
		this.list = list;
		this.archive = archive;
		this.deadlines = deadlines;
		this.reconciliation = reconciliation;
		this.transaction = transaction;
		this.clock = clock;
	}

	/**
	 * Gives the path for clients to follow: below the context path, if the application or
	 * a proxy has one.
	 */
	static String path() {
		var url = ServletUriComponentsBuilder.fromCurrentContextPath().path(PATH).build();
		return Objects.requireNonNull(url.getPath());
	}

	/**
	 * Takes iDenfy's token response as it is: 201 with the verification when it is new,
	 * 200 when it is known, with what was absent filled in; 400 naming each wrong field,
	 * 409 if it is known with another clientId, 413 if it is larger than 64 KiB.
	 */
	@PostMapping
	@Operation(operationId = "registerVerification",
			summary = "Register a verification: forward iDenfy's token response as it is")
	@ApiResponse(responseCode = "201", description = "Registered",
			headers = @Header(name = HttpHeaders.LOCATION, description = "Where the verification is read",
					schema = @Schema(type = "string", format = "uri-reference"), required = true))
	@AnswersWithProblems({ ProblemType.INVALID_VALUES, ProblemType.CLIENT_ID_MISMATCH })
	@ApiResponse(responseCode = "200", description = "Known already; what was absent is filled in")
	ResponseEntity<VerificationJson> register(@RequestBody TokenResponse tokenResponse, Principal client) {
		var now = this.clock.instant();
		var registration = tokenResponse.registration(now);
		var isNew = new AtomicBoolean();
		var verification = this.transaction.execute((_) -> {
			var known = this.verifications.lockOrCreate(registration.scanRef(), () -> {
				isNew.set(true);
				return Verification.registered(registration, client.getName(), now, this.deadlines);
			});
			known.register(registration, client.getName(), now);
			return known;
		});
		var body = show(verification);
		if (!isNew.get()) {
			return ResponseEntity.ok(body);
		}
		log.atInfo()
			.addKeyValue("scanRef", registration.scanRef())
			.log("Registered {}, due {}", registration.scanRef(), body.dueAt());
		return ResponseEntity.created(URI.create(path() + "/" + registration.scanRef())).body(body);
	}

	/** Gives a verification; 400 if the scanRef is malformed, 404 if it is unknown. */
	@GetMapping("/{scanRef}")
	@Operation(operationId = "getVerification", summary = "Read a verification")
	@ApiResponse(responseCode = "200", description = "What is known of it")
	@AnswersWithProblems(ProblemType.UNKNOWN_VERIFICATION)
	VerificationJson read(@PathVariable ScanRef scanRef) {
		return this.verifications.findById(scanRef).map(this::show).orElseThrow(() -> ApiProblem.unknown(scanRef));
	}

	private VerificationJson show(Verification verification) {
		return VerificationJson.of(verification, this.archive.files(verification));
	}

	/**
	 * Lists verifications, newest first; 400 naming each parameter that is wrong or
	 * unknown.
	 */
	@GetMapping
	@Operation(operationId = "listVerifications",
			summary = "List verifications without data, files and webhook, newest first")
	@Parameter(name = "overall",
			description = "iDenfy's overall word: one that iDenfy documents, or that a verification has",
			schema = @Schema(type = "string", minLength = 1, maxLength = Query.OVERALL))
	@Parameter(name = "progress", description = "Whether Backstop still wants something", example = "SETTLED",
			schema = @Schema(implementation = Progress.class))
	@Parameter(name = "clientId", description = "The client's name of the person", example = "customer-1",
			schema = @Schema(type = "string", minLength = 1, maxLength = TokenResponse.CLIENT_ID))
	@Parameter(name = "externalRef", description = "The client's name of the session", example = "order-2026-000123",
			schema = @Schema(type = "string", minLength = 1, maxLength = TokenResponse.EXTERNAL_REF))
	@Parameter(name = "updatedSince", description = "The earliest updatedAt, inclusive",
			example = "2026-01-31T12:00:00Z", schema = @Schema(type = "string", format = "date-time"))
	@Parameter(name = "limit", description = "How many at most", example = "50",
			schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "" + Query.MAX_LIMIT,
					defaultValue = "" + Query.DEFAULT_LIMIT))
	@Parameter(name = "cursor", description = "The nextCursor of the page before, with the same filters",
			example = "MTc2OTg2MDgwMDAwMDAwMC4wLmFi", schema = @Schema(type = "string"))
	@ApiResponse(responseCode = "200", description = "One page")
	@AnswersWithProblems(ProblemType.INVALID_VALUES)
	VerificationPage list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
		return this.list.page(Query.of(parameters));
	}

	/**
	 * Gives what happened to a verification; 400 if the scanRef is malformed, 404 if it
	 * is unknown.
	 */
	@GetMapping("/{scanRef}/timeline")
	@Operation(operationId = "getTimeline", summary = "Read what happened to a verification, oldest first")
	@ApiResponse(responseCode = "200", description = "Without personal data")
	@AnswersWithProblems(ProblemType.UNKNOWN_VERIFICATION)
	Timeline timeline(@PathVariable ScanRef scanRef) {
		var entries = this.verifications.timeline(scanRef);
		if (entries.isEmpty() && !this.verifications.existsById(scanRef)) {
			throw ApiProblem.unknown(scanRef);
		}
		return Timeline.of(entries);
	}

	/**
	 * Makes a verification due now, since its user is back and no webhook came: 202,
	 * which says so if reconciliation is paused; 404 if the scanRef is unknown, 409 if it
	 * is settled, parked or was asked for too often, 429 if the last check is too recent.
	 */
	@PostMapping("/{scanRef}/check")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(operationId = "requestCheck", summary = "Ask for a check now: the user is back, and no webhook came")
	@ApiResponse(responseCode = "202", description = "Due now")
	@AnswersWithProblems({ ProblemType.UNKNOWN_VERIFICATION, ProblemType.VERIFICATION_SETTLED,
			ProblemType.VERIFICATION_PARKED, ProblemType.CHECKS_USED_UP, ProblemType.CHECK_TOO_SOON })
	CheckAccepted check(@PathVariable ScanRef scanRef, Principal client) {
		var now = this.clock.instant();
		var wish = this.transaction.execute((_) -> lock(scanRef).askForCheck(client.getName(), now, this.deadlines));
		switch (wish) {
			case CheckWish.TooSoon(var retryAfter) -> throw ApiProblem.tooSoon(retryAfter);
			case CheckWish.Refused refusal -> throw ApiProblem.refused(refusal);
			case CheckWish.Granted() -> this.reconciliation.bringForward();
		}
		log.atInfo().addKeyValue("scanRef", scanRef).log("{} asked for a check of {}", client.getName(), scanRef);
		return this.reconciliation.hold()
			.map((hold) -> CheckAccepted.held(now, hold))
			.orElseGet(() -> CheckAccepted.running(now));
	}

	/**
	 * Waits anew, since the user was asked for more; the decision stays as it is. 202
	 * with the new deadline, 400 if {@code within} is no whole number of seconds up to
	 * ten years, 404 if the scanRef is unknown.
	 */
	@PostMapping("/{scanRef}/expect")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(operationId = "expectMore", summary = "Wait anew: the user was asked for more")
	@ApiResponse(responseCode = "202", description = "Awaited anew; the decision stays as it is")
	@AnswersWithProblems({ ProblemType.INVALID_VALUES, ProblemType.UNKNOWN_VERIFICATION })
	ExpectationAccepted expect(@PathVariable ScanRef scanRef, @RequestBody Expectation expectation, Principal client) {
		var within = expectation.duration();
		var dueAt = this.transaction.execute((_) -> {
			var verification = lock(scanRef);
			verification.expect(within, client.getName(), this.clock.instant(), this.deadlines);
			return verification.dueAt().orElseThrow();
		});
		log.atInfo()
			.addKeyValue("scanRef", scanRef)
			.log("{} expects more of {}, due {}", client.getName(), scanRef, dueAt);
		return new ExpectationAccepted(dueAt);
	}

	private Verification lock(ScanRef scanRef) {
		return this.verifications.lock(scanRef).orElseThrow(() -> ApiProblem.unknown(scanRef));
	}

}
