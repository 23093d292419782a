package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;

import org.springframework.boot.http.client.FilteredHostException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsHttpClientBuilder;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Fetches what links lead to. */
@Component
class FileClient implements AutoCloseable {

	/** As much as content types are told by. */
	private static final int START = 64 * 1024;

	private static final Pattern GZIP = Pattern.compile("(x-)?gzip", Pattern.CASE_INSENSITIVE);

	private static final Set<Integer> MAY_SAY_EXPIRED = Set.of(HttpStatus.SC_BAD_REQUEST, HttpStatus.SC_FORBIDDEN);

	private static final Pattern EXPIRED = Pattern.compile("ExpiredToken|has expired");

	/** Those of S3 are some hundred bytes. */
	private static final int LONGEST_ERROR = 4096;

	private static final int LONGEST_HEADER = 16 * 1024;

	private static final int MOST_HEADERS = 100;

	private final ArchiveProperties properties;

	private final LinkPolicy policy;

	private final CloseableHttpClient http;

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("file-timer").factory());

	FileClient(ArchiveProperties properties) {
		this.properties = properties;
		this.policy = new LinkPolicy(properties);
		this.http = client(properties);
	}

	/**
	 * Fetches what a link leads to.
	 * @param receiver takes the bytes as they come; too many or too late, they end with a
	 * {@link FetchException}
	 * @throws FetchException.Refused if the link, where it leads or what is there is not
	 * allowed; a link that is not allowed causes no call
	 * @throws FetchException.Expired if the link leads to it no more
	 * @throws FetchException.Failed if the file did not come
	 * @throws IOException if the receiver failed
	 */
	<T> T fetch(String link, Receiver<T> receiver) throws IOException {
		var uri = this.policy.check(link);
		var request = request(uri);
		var patience = Patience.of(this.properties);
		// ends what no pause between two bytes is long enough to end
		var end = this.timer.schedule(request::cancel, patience.whole().toNanos(), TimeUnit.NANOSECONDS);
		try {
			var answer = ask(uri, request, patience);
			return handOver(open(answer, patience), isPackedOtherwise(answer.getEntity()), receiver);
		}
		finally {
			end.cancel(false);
			// to close the answer would be to read it to its end first
			request.cancel();
		}
	}

	private ClassicHttpResponse ask(URI uri, HttpGet request, Patience patience) throws FetchException {
		try {
			patience.check();
			return this.http.executeOpen(HttpHost.create(uri), request, null);
		}
		catch (FilteredHostException ex) {
			throw new FetchException.Refused("the host %s has no public address".formatted(uri.getHost()));
		}
		catch (IOException ex) {
			throw patience.failure("no answer", ex);
		}
	}

	private FetchedBytes open(ClassicHttpResponse answer, Patience patience) throws FetchException {
		if (answer.getCode() != HttpStatus.SC_OK) {
			throw refusal(answer, patience);
		}
		var body = answer.getEntity();
		if (body.getContentLength() > this.properties.maxFileSize().toBytes()) {
			throw FetchedBytes.tooLarge(this.properties.maxFileSize());
		}
		if (body.getContentLength() < 0 && !body.isChunked()) {
			// half a file would look like a whole one
			throw new FetchException.Failed("does not say where it ends");
		}
		return bytes(body, this.properties.maxFileSize(), patience);
	}

	/** What an answer means that is no file. */
	private static FetchException refusal(ClassicHttpResponse answer, Patience patience) throws FetchException {
		var status = "HTTP " + answer.getCode();
		var body = answer.getEntity();
		if (body == null || !MAY_SAY_EXPIRED.contains(answer.getCode())) {
			return new FetchException.Failed(status);
		}
		try {
			var error = new String(body.getContent().readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
			return EXPIRED.matcher(error).find() ? new FetchException.Expired(status + ", the link has expired")
					: new FetchException.Failed(status);
		}
		catch (IOException ex) {
			throw patience.failure(status, ex);
		}
	}

	private static FetchedBytes bytes(HttpEntity body, DataSize limit, Patience patience) throws FetchException {
		try {
			var bytes = new FetchedBytes(body.getContent(), limit, patience);
			return isGzip(body) ? new FetchedBytes(new UnpackedInputStream(bytes), limit, patience) : bytes;
		}
		catch (IOException ex) {
			throw patience.failure("cut off", ex);
		}
	}

	// nothing packed is asked for, but S3 sends what it was once told to
	private static boolean isGzip(HttpEntity body) {
		return body.getContentEncoding() != null && GZIP.matcher(body.getContentEncoding()).matches();
	}

	private static boolean isPackedOtherwise(HttpEntity body) {
		return body.getContentEncoding() != null && !body.getContentEncoding().equalsIgnoreCase("identity")
				&& !isGzip(body);
	}

	/**
	 * Hands over a file.
	 * @param packedOtherwise whether it is said to be packed in a way that is not known
	 * here; a film that is said to be {@code base64} seldom is
	 */
	private static <T> T handOver(FetchedBytes bytes, boolean packedOtherwise, Receiver<T> receiver)
			throws IOException {
		var start = bytes.readNBytes(START);
		if (start.length == 0) {
			throw new FetchException.Failed("empty");
		}
		var contentType = ContentTypes.of(start);
		if (packedOtherwise && contentType.equals(ContentTypes.ANYTHING)) {
			throw new FetchException.Failed("is packed, and not with gzip");
		}
		try {
			var received = receiver.receive(contentType,
					new SequenceInputStream(new ByteArrayInputStream(start), bytes));
			bytes.check();
			return received;
		}
		catch (IOException | RuntimeException ex) {
			bytes.check();
			throw ex;
		}
	}

	@Override
	public void close() throws IOException {
		this.timer.shutdownNow();
		this.http.close();
	}

	private static HttpGet request(URI uri) {
		var request = new HttpGet(uri);
		request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
		// a kept connection may be dead by the time of the next file
		request.setHeader(HttpHeaders.CONNECTION, "close");
		return request;
	}

	private static CloseableHttpClient client(ArchiveProperties properties) {
		var settings = HttpClientSettings.defaults()
			.withTimeouts(properties.connectTimeout(), properties.connectTimeout())
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE)
			.withInetAddressFilter(addresses(properties.allowLoopbackHttp()));
		return new HttpComponentsHttpClientBuilder().withCustomizer(FileClient::onlyFetch)
			.withConnectionManagerCustomizer((connections) -> limit(connections, properties.workers()))
			.withDefaultRequestConfigCustomizer((request) -> request.setProtocolUpgradeEnabled(false))
			.build(settings);
	}

	/** Whatever a name leads to at the moment of the connection, it is public. */
	private static InetAddressFilter addresses(boolean allowLoopback) {
		// what Boot's own lets through: two guises of IPv4, examples, segment routing
		var external = InetAddressFilter.externalAddresses()
			.andNot("::/96", "64:ff9b:1::/48", "3fff::/20", "5f00::/16");
		return allowLoopback ? external.or("127.0.0.0/8", "::1/128") : external;
	}

	private static void onlyFetch(HttpClientBuilder client) {
		// a proxy would resolve the name itself, past the filter
		client.setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
			.disableAutomaticRetries()
			.disableAuthCaching()
			.disableContentCompression()
			.disableCookieManagement()
			.disableRedirectHandling();
	}

	private static void limit(PoolingHttpClientConnectionManagerBuilder connections, int workers) {
		var headers = Http1Config.custom().setMaxLineLength(LONGEST_HEADER).setMaxHeaderCount(MOST_HEADERS).build();
		connections.setMaxConnPerRoute(workers)
			.setMaxConnTotal(workers)
			.setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(headers).build());
	}

	/** Takes in a file. */
	interface Receiver<T> {

		/**
		 * Takes in a file.
		 * @param contentType what the bytes look like, whatever the sender calls them
		 */
		T receive(String contentType, InputStream bytes) throws IOException;

	}

}
