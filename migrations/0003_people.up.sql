-- Accounts, the customers and providers a business knows (with or without an account), and the log of who changed what.

create table audit_log (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    id         uuid not null default gen_random_uuid(),
    actor      text,
    request_id text,
    action     text not null check (action in ('insert', 'update', 'delete')),
    object     text not null,
    object_id  uuid,
    changes    jsonb not null,           -- column -> [before, after]; personal values are masked
    at         timestamptz not null default app.now(),
    primary key (tenant_id, id)
);
create index audit_log_at_idx on audit_log (tenant_id, at desc);
create index audit_log_object_idx on audit_log (tenant_id, object, object_id);
call platform.protect('audit_log', 'select');

-- Written by the owner's trigger only: the application's role can read the log, and neither add to it nor take from it.
create function app.audit() returns trigger language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    personal constant text[] := '{name,email,phone,password_hash,contact_name,contact_email,contact_phone,address,comment,plate,access_token_hash}';
    before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    after  jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    changed jsonb;
begin
    select coalesce(jsonb_object_agg(k, case when k = any (personal) then '["…", "…"]'::jsonb else jsonb_build_array(before -> k, after -> k) end), '{}')
    into changed
    from (select jsonb_object_keys(before || after) as k) keys
    where before -> k is distinct from after -> k and k not in ('tenant_id', 'updated_at');
    if changed <> '{}' then
        insert into public.audit_log (tenant_id, actor, request_id, action, object, object_id, changes)
        values (coalesce(new.tenant_id, old.tenant_id), app.current_actor(), nullif(current_setting('app.request_id', true), ''),
                lower(tg_op), tg_table_name, coalesce((after ->> 'id')::uuid, (before ->> 'id')::uuid), changed);
    end if;
    return null;
end $$;

create procedure platform.audit(target regclass) language plpgsql as $$
begin
    execute format('create trigger audit after insert or update or delete on %s for each row execute function app.audit()', target);
end $$;

create table users (
    tenant_id         uuid not null default app.current_tenant() references platform.tenants (id),
    id                uuid not null,
    email             text not null check (email = lower(email)),
    email_verified_at timestamptz,
    name              text not null check (length(name) between 1 and 120),
    phone             text,
    password_hash     text,
    roles             text[] not null default '{customer}' check (roles <@ '{customer,provider,staff,admin}' and roles <> '{}'),
    status            text not null default 'active' check (status in ('active', 'suspended', 'banned')),
    created_at        timestamptz not null default app.now(),
    updated_at        timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint users_email_key unique (tenant_id, email)
);
call platform.protect('users');
call platform.audit('users');

create table customers (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    id         uuid not null,
    user_id    uuid,
    name       text not null check (length(name) between 1 and 120),
    email      text check (email = lower(email)),
    phone      text not null,
    created_at timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint customers_user_key unique (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index customers_phone_idx on customers (tenant_id, phone);
create index customers_email_idx on customers (tenant_id, email);
call platform.protect('customers');
call platform.audit('customers');

create table customer_vehicles (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    customer_id uuid not null,
    year        integer not null check (year between 1900 and 2100),
    make        text not null check (length(make) between 1 and 40),
    model       text not null check (length(model) between 1 and 40),
    color       text not null check (length(color) between 1 and 30),
    plate       text check (length(plate) between 1 and 12),
    created_at  timestamptz not null default app.now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
);
create index customer_vehicles_customer_idx on customer_vehicles (tenant_id, customer_id);
call platform.protect('customer_vehicles');
call platform.audit('customer_vehicles');

create table providers (
    tenant_id       uuid not null default app.current_tenant() references platform.tenants (id),
    id              uuid not null,
    user_id         uuid,
    name            text not null check (length(name) between 1 and 120),
    email           text not null check (email = lower(email)),
    phone           text not null,
    status          text not null default 'pending' check (status in ('pending', 'active', 'inactive', 'suspended')),
    commission_type text not null default 'percentage' check (commission_type in ('percentage', 'flat_per_job')),
    commission_rate integer not null default 7000 check (commission_rate between 0 and 10000),   -- basis points the provider keeps
    flat_fee_amount bigint check (flat_fee_amount >= 0),
    address         text,
    latitude        double precision check (latitude between -90 and 90),
    longitude       double precision check (longitude between -180 and 180),
    vehicle         text,                            -- what the customer should look out for
    on_duty_since   timestamptz,                     -- null: off duty
    rating_sum      bigint not null default 0,
    review_count    integer not null default 0 check (review_count >= 0),
    created_at      timestamptz not null default app.now(),
    updated_at      timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint providers_user_key unique (tenant_id, user_id),
    constraint providers_email_key unique (tenant_id, email),
    constraint providers_flat_fee_known check (commission_type <> 'flat_per_job' or flat_fee_amount is not null),
    constraint providers_on_duty_active check (on_duty_since is null or status = 'active'),
    constraint providers_home_whole check ((latitude is null) = (longitude is null)),
    foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index providers_status_idx on providers (tenant_id, status, name);
call platform.protect('providers');
call platform.audit('providers');

create table provider_skills (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    provider_id uuid not null,
    skill       text not null check (skill ~ '^[a-z0-9-]{2,40}$'),
    primary key (tenant_id, provider_id, skill),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id) on delete cascade
);
call platform.protect('provider_skills');

-- Apart from providers and indexed by cell only, so that a truck that moves within its cell is a heap-only update. Not audited: it would be a
-- movement profile, and cost most of the throughput.
create table provider_positions (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    provider_id uuid not null,
    latitude    double precision not null check (latitude between -90 and 90),
    longitude   double precision not null check (longitude between -180 and 180),
    accuracy    real,                                -- metres, as the device says
    cell        bigint not null,                     -- H3, resolution 7
    recorded_at timestamptz not null default app.now(),
    primary key (tenant_id, provider_id),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id) on delete cascade
) with (fillfactor = 70);
create index provider_positions_cell_idx on provider_positions (tenant_id, cell);
call platform.protect('provider_positions');

-- A rejected form, kept for minutes so that it can be shown again with what was typed, and the steps of a booking before it is one.
create table form_drafts (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    id         uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    form       text not null,
    contents   jsonb not null,
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    constraint form_drafts_token_key unique (tenant_id, token_hash)
);
create index form_drafts_expires_at_idx on form_drafts (tenant_id, expires_at);
call platform.protect('form_drafts');
