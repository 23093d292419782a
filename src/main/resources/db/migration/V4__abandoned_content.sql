-- Whether its bytes are being deleted, so that no try keeps them any more. The same bytes may be in both stores.
alter table archive_content
	add column abandoned boolean not null default false,
	drop constraint archive_content_sha256_key,
	add constraint archive_content_once unique (store, sha256);

-- bytes are never written for what was deleted meanwhile; not validated, which would read them all
alter table archive_chunk
	add constraint archive_chunk_of_content foreign key (content) references archive_content not valid;
