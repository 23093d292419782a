-- The files_at of the links that were queued last. Links of the last hour may still live, older ones need not be looked at.
alter table verification add column files_queued_at timestamptz default now() - interval '1 hour';
alter table verification alter column files_queued_at drop default;
