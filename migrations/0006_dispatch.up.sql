create table jobs (
    tenant_id             uuid not null default app.current_tenant() references platform.tenants (id),
    id                    uuid not null,
    kind                  text not null,
    state                 text not null check (state in ('open', 'offered', 'assigned', 'en_route', 'arrived', 'in_progress', 'done', 'unsuccessful', 'cancelled')),
    address               text not null,
    latitude              double precision check (latitude between -90 and 90),
    longitude             double precision check (longitude between -180 and 180),
    destination_address   text,
    destination_latitude  double precision check (destination_latitude between -90 and 90),
    destination_longitude double precision check (destination_longitude between -180 and 180),
    window_start          timestamptz not null,
    window_end            timestamptz not null check (window_end >= window_start),
    expected_minutes      integer not null check (expected_minutes > 0),
    skills                text[] not null default '{}',
    staff_needed          integer not null default 1 check (staff_needed >= 1),
    replaces              uuid,
    dispatch_at           timestamptz,                  -- when the dispatcher has to look at it next; null: nothing to do by itself
    search_started_at     timestamptz,
    search_exhausted_at   timestamptz,
    outcome               text check (length(outcome) <= 500),
    assigned_at           timestamptz,
    promised_at           timestamptz,                  -- the arrival told to the customer
    en_route_at           timestamptz,
    arrived_at            timestamptz,
    started_at            timestamptz,
    ended_at              timestamptz,
    created_at            timestamptz not null default app.now(),
    updated_at            timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint jobs_origin_whole check ((latitude is null) = (longitude is null)),
    foreign key (tenant_id, replaces) references jobs (tenant_id, id)
);
create index jobs_state_idx on jobs (tenant_id, state, window_start);
create index jobs_replaces_idx on jobs (tenant_id, replaces);
call platform.protect('jobs');
call platform.audit('jobs');
create trigger keep_dispatch_at after insert or update of dispatch_at or delete on jobs for each row
    execute function app.keep_deadline('dispatch', 'dispatch_at');

create table job_bookings (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    job_id     uuid not null,
    booking_id uuid not null,
    primary key (tenant_id, job_id, booking_id),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
create index job_bookings_booking_idx on job_bookings (tenant_id, booking_id);
call platform.protect('job_bookings');

create table offers (
    tenant_id       uuid not null default app.current_tenant() references platform.tenants (id),
    id              uuid not null,
    job_id          uuid not null,
    provider_id     uuid not null,
    state           text not null check (state in ('pending', 'accepted', 'declined', 'timed_out', 'withdrawn')),
    distance_meters integer not null check (distance_meters >= 0),     -- by road, as estimated
    travel_seconds  integer not null check (travel_seconds >= 0),
    pay_amount      bigint not null,
    decline_reason  text check (length(decline_reason) <= 300),
    offered_at      timestamptz not null default app.now(),
    expires_at      timestamptz not null,
    answered_at     timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, provider_id) references providers (tenant_id, id)
);
create index offers_job_idx on offers (tenant_id, job_id, offered_at);
create index offers_provider_idx on offers (tenant_id, provider_id, offered_at desc);
create unique index offers_one_pending_per_provider on offers (tenant_id, provider_id) where state = 'pending';
call platform.protect('offers');
call platform.audit('offers');

-- Who does a job. `held` is later work, `under_way` is now: a provider has one of those, a job one of either.
create table assignments (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    job_id      uuid not null,
    provider_id uuid not null,
    offer_id    uuid,
    state       text not null check (state in ('held', 'under_way', 'ended')),
    assigned_by text not null check (assigned_by in ('provider', 'staff', 'system')),
    assigned_at timestamptz not null default app.now(),
    ended_at    timestamptz,
    end_reason  text check (length(end_reason) <= 300),
    primary key (tenant_id, id),
    constraint assignments_end check ((state = 'ended') = (ended_at is not null)),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, provider_id) references providers (tenant_id, id),
    foreign key (tenant_id, offer_id) references offers (tenant_id, id)
);
create unique index assignments_one_per_job on assignments (tenant_id, job_id) where state <> 'ended';
create unique index assignments_one_under_way on assignments (tenant_id, provider_id) where state = 'under_way';
create index assignments_provider_idx on assignments (tenant_id, provider_id, assigned_at desc);
create index assignments_job_idx on assignments (tenant_id, job_id);
create index assignments_offer_idx on assignments (tenant_id, offer_id);
call platform.protect('assignments');
call platform.audit('assignments');

-- Why a provider was offered or given a job, with everyone else who was looked at. Append-only: a decision is what it was.
create table dispatch_decisions (
    tenant_id       uuid not null default app.current_tenant() references platform.tenants (id),
    id              uuid not null,
    job_id          uuid not null,
    provider_id     uuid,                        -- null: nobody was found
    algorithm       text not null check (algorithm in ('auto', 'manual')),
    distance_meters integer,
    candidates      jsonb not null default '[]', -- each with rank, distance and travel time, or the reason it was left out
    reason          text not null,
    decided_by      text not null,
    decided_at      timestamptz not null default app.now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, provider_id) references providers (tenant_id, id)
);
create index dispatch_decisions_job_idx on dispatch_decisions (tenant_id, job_id, decided_at);
create index dispatch_decisions_provider_idx on dispatch_decisions (tenant_id, provider_id);
call platform.protect('dispatch_decisions', 'select, insert');
