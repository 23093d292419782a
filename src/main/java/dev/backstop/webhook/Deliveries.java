package dev.backstop.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.verification.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All webhooks that were signed. */
public interface Deliveries extends Repository<Delivery, UUID> {

	Delivery save(Delivery delivery);

	Optional<Delivery> findById(UUID id);

	/** Those of these bodies for these verifications. */
	@Query(nativeQuery = true, value = """
			select id, scan_ref, body_sha256, event_type, outcome from delivery
			where scan_ref = any (?1) and body_sha256 = any (?2)""")
	List<Earlier> findEarlier(String[] scanRefs, byte[][] sha256s);

	/** Those of the same body that name no verification. */
	@Query(nativeQuery = true, value = """
			select id, scan_ref, body_sha256, event_type, outcome from delivery
			where scan_ref is null and body_sha256 = ?1""")
	List<Earlier> findEarlier(byte[] sha256);

	@Modifying
	@Query("update Delivery d set d.repeats = d.repeats + 1, d.lastRepeatAt = ?2 where d.id = ?1")
	void countRepeat(UUID id, Instant at);

	/** The newest of those that were not understood. */
	@Query("""
			select new dev.backstop.webhook.Deliveries$Unreadable(d.id, d.receivedAt, d.scanRef, d.eventType, d.bodySize,
				d.bodySha256, d.reason, d.repeats)
			from Delivery d where d.outcome = UNREADABLE order by d.receivedAt desc, d.id""")
	List<Unreadable> findUnreadable(Limit limit);

	/** How many were not understood, counted no further than 10,000. */
	@Query("""
			select count(*) from (
				select d.receivedAt as at from Delivery d
				where d.outcome = UNREADABLE order by d.receivedAt desc limit 10000) counted""")
	long countUnreadable();

	@Query(nativeQuery = true, value = "select 1 from pg_advisory_xact_lock(hashtextextended(?1, 0))")
	int lockName(String name);

	/** An earlier delivery of the same body. */
	interface Earlier {

		UUID getId();

		@Nullable String getScanRef();

		byte[] getBodySha256();

		String getEventType();

		Outcome getOutcome();

	}

	/**
	 * A delivery that was not understood, without its content.
	 *
	 * @param size in bytes
	 * @param reason why it was not understood
	 */
	record Unreadable(UUID id, Instant receivedAt, @Nullable String scanRef, String eventType, int size, byte[] sha256,
			@Nullable String reason, int repeats) {
	}

}
