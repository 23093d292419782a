package dev.backstop.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.persistence.LockModeType;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All files that a link led to. */
interface ArchiveFiles extends Repository<ArchiveFile, UUID> {

	ArchiveFile save(ArchiveFile file);

	/**
	 * Claims those that have waited longest for a try, but for those that others are
	 * trying, without reading them, so that one that cannot be read does not keep others.
	 */
	@Query(nativeQuery = true, value = """
			update archive_file set tries = tries + 1, next_try_at = :until
			where id = any (array(select id from archive_file where state = 'WAITING' and next_try_at <= :now
				order by next_try_at limit :limit for update skip locked))
			returning id""")
	List<UUID> claim(Instant now, Instant until, int limit);

	Optional<ArchiveFile> findById(UUID id);

	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select f from ArchiveFile f where f.id = ?1")
	Optional<ArchiveFile> lock(UUID id);

	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query("select f from ArchiveFile f where f.scanRef = ?1 and f.version = ?2")
	List<ArchiveFile> lock(String scanRef, int version);

	@Query("select f from ArchiveFile f where f.scanRef = ?1 order by f.version desc, f.id")
	List<ArchiveFile> findByScanRef(String scanRef);

	@EntityGraph(attributePaths = "content")
	@Query("select f from ArchiveFile f where f.id = ?1")
	Optional<ArchiveFile> findWithContent(UUID id);

	/** How many wait, counted no further than 10,000. */
	@Query("""
			select count(*) from (
				select f.nextTryAt as at from ArchiveFile f
				where f.state = WAITING order by f.nextTryAt limit 10000) counted""")
	long countWaiting();

	@Query("select min(f.linkExpiresAt) from ArchiveFile f where f.state = WAITING")
	Optional<Instant> findNearestDeath();

	@Query("select f from ArchiveFile f where f.state in (REFUSED, LOST) order by f.endedAt desc")
	List<ArchiveFile> findMissing(Limit limit);

}
