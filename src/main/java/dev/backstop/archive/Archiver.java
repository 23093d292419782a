package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
	void work() throws InterruptedException {
		try {
			boolean more = this.properties.keepsFiles();
			while (more && !this.workers.isShutdown()) {
				more = begin() > 0;
			}
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("The files that wait could not be looked up: {}", ex.getClass().getSimpleName());
		}
	}

	private int begin() throws InterruptedException {
		this.free.acquire();
		int permits = 1 + this.free.drainPermits();
		int begun = 0;
		try {
			for (var file : this.fetches.claim(permits)) {
				this.workers.execute(() -> workOn(file));
				begun++;
			}
		}
		finally {
			this.free.release(permits - begun);
		}
		return begun;
	}

	private void workOn(ArchiveFile file) {
		try {
			var state = fetch(file);
			this.meters.counter("backstop.archive.tries", "state", state.name()).increment();
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("What became of {} could not be stored, it is tried again: {}", file,
					ex.getClass().getSimpleName());
		}
		finally {
			this.free.release();
		}
	}

	private FileState fetch(ArchiveFile file) {
		if (file.isLinkDead(this.clock.instant())) {
			var state = this.fetches.renewLink(file);
			log(file, state, "its link died");
			return state;
		}
		try {
			return this.client.fetch(file.url().orElseThrow(), (contentType, bytes) -> keep(file, contentType, bytes));
		}
		catch (FetchException.Refused ex) {
			this.fetches.refuse(file, ex.reason());
			log(file, FileState.REFUSED, ex.reason());
			return FileState.REFUSED;
		}
		catch (IOException | RuntimeException ex) {
			if (Thread.interrupted()) {
				this.fetches.giveBack(file);
				return FileState.WAITING;
			}
			// without the message of others, which may quote the link
			var reason = (ex instanceof FetchException fetch) ? fetch.reason()
					: "could not be kept: " + ex.getClass().getSimpleName();
			this.fetches.postpone(file, reason);
			log(file, FileState.WAITING, reason);
			return FileState.WAITING;
		}
	}

	private FileState keep(ArchiveFile file, String contentType, InputStream bytes) throws IOException {
		var content = this.fetches.begin();
		var measured = new MeasuredInputStream(bytes);
		try {
			this.stores.of(content).write(content.id(), measured);
		}
		catch (IOException | RuntimeException ex) {
			this.leftovers.delete(content);
			throw ex;
		}
		var fetched = new Fetched(measured.sha256(), measured.size(), contentType);
		var kept = this.fetches.archive(file, content, fetched);
		if (!kept.equals(Optional.of(content.id()))) {
			this.leftovers.delete(content);
		}
		if (kept.isEmpty()) {
			return FileState.WAITING;
		}
		this.meters.counter("backstop.archive.bytes").increment(fetched.size());
		this.meters.timer("backstop.archived.after.link")
			.record(Duration.between(file.linkedAt(), this.clock.instant()));
		log(file, FileState.ARCHIVED, fetched.size() + " bytes");
		return FileState.ARCHIVED;
	}

	private static void log(ArchiveFile file, FileState state, String because) {
		log.atInfo()
			.addKeyValue("scanRef", file.scanRef())
			.addKeyValue("outcome", state)
			.log("File {} is {}: {}", file, state, because);
	}

	/** Breaks off what is under way; other instances begin anew. */
	@PreDestroy
	void stop() throws InterruptedException {
		this.workers.shutdownNow();
		this.workers.awaitTermination(5, TimeUnit.SECONDS);
	}

}
