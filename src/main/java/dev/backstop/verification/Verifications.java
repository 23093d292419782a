package dev.backstop.verification;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.persistence.LockModeType;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All verifications that were registered or heard of. */
public interface Verifications extends Repository<Verification, ScanRef> {

	// a query, since Hibernate's find answers a failing database with nothing
	@Query("select v from Verification v where v.scanRef = ?1")
	Optional<Verification> findById(ScanRef scanRef);

	boolean existsById(ScanRef scanRef);

	/** One that nobody else changes until the transaction ends. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select v from Verification v where v.scanRef = ?1")
	Optional<Verification> lock(ScanRef scanRef);

	/**
	 * One that nobody else changes until the transaction ends, made if there is none,
	 * exactly once however many ask at the same time.
	 */
	default Verification lockOrCreate(ScanRef scanRef, Supplier<Verification> creation) {
		return lock(scanRef).orElseGet(() -> {
			lockName(scanRef.value());
			return lock(scanRef).orElseGet(() -> save(creation.get()));
		});
	}

	@Query(nativeQuery = true, value = "select 1 from pg_advisory_xact_lock(hashtextextended(?1, 0))")
	int lockName(String name);

	Verification save(Verification verification);

	/** One that exists, without reading it. */
	Verification getReferenceById(ScanRef scanRef);

	/** Those with links that nobody queued, the oldest first. */
	@Query("""
			select v.scanRef from Verification v
			where v.filesAt > ?1 and (v.filesQueuedAt is null or v.filesAt > v.filesQueuedAt)
			order by v.filesAt""")
	List<ScanRef> findOverlookedFiles(Instant linkedAfter, Limit limit);

	/** What happened to one, oldest first. */
	@Query("select e from TimelineEntry e where e.verification.scanRef = ?1 order by e.id")
	List<TimelineEntry> timeline(ScanRef scanRef);

}
