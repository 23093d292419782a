-- links that a replica took in which does not keep files yet: none, but for the time of a rolling deployment
drop index concurrently if exists verification_overlooked_files;
create index concurrently verification_overlooked_files on verification (files_at)
	where files_at is not null and (files_queued_at is null or files_at > files_queued_at);
