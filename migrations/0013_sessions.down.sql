drop table email_changes;
drop function app.sessions_revoke(uuid, uuid);
drop function app.session_revoke(uuid, uuid);
drop function app.sessions_of(uuid, timestamptz);
drop function app.session_save(bytea, uuid, jsonb, text, text, timestamptz, interval, interval);
drop function app.session_load(bytea, text, timestamptz);

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
grant execute on function app.session_load, app.session_save to wayside_app;

alter table platform.sessions drop column ends_at, drop column idle, drop column address, drop column id;
