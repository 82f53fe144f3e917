-- What must be known before a tenant is known lives in schema `platform`, which the application's role can't read: narrow functions in schema
-- `app` answer instead. Tenant tables live in `public`, each protected by `platform.protect`.
create extension if not exists btree_gist;

create schema platform;
create schema app;
grant usage on schema app to wayside_app;
grant usage on schema public to wayside_app;
alter default privileges revoke execute on functions from public;   -- for one schema only, this would change nothing

create function app.current_tenant() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.tenant_id', true), '')::uuid;
comment on function app.current_tenant is 'The tenant this transaction is scoped to, or null: then no tenant row is visible.';

create function app.current_actor() returns text language sql stable parallel safe
    return nullif(current_setting('app.actor', true), '');
comment on function app.current_actor is 'Who acts in this transaction, as kind:id (user:…, provider:…, guest, system).';

create function app.now() returns timestamptz language sql stable parallel safe
    return coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now());
comment on function app.now is 'The time: the database''s, unless a test has set another for this transaction.';

grant execute on function app.current_tenant, app.current_actor, app.now to wayside_app;

-- Row-level security for one tenant table: forced, so that the owner obeys it too, on a leakproof comparison, so that indexes stay usable.
create procedure platform.protect(target regclass, privileges text default 'select, insert, update, delete') language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy tenant_scope on %s using (tenant_id = app.current_tenant()) with check (tenant_id = app.current_tenant())', target);
    execute format('grant %s on %s to wayside_app', privileges, target);
end $$;

create table platform.tenants (
    id               uuid primary key,
    slug             text not null constraint tenants_slug_key unique check (slug ~ '^[a-z0-9-]{2,40}$'),
    name             text not null check (length(name) between 1 and 80),
    status           text not null default 'active' check (status in ('active', 'paused', 'cancelled')),
    zone             text not null,                       -- IANA name; decides what "9 o'clock" means
    currency         text not null check (currency ~ '^[A-Z]{3}$'),
    locale           text not null,
    region           text not null check (region ~ '^[A-Z]{2}$'),   -- how local phone numbers are read
    reference_prefix text not null check (reference_prefix ~ '^[A-Z]{2,4}$'),
    phone            text not null,
    email            text not null,
    tagline          text not null default '',
    coverage         text not null default '',
    brand_color      text not null default '#1d4ed8' check (brand_color ~ '^#[0-9a-f]{6}$'),
    accent_color     text not null default '#f59e0b' check (accent_color ~ '^#[0-9a-f]{6}$'),
    latitude         double precision not null check (latitude between -90 and 90),
    longitude        double precision not null check (longitude between -180 and 180),
    verticals        text[] not null default '{}',
    settings         jsonb not null default '{}',
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);

create table platform.hosts (
    host      text primary key check (host = lower(host)),
    tenant_id uuid not null references platform.tenants (id) on delete cascade
);
create index hosts_tenant_id_idx on platform.hosts (tenant_id);

create table platform.operators (
    id            uuid primary key,
    email         text not null constraint operators_email_key unique check (email = lower(email)),
    name          text not null,
    password_hash text not null,
    created_at    timestamptz not null default now()
);

-- One signed-in browser. The cookie's token is kept only as its SHA-256.
create table platform.sessions (
    token_hash   bytea primary key check (length(token_hash) = 32),
    tenant_id    uuid not null references platform.tenants (id) on delete cascade,
    user_id      uuid,
    data         jsonb not null default '{}',
    user_agent   text,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null
);
create index sessions_tenant_user_idx on platform.sessions (tenant_id, user_id);
create index sessions_expires_at_idx on platform.sessions (expires_at);

create function app.tenant_by_host(wanted text) returns setof platform.tenants
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select t.* from platform.tenants t join platform.hosts h on h.tenant_id = t.id where h.host = lower(wanted);
$$;

create function app.tenant_by_id(wanted uuid) returns setof platform.tenants
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select * from platform.tenants where id = wanted;
$$;

create function app.tenant_hosts() returns table (host text, name text, tagline text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select h.host, t.name, t.tagline from platform.hosts h join platform.tenants t on t.id = h.tenant_id
    where t.status = 'active' order by t.name, h.host;
$$;

create function app.tenant_ids() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select id from platform.tenants order by id;
$$;

-- A session is nobody's on another tenant's host: the scope is part of the lookup.
create function app.session_load(hash bytea, at timestamptz) returns table (data jsonb, expires_at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.sessions s set last_seen_at = at
    where s.token_hash = hash and s.tenant_id = app.current_tenant() and s.expires_at > at and s.last_seen_at < at - interval '1 minute';
    return query select s.data, s.expires_at from platform.sessions s
    where s.token_hash = hash and s.tenant_id = app.current_tenant() and s.expires_at > at;
end $$;

create function app.session_save(hash bytea, owner uuid, contents jsonb, agent text, at timestamptz, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.sessions (token_hash, tenant_id, user_id, data, user_agent, created_at, last_seen_at, expires_at)
    values (hash, app.current_tenant(), owner, contents, agent, at, at, until)
    on conflict (token_hash) do update
        set user_id = excluded.user_id, data = excluded.data, last_seen_at = excluded.last_seen_at, expires_at = excluded.expires_at
        where sessions.tenant_id = excluded.tenant_id;
$$;

create function app.session_delete(hash bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.sessions where token_hash = hash and tenant_id = app.current_tenant();
$$;

create function app.sessions_sweep(at timestamptz) returns bigint
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    with gone as (delete from platform.sessions where expires_at <= at returning 1) select count(*) from gone;
$$;

grant execute on function app.tenant_by_host, app.tenant_by_id, app.tenant_ids, app.tenant_hosts, app.session_load, app.session_save, app.session_delete,
    app.sessions_sweep to wayside_app;
