package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Keeps bytes as objects of a bucket, which it must be allowed to list, or what is not
 * there is refused instead. Uploads that a crash left unfinished are for a lifecycle rule
 * of the bucket to abort.
 */
class S3Store implements Store, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(S3Store.class);

	static final int PART_SIZE = 8 * 1024 * 1024;

	/** It takes less time to read as many than to ask again. */
	private static final int READ_OVER = 256 * 1024;

	private final S3Client client;

	private final ArchiveProperties.S3 settings;

	S3Store(S3Client client, ArchiveProperties.S3 settings) {
		this.client = client;
		this.settings = settings;
	}

	S3Store(ArchiveProperties.S3 settings) {
		this(client(settings, DefaultCredentialsProvider.builder().build()), settings);
	}

	static S3Client client(ArchiveProperties.S3 settings, AwsCredentialsProvider credentials) {
		var http = UrlConnectionHttpClient.builder()
			.connectionTimeout(Duration.ofSeconds(3))
			.socketTimeout(Duration.ofSeconds(10));
		var builder = S3Client.builder()
			.credentialsProvider(credentials)
			.forcePathStyle(settings.pathStyle())
			.httpClientBuilder(http)
			.overrideConfiguration((client) -> client
				.retryStrategy(DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(3).build())
				// for a part to be sent, at 2 Mbit/s and more; what is read takes its
				// time
				.apiCallAttemptTimeout(Duration.ofSeconds(40))
				.apiCallTimeout(Duration.ofMinutes(2)));
		if (settings.region() != null) {
			builder.region(Region.of(settings.region()));
		}
		else if (settings.endpoint() != null) {
			builder.region(Region.US_EAST_1);
		}
		if (settings.endpoint() != null) {
			// not all that speak S3 know what Amazon's has come to know
			builder.endpointOverride(settings.endpoint())
				.serviceConfiguration((service) -> service.chunkedEncodingEnabled(false))
				.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
				.responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
		}
		return builder.build();
	}

	/**
	 * Tells operators at the start rather than with the first file. Webhooks are taken in
	 * any case.
	 */
	@EventListener(ApplicationReadyEvent.class)
	void tellWhetherUsable() {
		try {
			check();
		}
		catch (StoreException ex) {
			log.error("No file can be kept. {}", ex.getMessage());
		}
	}

	/**
	 * Whether the bucket can be used at all.
	 * @throws StoreException with what to mend
	 */
	void check() throws StoreException {
		var bucket = this.settings.bucket();
		try {
			this.client.headBucket((request) -> request.bucket(bucket));
		}
		catch (AwsServiceException ex) {
			throw new StoreException("The bucket " + bucket + switch (ex.statusCode()) {
				case 404 -> " does not exist: check backstop.archive.s3.bucket and backstop.archive.s3.endpoint";
				case 301, 400 -> " is in another region: check backstop.archive.s3.region";
				case 401, 403 -> " is refused: check the credentials, and that they allow s3:ListBucket on it";
				default -> " cannot be used: " + reason(ex);
			}, ex);
		}
		catch (SdkException ex) {
			throw new StoreException("The bucket " + bucket + " cannot be reached with the credentials that there are: "
					+ "check backstop.archive.s3.endpoint and what the AWS SDK finds", ex);
		}
	}

	@Override
	public void write(UUID content, InputStream bytes) throws IOException {
		var key = key(content);
		var part = new Part();
		var source = new PushbackInputStream(bytes);
		if (part.fill(source)) {
			upload(key, part, source);
		}
		else {
			put(key, part);
		}
	}

	private void put(String key, Part part) throws IOException {
		try {
			call("keep", key,
					() -> this.client.putObject((request) -> request.bucket(this.settings.bucket())
						.key(key)
						.serverSideEncryption(this.settings.serverSideEncryption())
						.ssekmsKeyId(this.settings.kmsKeyId()), part.body()));
		}
		catch (IOException | RuntimeException | Error ex) {
			Undo.after(ex, () -> delete(key));
			throw ex;
		}
	}

	private void upload(String key, Part part, PushbackInputStream source) throws IOException {
		var upload = call("begin to keep", key,
				() -> this.client.createMultipartUpload((request) -> request.bucket(this.settings.bucket())
					.key(key)
					.serverSideEncryption(this.settings.serverSideEncryption())
					.ssekmsKeyId(this.settings.kmsKeyId())))
			.uploadId();
		try {
			var parts = new ArrayList<CompletedPart>();
			parts.add(send(key, upload, 1, part));
			for (var more = true; more;) {
				more = part.fill(source);
				parts.add(send(key, upload, parts.size() + 1, part));
			}
			call("finish keeping", key,
					() -> this.client.completeMultipartUpload((request) -> request.bucket(this.settings.bucket())
						.key(key)
						.uploadId(upload)
						.multipartUpload((completed) -> completed.parts(parts))));
		}
		catch (IOException | RuntimeException | Error ex) {
			Undo.after(ex, () -> abort(key, upload));
			// it may have been finished, whatever the answer was
			Undo.after(ex, () -> delete(key));
			throw ex;
		}
	}

	private CompletedPart send(String key, String upload, int number, Part part) throws IOException {
		var sent = call("keep part " + number + " of", key, () -> this.client.uploadPart(
				(request) -> request.bucket(this.settings.bucket()).key(key).uploadId(upload).partNumber(number),
				part.body()));
		return CompletedPart.builder().partNumber(number).eTag(sent.eTag()).checksumCRC32(sent.checksumCRC32()).build();
	}

	private void abort(String key, String upload) throws IOException {
		call("take back", key, () -> {
			try {
				return this.client.abortMultipartUpload(
						(request) -> request.bucket(this.settings.bucket()).key(key).uploadId(upload));
			}
			catch (NoSuchUploadException ex) {
				return ex;
			}
		});
	}

	@Override
	public InputStream read(UUID content, long size) {
		return new ObjectBytes(key(content), size);
	}

	@Override
	public void delete(UUID content) throws IOException {
		delete(key(content));
	}

	private void delete(String key) throws IOException {
		call("delete", key,
				() -> this.client.deleteObject((request) -> request.bucket(this.settings.bucket()).key(key)));
	}

	private String key(UUID content) {
		return this.settings.prefix() + content;
	}

	private <T> T call(String intent, String key, Supplier<T> call) throws IOException {
		try {
			return call.get();
		}
		catch (SdkException ex) {
			throw failure(intent, key, ex);
		}
		catch (UncheckedIOException ex) {
			// of the HTTP client, over a kept connection that was closed meanwhile
			throw new StoreException("Cannot %s %s in the bucket %s: the connection broke".formatted(intent, key,
					this.settings.bucket()), ex);
		}
	}

	private StoreException failure(String intent, String key, SdkException ex) {
		return new StoreException(
				"Cannot %s %s in the bucket %s: %s".formatted(intent, key, this.settings.bucket(), reason(ex)), ex);
	}

	private static String reason(SdkException ex) {
		if (ex instanceof AwsServiceException answer) {
			var details = answer.awsErrorDetails();
			return answer.statusCode() + ((details != null) ? " " + details.errorCode() : "");
		}
		return String.valueOf(ex.getMessage());
	}

	@Override
	public void close() {
		this.client.close();
	}

	/**
	 * As much as is sent at once, in pieces, so that a small file takes little memory and
	 * a large one no more than this.
	 */
	private static final class Part {

		private static final int PIECE_SIZE = 256 * 1024;

		private final List<byte[]> pieces = new ArrayList<>();

		private int length;

		/** Takes the next bytes, and says whether there are more. */
		boolean fill(PushbackInputStream source) throws IOException {
			this.length = 0;
			for (int number = 0; this.length < PART_SIZE; number++) {
				if (number == this.pieces.size()) {
					this.pieces.add(new byte[PIECE_SIZE]);
				}
				var count = source.readNBytes(this.pieces.get(number), 0, PIECE_SIZE);
				this.length += count;
				if (count < PIECE_SIZE) {
					return false;
				}
			}
			var next = source.read();
			if (next == -1) {
				return false;
			}
			source.unread(next);
			return true;
		}

		RequestBody body() {
			return RequestBody.fromContentProvider(this::open, this.length, "application/octet-stream");
		}

		private InputStream open() {
			var streams = new ArrayList<InputStream>();
			for (int start = 0; start < this.length; start += PIECE_SIZE) {
				streams.add(new ByteArrayInputStream(this.pieces.get(start / PIECE_SIZE), 0,
						Math.min(PIECE_SIZE, this.length - start)));
			}
			return new SequenceInputStream(Collections.enumeration(streams));
		}

	}

	/** An object, asked for when the first byte of it is. */
	private final class ObjectBytes extends StoredBytes {

		private final String key;

		private final long size;

		private @Nullable ResponseInputStream<GetObjectResponse> body;

		/** Where the body is, which skips do not move. */
		private long bodyPosition;

		ObjectBytes(String key, long size) {
			super(size);
			this.key = key;
			this.size = size;
		}

		@Override
		int fetch(long position, byte[] target, int offset, int length) throws IOException {
			try {
				var body = bodyAt(position);
				var count = body.read(target, offset, length);
				if (count == -1) {
					throw new EOFException("%s ends after %d of %d bytes".formatted(this.key, position, this.size));
				}
				this.bodyPosition += count;
				// its end compares the checksum, if there is one, before the last byte is
				// given
				if (this.bodyPosition == this.size && body.read() != -1) {
					throw notThere();
				}
				return count;
			}
			catch (SdkException ex) {
				throw failure("read", this.key, ex);
			}
		}

		private ResponseInputStream<GetObjectResponse> bodyAt(long position) throws IOException {
			if (this.body != null && position - this.bodyPosition <= READ_OVER) {
				this.body.readNBytes((int) (position - this.bodyPosition));
			}
			else {
				release();
				this.body = open(position);
			}
			this.bodyPosition = position;
			return this.body;
		}

		private ResponseInputStream<GetObjectResponse> open(long position) throws IOException {
			var opened = S3Store.this.client.getObject((request) -> {
				request.bucket(S3Store.this.settings.bucket()).key(this.key);
				if (position > 0) {
					request.range("bytes=" + position + "-");
				}
				else if (S3Store.this.settings.endpoint() == null) {
					// without it the SDK compares nothing; there is no checksum of a part
					request.checksumMode(ChecksumMode.ENABLED);
				}
			});
			if (opened.response().contentLength() != this.size - position) {
				abandon(opened);
				throw notThere();
			}
			return opened;
		}

		private IOException notThere() {
			return new IOException("%s is not there with its %d bytes".formatted(this.key, this.size));
		}

		@Override
		void release() {
			if (this.body != null) {
				abandon(this.body);
				this.body = null;
			}
		}

		/** Closes the connection rather than read to its end. */
		private static void abandon(ResponseInputStream<GetObjectResponse> body) {
			body.abort();
			try {
				body.close();
			}
			catch (IOException | SdkException ex) {
				// what is not wanted any more need not end well
			}
		}

	}

}
