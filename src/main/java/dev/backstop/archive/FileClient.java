package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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

/** Fetches what links lead to. */
@Component
class FileClient implements AutoCloseable {

	/** As much as content types are told by. */
	private static final int START = 64 * 1024;

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
			var bytes = open(ask(uri, request, patience), patience);
			return handOver(bytes, receiver);
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
		catch (FetchException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw patience.failure("no answer", ex);
		}
	}

	private FetchedBytes open(ClassicHttpResponse answer, Patience patience) throws FetchException {
		if (answer.getCode() != HttpStatus.SC_OK) {
			throw new FetchException.Failed("HTTP " + answer.getCode());
		}
		var body = answer.getEntity();
		if (body.getContentLength() > this.properties.maxFileSize().toBytes()) {
			throw FetchedBytes.tooLarge(this.properties.maxFileSize());
		}
		if (body.getContentLength() < 0 && !body.isChunked()) {
			// half a file would look like a whole one
			throw new FetchException.Failed("does not say where it ends");
		}
		return new FetchedBytes(content(body, patience), this.properties.maxFileSize(), patience);
	}

	private static InputStream content(HttpEntity body, Patience patience) throws FetchException {
		try {
			return body.getContent();
		}
		catch (IOException ex) {
			throw patience.failure("cut off", ex);
		}
	}

	private static <T> T handOver(FetchedBytes bytes, Receiver<T> receiver) throws IOException {
		var start = bytes.readNBytes(START);
		if (start.length == 0) {
			throw new FetchException.Failed("empty");
		}
		var contentType = ContentTypes.of(start);
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
