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

	/** To end an upload, to be told so, and to keep the file. */
	private static final Duration LONGEST_END = Duration.ofMinutes(5);

	private static final Limit BATCH = Limit.of(100);

	private final ArchiveContents contents;

	private final Stores stores;

	private final Duration longestTry;

	private final Clock clock;

	Leftovers(ArchiveContents contents, Stores stores, ArchiveProperties properties, Clock clock) {
		this.contents = contents;
		this.stores = stores;
		this.longestTry = properties.fetchTimeout().plus(LONGEST_END);
		this.clock = clock;
	}

	/** Deletes what a crash or an erasure left. */
	@Scheduled(fixedDelayString = "PT1M")
	void deleteAbandoned() {
		try {
			var begunBefore = this.clock.instant().minus(this.longestTry);
			for (var content : this.contents.findUnfinished(begunBefore, this.stores.kinds(), BATCH)) {
				deleteUnlessKept(content);
			}
		}
		catch (IOException | DataAccessException | TransactionException ex) {
			tell(ex);
		}
	}

	/** Deletes bytes now, or later if that fails. */
	void delete(ArchiveContent content) {
		try {
			deleteUnlessKept(content);
		}
		catch (IOException | DataAccessException | TransactionException ex) {
			tell(ex);
		}
	}

	/** Also where another has just done so, as the last of the bytes may be newer. */
	private void deleteUnlessKept(ArchiveContent content) throws IOException {
		if (this.contents.abandon(content.id()) == 1 || !this.contents.existsById(content.id())) {
			this.stores.of(content).delete(content.id());
			this.contents.delete(content.id());
		}
	}

	private static void tell(Exception ex) {
		log.warn("Bytes that no file has could not be deleted, which is tried again: {}",
				ex.getClass().getSimpleName());
	}

}
