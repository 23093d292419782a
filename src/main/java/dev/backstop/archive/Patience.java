package dev.backstop.archive;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.zip.ZipException;

import org.apache.hc.client5.http.ConnectTimeoutException;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * How long one fetch may still go on, and what its end is called.
 *
 * @param pause how long nothing may come
 * @param whole how long it may take from its start
 * @param end when it ends at the latest, by {@link System#nanoTime}
 */
record Patience(Duration pause, Duration whole, long end) {

	static Patience of(ArchiveProperties properties) {
		var whole = properties.fetchTimeout();
		return new Patience(properties.connectTimeout(), whole, System.nanoTime() + whole.toNanos());
	}

	/** Fails if it has run out. */
	void check() throws FetchException.Failed {
		if (Thread.currentThread().isInterrupted()) {
			throw new FetchException.Failed("interrupted");
		}
		if (System.nanoTime() - this.end >= 0) {
			throw new FetchException.Failed("took longer than " + text(this.whole));
		}
	}

	/** Why it really ended, which an exception of the network does not always say. */
	FetchException failure(String otherwise, IOException ex) {
		if (ex instanceof FetchException known) {
			return known;
		}
		try {
			check();
		}
		catch (FetchException.Failed failure) {
			return failure;
		}
		return new FetchException.Failed(switch (ex) {
			case ConnectTimeoutException _ -> "no connection within " + text(this.pause);
			case SocketTimeoutException _ -> "nothing came for " + text(this.pause);
			case ZipException _ -> "not packed as it says";
			// its message may quote where it was sent to
			default -> otherwise + ": " + ex.getClass().getSimpleName();
		});
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

}
