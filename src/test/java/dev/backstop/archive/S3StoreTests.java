package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class S3StoreTests extends StoreContract {

	private static final AwsCredentialsProvider CREDENTIALS = StaticCredentialsProvider
		.create(AwsBasicCredentials.create("an-access-key", "a-secret-key"));

	private static final ArchiveProperties.S3 SETTINGS = settings(S3Server.BUCKET, "", S3Server.endpoint(), null, null);

	private static final S3Client CLIENT = S3Store.client(SETTINGS, CREDENTIALS);

	@AfterEach
	void empty() {
		uploads().forEach(S3StoreTests::abort);
		objects()
			.forEach((object) -> CLIENT.deleteObject((request) -> request.bucket(S3Server.BUCKET).key(object.key())));
	}

	@Override
	Store store() {
		return new S3Store(CLIENT, SETTINGS);
	}

	@Override
	Iterable<?> leftovers() {
		return Stream.concat(objects(), uploads()).toList();
	}

	@Override
	UUID begin() {
		return UUID.randomUUID();
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 9 * MEBIBYTE })
	void keepsObjectsUnderAPrefix(int size) throws IOException {
		var content = UUID.randomUUID();
		var settings = settings(S3Server.BUCKET, "backstop/files/", S3Server.endpoint(), null, null);

		try (var store = store(settings)) {
			store.write(content, new ByteArrayInputStream(Bytes.random(size)));

			assertThat(objects()).extracting(S3Object::key).containsExactly("backstop/files/" + content);
			assertThat(store.read(content, size).readAllBytes()).hasSize(size);
			store.delete(content);
			assertThat(leftovers()).isEmpty();
		}
	}

	@Test
	void asksForEncryption() throws IOException {
		var content = UUID.randomUUID();

		try (var store = store(settings(S3Server.BUCKET, "", S3Server.endpoint(), "AES256", null))) {
			store.write(content, new ByteArrayInputStream(Bytes.random(10)));
		}

		assertThat(head(content).serverSideEncryptionAsString()).isEqualTo("AES256");
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 9 * MEBIBYTE })
	void asksForEncryptionWithAKey(int size) throws IOException {
		var content = UUID.randomUUID();

		try (var store = store(settings(S3Server.BUCKET, "", S3Server.endpoint(), "aws:kms", S3Server.KMS_KEY))) {
			store.write(content, new ByteArrayInputStream(Bytes.random(size)));

			assertThat(store.read(content, size).readAllBytes()).hasSize(size);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 9 * MEBIBYTE })
	void saysHowToEncrypt(int size) throws Exception {
		try (var server = Answering.with("hello".getBytes(), "AAAAAA==");
				var store = store(settings("any", "", server.endpoint(), "aws:kms", "a-key"))) {
			try {
				store.write(UUID.randomUUID(), new ByteArrayInputStream(Bytes.random(size)));
			}
			catch (IOException ex) {
				// it is no answer to the beginning of an upload
			}

			assertThat(server.asked.get()).containsEntry("X-amz-server-side-encryption", List.of("aws:kms"))
				.containsEntry("X-amz-server-side-encryption-aws-kms-key-id", List.of("a-key"));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 20 * MEBIBYTE })
	void sendsAndComparesChecksumsAtAmazons(int size) throws IOException {
		var content = UUID.randomUUID();

		try (var store = asAmazons(S3Server.endpoint())) {
			store.write(content, new ByteArrayInputStream(Bytes.random(size)));

			assertThat(store.read(content, size).readAllBytes()).isEqualTo(Bytes.random(size));
		}
	}

	@Test
	void givesNoLastByteOfAFileThatHasChanged() throws Exception {
		try (var server = Answering.with("hello".getBytes(), "AAAAAA==");
				var store = asAmazons(server.endpoint());
				var stream = store.read(UUID.randomUUID(), 5)) {
			assertThatIOException().isThrownBy(() -> stream.readNBytes(5)).withMessageContaining("Cannot read");
			assertThatIOException().isThrownBy(stream::read);
		}
	}

	@Test
	void asksOnlyForWhatIsReadAndGivesUpTheRest() throws Exception {
		var size = 1L << 30;
		try (var server = Answering.endlessly(size); var store = store(server.settings())) {
			var stream = store.read(UUID.randomUUID(), size);
			stream.skip(1000);
			stream.skip(234);
			stream.readNBytes(10);

			stream.close();

			assertThat(server.asked.get()).containsEntry("Range", List.of("bytes=1234-"));
			assertThat(server.written).succeedsWithin(Duration.ofSeconds(10)).isNotEqualTo(size - 1234);
		}
	}

	@Test
	void keepsNothingOfAnUploadThatIsTakenAway() {
		assertThatIOException()
			.isThrownBy(() -> store().write(UUID.randomUUID(),
					Bytes.interruptedBy(20 * MEBIBYTE, () -> uploads().forEach(S3StoreTests::abort))))
			.withMessageContaining("404 NoSuchUpload");

		assertThat(leftovers()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 9 * MEBIBYTE })
	void saysWhatFailedAndNoSecret(int size) throws IOException {
		try (var store = store(settings("elsewhere", "", S3Server.endpoint(), null, null))) {
			var content = UUID.randomUUID();
			assertThatIOException().isThrownBy(() -> store.write(content, new ByteArrayInputStream(Bytes.random(size))))
				.withMessageMatching(
						"Cannot (begin to )?keep " + content + " in the bucket elsewhere: 404 NoSuchBucket");
			assertThatIOException().isThrownBy(() -> store.read(content, size).read())
				.withMessage("Cannot read " + content + " in the bucket elsewhere: 404 NoSuchBucket");
		}
	}

	@Test
	void failsWhereNobodyListens() throws IOException {
		try (var store = store(settings(S3Server.BUCKET, "", URI.create("http://localhost:1"), null, null))) {
			assertThatIOException()
				.isThrownBy(() -> store.write(UUID.randomUUID(), new ByteArrayInputStream(new byte[1])))
				.withMessageContaining("Cannot keep")
				.withMessageNotContaining("a-secret-key");
			assertThatIOException().isThrownBy(() -> store.read(UUID.randomUUID(), 1).read());
			assertThatIOException().isThrownBy(() -> store.delete(UUID.randomUUID()));
			assertThatIOException().isThrownBy(store::check).withMessageContaining("backstop.archive.s3.endpoint");
		}
	}

	@Test
	void tellsOfAConnectionThatTheServerHasClosedMeanwhile() throws IOException {
		try (var line = new S3Line(S3Server.endpoint(), "keep-alive");
				var store = store(settings(S3Server.BUCKET, "", line.endpoint(), null, null))) {
			store.write(UUID.randomUUID(), new ByteArrayInputStream(Bytes.random(10)));
			line.mend();

			var bytes = Bytes.random(MEBIBYTE);
			assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> store.write(UUID.randomUUID(), new ByteArrayInputStream(bytes)));
			store.write(UUID.randomUUID(), new ByteArrayInputStream(bytes));

			assertThat(objects()).hasSize(2);
		}
	}

	@Test
	void checksThatThereIsABucket() throws IOException {
		try (var there = store(SETTINGS);
				var elsewhere = store(settings("elsewhere", "", S3Server.endpoint(), null, null))) {
			there.check();

			assertThatIOException().isThrownBy(elsewhere::check)
				.withMessageContaining("The bucket elsewhere does not exist: check backstop.archive.s3.bucket");
		}
	}

	@Test
	void namesTheBucketInThePathOrInTheHost() {
		assertThat(url(true)).isEqualTo("https://storage.example/files/key");
		assertThat(url(false)).isEqualTo("https://files.storage.example/key");
	}

	private static String url(boolean pathStyle) {
		var settings = new ArchiveProperties.S3("files", "", URI.create("https://storage.example"), null, pathStyle,
				null, null);
		try (var client = S3Store.client(settings, CREDENTIALS)) {
			return client.utilities().getUrl((request) -> request.bucket("files").key("key")).toString();
		}
	}

	private static ArchiveProperties.S3 settings(String bucket, String prefix, @Nullable URI endpoint,
			@Nullable String serverSideEncryption, @Nullable String kmsKeyId) {
		return new ArchiveProperties.S3(bucket, prefix, endpoint, null, true, serverSideEncryption, kmsKeyId);
	}

	private static S3Store store(ArchiveProperties.S3 settings) {
		return new S3Store(S3Store.client(settings, CREDENTIALS), settings);
	}

	/** As if there were no endpoint, with the checksums of Amazon's. */
	private static S3Store asAmazons(URI endpoint) {
		var client = S3Client.builder()
			.credentialsProvider(CREDENTIALS)
			.region(Region.EU_WEST_1)
			.endpointOverride(endpoint)
			.forcePathStyle(true)
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.build();
		return new S3Store(client, settings(S3Server.BUCKET, "", null, null, null));
	}

	private static HeadObjectResponse head(UUID content) {
		return CLIENT.headObject((
				request) -> request.bucket(S3Server.BUCKET).key(content.toString()).checksumMode(ChecksumMode.ENABLED));
	}

	private static Stream<S3Object> objects() {
		return CLIENT.listObjectsV2((request) -> request.bucket(S3Server.BUCKET)).contents().stream();
	}

	private static Stream<MultipartUpload> uploads() {
		return CLIENT.listMultipartUploads((request) -> request.bucket(S3Server.BUCKET)).uploads().stream();
	}

	private static void abort(MultipartUpload upload) {
		CLIENT.abortMultipartUpload(
				(request) -> request.bucket(S3Server.BUCKET).key(upload.key()).uploadId(upload.uploadId()));
	}

	/** Gives the same answer to all that is asked of it. */
	private static final class Answering implements AutoCloseable {

		private final HttpServer server;

		private final CompletableFuture<Headers> asked = new CompletableFuture<>();

		private final CompletableFuture<Long> written = new CompletableFuture<>();

		private Answering(long size, byte[] block, @Nullable String checksum) throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
			this.server.createContext("/", (exchange) -> {
				this.asked.complete(exchange.getRequestHeaders());
				exchange.getRequestBody().readAllBytes();
				if (checksum != null) {
					exchange.getResponseHeaders().set("x-amz-checksum-crc32", checksum);
				}
				var left = size;
				exchange.sendResponseHeaders((size > block.length) ? 206 : 200, size);
				try (var body = exchange.getResponseBody()) {
					for (; left > 0; left -= block.length) {
						body.write(block, 0, (int) Math.min(left, block.length));
					}
				}
				finally {
					this.written.complete(size - left);
				}
			});
			this.server.start();
		}

		static Answering with(byte[] body, String checksum) throws IOException {
			return new Answering(body.length, body, checksum);
		}

		static Answering endlessly(long size) throws IOException {
			return new Answering(size - 1234, new byte[64 * 1024], null);
		}

		URI endpoint() {
			return URI.create("http://localhost:" + this.server.getAddress().getPort());
		}

		ArchiveProperties.S3 settings() {
			return S3StoreTests.settings(S3Server.BUCKET, "", endpoint(), null, null);
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
