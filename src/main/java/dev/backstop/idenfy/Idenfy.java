package dev.backstop.idenfy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.StatusAnswer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * iDenfy's Data Retrieval API, which is for results whose webhook did not come, and not
 * for polling.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/data-retrieval">iDenfy: data
 * retrieval</a>
 */
@Component
public class Idenfy {

	private static final DataSize LARGEST_ANSWER = DataSize.ofMegabytes(1);

	private static final Duration LONGEST_WAIT = Duration.ofDays(1);

	private static final Pattern GZIP = Pattern.compile("(x-)?gzip", Pattern.CASE_INSENSITIVE);

	private static final Pattern SECONDS = Pattern.compile("\\d{1,18}");

	private final RestClient http;

	private final Clock clock;

	Idenfy(RestClient.Builder builder, IdenfyProperties properties, Clock clock) {
		this.http = builder.baseUrl(properties.baseUrl())
			.requestFactory(requestFactory(properties))
			.defaultHeaders((headers) -> headers.setBasicAuth(properties.apiKey().value(),
					properties.apiSecret().value(), StandardCharsets.UTF_8))
			.defaultHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
			.build();
		this.clock = clock;
	}

	/**
	 * What iDenfy has decided so far.
	 * @throws IdenfyException if iDenfy gives no answer
	 */
	public StatusAnswer status(ScanRef scanRef) {
		var answer = ask("/api/v2/status", scanRef);
		var body = answer.bodyOrFailure();
		return body.findings("status")
			.map((findings) -> new StatusAnswer(findings, body.flag("final"), body.word("clientId")))
			.orElseThrow(() -> answer.unusable("without a status"));
	}

	/**
	 * The person's document data.
	 * @throws IdenfyException if iDenfy gives no answer
	 */
	public DocumentData data(ScanRef scanRef) {
		var answer = ask("/api/v2/data", scanRef).bodyOrFailure().without(List.of("scanRef", "clientId"));
		var attachments = new Attachments(this.clock.instant());
		return new DocumentData(attachments.takeFrom(answer), attachments.links());
	}

	/**
	 * Links to the person's files.
	 * @throws IdenfyException if iDenfy gives no answer
	 */
	public List<FileLink> files(ScanRef scanRef) {
		return FileLinks.in(ask("/api/v2/files", scanRef).bodyOrFailure(), this.clock.instant());
	}

	private Answer ask(String path, ScanRef scanRef) {
		var answer = ask(path, "{\"scanRef\":\"" + scanRef + "\"}");
		var named = answer.bodyOrFailure().fields().get("scanRef");
		if (named != null && !VendorObject.scanRef(named).equals(Optional.of(scanRef))) {
			throw answer.unusable("about another scanRef");
		}
		return answer;
	}

	private Answer ask(String path, String question) {
		try {
			return this.http.post()
				.uri(path)
				.contentType(MediaType.APPLICATION_JSON)
				.accept(MediaType.APPLICATION_JSON)
				.body(question.getBytes(StandardCharsets.UTF_8))
				.exchangeForRequiredValue((request, response) -> read(response));
		}
		// a header that is no HTTP is an IllegalArgumentException of the JDK's client
		catch (ResourceAccessException | IllegalArgumentException ex) {
			// without the cause, which may quote what iDenfy sent
			throw new IdenfyException.Unavailable("no answer: " + rootOf(ex).getClass().getSimpleName());
		}
	}

	private Answer read(ClientHttpResponse response) throws IOException {
		int status = response.getStatusCode().value();
		var retryAfter = retryAfter(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER));
		int limit = (int) LARGEST_ANSWER.toBytes();
		try (var stream = response.getBody(); var unpacked = unpack(stream, response.getHeaders())) {
			var body = unpacked.readNBytes(limit + 1);
			return (body.length > limit) ? new Answer(status, retryAfter, null, "too long")
					: new Answer(status, retryAfter, VendorJson.readObject(body), null);
		}
		catch (UnreadableJson ex) {
			return new Answer(status, retryAfter, null, ex.reason());
		}
		catch (ZipException ex) {
			return new Answer(status, retryAfter, null, "not packed as it says");
		}
		catch (IOException ex) {
			return new Answer(status, retryAfter, null, "cut off or too slow");
		}
	}

	/** Nothing packed is asked for, but something on the way may pack all the same. */
	private static InputStream unpack(InputStream body, HttpHeaders headers) throws IOException {
		var encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
		return (encoding != null && GZIP.matcher(encoding).matches()) ? new GZIPInputStream(body) : body;
	}

	private @Nullable Duration retryAfter(@Nullable String header) {
		if (header == null) {
			return null;
		}
		try {
			var wait = SECONDS.matcher(header).matches() ? Duration.ofSeconds(Long.parseLong(header))
					: Duration.between(this.clock.instant(),
							ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
			if (!wait.isPositive()) {
				return null;
			}
			// one of years is not what a limit per hour means
			return (wait.compareTo(LONGEST_WAIT) < 0) ? wait : LONGEST_WAIT;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static Throwable rootOf(Throwable throwable) {
		var root = throwable;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

	private static JdkClientHttpRequestFactory requestFactory(IdenfyProperties properties) {
		var client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			// the key and the secret go to the configured host only
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(properties.connectTimeout())
			.build();
		var factory = new JdkClientHttpRequestFactory(client);
		// covers the body to its last byte
		factory.setReadTimeout(properties.answerTimeout());
		// unpacking reads ahead on a thread that the timeout does not end
		factory.enableCompression(false);
		return factory;
	}

}
