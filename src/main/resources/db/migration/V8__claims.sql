-- Which verifications a runner is asking about. A claim dies with its runner, so that a crash may empty the table, and
-- making one neither writes the verification anew nor waits for the disk. verification.claimed_by and claimed_until are
-- those of earlier versions.
create unlogged table claim (
	scan_ref text primary key,
	runner bigint not null,
	claimed_until timestamptz not null
);
