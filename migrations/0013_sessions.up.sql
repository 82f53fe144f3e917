-- Sessions people can see and end, which end by themselves: when unused, and at the latest some time after signing in.
alter table platform.sessions
    add column id      uuid not null default gen_random_uuid() constraint sessions_id_key unique,   -- names it to its owner; opens nothing
    add column address text,                                                                        -- prefix of the client's address, never all of it
    add column idle    interval not null default '14 days',
    add column ends_at timestamptz not null default now() + interval '90 days';
alter table platform.sessions alter column idle drop default, alter column ends_at drop default;

drop function app.session_load(bytea, timestamptz);
drop function app.session_save(bytea, uuid, jsonb, text, timestamptz, timestamptz);

-- A session is nobody's on another tenant's host: the scope is part of the lookup. Looking it up is using it.
create function app.session_load(hash bytea, seen_from text, at timestamptz) returns table (id uuid, data jsonb, expires_at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.sessions s
    set last_seen_at = at, address = coalesce(seen_from, s.address), expires_at = least(at + s.idle, s.ends_at)
    where s.token_hash = hash and s.tenant_id = app.current_tenant() and s.expires_at > at and s.last_seen_at < at - interval '1 minute';
    return query select s.id, s.data, s.expires_at from platform.sessions s
    where s.token_hash = hash and s.tenant_id = app.current_tenant() and s.expires_at > at;
end $$;

create function app.session_save(hash bytea, owner uuid, contents jsonb, agent text, seen_from text, at timestamptz, idle_for interval, longest interval)
    returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.sessions (token_hash, tenant_id, user_id, data, user_agent, address, created_at, last_seen_at, idle, ends_at, expires_at)
    values (hash, app.current_tenant(), owner, contents, agent, seen_from, at, at, idle_for, at + longest, at + least(idle_for, longest))
    on conflict (token_hash) do update
        set user_id = excluded.user_id, data = excluded.data, last_seen_at = excluded.last_seen_at, idle = excluded.idle,
            ends_at = least(sessions.ends_at, sessions.created_at + longest), expires_at = least(at + excluded.idle, sessions.ends_at, sessions.created_at + longest)
        where sessions.tenant_id = excluded.tenant_id;
$$;

create function app.sessions_of(owner uuid, at timestamptz)
    returns table (id uuid, user_agent text, address text, created_at timestamptz, last_seen_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select s.id, s.user_agent, s.address, s.created_at, s.last_seen_at from platform.sessions s
    where s.tenant_id = app.current_tenant() and s.user_id = owner and s.expires_at > at
    order by s.last_seen_at desc, s.id limit 100;
$$;

create function app.session_revoke(owner uuid, wanted uuid) returns bigint
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    with gone as (
        delete from platform.sessions where tenant_id = app.current_tenant() and user_id = owner and id = wanted returning 1)
    select count(*) from gone;
$$;

create function app.sessions_revoke(owner uuid, kept uuid) returns bigint
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    with gone as (
        delete from platform.sessions where tenant_id = app.current_tenant() and user_id = owner and id is distinct from kept returning 1)
    select count(*) from gone;
$$;

grant execute on function app.session_load, app.session_save, app.sessions_of, app.session_revoke, app.sessions_revoke to wayside_app;

-- A change of e-mail that waits until whoever reads the old address and whoever reads the new one have both agreed.
create table email_changes (
    tenant_id        uuid not null default app.current_tenant() references platform.tenants (id),
    user_id          uuid not null,
    new_email        text not null check (new_email = lower(new_email)),
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz,
    expires_at       timestamptz not null,
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
call platform.protect('email_changes');
