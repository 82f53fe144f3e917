-- A kind of business that exists in tests only.
create table toy_bookings (
    tenant_id            uuid not null default app.current_tenant() references platform.tenants (id),
    booking_id           uuid not null,
    shape                text not null check (shape in ('stay', 'legs', 'crew', 'seat')),
    handed_over_at       timestamptz,
    handed_back_at       timestamptz,
    pieces               integer,
    pieces_back          integer,
    begin_by             timestamptz,                        -- a deadline; null: it isn't agreed yet, or it has begun
    batteries_charged_at timestamptz,
    heard                text not null default '',
    primary key (tenant_id, booking_id),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
call platform.protect('toy_bookings');
call platform.audit('toy_bookings');
call platform.holds_codes('toy_bookings', 'shape', 'heard');
call platform.is_about_nobody('toy_bookings', 'a shape says nothing about a person');
call platform.has_resources('kite');

create trigger keep_begin_by after insert or update of begin_by or delete on toy_bookings for each row
    execute function app.keep_deadline('toy_begin_by', 'begin_by', 'booking_id');

create table toy_players (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    booking_id  uuid not null,
    nickname    text not null,
    sealed_wish bytea,
    primary key (tenant_id, id),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade
);
create index toy_players_booking_idx on toy_players (tenant_id, booking_id);
call platform.protect('toy_players');
call platform.audit('toy_players');
call platform.holds_identity('toy_players', 'nickname', '{name}', 'id');
