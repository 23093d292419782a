package dev.backstop.reconciliation;

import jakarta.persistence.LockModeType;

import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The reconciler's one row. */
interface ReconciliationStates extends Repository<ReconciliationState, Integer> {

	@Query("select s from ReconciliationState s where s.id = 1")
	ReconciliationState get();

	/** The row as it is until the transaction ends. */
	@Lock(LockModeType.PESSIMISTIC_READ)
	@Query("select s from ReconciliationState s where s.id = 1")
	ReconciliationState lockForReading();

	/** The row, that nobody else changes until the transaction ends. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select s from ReconciliationState s where s.id = 1")
	ReconciliationState lock();

}
