-- How a service may be booked. One without a row has no rule of its own: at any time in the next 60 days, agreed at once, any number, free to cancel.
create table service_rules (
    tenant_id      uuid not null default app.current_tenant() references platform.tenants (id),
    service_id     uuid not null,
    notice_minutes integer not null default 0 check (notice_minutes between 0 and 525600),       -- no later than so long before
    horizon_days   integer not null default 60 check (horizon_days between 1 and 730),            -- no earlier than so long before
    min_minutes    integer check (min_minutes > 0),
    max_minutes    integer check (max_minutes > 0 and (min_minutes is null or max_minutes >= min_minutes)),
    min_units      integer not null default 1 check (min_units between 1 and 1000),
    max_units      integer check (max_units between min_units and 1000),
    instant        boolean not null default true,                                                 -- false: somebody has to say yes first
    answer_minutes integer not null default 1440 check (answer_minutes between 5 and 43200),      -- how long they may take
    cancellation   jsonb not null default '[]' check (jsonb_typeof(cancellation) = 'array'),      -- engine::RefundTiers
    primary key (tenant_id, service_id),
    foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade
);
call platform.protect('service_rules');
call platform.audit('service_rules', '{cancellation}');
call platform.is_about_nobody('service_rules', 'how a service may be booked');
call platform.holds_codes('service_rules', 'cancellation');

-- The rules for cancelling as they were when it was booked; null: by how far the provider is.
alter table bookings add column refund_tiers jsonb check (jsonb_typeof(refund_tiers) = 'array');
call platform.audit('bookings');
call platform.holds_codes('bookings', 'refund_tiers');
