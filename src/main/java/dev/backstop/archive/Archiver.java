package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Fetches the files that wait, on every instance, a few at once. */
@Component
class Archiver {

	private static final Logger log = LoggerFactory.getLogger(Archiver.class);

	private final Fetches fetches;

	private final FileClient client;

	private final Stores stores;

	private final Leftovers leftovers;

	private final ArchiveProperties properties;

	private final Clock clock;

	private final MeterRegistry meters;

	private final Semaphore free;

	// of the operating system, since who hashes films yields to nobody
	private final ExecutorService workers;

	Archiver(Fetches fetches, FileClient client, Stores stores, Leftovers leftovers, ArchiveProperties properties,
			Clock clock, MeterRegistry meters) {
		this.fetches = fetches;
		this.client = client;
		this.stores = stores;
		this.leftovers = leftovers;
		this.properties = properties;
		this.clock = clock;
		this.meters = meters;
		this.free = new Semaphore(properties.workers());
		this.workers = Executors.newFixedThreadPool(properties.workers(),
				Thread.ofPlatform().name("archive-", 1).factory());
	}

	/** Begins with whatever waits, whenever a worker is free, until nothing waits. */
	@Scheduled(initialDelayString = "${backstop.archive.interval:1s}",
			fixedDelayString = "${backstop.archive.interval:1s}")
	void work() {
		try {
			boolean more = this.properties.keepsFiles();
			while (more && !this.workers.isShutdown()) {
				more = begin() > 0;
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("The files that wait could not be looked up: {}", ex.getClass().getSimpleName());
		}
	}

	private int begin() throws InterruptedException {
		if (!this.free.tryAcquire(1, TimeUnit.SECONDS)) {
			return 0;
		}
		int permits = 1 + this.free.drainPermits();
		int begun = 0;
		try {
			for (var file : this.fetches.claim(permits)) {
				begun += begin(file) ? 1 : 0;
			}
		}
		finally {
			this.free.release(permits - begun);
		}
		return begun;
	}

	private boolean begin(UUID file) {
		try {
			this.workers.execute(() -> workOn(file));
			return true;
		}
		catch (RejectedExecutionException _) {
			this.fetches.find(file).ifPresent(this.fetches::giveBack);
			return false;
		}
	}

	private void workOn(UUID file) {
		try {
			this.fetches.find(file).ifPresent(this::workOn);
		}
		catch (RuntimeException ex) {
			// without the message, which may quote the link
			log.warn("File {} could not be read, or what became of it not be stored; it is tried again: {}", file,
					ex.getClass().getSimpleName());
		}
		finally {
			this.free.release();
		}
	}

	private void workOn(ArchiveFile file) {
		if (file.isLinkDead(this.clock.instant())) {
			log(file, this.fetches.renewLink(file, file.reason().orElseThrow()), "its link died");
		}
		else {
			var state = fetch(file);
			this.meters.counter("backstop.archive.tries", "state", state.name()).increment();
		}
	}

	private FileState fetch(ArchiveFile file) {
		try {
			return this.client.fetch(file.url().orElseThrow(), (contentType, bytes) -> keep(file, contentType, bytes));
		}
		catch (FetchException.Refused ex) {
			this.fetches.refuse(file, ex.reason());
			log(file, FileState.REFUSED, ex.reason());
			return FileState.REFUSED;
		}
		catch (FetchException.Expired ex) {
			var state = this.fetches.renewLink(file, ex.reason());
			log(file, state, ex.reason());
			return state;
		}
		catch (IOException | RuntimeException ex) {
			// or no connection to the database is to be had
			Thread.interrupted();
			if (this.workers.isShutdown()) {
				this.fetches.giveBack(file);
				return FileState.WAITING;
			}
			var reason = reason(ex);
			this.fetches.postpone(file, reason);
			log(file, FileState.WAITING, reason);
			return FileState.WAITING;
		}
	}

	/** Without the message of others, which may quote the link. */
	private static String reason(Exception ex) {
		return switch (ex) {
			case FetchException fetch -> fetch.reason();
			case StoreException store -> "could not be kept: " + store.getMessage();
			default -> "could not be kept: " + ex.getClass().getSimpleName();
		};
	}

	private FileState keep(ArchiveFile file, String contentType, InputStream bytes) throws IOException {
		var content = this.fetches.begin();
		var measured = new MeasuredInputStream(bytes);
		try {
			this.stores.of(content).write(content.id(), measured);
		}
		catch (IOException | RuntimeException ex) {
			count((ex instanceof FetchException.Refused) ? FileState.REFUSED : FileState.WAITING, measured);
			this.leftovers.delete(content);
			throw ex;
		}
		var fetched = new Fetched(measured.sha256(), measured.size(), contentType);
		var kept = this.fetches.archive(file, content, fetched);
		if (!kept.equals(Optional.of(content.id()))) {
			this.leftovers.delete(content);
		}
		if (kept.isEmpty()) {
			count(FileState.WAITING, measured);
			return FileState.WAITING;
		}
		count(FileState.ARCHIVED, measured);
		this.meters.timer("backstop.archived.after.link")
			.record(Duration.between(file.linkedAt(), this.clock.instant()));
		log(file, FileState.ARCHIVED, fetched.size() + " bytes");
		return FileState.ARCHIVED;
	}

	private void count(FileState state, MeasuredInputStream bytes) {
		this.meters.counter("backstop.archive.bytes", "state", state.name()).increment(bytes.size());
	}

	private static void log(ArchiveFile file, FileState state, String because) {
		boolean missing = state == FileState.LOST || state == FileState.REFUSED;
		log.atLevel(missing ? Level.WARN : Level.INFO)
			.addKeyValue("scanRef", file.scanRef())
			.addKeyValue("outcome", state)
			.log("File {} is {}: {}{}", file, state, because,
					missing ? ". It is not fetched again unless its verification is reopened" : "");
	}

	/** Breaks off what is under way; other instances begin anew. */
	@PreDestroy
	void stop() throws IOException, InterruptedException {
		this.workers.shutdownNow();
		// a thread of the operating system that waits for bytes is not interrupted
		this.client.close();
		this.workers.awaitTermination(5, TimeUnit.SECONDS);
	}

}
