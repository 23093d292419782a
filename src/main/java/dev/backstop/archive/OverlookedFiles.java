package dev.backstop.archive;

import java.time.Clock;
import java.time.Duration;

import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verifications;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Queues the files whose links a replica took in that keeps none yet: an older version,
 * before or during a rolling deployment.
 */
@Component
class OverlookedFiles {

	private static final Logger log = LoggerFactory.getLogger(OverlookedFiles.class);

	private static final Duration LIFE_OF_A_LINK = Duration.ofHours(1);

	private static final Limit BATCH = Limit.of(100);

	private final Verifications verifications;

	private final ArchiveQueue queue;

	private final ArchiveProperties properties;

	private final Clock clock;

	OverlookedFiles(Verifications verifications, ArchiveQueue queue, ArchiveProperties properties, Clock clock) {
		this.verifications = verifications;
		this.queue = queue;
		this.properties = properties;
		this.clock = clock;
	}

	/** Queues those whose links may still live. */
	@Scheduled(fixedDelayString = "PT1M")
	void queue() {
		if (!this.properties.keepsFiles()) {
			return;
		}
		try {
			this.verifications.findOverlookedFiles(this.clock.instant().minus(LIFE_OF_A_LINK), BATCH)
				.forEach(this::queue);
		}
		catch (DataAccessException | TransactionException ex) {
			log.warn("Files whose links nobody queued could not be looked up: {}", ex.getClass().getSimpleName());
		}
	}

	private void queue(ScanRef scanRef) {
		try {
			this.queue.queueOverlooked(scanRef);
		}
		catch (RuntimeException ex) {
			// without the message, which may quote what is stored
			log.warn("The files of {}, whose links nobody queued, could not be queued, which is tried again: {}",
					scanRef, ex.getClass().getSimpleName());
		}
	}

}
