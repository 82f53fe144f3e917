create table services (
    tenant_id        uuid not null default app.current_tenant() references platform.tenants (id),
    id               uuid not null,
    slug             text not null check (slug ~ '^[a-z0-9-]{2,40}$'),
    vertical         text not null,
    category         text not null,
    name             text not null check (length(name) between 1 and 60),
    description      text not null check (length(description) <= 400),
    icon             text not null default 'wrench',
    asks_destination boolean not null default false,    -- a tow goes somewhere
    expected_minutes integer not null default 30 check (expected_minutes between 5 and 1440),
    position         integer not null default 0,
    active           boolean not null default true,
    created_at       timestamptz not null default app.now(),
    updated_at       timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint services_slug_key unique (tenant_id, slug)
);
create index services_position_idx on services (tenant_id, position, name);
call platform.protect('services');
call platform.audit('services');

-- What a service costs, from when to when. A change of price closes one row and opens the next; two can't be in force at once.
create table prices (
    tenant_id       uuid not null default app.current_tenant() references platform.tenants (id),
    id              uuid not null,
    service_id      uuid not null,
    vehicle_class   text not null default 'any',
    unit            text not null default 'job' check (unit in ('job', 'mile', 'hour', 'day', 'week', 'month', 'seat', 'person')),
    base_amount     bigint not null check (base_amount between 0 and 1000000000),
    per_mile_amount bigint check (per_mile_amount between 0 and 1000000),
    effective_from  timestamptz not null,
    effective_to    timestamptz check (effective_to > effective_from),
    primary key (tenant_id, id),
    foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade,
    constraint prices_one_in_force exclude using gist (tenant_id with =, service_id with =, vehicle_class with =, unit with =,
        tstzrange(effective_from, effective_to) with &&)
);
create index prices_service_idx on prices (tenant_id, service_id, effective_from desc);
call platform.protect('prices');
call platform.audit('prices');
