package dev.backstop.api;

import java.util.Objects;

import dev.backstop.ProblemType;
import dev.backstop.verification.ClientMismatch;
import tools.jackson.core.JacksonException;

import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Problems of requests that no controller can act on. */
@RestControllerAdvice(basePackageClasses = RequestProblems.class)
// before Spring's own, which says less
@Order(-1)
class RequestProblems {

	/** Says where a body stops being a JSON object, without what stands there. */
	@ExceptionHandler
	ProblemDetail malformedJson(HttpMessageNotReadableException ex) {
		var where = (ex.getCause() instanceof JacksonException json && json.getLocation() != null)
				? "it cannot be read beyond line %d, column %d".formatted(json.getLocation().getLineNr(),
						json.getLocation().getColumnNr())
				: "it is missing or null";
		return ProblemType.MALFORMED_JSON.problem("The body is no JSON object: " + where);
	}

	/** A path variable of any operation is a scanRef. */
	@ExceptionHandler(MethodArgumentTypeMismatchException.class)
	ProblemDetail malformedScanRef() {
		return ProblemType.MALFORMED_SCAN_REF.problem("The path has no scanRef: "
				+ "1 to 40 characters of A-Z a-z 0-9 _ - as iDenfy's token response names it");
	}

	@ExceptionHandler
	ProblemDetail belongsToAnother(ClientMismatch ex) {
		return ProblemType.CLIENT_ID_MISMATCH.problem(Objects.requireNonNull(ex.getMessage()));
	}

}
