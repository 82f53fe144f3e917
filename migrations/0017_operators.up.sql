-- Operators: accounts of the platform, not of a tenant. What they may do across tenants goes through functions that ask whether the transaction's
-- actor is one; what they do is in a log of their own, and in the audit log of the tenant it is done to.

create table platform.operator_sessions (
    token_hash       bytea primary key check (length(token_hash) = 32),
    operator_id      uuid not null references platform.operators (id) on delete cascade,
    user_agent       text,
    created_at       timestamptz not null,
    last_seen_at     timestamptz not null,
    ends_at          timestamptz not null                -- whatever happens
);
create index operator_sessions_operator_idx on platform.operator_sessions (operator_id);

-- A rejected form of the operators' pages, kept for minutes.
create table platform.operator_drafts (
    token_hash bytea primary key check (length(token_hash) = 32),
    form       text not null,
    contents   jsonb not null,
    expires_at timestamptz not null
);

create table platform.operator_log (
    id          uuid primary key default gen_random_uuid(),
    operator_id uuid not null references platform.operators (id),
    action      text not null check (action ~ '^[a-z_]{2,40}$'),
    tenant_id   uuid references platform.tenants (id),
    details     jsonb not null default '{}',
    request_id  text,
    address     text,
    at          timestamptz not null default app.now()
);
create index operator_log_at_idx on platform.operator_log (at desc);
create index operator_log_operator_idx on platform.operator_log (operator_id);
create index operator_log_tenant_idx on platform.operator_log (tenant_id, at desc);

