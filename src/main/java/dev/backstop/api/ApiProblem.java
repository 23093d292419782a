package dev.backstop.api;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import dev.backstop.ProblemType;
import dev.backstop.archive.ArchivedFile;
import dev.backstop.archive.FileState;
import dev.backstop.verification.CheckWish;
import dev.backstop.verification.ScanRef;

import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;

/** Why a client's request is not fulfilled, and what the client can do about it. */
final class ApiProblem extends ErrorResponseException {

	private ApiProblem(ProblemType type, String detail) {
		super(type.status(), type.problem(detail), null);
	}

	/**
	 * Something in the request is wrong.
	 * @param errors what is wrong, by field or parameter
	 */
	static ApiProblem invalid(Map<String, String> errors) {
		var detail = errors.entrySet()
			.stream()
			.map((error) -> error.getKey() + " " + error.getValue())
			.collect(Collectors.joining("; "));
		var problem = new ApiProblem(ProblemType.INVALID_VALUES, detail);
		problem.getBody().setProperty("errors", errors);
		return problem;
	}

	static ApiProblem unknown(ScanRef scanRef) {
		return new ApiProblem(ProblemType.UNKNOWN_VERIFICATION,
				"No verification " + scanRef + " is known here. Register it first: POST iDenfy's token response to "
						+ VerificationController.path());
	}

	static ApiProblem unknownFile(ScanRef scanRef) {
		return new ApiProblem(ProblemType.UNKNOWN_FILE,
				"The verification has no such file here: files of " + VerificationController.path() + "/" + scanRef
						+ " names those that it has. Links without a state are not archived");
	}

	/** A file will be there soon. */
	static ApiProblem notArchivedYet(Duration retryAfter) {
		long seconds = Math.max(1, roundUp(retryAfter));
		var problem = new ApiProblem(ProblemType.FILE_NOT_ARCHIVED_YET,
				"The file is not archived yet. Try again in " + seconds + " seconds");
		problem.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
		return problem;
	}

	/** A file has none of the ranges that were asked for. */
	static ApiProblem noSuchRange(long size) {
		var problem = new ApiProblem(ProblemType.RANGE_NOT_SATISFIABLE,
				"The file has " + size + " bytes, and none of those that Range asks for");
		problem.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
		return problem;
	}

	/** A file is there, but not to be had now. */
	static ApiProblem storeUnavailable() {
		var problem = new ApiProblem(ProblemType.STORE_UNAVAILABLE,
				"The store of the file does not answer. Repeat the request later");
		problem.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
		return problem;
	}

	/** A file will not be there. */
	static ApiProblem notArchived(ArchivedFile file) {
		return (file.state() == FileState.LOST)
				? new ApiProblem(ProblemType.FILE_LOST,
						"The file is lost: iDenfy's links died before it could be fetched (" + file.reason()
								+ "). An operator can reopen the verification, which asks iDenfy anew")
				: new ApiProblem(ProblemType.FILE_REFUSED, "The file was refused: " + file.reason());
	}

	static ApiProblem refused(CheckWish.Refused refusal) {
		return new ApiProblem(switch (refusal.reason()) {
			case SETTLED -> ProblemType.VERIFICATION_SETTLED;
			case PARKED -> ProblemType.VERIFICATION_PARKED;
			case USED_UP -> ProblemType.CHECKS_USED_UP;
		}, refusal.next());
	}

	static ApiProblem tooSoon(Duration retryAfter) {
		long seconds = roundUp(retryAfter);
		var problem = new ApiProblem(ProblemType.CHECK_TOO_SOON,
				"The last check was too recent. Ask again in " + seconds + " seconds");
		problem.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
		return problem;
	}

	private static long roundUp(Duration duration) {
		return duration.plusSeconds(1).minusNanos(1).toSeconds();
	}

	static ApiProblem tooLarge(int limit) {
		return new ApiProblem(ProblemType.BODY_TOO_LARGE,
				"A request body has at most " + limit + " bytes here; iDenfy's token response is far smaller");
	}

}
