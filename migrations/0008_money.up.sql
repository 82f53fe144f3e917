create table payments (
    tenant_id    uuid not null default app.current_tenant() references platform.tenants (id),
    id           uuid not null,
    booking_id   uuid not null,
    quote_id     uuid,
    amount       bigint not null check (amount > 0),
    method       text not null check (method in ('cash', 'cashapp', 'zelle', 'stripe')),
    status       text not null default 'pending' check (status in ('pending', 'confirmed', 'failed', 'refunded')),
    received_by  uuid,                        -- the provider who took the cash
    note         text check (length(note) <= 300),
    confirmed_at timestamptz,
    confirmed_by uuid,
    created_at   timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint payments_confirmation check ((status in ('confirmed', 'refunded')) = (confirmed_at is not null)),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id),
    foreign key (tenant_id, quote_id) references quotes (tenant_id, id),
    foreign key (tenant_id, received_by) references providers (tenant_id, id),
    foreign key (tenant_id, confirmed_by) references users (tenant_id, id)
);
create index payments_booking_idx on payments (tenant_id, booking_id);
create index payments_quote_idx on payments (tenant_id, quote_id);
create index payments_received_by_idx on payments (tenant_id, received_by);
create index payments_confirmed_by_idx on payments (tenant_id, confirmed_by);
create index payments_status_idx on payments (tenant_id, status, created_at desc);
create index payments_created_idx on payments (tenant_id, created_at desc, id desc);
call platform.protect('payments');
call platform.audit('payments');

-- The ledger: append-only. Each row moves an amount from one account to another, so nothing can be out of balance; a balance is a sum.
create table postings (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    key         text not null,                -- the deed it records, once
    kind        text not null check (kind in ('charge', 'payment', 'earning', 'payout', 'cancellation_fee', 'refund', 'correction')),
    reverses    uuid,
    occurred_at timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint postings_key_key unique (tenant_id, key),
    foreign key (tenant_id, reverses) references postings (tenant_id, id)
);
create index postings_reverses_idx on postings (tenant_id, reverses);
call platform.protect('postings', 'select, insert');

create table ledger_rows (
    tenant_id    uuid not null default app.current_tenant() references platform.tenants (id),
    posting_id   uuid not null,
    position     integer not null,
    from_account text not null,               -- revenue, bank, cash, cashapp, zelle, customer:<booking>, provider:<provider>
    to_account   text not null check (to_account <> from_account),
    amount       bigint not null check (amount > 0),
    primary key (tenant_id, posting_id, position),
    foreign key (tenant_id, posting_id) references postings (tenant_id, id)
);
create index ledger_rows_from_idx on ledger_rows (tenant_id, from_account);
create index ledger_rows_to_idx on ledger_rows (tenant_id, to_account);
call platform.protect('ledger_rows', 'select, insert');

create table payouts (
    tenant_id    uuid not null default app.current_tenant() references platform.tenants (id),
    id           uuid not null,
    provider_id  uuid not null,
    status       text not null default 'pending' check (status in ('pending', 'paid', 'failed')),
    total_amount bigint not null,
    note         text check (length(note) <= 300),
    created_by   uuid,
    created_at   timestamptz not null default app.now(),
    paid_at      timestamptz,
    paid_by      uuid,
    primary key (tenant_id, id),
    constraint payouts_paid check ((status = 'paid') = (paid_at is not null)),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id),
    foreign key (tenant_id, created_by) references users (tenant_id, id),
    foreign key (tenant_id, paid_by) references users (tenant_id, id)
);
create index payouts_provider_idx on payouts (tenant_id, provider_id, created_at desc);
create index payouts_created_idx on payouts (tenant_id, created_at desc, id desc);
create index payouts_created_by_idx on payouts (tenant_id, created_by);
create index payouts_paid_by_idx on payouts (tenant_id, paid_by);
call platform.protect('payouts');
call platform.audit('payouts');

create table earnings (
    tenant_id       uuid not null default app.current_tenant() references platform.tenants (id),
    id              uuid not null,
    booking_id      uuid not null,
    provider_id     uuid not null,
    job_id          uuid,
    quote_line_id   uuid,
    kind            text not null default 'job' check (kind in ('job', 'cancellation', 'adjustment', 'cash_kept')),
    base_amount     bigint not null,              -- what the share was taken of
    commission_type text not null check (commission_type in ('percentage', 'flat_per_job')),
    commission_rate integer not null,             -- as it was then: a refund reverses at this rate
    amount          bigint not null,
    status          text not null default 'pending' check (status in ('pending', 'frozen', 'paid_out')),
    earned_at       timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint earnings_deed_key unique nulls not distinct (tenant_id, booking_id, provider_id, quote_line_id, kind),
    foreign key (tenant_id, booking_id) references bookings (tenant_id, id),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id),
    foreign key (tenant_id, quote_line_id) references quote_lines (tenant_id, id)
);
create index earnings_provider_idx on earnings (tenant_id, provider_id, earned_at desc);
create index earnings_pending_idx on earnings (tenant_id, provider_id) where status = 'pending';
create index earnings_job_idx on earnings (tenant_id, job_id);
create index earnings_quote_line_idx on earnings (tenant_id, quote_line_id);
call platform.protect('earnings');
call platform.audit('earnings');

create table payout_items (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    payout_id  uuid not null,
    earning_id uuid not null,
    amount     bigint not null,
    primary key (tenant_id, payout_id, earning_id),
    foreign key (tenant_id, payout_id) references payouts (tenant_id, id) on delete cascade,
    foreign key (tenant_id, earning_id) references earnings (tenant_id, id)
);
-- An earning is in one payout; a failed payout gives its earnings back by deleting its items.
create unique index payout_items_earning_once on payout_items (tenant_id, earning_id);
call platform.protect('payout_items');
