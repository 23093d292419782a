package dev.backstop.reconciliation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The ledger of all calls to iDenfy. */
interface IdenfyCalls extends Repository<IdenfyCall, UUID> {

	IdenfyCall save(IdenfyCall call);

	Optional<IdenfyCall> findById(UUID id);

	/** The calls of runners before this one that never ended. */
	@Query("select c from IdenfyCall c where c.endedAt is null and c.runner < ?1 order by c.id")
	List<IdenfyCall> findOpenBefore(long runner);

	@Query("""
			select new dev.backstop.reconciliation.Reconciliation$Call(c.part, c.startedAt, c.endedAt,
				str(c.outcome), c.reason)
			from IdenfyCall c where c.scanRef = ?1 order by c.id""")
	List<Reconciliation.Call> findByScanRef(String scanRef);

	@Query("select c from IdenfyCall c where c.endedAt is null and c.scanRef = ?1 and c.runner = ?2")
	List<IdenfyCall> findOpen(String scanRef, long runner);

	@Query("select count(c) from IdenfyCall c where c.startedAt > ?1")
	long countSince(Instant since);

}
