-- What can be reserved, by kind: rows, which the migration of a kind of business adds to. A check listed them before.
create table platform.resource_kinds (
    code text primary key check (code ~ '^[a-z][a-z_]{1,38}$')
);
comment on table platform.resource_kinds is 'What a resource can be: a provider, or a thing that a kind of business has.';
create procedure platform.has_resources(variadic codes text[])
    language sql set search_path = pg_catalog, pg_temp as $$
    insert into platform.resource_kinds (code) select unnest(codes) on conflict do nothing;
$$;
call platform.has_resources('provider', 'bay', 'loaner', 'equipment', 'driveway');

alter table resources
    drop constraint resources_kind_check,
    add constraint resources_kind_fkey foreign key (kind) references platform.resource_kinds (code);
create index resources_kind_idx on resources (kind);
