package dev.backstop.archive;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

	private static final int BATCH = 100;

	/** Of one store at a time, so that one out of reach does not take all the time. */
	private static final int MOST_FAILURES = 10;

	/**
	 * Where the next time begins, so that those that cannot be deleted do not keep others
	 * from it.
	 */
	private final Map<ArchiveProperties.Kind, Instant> triedUntil = new EnumMap<>(ArchiveProperties.Kind.class);

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
		this.stores.kinds().forEach(this::deleteAbandoned);
	}

	private void deleteAbandoned(ArchiveProperties.Kind store) {
		try {
			var begunBefore = this.clock.instant().minus(this.longestTry);
			var begunAfter = this.triedUntil.getOrDefault(store, Instant.EPOCH);
			this.triedUntil.remove(store);
			deleteSome(store, this.contents.findUnfinished(begunAfter, begunBefore, store, Limit.of(BATCH)));
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("Bytes that no file has could not be looked up, which is tried again: {}",
					ex.getClass().getSimpleName());
		}
	}

	/** Begins after these the next time, if they are not all that there are. */
	private void deleteSome(ArchiveProperties.Kind store, List<ArchiveContent> contents) {
		int failures = 0;
		int tries = 0;
		for (var content : contents) {
			failures += delete(content) ? 0 : 1;
			tries++;
			if (failures == MOST_FAILURES || tries == BATCH) {
				this.triedUntil.put(store, content.begunAt());
				return;
			}
		}
	}

	/**
	 * Deletes bytes now, or later if that fails.
	 * @return whether it did not fail
	 */
	boolean delete(ArchiveContent content) {
		try {
			deleteUnlessKept(content);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			log.warn("Bytes {} that no file has could not be deleted, which is tried again: {}", content.id(),
					ex.getClass().getSimpleName());
			return false;
		}
	}

	/** Also where another has just done so, as the last of the bytes may be newer. */
	private void deleteUnlessKept(ArchiveContent content) throws IOException {
		if (this.contents.abandon(content.id()) == 1 || !this.contents.existsById(content.id())) {
			this.stores.of(content).delete(content.id());
			this.contents.delete(content.id());
		}
	}

}
