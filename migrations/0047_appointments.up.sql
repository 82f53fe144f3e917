-- Until when a booking lasts, for how many, and who comes along.
alter table bookings
    add column ends_at timestamptz,                        -- null: when the work is done
    add column units   integer not null default 1 check (units between 1 and 1000),
    add constraint bookings_end_after_begin check (ends_at is null or (scheduled_at is not null and ends_at > scheduled_at));
call platform.audit('bookings');

create table booking_people (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    booking_id uuid not null,
    position   smallint not null check (position between 1 and 1000),
    name       text not null check (length(name) between 1 and 120),
    phone      text,
    age        smallint check (age between 0 and 130),
    primary key (tenant_id, booking_id, position),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
call platform.protect('booking_people');
call platform.audit('booking_people');
call platform.holds_identity('booking_people', 'name', '{name}', 'booking_id');
call platform.holds_identity('booking_people', 'phone', '{phone}', 'booking_id');
