-- how often a verification was given links to its files, and when iDenfy is to be asked for new ones
alter table verification
	add column files_version integer not null default 0,
	add column refetches integer not null default 0,
	add column refetch_at timestamptz;

-- not validated, which would block for as long as all rows are read: they were held to the stricter one
alter table verification
	drop constraint next_check_is_the_earlier,
	add constraint next_check_is_the_earlier
		check (refetch_at is not null or next_check_at is not distinct from least(due_at, asked_at)) not valid;

-- Bytes that are kept, once however many files have them. Without a hash they are on their way, or to be deleted.
create table archive_content (
	id uuid primary key,
	store text not null check (store in ('POSTGRES', 'S3')),
	begun_at timestamptz not null,
	sha256 bytea unique check (length(sha256) = 32)
);

create index archive_content_unfinished on archive_content (begun_at) where sha256 is null;

-- The bytes themselves, where PostgreSQL is the store.
create table archive_chunk (
	content uuid not null,
	number integer not null,
	bytes bytea not null,
	primary key (content, number)
);

-- pictures and films are compressed already
alter table archive_chunk alter column bytes set storage external;

-- Every file that a link led to: what waits is the queue of those who fetch.
create table archive_file (
	id uuid primary key,
	scan_ref text not null references verification on delete cascade,
	version integer not null,
	kind text not null check (kind in ('IMAGE', 'VIDEO', 'DOCUMENT')),
	name text not null,
	source text not null check (source in ('WEBHOOK', 'RETRIEVAL')),
	state text not null check (state in ('WAITING', 'ARCHIVED', 'REFUSED', 'LOST')),
	url text,
	linked_at timestamptz not null,
	link_expires_at timestamptz not null,
	tries integer not null,
	next_try_at timestamptz,
	reason text,
	content uuid references archive_content,
	sha256 bytea check (length(sha256) = 32),
	size bigint check (size > 0),
	content_type text,
	ended_at timestamptz,

	constraint waiting_is_tried check ((state = 'WAITING') = (next_try_at is not null)),
	constraint waiting_has_a_link check ((state = 'WAITING') = (url is not null)),
	constraint ended_at_some_time check ((state = 'WAITING') = (ended_at is null)),
	constraint archived_has_content check ((state = 'ARCHIVED') = (content is not null))
);

create index archive_file_verification on archive_file (scan_ref, version);
create index archive_file_waiting on archive_file (next_try_at) where state = 'WAITING';
create index archive_file_dying on archive_file (link_expires_at) where state = 'WAITING';
create index archive_file_missing on archive_file (ended_at desc) where state in ('REFUSED', 'LOST');
create index archive_file_content on archive_file (content) where content is not null;
