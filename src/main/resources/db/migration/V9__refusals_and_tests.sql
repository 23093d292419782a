-- Why one alone was parked. The checks allow all that the earlier ones did; validating them would block for as long as all
-- rows are read.
alter table verification
	add column parked_detail text,
	drop constraint verification_parked_reason_check,
	add constraint verification_parked_reason_check check (parked_reason in
		('UNDECIDED', 'FAILING', 'NOT_FOUND', 'REFUSED', 'UNSTORABLE')) not valid,
	drop constraint verification_last_check_result_check,
	add constraint verification_last_check_result_check check (last_check_result in
		('SETTLED', 'OPEN', 'UNDECIDED', 'FAILED', 'FAILING', 'NOT_FOUND', 'REFUSED', 'UNSTORABLE', 'SUPERSEDED')) not valid;

-- Which verifications iDenfy refused, which ones a resume re-armed, and the last test that an operator asked for.
alter table reconciliation
	add column refused jsonb not null default '[]',
	add column rearmed text[] not null default '{}',
	add column test jsonb;

-- A test may be of a scanRef that is unknown here.
alter table idenfy_call
	alter column scan_ref drop not null,
	add column tested text,
	add constraint call_is_about_one check ((scan_ref is null) = (tested is not null)) not valid;
