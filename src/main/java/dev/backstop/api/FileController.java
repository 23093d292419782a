package dev.backstop.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.AnswersWithProblems;
import dev.backstop.ProblemType;
import dev.backstop.archive.Archive;
import dev.backstop.archive.ArchivedFile;
import dev.backstop.archive.StoreException;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.support.ResourceRegion;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.http.converter.ResourceRegionHttpMessageConverter;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/** Serves the files that are kept. */
@RestController
@Tag(name = "Files", description = "List and download the files that are kept")
@RequestMapping(path = VerificationController.PATH + "/{scanRef}/files")
class FileController {

	private static final Logger log = LoggerFactory.getLogger(FileController.class);

	private static final String ETAG = "The SHA-256 of all its bytes, in hexadecimal digits";

	private static final Duration FIRST_TRY = Duration.ofSeconds(2);

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	private final ResourceHttpMessageConverter whole = new ResourceHttpMessageConverter();

	private final ResourceRegionHttpMessageConverter parts = new ResourceRegionHttpMessageConverter();

	private final Verifications verifications;

	private final Archive archive;

	private final Clock clock;

	FileController(Verifications verifications, Archive archive, Clock clock) {
		this.verifications = verifications;
		this.archive = archive;
		this.clock = clock;
	}

	/**
	 * Lists all files that a verification was ever given, the newest version first; 400
	 * if the scanRef is malformed, 404 if it is unknown.
	 */
	@GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
	@Operation(operationId = "listFiles", summary = "List the files of a verification, those of earlier versions, too")
	@ApiResponse(responseCode = "200", description = "None if it was never given any")
	@AnswersWithProblems(ProblemType.UNKNOWN_VERIFICATION)
	FileList list(@PathVariable ScanRef scanRef) {
		var files = this.archive.files(scanRef);
		if (files.isEmpty() && !this.verifications.existsById(scanRef)) {
			throw ApiProblem.unknown(scanRef);
		}
		return FileList.of(files);
	}

