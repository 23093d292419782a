package dev.backstop.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** All bytes that are kept, or on their way. */
interface ArchiveContents extends Repository<ArchiveContent, UUID> {

	ArchiveContent save(ArchiveContent content);

	Optional<ArchiveContent> findById(UUID id);

	Optional<ArchiveContent> findBySha256(byte[] sha256);

	/** Those that no file has, begun so long ago that nobody is still at it. */
	@Query("""
			select c from ArchiveContent c where c.sha256 is null and c.begunAt < ?1
				and not exists (select 1 from ArchiveFile f where f.content = c)
			order by c.begunAt""")
	List<ArchiveContent> findAbandoned(Instant begunBefore, Limit limit);

	@Modifying
	@Transactional
	@Query("delete from ArchiveContent c where c.id = ?1 and c.sha256 is null")
	void delete(UUID id);

	@Query(nativeQuery = true, value = "select 1 from pg_advisory_xact_lock(hashtextextended(?1, 1))")
	int lockHash(String sha256);

}
