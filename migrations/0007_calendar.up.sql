-- What can't be in two places at once, and who holds it when.
create table resources (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    kind        text not null check (kind in ('provider', 'bay', 'loaner', 'equipment', 'driveway')),
    name        text not null,
    provider_id uuid,
    active      boolean not null default true,
    primary key (tenant_id, id),
    constraint resources_provider_key unique (tenant_id, provider_id),
    constraint resources_provider_kind check ((kind = 'provider') = (provider_id is not null)),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id) on delete cascade
);
call platform.protect('resources');

create table blocks (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    id         uuid not null,
    reason     text not null,
    created_at timestamptz not null default app.now(),
    primary key (tenant_id, id)
);
call platform.protect('blocks');

create table reservations (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    resource_id uuid not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null check (ends_at > starts_at),
    job_id      uuid,
    booking_id  uuid,
    block_id    uuid,
    state       text not null default 'held' check (state in ('held', 'conflicted', 'released')),
    primary key (tenant_id, id),
    constraint reservations_one_holder check (num_nonnulls(job_id, booking_id, block_id) = 1),
    constraint reservations_no_overlap exclude using gist (tenant_id with =, resource_id with =, tstzrange(starts_at, ends_at) with &&)
        where (state = 'held'),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade,
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade,
    foreign key (tenant_id, block_id) references blocks (tenant_id, id) on delete cascade
);
create index reservations_resource_idx on reservations (tenant_id, resource_id, starts_at);
create index reservations_job_idx on reservations (tenant_id, job_id);
create index reservations_booking_idx on reservations (tenant_id, booking_id);
create index reservations_block_idx on reservations (tenant_id, block_id);
call platform.protect('reservations');
call platform.audit('reservations');

-- Counted capacity: a workshop's day, seats of a ride, places on a tour. The database keeps `taken` from the claims.
create table slots (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    resource_id uuid,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null check (ends_at > starts_at),
    capacity    integer not null check (capacity >= 0),
    taken       integer not null default 0,
    min_units   integer not null default 0,
    decide_by   timestamptz,
    primary key (tenant_id, id),
    constraint slots_not_oversold check (taken between 0 and capacity),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);
create index slots_resource_idx on slots (tenant_id, resource_id, starts_at);
create index slots_starts_at_idx on slots (tenant_id, starts_at);
call platform.protect('slots');

create table slot_claims (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    slot_id     uuid not null,
    booking_id  uuid not null,
    units       integer not null check (units > 0),
    released_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, slot_id) references slots (tenant_id, id) on delete cascade,
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
create index slot_claims_slot_idx on slot_claims (tenant_id, slot_id);
create index slot_claims_booking_idx on slot_claims (tenant_id, booking_id);
call platform.protect('slot_claims');

create function app.count_claims() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.units, new.slot_id) is distinct from (old.units, old.slot_id) then
        raise exception 'a claim is released and made anew, not changed';
    end if;
    if tg_op = 'UPDATE' and old.released_at is not null and new.released_at is null then
        raise exception 'a claim is released once';
    end if;
    if tg_op = 'INSERT' and new.released_at is null then
        update slots set taken = taken + new.units where tenant_id = new.tenant_id and id = new.slot_id;
    elsif tg_op = 'UPDATE' and old.released_at is null and new.released_at is not null then
        update slots set taken = taken - old.units where tenant_id = old.tenant_id and id = old.slot_id;
    elsif tg_op = 'DELETE' and old.released_at is null then
        update slots set taken = taken - old.units where tenant_id = old.tenant_id and id = old.slot_id;
    end if;
    return null;
end $$;
create trigger count_claims after insert or update or delete on slot_claims for each row execute function app.count_claims();