-- An operator who acts as a user of a tenant, for a reason and for a while.
create table impersonations (
    tenant_id        uuid not null default app.current_tenant() references platform.tenants (id),
    id               uuid not null,
    user_id          uuid not null,
    operator_id      uuid not null references platform.operators (id),
    operator_name    text not null,
    reason           text not null check (length(reason) between 5 and 300),
    token_hash       bytea not null check (length(token_hash) = 32),
    created_at       timestamptz not null default app.now(),
    token_expires_at timestamptz not null,
    started_at       timestamptz,                        -- when the token was used
    ends_at          timestamptz,
    ended_at         timestamptz,                        -- ended by hand
    primary key (tenant_id, id),
    constraint impersonations_token_key unique (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index impersonations_user_idx on impersonations (tenant_id, user_id);
create index impersonations_operator_idx on impersonations (operator_id);
call platform.protect('impersonations', 'select, insert, update');
call platform.audit('impersonations');

-- The operator who acts; anybody else is refused. Acting as a user of a tenant, an operator is that user.
create function platform.acting_operator() returns uuid language plpgsql stable set search_path = pg_catalog as $$
declare
    actor constant text := coalesce(current_setting('app.actor', true), '');
begin
    if actor !~ '^operator:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        raise exception 'only an operator may do this' using errcode = 'insufficient_privilege';
    end if;
    return substr(actor, 10)::uuid;
end $$;

-- Signing in: nobody acts yet.

create function app.operator_by_email(wanted text) returns table (id uuid, email text, name text, password_hash text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select o.id, o.email, o.name, o.password_hash from platform.operators o where o.email = lower(wanted);
$$;

create function app.operator_session_start(hash bytea, operator uuid, agent text, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.operator_sessions (token_hash, operator_id, user_agent, created_at, last_seen_at, ends_at)
    values (hash, operator, agent, app.now(), app.now(), until);
$$;

create function app.operator_session(hash bytea, idle interval)
    returns table (id uuid, email text, name text)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.operator_sessions s set last_seen_at = app.now()
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle and s.last_seen_at < app.now() - interval '1 minute';
    return query select o.id, o.email, o.name
    from platform.operator_sessions s join platform.operators o on o.id = s.operator_id
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle;
end $$;

create function app.operator_session_end(hash bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sessions where token_hash = hash;
$$;

create function app.operator_draft_keep(hash bytea, its_form text, its_contents jsonb, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.operator_drafts (token_hash, form, contents, expires_at) values (hash, its_form, its_contents, until);
$$;

create function app.operator_draft(hash bytea) returns table (form text, contents jsonb)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select d.form, d.contents from platform.operator_drafts d where d.token_hash = hash and d.expires_at > app.now();
$$;

create function app.operators_sweep(idle interval) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sessions where ends_at <= app.now() or last_seen_at <= app.now() - idle;
    delete from platform.operator_drafts where expires_at <= app.now();
$$;

-- An operator's own account.

create function app.operator_password_hash() returns text
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select password_hash from platform.operators where id = platform.acting_operator();
$$;

create function app.operator_set_password(new_hash text, but bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operators set password_hash = new_hash where id = platform.acting_operator();
    delete from platform.operator_sessions where operator_id = platform.acting_operator() and token_hash <> but;
$$;

-- Done to the tenant of the transaction, or to none. Append-only: there is no function that changes or takes away.
create function app.operator_log_add(deed text, about jsonb) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.operator_log (operator_id, action, tenant_id, details, request_id, address)
    values (platform.acting_operator(), deed, app.current_tenant(), about, nullif(current_setting('app.request_id', true), ''),
            nullif(current_setting('app.address', true), ''));
$$;

create function app.operator_log(of_tenant uuid, most bigint, skip bigint)
    returns table (operator text, action text, tenant_id uuid, tenant text, details jsonb, address text, at timestamptz, total bigint)
    language plpgsql stable security definer set search_path = pg_catalog, platform as $$
begin
    perform platform.acting_operator();
    return query select o.name, l.action, l.tenant_id, t.name, l.details, l.address, l.at, count(*) over ()
    from platform.operator_log l join platform.operators o on o.id = l.operator_id left join platform.tenants t on t.id = l.tenant_id
    where of_tenant is null or l.tenant_id = of_tenant
    order by l.at desc, l.id limit most offset skip;
end $$;

-- Tenants.

create function app.operator_tenants(search text, with_status text, most bigint, skip bigint)
    returns table (id uuid, slug text, name text, status text, plan text, host text, in_maintenance boolean, created_at timestamptz, total bigint)
    language plpgsql stable security definer set search_path = pg_catalog, platform as $$
begin
    perform platform.acting_operator();
    return query select t.id, t.slug, t.name, t.status, t.plan, t.primary_host, t.maintenance_since is not null, t.created_at, count(*) over ()
    from platform.tenants t
    where (with_status is null or t.status = with_status)
      and (search is null or strpos(lower(t.name), lower(search)) > 0 or strpos(t.slug, lower(search)) > 0
           or exists (select from platform.hosts h where h.tenant_id = t.id and strpos(h.host, lower(search)) > 0))
    order by t.name, t.id limit most offset skip;
end $$;

-- Makes the tenant of the transaction; its hosts and terms are set in the same one.
create function app.tenant_create(its_slug text, called text, its_zone text, its_currency text, its_locale text, its_region text, prefix text, calls text,
                                  writes text, at_latitude double precision, at_longitude double precision, its_verticals text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    perform platform.acting_operator();
    insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals, plan,
                                  created_at, updated_at)
    values (app.current_tenant(), its_slug, called, its_zone, its_currency, its_locale, its_region, prefix, calls, writes, at_latitude, at_longitude,
            its_verticals, 'trial', app.now(), app.now());
end $$;

-- The first of the hosts is the primary one.
create function app.tenant_set_terms(called text, its_plan text, its_hosts text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    perform platform.acting_operator();
    insert into platform.hosts (host, tenant_id)
    select wanted, app.current_tenant() from unnest(its_hosts) as wanted
    where not exists (select from platform.hosts h where h.host = wanted and h.tenant_id = app.current_tenant());
    update platform.tenants set name = called, plan = its_plan, primary_host = its_hosts[1], updated_at = app.now() where id = app.current_tenant();
    delete from platform.hosts where tenant_id = app.current_tenant() and host <> all (its_hosts);
end $$;

-- One row, or none: it has another status by now.
create function app.tenant_set_status(was text, becomes text, why text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
declare
    changed bigint;
begin
    perform platform.acting_operator();
    update platform.tenants set status = becomes, status_reason = why, status_changed_at = app.now(), updated_at = app.now()
    where id = app.current_tenant() and status = was;
    get diagnostics changed = row_count;
    return changed;
end $$;

-- How the installation is.

create function app.operator_health()
    returns table (active bigint, paused bigint, cancelled bigint, sessions bigint, waiting bigint, failed bigint, late_seconds bigint)
    language plpgsql stable security definer set search_path = pg_catalog, platform, queue as $$
begin
    perform platform.acting_operator();
    return query select
        (select count(*) from platform.tenants t where t.status = 'active'),
        (select count(*) from platform.tenants t where t.status = 'paused'),
        (select count(*) from platform.tenants t where t.status = 'cancelled'),
        (select count(*) from platform.sessions s where s.expires_at > app.now() and s.user_id is not null),
        (select count(*) from queue.tasks k where k.failed_at is null),
        (select count(*) from queue.tasks k where k.failed_at is not null),
        (select coalesce(extract(epoch from app.now() - least(min(k.run_at), (select min(d.due_at) from queue.deadlines d))), 0)::bigint
         from queue.tasks k where k.failed_at is null);
end $$;

create function app.failed_tasks(most bigint)
    returns table (id bigint, tenant text, kind text, attempts integer, last_error text, created_at timestamptz, failed_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, platform, queue as $$
begin
    perform platform.acting_operator();
    return query select k.id, t.name, k.kind, k.attempts, k.last_error, k.created_at, k.failed_at
    from queue.tasks k left join platform.tenants t on t.id = k.tenant_id
    where k.failed_at is not null order by k.failed_at desc, k.id limit most;
end $$;

-- Tries a task again that was given up; gives its kind, or nothing when somebody else has seen to it.
create function app.failed_task_retry(broken bigint) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, queue as $$
declare
    its_kind text;
begin
    perform platform.acting_operator();
    update queue.tasks k set failed_at = null, attempts = 0, run_at = app.now(), locked_until = null
    where k.id = broken and k.failed_at is not null returning k.kind into its_kind;
    notify tasks;
    return its_kind;
end $$;

-- Takes a task away that was given up: a person has done what it was for.
create function app.failed_task_resolve(broken bigint) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, queue as $$
declare
    its_kind text;
begin
    perform platform.acting_operator();
    delete from queue.tasks k where k.id = broken and k.failed_at is not null returning k.kind into its_kind;
    return its_kind;
end $$;

grant execute on function app.operator_by_email, app.operator_session_start, app.operator_session, app.operator_session_end,
    app.operator_draft_keep, app.operator_draft, app.operators_sweep, app.operator_password_hash, app.operator_set_password,
    app.operator_log_add, app.operator_log, app.operator_tenants, app.tenant_create, app.tenant_set_terms, app.tenant_set_status,
    app.operator_health, app.failed_tasks, app.failed_task_retry, app.failed_task_resolve to wayside_app;
