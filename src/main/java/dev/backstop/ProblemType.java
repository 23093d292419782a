package dev.backstop;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Types of the RFC 9457 problems of both ports. Of those with the same status, the first
 * is the general one.
 */
public enum ProblemType {

	MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be understood"),

	MALFORMED_JSON(HttpStatus.BAD_REQUEST, "The body is no JSON object; the detail says where it stops being one"),

	MALFORMED_SCAN_REF(HttpStatus.BAD_REQUEST, "The path has no scanRef where one belongs"),

	INVALID_VALUES(HttpStatus.BAD_REQUEST, "Fields or parameters are wrong; errors has each by its name"),

	UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "No account of this port was sent", HttpHeaders.WWW_AUTHENTICATE),

	INVALID_SIGNATURE(HttpStatus.UNAUTHORIZED, "A webhook is not signed with a configured key"),

	FORBIDDEN(HttpStatus.FORBIDDEN, "The account may not do this"),

	NO_SUCH_PATH(HttpStatus.NOT_FOUND, "Nothing is served under the path"),

	UNKNOWN_VERIFICATION(HttpStatus.NOT_FOUND, "The verification was neither registered nor named by a webhook"),

	UNKNOWN_FILE(HttpStatus.NOT_FOUND, "The verification has no such file here"),

	FILE_NOT_ARCHIVED_YET(HttpStatus.NOT_FOUND, "The file waits to be fetched; Retry-After says when to ask again",
			HttpHeaders.RETRY_AFTER),

	UNKNOWN_DELIVERY(HttpStatus.NOT_FOUND, "No such webhook was received"),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The path has no such method; Allow names those it has",
			HttpHeaders.ALLOW),

	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "The answer comes in no type that Accept names", HttpHeaders.ACCEPT),

	BODY_TOO_SLOW(HttpStatus.REQUEST_TIMEOUT, "The body of a webhook did not arrive in time"),

	NOT_POSSIBLE_NOW(HttpStatus.CONFLICT, "The verification, delivery or reconciler is in no state for this action"),

	CLIENT_ID_MISMATCH(HttpStatus.CONFLICT, "The verification is known with another clientId"),

	VERIFICATION_SETTLED(HttpStatus.CONFLICT, "The verification is settled: nothing is left to ask iDenfy"),

	VERIFICATION_PARKED(HttpStatus.CONFLICT, "The verification is parked until an operator re-arms it"),

	CHECKS_USED_UP(HttpStatus.CONFLICT, "Clients have asked for as many checks as they may"),

	FILE_LOST(HttpStatus.GONE, "The links to the file died before it could be fetched"),

	FILE_REFUSED(HttpStatus.GONE, "The file is not kept: its link, size or source is not allowed"),

	BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is larger than any that is expected here"),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body is not sent as application/json",
			HttpHeaders.ACCEPT),

	RANGE_NOT_SATISFIABLE(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "The file has no byte of the range",
			HttpHeaders.CONTENT_RANGE, HttpHeaders.ETAG, HttpHeaders.ACCEPT_RANGES),

	CHECK_TOO_SOON(HttpStatus.TOO_MANY_REQUESTS, "The last check is too recent; Retry-After says when to ask again",
			HttpHeaders.RETRY_AFTER),

	INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "A fault of Backstop's own; its log has the cause"),

	DATABASE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The database cannot be reached; repeat the request later",
			HttpHeaders.RETRY_AFTER),

	STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The store of the file cannot be reached; repeat later",
			HttpHeaders.RETRY_AFTER),

	OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "There is too much to do; repeat the request later",
			HttpHeaders.RETRY_AFTER),

	WEBHOOK_NOT_APPLIED(HttpStatus.SERVICE_UNAVAILABLE, "A fault that is not in the webhook; repeat it later",
			HttpHeaders.RETRY_AFTER);

	private final HttpStatus status;

	private final String meaning;

	private final List<String> headers;

	ProblemType(HttpStatus status, String meaning, String... headers) {
		this.status = status;
		this.meaning = meaning;
		this.headers = List.of(headers);
	}

	/** Finds the general type of a status, none for a status that has no type here. */
	static Optional<ProblemType> of(HttpStatusCode status) {
		return Arrays.stream(values()).filter((type) -> type.status.isSameCodeAs(status)).findFirst();
	}

	public HttpStatus status() {
		return this.status;
	}

	public String meaning() {
		return this.meaning;
	}

	/** Returns the headers that such a problem always comes with. */
	public List<String> headers() {
		return this.headers;
	}

	/**
	 * Returns its name for clients: a URN, since Backstop owns no domain, and a relative
	 * reference would change with the context path.
	 */
	public URI uri() {
		return URI.create("urn:backstop:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
	}

	/**
	 * Describes a problem.
	 * @param detail what is wrong, and what to do next
	 */
	public ProblemDetail problem(String detail) {
		var problem = ProblemDetail.forStatusAndDetail(this.status, detail);
		problem.setType(uri());
		return problem;
	}

	/** Answers a request with a problem. */
	public ErrorResponseException exception(String detail) {
		return new ErrorResponseException(this.status, problem(detail), null);
	}

}
