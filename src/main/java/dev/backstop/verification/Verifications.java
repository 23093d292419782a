package dev.backstop.verification;

import java.time.Instant;
import java.util.Collection;
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
		return lockNames(List.of(scanRef)).stream().findFirst().orElseGet(() -> save(creation.get()));
	}

	/**
	 * Those that nobody else changes until the transaction ends; those that there are not
	 * nobody else makes until then. Whoever locks several does so at once and in the same
	 * order, so that nobody waits for each other.
	 */
	default List<Verification> lockNames(Collection<ScanRef> scanRefs) {
		lockNames(scanRefs.stream().map(ScanRef::value).sorted().toArray(String[]::new));
		return lock(scanRefs);
	}

	/** Those that nobody else changes until the transaction ends, in the same order. */
	default List<Verification> lock(Collection<ScanRef> scanRefs) {
		// Hibernate plans this query once, the native one for several each time
		if (scanRefs.size() == 1) {
			return lock(scanRefs.iterator().next()).stream().toList();
		}
		return lock(scanRefs.stream().map(ScanRef::value).toArray(String[]::new));
	}

	@Query(nativeQuery = true, value = """
			select 1 from unnest(cast(?1 as text[])) name, pg_advisory_xact_lock(hashtextextended(name, 0))""")
	List<Integer> lockNames(String[] names);

	// one array, since Hibernate translates a query with a list anew each time
	@Query(nativeQuery = true, value = """
			select * from verification where scan_ref = any (?1)
			order by scan_ref collate "C" for no key update""")
	List<Verification> lock(String[] names);

	/**
	 * Has the transaction fail that waits longer for a lock.
	 * @param wait such as {@code 200ms}
	 */
	@Query(nativeQuery = true, value = "select set_config('lock_timeout', ?1, true)")
	String waitForLocksAtMost(String wait);

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
