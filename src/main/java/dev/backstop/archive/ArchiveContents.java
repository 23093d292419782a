package dev.backstop.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.persistence.LockModeType;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** All bytes that are kept, or on their way. */
interface ArchiveContents extends Repository<ArchiveContent, UUID> {

	ArchiveContent save(ArchiveContent content);

	boolean existsById(UUID id);

	/** The same bytes, if they are kept already. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select c from ArchiveContent c where c.store = ?1 and c.sha256 = ?2")
	Optional<ArchiveContent> lockKept(ArchiveProperties.Kind store, byte[] sha256);

	/** Bytes that were on their way, unless they are being deleted. */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select c from ArchiveContent c where c.id = ?1 and not c.abandoned")
	Optional<ArchiveContent> lockBegun(UUID id);

	/** Those that no file has, begun so long ago that nobody is still at it. */
	@Query("""
			select c from ArchiveContent c
			where c.sha256 is null and c.begunAt > ?1 and c.begunAt < ?2 and c.store = ?3
				and not exists (select 1 from ArchiveFile f where f.content = c)
			order by c.begunAt""")
	List<ArchiveContent> findUnfinished(Instant begunAfter, Instant begunBefore, ArchiveProperties.Kind store,
			Limit limit);

	/**
	 * Keeps all others from keeping bytes that are about to be deleted.
	 * @return 0 if they are kept, or gone already
	 */
	@Modifying
	@Transactional
	@Query("update ArchiveContent c set c.abandoned = true where c.id = ?1 and c.sha256 is null")
	int abandon(UUID id);

	@Modifying
	@Transactional
	@Query("delete from ArchiveContent c where c.id = ?1 and c.abandoned")
	void delete(UUID id);

	@Query(nativeQuery = true, value = "select 1 from pg_advisory_xact_lock(hashtextextended(?1, 1))")
	int lockHash(String sha256);

}
