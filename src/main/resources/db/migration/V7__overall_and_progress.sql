-- what has one outcome and still waits is rare among either
drop index concurrently if exists verification_overall_progress;
create index concurrently verification_overall_progress
	on verification (overall, progress, created_at desc, scan_ref desc);
