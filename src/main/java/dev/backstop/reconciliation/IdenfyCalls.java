package dev.backstop.reconciliation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backstop.verification.Part;

import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The ledger of all calls to iDenfy. */
interface IdenfyCalls extends Repository<IdenfyCall, UUID> {

	IdenfyCall save(IdenfyCall call);

	Optional<IdenfyCall> findById(UUID id);

	@Query("select c.scanRef from IdenfyCall c where c.id = ?1")
	Optional<String> findScanRef(UUID id);

	/** The calls of runners before this one that never ended. */
	@Query("select c.id from IdenfyCall c where c.endedAt is null and c.runner < ?1 order by c.id")
	List<UUID> findOpenBefore(long runner);

	@Query("""
			select new dev.backstop.reconciliation.Reconciliation$Call(c.part, c.startedAt, c.endedAt,
				str(c.outcome), c.reason)
			from IdenfyCall c where c.scanRef = ?1 order by c.id""")
	List<Reconciliation.Call> findByScanRef(String scanRef);

	@Query("select c.id from IdenfyCall c where c.endedAt is null and c.scanRef = ?1 and c.runner = ?2")
	List<UUID> findOpen(String scanRef, long runner);

	/**
	 * The calls that keep a part from being asked for: those that have not ended, and one
	 * whose answer could not be stored.
	 */
	@Query("""
			select c from IdenfyCall c where c.scanRef = ?1 and (c.endedAt is null
				or c.part = ?2 and c.round = ?3 and c.outcome = ANSWERED and c.reason is not null)""")
	List<IdenfyCall> findUnsettled(String scanRef, Part part, int round);

	@Query("select count(c) from IdenfyCall c where c.startedAt > ?1")
	long countSince(Instant since);

}
