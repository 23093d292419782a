-- One row per scanRef: what is known, how sure it is, what is waited for.
create table verification (
	scan_ref text primary key check (scan_ref ~ '^[A-Za-z0-9_-]{1,40}$'),
	version bigint not null,
	client_id text,
	external_ref text,
	registered_at timestamptz,
	expiry_time bigint check (expiry_time >= 0),
	session_length bigint check (session_length >= 0),

	progress text not null check (progress in ('AWAITED', 'SETTLED', 'PARKED')),
	parked_reason text check (parked_reason in ('UNDECIDED', 'FAILING', 'NOT_FOUND')),
	parked_at timestamptz,
	due_at timestamptz,
	deadline timestamptz,
	asked_at timestamptz,
	next_check_at timestamptz,
	outstanding text[] not null check (outstanding <@ array ['STATUS', 'DATA', 'FILES']),
	answered text[] not null check (answered <@ array ['STATUS', 'DATA', 'FILES']),
	round integer not null,
	reopened boolean not null,
	reopened_finish_time bigint,
	review_announced boolean not null,
	contested boolean not null,
	follow_ups integer not null check (follow_ups >= 0),
	failures integer not null check (failures >= 0),
	asked_checks integer not null check (asked_checks >= 0),
	check_count integer not null check (check_count >= 0),
	last_check_at timestamptz,
	last_check_result text check (last_check_result in
		('SETTLED', 'OPEN', 'UNDECIDED', 'FAILED', 'FAILING', 'NOT_FOUND', 'SUPERSEDED')),

	overall text,
	decision_final boolean,
	decision_event text,
	auto_document text,
	auto_face text,
	manual_document text,
	manual_face text,
	fraud_tags text[],
	mismatch_tags text[],
	decision_source text check (decision_source in ('WEBHOOK', 'RETRIEVAL')),
	decided_at timestamptz,
	decision_weight integer check (decision_weight between 0 and 3),
	finish_time bigint,

	data jsonb,
	data_source text check (data_source in ('WEBHOOK', 'RETRIEVAL')),
	data_at timestamptz,
	files jsonb not null,
	files_source text check (files_source in ('WEBHOOK', 'RETRIEVAL')),
	files_at timestamptz,
	webhook jsonb not null,
	webhook_ranks jsonb not null,

	last_webhook_at timestamptz,
	created_at timestamptz not null,
	updated_at timestamptz not null,

	-- set by the runner that is asking; a newer runner ignores an older one's claim
	claimed_by bigint,
	claimed_until timestamptz,

	constraint awaited_is_due check ((progress = 'AWAITED') = (due_at is not null)),
	constraint awaited_wants_something check (progress <> 'AWAITED' or cardinality(outstanding) > 0),
	constraint settled_wants_nothing check (progress <> 'SETTLED' or cardinality(outstanding) = 0),
	constraint parked_has_a_reason check ((progress = 'PARKED') = (parked_reason is not null)
		and (progress = 'PARKED') = (parked_at is not null)),
	constraint next_check_is_the_earlier check (next_check_at is not distinct from least(due_at, asked_at)),
	constraint decision_is_whole check ((overall is null) = (decision_final is null)
		and (overall is null) = (decision_source is null) and (overall is null) = (decided_at is null))
);

-- what is due costs what is due, not what is stored
create index verification_due on verification (next_check_at, scan_ref) where progress = 'AWAITED';
create index verification_parked on verification (parked_reason, parked_at desc) where progress = 'PARKED';
create index verification_newest_parked on verification (parked_at desc) where progress = 'PARKED';

create index verification_created on verification (created_at desc, scan_ref desc);
create index verification_overall on verification (overall, created_at desc, scan_ref desc);
create index verification_progress on verification (progress, created_at desc, scan_ref desc);
create index verification_client on verification (client_id, created_at desc, scan_ref desc);
create index verification_external_ref on verification (external_ref, created_at desc, scan_ref desc);
create index verification_updated on verification (updated_at);

-- What happened to a verification, without personal data.
create table timeline_entry (
	id uuid primary key,
	scan_ref text not null references verification on delete cascade,
	at timestamptz not null,
	kind text not null check (kind in ('REGISTERED', 'DELIVERY', 'CHECK', 'CALL', 'TRANSITION', 'OPERATOR')),
	outcome text not null,
	details jsonb not null
);

create index timeline_entry_verification on timeline_entry (scan_ref, id);

-- Every signed webhook as it was received. One that names an unknown verification, or
-- none, is kept as well, so that the scanRef is no foreign key.
create table delivery (
	id uuid primary key,
	received_at timestamptz not null,
	scan_ref text,
	event_type text not null,
	event_word text,
	content_type text,
	signed_by text not null,
	body bytea not null,
	body_size integer not null,
	body_sha256 bytea not null check (length(body_sha256) = 32),
	outcome text not null check (outcome in ('APPLIED', 'NOTED', 'UNREADABLE')),
	reason text,
	repeats integer not null default 0 check (repeats >= 0),
	last_repeat_at timestamptz,

	constraint delivery_identity unique nulls not distinct (scan_ref, body_sha256, event_type)
);

create index delivery_received on delivery (received_at);
create index delivery_unreadable on delivery (received_at desc, id) where outcome = 'UNREADABLE';

-- The ledger: every call to iDenfy, written before it goes out.
create table idenfy_call (
	id uuid primary key,
	scan_ref text not null references verification on delete cascade,
	part text not null check (part in ('STATUS', 'DATA', 'FILES')),
	round integer not null,
	asked boolean not null,
	runner bigint not null,
	started_at timestamptz not null,
	ended_at timestamptz,
	outcome text check (outcome in
		('ANSWERED', 'THROTTLED', 'ACCESS_REFUSED', 'UNAVAILABLE', 'NOT_FOUND', 'PROTOCOL', 'LOST')),
	reason text,

	constraint ended_with_an_outcome check ((ended_at is null) = (outcome is null))
);

create index idenfy_call_verification on idenfy_call (scan_ref, id);
create index idenfy_call_started on idenfy_call (started_at);
create index idenfy_call_open on idenfy_call (runner) where ended_at is null;

-- The reconciler's one row: who runs, and what holds it back.
create table reconciliation (
	id integer primary key check (id = 1),
	runner bigint not null,
	runner_name text,
	runner_since timestamptz,
	hold text check (hold in ('PAUSED', 'THROTTLED')),
	hold_reason text check (hold_reason in ('OPERATOR', 'ACCESS_REFUSED', 'NOT_FOUND', 'PROTOCOL', 'TOO_MANY_REQUESTS')),
	hold_detail text,
	held_by text,
	held_since timestamptz,
	held_until timestamptz,
	holds_in_a_row integer not null check (holds_in_a_row >= 0),
	not_found_in_a_row text[] not null,
	last_run_started_at timestamptz,
	last_run_ended_at timestamptz,
	last_run_checks integer,
	last_run_calls integer,

	constraint hold_is_whole check ((hold is null) = (hold_reason is null) and (hold is null) = (held_since is null))
);

insert into reconciliation (id, runner, holds_in_a_row, not_found_in_a_row) values (1, 0, 0, '{}');

-- db-scheduler's table, as its documentation gives it
create table scheduled_tasks (
	task_name text not null,
	task_instance text not null,
	task_data bytea,
	execution_time timestamptz not null,
	picked boolean not null,
	picked_by text,
	last_success timestamptz,
	last_failure timestamptz,
	consecutive_failures integer,
	last_heartbeat timestamptz,
	version bigint not null,
	priority smallint,
	primary key (task_name, task_instance)
);

create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
