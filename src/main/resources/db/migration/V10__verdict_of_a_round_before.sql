alter table verification add column verdict_before boolean not null default false;
