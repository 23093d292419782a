-- what the reconciler looks for, the settled ones whose links died among it
drop index concurrently if exists verification_next_check;
create index concurrently verification_next_check on verification (next_check_at, scan_ref) where next_check_at is not null;
drop index concurrently if exists verification_due;
