package dev.backstop.archive;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Deletes bytes that no file has: those of tries that failed, crashed or were erased. */
@Component
class Leftovers {

	private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

	private static final Limit BATCH = Limit.of(100);

	private final ArchiveContents contents;

	private final Stores stores;

	private final Duration longestFetch;

	private final Clock clock;

	Leftovers(ArchiveContents contents, Stores stores, ArchiveProperties properties, Clock clock) {
		this.contents = contents;
		this.stores = stores;
		this.longestFetch = properties.lease();
		this.clock = clock;
	}

	/** Deletes what a crash or an erasure left. */
	@Scheduled(fixedDelayString = "PT1M")
	void deleteAbandoned() {
		try {
			this.contents.findAbandoned(this.clock.instant().minus(this.longestFetch), BATCH).forEach(this::delete);
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("What tries left could not be looked up: {}", ex.getClass().getSimpleName());
		}
	}

	/** Deletes bytes now, or later if that fails. */
	void delete(ArchiveContent content) {
		try {
			this.stores.of(content).delete(content.id());
			this.contents.delete(content.id());
		}
		catch (IOException | DataAccessException | TransactionException ex) {
			log.warn("Bytes that no file has could not be deleted, which is tried again: {}",
					ex.getClass().getSimpleName());
		}
	}

}
