package dev.backstop.archive;

import java.time.Duration;
import java.util.List;

import org.springframework.util.unit.DataSize;

/** How an archive is set up in tests. */
final class Archives {

	private List<String> allowedHosts = List.of("s3.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com");

	private boolean allowLoopbackHttp;

	private int workers = 4;

	private DataSize maxFileSize = DataSize.ofMegabytes(512);

	private Duration connectTimeout = Duration.ofSeconds(5);

	private Duration fetchTimeout = Duration.ofMinutes(5);

	private Archives() {
	}

	/** As an installation is that sets nothing. */
	static Archives archive() {
		return new Archives();
	}

	/** One whose files come from this machine. */
	static Archives ofThisMachine() {
		return new Archives().allowLoopbackHttp();
	}

	Archives allowedHosts(String... allowedHosts) {
		this.allowedHosts = List.of(allowedHosts);
		return this;
	}

	Archives allowLoopbackHttp() {
		this.allowLoopbackHttp = true;
		return this;
	}

	Archives workers(int workers) {
		this.workers = workers;
		return this;
	}

	Archives maxFileSize(DataSize maxFileSize) {
		this.maxFileSize = maxFileSize;
		return this;
	}

	Archives connectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
		return this;
	}

	Archives fetchTimeout(Duration fetchTimeout) {
		this.fetchTimeout = fetchTimeout;
		return this;
	}

	ArchiveProperties properties() {
		return new ArchiveProperties(ArchiveProperties.Kind.POSTGRES, this.workers, Duration.ofSeconds(1),
				this.maxFileSize, this.allowedHosts, this.allowLoopbackHttp, this.connectTimeout, this.fetchTimeout,
				List.of(Duration.ofSeconds(5)), 1, null);
	}

}
