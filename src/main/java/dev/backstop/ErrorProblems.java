package dev.backstop;

import java.net.URI;

import jakarta.servlet.RequestDispatcher;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers with a problem where no controller could: a 500 without detail, whose stack
 * trace is in the log, or what a filter has refused.
 */
@RestController
class ErrorProblems implements ErrorController {

	/** What the container asks for when a request has failed. */
	@RequestMapping("/error")
	ProblemDetail answer(
			@RequestAttribute(name = RequestDispatcher.ERROR_STATUS_CODE, required = false) @Nullable Integer status,
			@RequestAttribute(name = RequestDispatcher.ERROR_REQUEST_URI, required = false) @Nullable String path) {
		if (status == null || path == null) {
			// nothing has failed: a client has asked for this path
			return ProblemDetail.forStatus(HttpStatus.NOT_FOUND);
		}
		var problem = ProblemDetail.forStatus(status);
		problem.setInstance(URI.create(path));
		return problem;
	}

}
