drop function app.session_save(bytea, uuid, jsonb, timestamptz, interval, interval);
drop function app.session_create(bytea, uuid, jsonb, text, text, timestamptz, interval, interval);

create function app.session_save(hash bytea, owner uuid, contents jsonb, agent text, seen_from text, at timestamptz, idle_for interval, longest interval)
    returns void
    language sql volatile security definer set search_path = pg_catalog, platform, pg_temp as $$
    insert into platform.sessions (token_hash, tenant_id, user_id, data, user_agent, address, created_at, last_seen_at, idle, ends_at, expires_at)
    values (hash, app.current_tenant(), owner, contents, agent, seen_from, at, at, idle_for, at + longest, at + least(idle_for, longest))
    on conflict (token_hash) do update
        set user_id = excluded.user_id, data = excluded.data, last_seen_at = excluded.last_seen_at, idle = excluded.idle,
            ends_at = least(sessions.ends_at, sessions.created_at + longest), expires_at = least(at + excluded.idle, sessions.ends_at, sessions.created_at + longest)
        where sessions.tenant_id = excluded.tenant_id;
$$;
grant execute on function app.session_save to wayside_app;
