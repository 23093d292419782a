package dev.backstop.webhook;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

import dev.backstop.AnswersWithProblems;
import dev.backstop.ProblemType;
import dev.backstop.idenfy.EventType;
import dev.backstop.idenfy.Webhook;
import dev.backstop.idenfy.WebhookPayload;
import dev.backstop.idenfy.WebhookSignature;
import dev.backstop.verification.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where iDenfy's webhooks arrive. The signature is checked over the raw bytes before
 * anything is parsed, and 200 means that the webhook is stored and applied.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/webhooks">iDenfy: KYC webhooks</a>
 */
@RestController
class WebhookController {

	static final String PATH = "/webhooks/idenfy";

	static final String SIGNATURE = "Idenfy-Signature";

	private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

	private final Bodies bodies;

	private final WebhookSignature signature;

	private final WebhookPayload payload;

	private final IntakeQueue queue;

	private final RefusedWebhooks refused;

	private final Clock clock;

	private final MeterRegistry meters;

	WebhookController(Bodies bodies, WebhookSignature signature, WebhookPayload payload, IntakeQueue queue,
			RefusedWebhooks refused, Clock clock, MeterRegistry meters) {
		this.bodies = bodies;
		this.signature = signature;
		this.payload = payload;
		this.queue = queue;
		this.refused = refused;
		this.clock = clock;
		this.meters = meters;
	}

	/**
	 * Takes one webhook, of any content type: 200 when it is stored, 401 when it is not
	 * signed with a configured key, 408 or 413 when it is too slow or too large, 503 when
	 * there is too much to do, the database cannot be reached in time, or a fault that is
	 * not in the webhook keeps it from being applied.
	 */
	@PostMapping(PATH)
	@Tag(name = "Webhook", description = "For iDenfy alone")
	@Operation(operationId = "receiveWebhook", summary = "Take one of iDenfy's webhooks, whatever its content type",
			requestBody = @RequestBody(required = true, description = "What iDenfy says of a verification",
					content = @Content(mediaType = "*/*", schema = @Schema(type = "object"))))
	@SecurityRequirements
	@ApiResponse(responseCode = "200", description = "Stored, and applied if it is readable", content = @Content())
	@AnswersWithProblems({ ProblemType.INVALID_SIGNATURE, ProblemType.BODY_TOO_SLOW, ProblemType.BODY_TOO_LARGE,
			ProblemType.WEBHOOK_NOT_APPLIED })
	ResponseEntity<Void> receive(HttpServletRequest request,
			@Parameter(required = true, description = "HMAC-SHA256 of the raw body, in lower-case hexadecimal digits",
					example = "0f8a0d05c0ae3b8f3c8bb8ba1b2d3b8d0a1c0f5c9a6f1e6b4b0f6a1d2c3e4f50",
					schema = @Schema(type = "string", pattern = "^[0-9a-f]{64}$")) @RequestHeader(name = SIGNATURE,
							required = false) @Nullable String signature,
			@Parameter(description = "What happened", example = "IDENTIFICATION_MANUAL_FINISHED") @RequestHeader(
					name = "Idenfy-Event-Type", required = false) @Nullable String eventType)
			throws IOException {
		var at = this.clock.instant();
		if (signature == null) {
			throw unsigned(isOfTransactionMonitoring(request) ? Unsigned.TRANSACTION_MONITORING : Unsigned.MISSING);
		}
		if (!WebhookSignature.isWellShaped(signature)) {
			throw unsigned(Unsigned.MISMATCH);
		}
		var body = this.bodies.read(request);
		var arrival = arrival(body, signature, eventType, request.getContentType(), at);
		this.queue.take(arrival, (outcome) -> tell(arrival.webhook(), outcome), body::close);
		return ResponseEntity.ok().build();
	}

	@ExceptionHandler
	ErrorResponse shed(Overloaded ex) {
		this.refused.shed(ex.lack());
		return ex;
	}

	@ExceptionHandler
	ErrorResponse fail(WebhookFault ex) {
		this.refused.countFault();
		log.error(
				"Webhook {} for {} could not be applied: {}. It is answered 503, so that iDenfy sends it again. "
						+ "Check the schema and the rights of the database role, or report this",
				ex.type().identity(), ex.scanRef(), ex.reason());
		return ex;
	}

	private Arrival arrival(Bodies.Body body, String signature, @Nullable String eventType,
			@Nullable String contentType, Instant at) {
		try {
			var signedBy = this.signature.signedBy(body.bytes(), signature)
				.orElseThrow(() -> unsigned(Unsigned.MISMATCH));
			this.refused.succeeded();
			return read(Received.of(body.bytes(), eventType, contentType, signedBy, at));
		}
		catch (RuntimeException | Error ex) {
			body.close();
			throw ex;
		}
	}

	private Arrival read(Received received) {
		try {
			return new Arrival(received, this.payload.read(received.body(), received.eventType()));
		}
		catch (RuntimeException ex) {
			throw new WebhookFault(new EventType(received.eventType()), null, ex);
		}
	}

	private void tell(Webhook webhook, Optional<Outcome> outcome) {
		var word = outcome.map(Outcome::name).orElse("REPEATED");
		this.meters.counter("backstop.deliveries", "event", webhook.type().identity(), "outcome", word).increment();
		boolean unreadable = outcome.filter(Outcome.UNREADABLE::equals).isPresent();
		log.atLevel(unreadable ? Level.WARN : Level.INFO)
			.addKeyValue("scanRef", webhook.scanRef())
			.addKeyValue("outcome", word)
			.log("Webhook {} for {}: {}{}", webhook.type().identity(), webhook.scanRef(), word,
					unreadable ? ". GET /actuator/deliveries shows why, and replays it after an update" : "");
	}

	private static boolean isOfTransactionMonitoring(HttpServletRequest request) {
		return request.getHeader("Idenfy-TX-Signature") != null || request.getHeader("Idenfy-TX-Event-Type") != null;
	}

	private ErrorResponseException unsigned(Unsigned reason) {
		this.refused.failed(reason);
		var problem = ProblemType.INVALID_SIGNATURE.exception(reason.detail());
		// a stranger shall not keep the connection; the other refusals end it by
		// themselves
		problem.getHeaders().setConnection("close");
		return problem;
	}

}
