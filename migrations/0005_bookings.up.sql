create table bookings (
    tenant_id           uuid not null default app.current_tenant() references platform.tenants (id),
    id                  uuid not null,
    reference           text not null check (reference ~ '^[A-Z]{2,4}-[A-Z0-9]{6}$'),
    customer_id         uuid not null,
    service_id          uuid not null,
    phase               text not null check (phase in ('pending', 'confirmed', 'dispatched', 'in_progress', 'completed', 'cancelled', 'no_show')),
    waits_for           text check (waits_for in ('approval', 'payment', 'provider', 'location', 'staff')),
    expires_at          timestamptz,
    contact_name        text not null check (length(contact_name) between 1 and 120),
    contact_phone       text not null,
    contact_email       text check (contact_email = lower(contact_email)),
    address             text not null check (length(address) between 1 and 300),
    location_source     text not null check (location_source in ('device', 'pin', 'place', 'address')),
    latitude            double precision check (latitude between -90 and 90),
    longitude           double precision check (longitude between -180 and 180),
    scheduled_at        timestamptz,                       -- null: as soon as possible
    payment_method      text not null check (payment_method in ('cash', 'cashapp', 'zelle', 'stripe')),
    notes               text check (length(notes) <= 1000),
    access_token_hash   bytea check (length(access_token_hash) = 32),   -- of the link that follows and manages it without a login
    draft_id            uuid,                              -- the form it came from: confirming twice makes one booking
    cancelled_by        text check (cancelled_by in ('customer', 'provider', 'staff', 'system')),
    cancellation_reason text check (length(cancellation_reason) <= 500),
    cancellation_fee    bigint check (cancellation_fee >= 0),
    created_at          timestamptz not null default app.now(),
    completed_at        timestamptz,
    cancelled_at        timestamptz,
    updated_at          timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint bookings_reference_key unique (tenant_id, reference),
    constraint bookings_access_token_key unique (tenant_id, access_token_hash),
    constraint bookings_draft_key unique (tenant_id, draft_id),
    constraint bookings_location_whole check ((latitude is null) = (longitude is null)),
    constraint bookings_location_known check ((location_source = 'address') = (latitude is null)),
    constraint bookings_completion check ((phase = 'completed') = (completed_at is not null)),
    constraint bookings_cancellation check ((phase = 'cancelled') = (cancelled_at is not null and cancelled_by is not null)),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id),
    foreign key (tenant_id, service_id) references services (tenant_id, id)
);
create index bookings_customer_idx on bookings (tenant_id, customer_id, created_at desc);
create index bookings_service_idx on bookings (tenant_id, service_id);
create index bookings_created_idx on bookings (tenant_id, created_at desc, id desc);
create index bookings_phone_idx on bookings (tenant_id, contact_phone);
create index bookings_phase_idx on bookings (tenant_id, phase, created_at desc);
call platform.protect('bookings');
call platform.audit('bookings');
create trigger keep_expiry after insert or update of expires_at or delete on bookings for each row
    execute function app.keep_deadline('booking', 'expires_at');

create table booking_events (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    booking_id  uuid not null,
    kind        text not null,
    phase       text not null,                 -- the phase after it
    actor       text not null check (actor in ('customer', 'provider', 'staff', 'system')),
    actor_name  text,
    note        text,
    occurred_at timestamptz not null default app.now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
create index booking_events_booking_idx on booking_events (tenant_id, booking_id, occurred_at, id);
call platform.protect('booking_events', 'select, insert');

-- What only a roadside booking has.
create table roadside_bookings (
    tenant_id             uuid not null default app.current_tenant() references platform.tenants (id),
    booking_id            uuid not null,
    vehicle_year          integer not null check (vehicle_year between 1900 and 2100),
    vehicle_make          text not null check (length(vehicle_make) between 1 and 40),
    vehicle_model         text not null check (length(vehicle_model) between 1 and 40),
    vehicle_color         text not null check (length(vehicle_color) between 1 and 30),
    vehicle_plate         text check (length(vehicle_plate) between 1 and 12),
    destination_address   text check (length(destination_address) between 1 and 300),
    destination_latitude  double precision check (destination_latitude between -90 and 90),
    destination_longitude double precision check (destination_longitude between -180 and 180),
    estimated_miles       integer check (estimated_miles >= 0),      -- tenths of a mile
    actual_miles          integer check (actual_miles >= 0),         -- tenths of a mile
    primary key (tenant_id, booking_id),
    constraint roadside_destination_whole check ((destination_latitude is null) = (destination_longitude is null)),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
call platform.protect('roadside_bookings');

-- Versions of the price. What is owed is the sum of the approved ones; nobody is charged more than they approved.
create table quotes (
    tenant_id      uuid not null default app.current_tenant() references platform.tenants (id),
    id             uuid not null,
    booking_id     uuid not null,
    version        integer not null check (version >= 1),
    kind           text not null check (kind in ('original', 'extension', 'adjustment', 'overstay', 'cancellation')),
    state          text not null check (state in ('proposed', 'approved', 'rejected', 'expired', 'void')),
    total_amount   bigint not null,                 -- of its lines; an adjustment may be negative
    ceiling_amount bigint not null,                 -- the most that may be charged under this approval
    approved_by    text,
    approved_at    timestamptz,
    expires_at     timestamptz,
    created_at     timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint quotes_version_key unique (tenant_id, booking_id, version),
    constraint quotes_approval check (state <> 'approved' or (approved_at is not null and approved_by is not null)),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
call platform.protect('quotes');
call platform.audit('quotes');

create table quote_lines (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    quote_id    uuid not null,
    position    integer not null,
    kind        text not null check (kind in ('service', 'mileage', 'concierge', 'platform_fee', 'discount', 'tax', 'tip', 'extension',
                                              'cancellation_fee', 'adjustment')),
    label       text not null,
    quantity    bigint not null,                    -- thousandths: 1000 is one job, 15200 is 15.2 miles
    unit_amount bigint not null,
    amount      bigint not null,
    provider_id uuid,                               -- whom this line pays out to, where it differs from the job's provider
    primary key (tenant_id, id),
    constraint quote_lines_position_key unique (tenant_id, quote_id, position),
    foreign key (tenant_id, quote_id) references quotes (tenant_id, id) on delete cascade,
    foreign key (tenant_id, provider_id) references providers (tenant_id, id)
);
create index quote_lines_provider_idx on quote_lines (tenant_id, provider_id);
call platform.protect('quote_lines', 'select, insert');

create table staff_alerts (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    booking_id  uuid not null,
    kind        text not null,
    message     text not null,
    created_at  timestamptz not null default app.now(),
    resolved_at timestamptz,
    resolved_by text,
    primary key (tenant_id, id),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
create index staff_alerts_booking_idx on staff_alerts (tenant_id, booking_id);
create index staff_alerts_open_idx on staff_alerts (tenant_id, created_at desc) where resolved_at is null;
call platform.protect('staff_alerts');
