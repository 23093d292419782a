package dev.backstop.simulator;

import java.time.Duration;
import java.util.Map;

/** A way in which the simulated iDenfy can fail a call. */
public sealed interface Fault {

	Fault UNAUTHORIZED = json(401, "{\"message\": \"Invalid authorization credentials\"}");

	Fault OUT_OF_FUNDS = json(402, "{\"message\": \"Action not allowed due to lack of funds or exceeded limit.\"}");

	Fault WRONG_ENVIRONMENT = json(403, """
			{"message": "This endpoint is not available for TESTING partners.", "identifier": "PERMISSIONS_ERROR"}""");

	Fault PARTNER_INACTIVE = json(403, "{\"message\": \"Partner inactive\"}");

	Fault BAD_VALUE = error(400, "BAD_VALUE");

	Fault VERIFICATION_REMOVED = error(400, "VERIFICATION_REMOVED");

	Fault MISSING_VALUE = error(400, "MISSING_VALUE");

	Fault JSON_ERROR = error(400, "JSON_ERROR");

	Fault PARTNER_ERROR = json(400, """
			{"message": "Token has not expired yet.", "identifier": "PARTNER_ERROR", "documentation": "", \
			"severity": "NOT_SEVERE"}""");

	Fault OLD_STYLE_UNAUTHORIZED = error(400, "UNAUTHORIZED");

	Fault OLD_STYLE_TOO_MANY_REQUESTS = error(400, "TOO_MANY_REQUESTS");

	Fault NOT_FOUND = json(404, "{\"message\": \"Not found.\"}");

	Fault METHOD_NOT_ALLOWED = error(405, "METHOD_NOT_ALLOWED");

	Fault TOO_MANY_REQUESTS = error(429, "TOO_MANY_REQUESTS");

	Fault INTERNAL_ERROR = error(500, "INTERNAL_ERROR");

	Fault BAD_GATEWAY = html(502, "502 Bad Gateway");

	Fault UNAVAILABLE = html(503, "503 Service Temporarily Unavailable");

	/** A page of a gateway in the place of an answer. */
	Fault NOT_JSON = html(200, "Scheduled maintenance");

	/** A page that calls itself a picture. */
	Fault HTML_AS_IMAGE = new Canned(200, Map.of("Content-Type", "image/png"),
			"<html><body><script>alert(1)</script></body></html>");

	/** A redirect within the simulator; a client that follows is seen in the log. */
	Fault REDIRECT = redirect("/elsewhere");

	Fault HANG = new Hang();

	Fault ENDLESS = new Endless();

	Fault CUT_OFF = new CutOff();

	Fault DROPPED = new Dropped();

	Fault OTHER_SCAN_REF = new OtherScanRef();

	Fault WRONG_LENGTH = new WrongLength();

	Fault WRONG_TYPE = new WrongType();

	static Fault tooManyRequests(Duration retryAfter) {
		var plain = (Canned) TOO_MANY_REQUESTS;
		return new Canned(plain.status,
				Map.of("Content-Type", "application/json", "Retry-After", Long.toString(retryAfter.toSeconds())),
				plain.body);
	}

	static Fault error(int status, String identifier) {
		return json(status,
				"{\"identifier\": \"%s\", \"message\": \"Synthetic text: %s\"}".formatted(identifier, identifier));
	}

	static Fault json(int status, String body) {
		return new Canned(status, Map.of("Content-Type", "application/json"), body);
	}

	/** As S3 says that there is no file. */
	static Fault xml(int status, String code, String message) {
		return new Canned(status, Map.of("Content-Type", "application/xml"), """
				<?xml version="1.0" encoding="UTF-8"?>
				<Error><Code>%s</Code><Message>%s</Message><RequestId>SIMULATED</RequestId></Error>""".formatted(code,
				message));
	}

	static Fault html(int status, String title) {
		return new Canned(status, Map.of("Content-Type", "text/html"),
				"<html><head><title>%s</title></head><body><h1>%s</h1></body></html>".formatted(title, title));
	}

	static Fault redirect(String location) {
		return new Canned(302, Map.of("Location", location, "Content-Type", "text/html"), "");
	}

	static Fault slow(Duration delay) {
		return new Slow(delay);
	}

	/** Bytes come, but so slowly that the end never does. */
	static Fault trickle(Duration gap) {
		return new Trickle(gap);
	}

	static Fault oversized(int bytes) {
		return new Oversized(bytes);
	}

	/** A fixed answer in the place of the documented one. */
	record Canned(int status, Map<String, String> headers, String body) implements Fault {

		@Override
		public String toString() {
			return "Canned[%d, %.60s]".formatted(this.status, this.body);
		}

	}

	/** The documented answer as it was when asked, later. */
	record Slow(Duration delay) implements Fault {
	}

	/** No answer at all, and the connection stays open. */
	record Hang() implements Fault {
	}

	/** A body that goes on for ever. */
	record Endless() implements Fault {
	}

	/** The documented answer, a byte at a time. */
	record Trickle(Duration gap) implements Fault {
	}

	/** The first half of the documented answer, then the connection closes. */
	record CutOff() implements Fault {
	}

	/** The connection closes without an answer. */
	record Dropped() implements Fault {
	}

	/** The documented answer with padding of so many bytes. */
	record Oversized(int bytes) implements Fault {
	}

	/** An answer that speaks of a verification nobody asked for. */
	record OtherScanRef() implements Fault {
	}

	/** All bytes, with a Content-Length that promises more. */
	record WrongLength() implements Fault {
	}

	/** The documented bytes under a Content-Type that is not theirs. */
	record WrongType() implements Fault {
	}

}
