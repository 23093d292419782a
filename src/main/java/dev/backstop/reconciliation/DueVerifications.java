package dev.backstop.reconciliation;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backstop.verification.ParkedReason;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verification;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The verifications whose webhook is missing or stale, and those whose links died. */
public interface DueVerifications extends Repository<Verification, ScanRef> {

	/**
	 * The most overdue that a runner has not claimed yet, whatever older runners claimed,
	 * but for some.
	 */
	@Query(nativeQuery = true, value = """
			select scan_ref from verification
			where next_check_at <= :now and scan_ref <> all (cast(:but as text[])) and scan_ref <> all (
				array(select scan_ref from claim where runner = :runner and claimed_until >= :now))
			order by next_check_at, scan_ref limit :limit""")
	List<String> find(Instant now, long runner, String[] but, int limit);

	/** Finds the due ones of some that a runner has not claimed yet. */
	@Query(nativeQuery = true, value = """
			select scan_ref from verification
			where next_check_at <= :now and scan_ref = any (cast(:of as text[])) and scan_ref <> all (
				array(select scan_ref from claim where runner = :runner and claimed_until >= :now))
			order by next_check_at, scan_ref""")
	List<String> findAmong(String[] of, Instant now, long runner);

	/** Returns whether a signed webhook has named a verification. */
	@Query("select count(v) > 0 from Verification v where v.scanRef = ?1 and v.lastWebhookAt is not null")
	boolean isNamedByWebhook(ScanRef scanRef);

	/**
	 * Claims one for a runner.
	 * @return 0 if it is no longer due, or claimed by this runner or a newer one
	 */
	@Modifying
	@Transactional
	@Query(nativeQuery = true, value = """
			insert into claim (scan_ref, runner, claimed_until)
			select scan_ref, :runner, :until from verification where scan_ref = :scanRef and next_check_at <= :now
			on conflict (scan_ref) do update set runner = excluded.runner, claimed_until = excluded.claimed_until
			where claim.runner < excluded.runner or claim.runner = excluded.runner and claim.claimed_until < :now""")
	int claim(String scanRef, long runner, Instant now, Instant until);

	@Modifying
	@Transactional
	@Query(nativeQuery = true, value = """
			update claim set claimed_until = :until where scan_ref = :scanRef and runner = :runner""")
	int renew(String scanRef, long runner, Instant until);

	@Modifying
	@Transactional
	@Query(nativeQuery = true, value = "delete from claim where scan_ref = :scanRef and runner = :runner")
	int giveBack(String scanRef, long runner);

	/** Removes the claims of runners before this one, which count no more. */
	@Modifying
	@Query(nativeQuery = true, value = "delete from claim where runner < :runner")
	int forgetOlder(long runner);

	/** How many are due, counted no further than 10,000. */
	@Query("""
			select count(*) from (
				select v.nextCheckAt as at from Verification v
				where v.nextCheckAt <= ?1 order by v.nextCheckAt limit 10000) counted""")
	long count(Instant now);

	@Query("select min(v.nextCheckAt) from Verification v")
	Optional<Instant> findNext();

	/** How many are waited for, counted no further than 10,000. */
	@Query("""
			select count(*) from (
				select v.createdAt as at from Verification v
				where v.progress = AWAITED order by v.createdAt desc limit 10000) counted""")
	long countAwaited();

	/** How many were given up for a reason, counted no further than 10,000. */
	@Query("""
			select count(*) from (
				select v.parkedAt as at from Verification v
				where v.progress = PARKED and v.parkedReason = ?1 order by v.parkedAt desc limit 10000) counted""")
	long countParked(ParkedReason reason);

	/** How many were given up, by each reason. */
	default Map<ParkedReason, Long> countParked() {
		var counts = new EnumMap<ParkedReason, Long>(ParkedReason.class);
		for (var reason : ParkedReason.values()) {
			counts.put(reason, countParked(reason));
		}
		return counts;
	}

	/** Finds when the first of those that are parked was parked. */
	@Query("select min(v.parkedAt) from Verification v where v.progress = PARKED")
	Optional<Instant> findParkedSince();

	@Query("""
			select new dev.backstop.reconciliation.DueVerifications$Parked(v.scanRef.value, v.parkedReason, v.parkedAt)
			from Verification v where v.progress = PARKED order by v.parkedAt desc""")
	List<Parked> findParked(Limit limit);

	@Query("""
			select v.scanRef.value from Verification v
			where v.progress = PARKED and v.parkedReason = ?1 order by v.parkedAt, v.scanRef.value""")
	List<String> findParked(ParkedReason reason, Limit limit);

	/** One that was given up. */
	record Parked(String scanRef, ParkedReason reason, Instant parkedAt) {
	}

}