	/**
	 * Gives a file as a download: by iDenfy's name the one that the verification has now,
	 * by its id any. The ETag is the SHA-256 of its bytes; {@code If-None-Match},
	 * {@code Range} and {@code If-Range} are understood. 404 if there is none, or not yet
	 * (see {@code Retry-After}), 410 if there will be none.
	 */
	@GetMapping("/{file}")
	@Operation(operationId = "downloadFile", summary = "Download a file, or ranges of it")
	@ApiResponse(responseCode = "200", description = "The file, under the type that its bytes show", headers = {
			@Header(name = HttpHeaders.ETAG, description = ETAG, schema = @Schema(type = "string"), required = true),
			@Header(name = HttpHeaders.ACCEPT_RANGES, description = "bytes", schema = @Schema(type = "string")),
			@Header(name = HttpHeaders.CONTENT_DISPOSITION, description = "An attachment with iDenfy's key as its name",
					schema = @Schema(type = "string")) },
			content = @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary")))
	@ApiResponse(responseCode = "206", description = "The ranges that were asked for, several as multipart/byteranges",
			headers = {
					@Header(name = HttpHeaders.ETAG, description = ETAG, schema = @Schema(type = "string"),
							required = true),
					@Header(name = HttpHeaders.ACCEPT_RANGES, description = "bytes", schema = @Schema(type = "string")),
					@Header(name = HttpHeaders.CONTENT_RANGE, description = "The range, if it is one",
							schema = @Schema(type = "string")),
					@Header(name = HttpHeaders.CONTENT_DISPOSITION,
							description = "An attachment with iDenfy's key as its name",
							schema = @Schema(type = "string")) },
			content = @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary")))
	@ApiResponse(responseCode = "304", description = "The file has the ETag of If-None-Match",
			headers = @Header(name = HttpHeaders.ETAG, description = ETAG, schema = @Schema(type = "string"),
					required = true),
			content = @Content())
	@AnswersWithProblems({ ProblemType.UNKNOWN_VERIFICATION, ProblemType.UNKNOWN_FILE,
			ProblemType.FILE_NOT_ARCHIVED_YET, ProblemType.FILE_LOST, ProblemType.FILE_REFUSED,
			ProblemType.RANGE_NOT_SATISFIABLE, ProblemType.STORE_UNAVAILABLE })
	@Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER,
			description = "The ETag of a file that the client has",
			example = "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
			schema = @Schema(type = "string"))
	void download(@PathVariable ScanRef scanRef,
			@Parameter(description = "iDenfy's key, or the id of a file", example = "FRONT") @PathVariable String file,
			@Parameter(description = "The bytes that are wanted", example = "bytes=0-1023") @RequestHeader(
					name = HttpHeaders.RANGE, required = false) @Nullable String range,
			@Parameter(description = "The ETag of the file that the range is of",
					example = "\"9f86d081\"") @RequestHeader(name = HttpHeaders.IF_RANGE,
							required = false) @Nullable String ifRange,
			@Parameter(hidden = true) HttpMethod method, ServletWebRequest request, HttpServletResponse response)
			throws IOException {
		var found = find(scanRef, file);
		var etag = '"' + found.sha256() + '"';
		if (request.checkNotModified(etag)) {
			return;
		}
		var bytes = new FileResource(this.archive, found);
		var regions = (ifRange == null || ifRange.equals(etag)) ? RangeHeader.regions(range, bytes)
				: Optional.<List<ResourceRegion>>empty();
		var answer = new ServletServerHttpResponse(response);
		var headers = answer.getHeaders();
		headers.setContentType(MediaType.parseMediaType(Objects.requireNonNull(found.contentType())));
		headers.set(HttpHeaders.CONTENT_DISPOSITION, attachment(found));
		headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
		// ranges are of GET alone
		if (method.equals(HttpMethod.HEAD)) {
			headers.setContentLength(bytes.contentLength());
			answer.close();
		}
		else if (regions.isEmpty()) {
			this.whole.write(bytes, headers.getContentType(), answer);
		}
		else if (regions.get().isEmpty()) {
			throw ApiProblem.noSuchRange(bytes.contentLength());
		}
		else {
			answer.setStatusCode(HttpStatus.PARTIAL_CONTENT);
			this.parts.write(regions.get(), headers.getContentType(), answer);
		}
	}

	/** Nothing that was said of the file stays if none of its bytes were given. */
	@ExceptionHandler
	ErrorResponse unreadable(IOException ex, HttpServletResponse response) throws IOException {
		if (response.isCommitted()) {
			throw ex;
		}
		response.reset();
		if (!(ex instanceof StoreException)) {
			throw ex;
		}
		log.warn("Answered 503, since the store is not available: {}", ex.getMessage());
		return ApiProblem.storeUnavailable();
	}

	private ArchivedFile find(ScanRef scanRef, String file) {
		var verification = this.verifications.findById(scanRef).orElseThrow(() -> ApiProblem.unknown(scanRef));
		var found = current(verification, file).or(() -> byId(scanRef, file))
			.orElseThrow(() -> ApiProblem.unknownFile(scanRef));
		return switch (found.state()) {
			case ARCHIVED -> found;
			case WAITING -> throw ApiProblem.notArchivedYet(retryAfter(found));
			case REFUSED, LOST -> throw ApiProblem.notArchived(found);
		};
	}

	/** Soon, unless tries have failed: one that is under way says nothing of its end. */
	private Duration retryAfter(ArchivedFile file) {
		if (file.reason() == null) {
			return FIRST_TRY;
		}
		var nextTry = Duration.between(this.clock.instant(), Objects.requireNonNull(file.nextTryAt()));
		return nextTry.compareTo(LONGEST_WAIT) < 0 ? nextTry : LONGEST_WAIT;
	}

	private Optional<ArchivedFile> current(Verification verification, String name) {
		return this.archive.files(verification).stream().filter((file) -> file.name().equals(name)).findFirst();
	}

	private Optional<ArchivedFile> byId(ScanRef scanRef, String id) {
		try {
			return this.archive.file(UUID.fromString(id)).filter((file) -> file.scanRef().equals(scanRef));
		}
		catch (IllegalArgumentException _) {
			return Optional.empty();
		}
	}

	private static String attachment(ArchivedFile file) {
		return ContentDisposition.attachment().filename(file.name(), StandardCharsets.UTF_8).build().toString();
	}

}
