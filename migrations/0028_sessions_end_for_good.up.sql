-- Saving a session changes one that is there. It used to make one as well, so that a request which had loaded a session before it was ended, and saved it
-- after that, brought it back.
drop function app.session_save(bytea, uuid, jsonb, text, text, timestamptz, interval, interval);

create function app.session_create(hash bytea, owner uuid, contents jsonb, agent text, seen_from text, at timestamptz, idle_for interval, longest interval)
    returns void
    language sql volatile security definer set search_path = pg_catalog, platform, pg_temp as $$
    insert into platform.sessions (token_hash, tenant_id, user_id, data, user_agent, address, created_at, last_seen_at, idle, ends_at, expires_at)
    values (hash, app.current_tenant(), owner, contents, agent, seen_from, at, at, idle_for, at + longest, at + least(idle_for, longest));
$$;

create function app.session_save(hash bytea, owner uuid, contents jsonb, at timestamptz, idle_for interval, longest interval) returns void
    language sql volatile security definer set search_path = pg_catalog, platform, pg_temp as $$
    update platform.sessions s
    set user_id = owner, data = contents, last_seen_at = at, idle = idle_for, ends_at = least(s.ends_at, s.created_at + longest),
        expires_at = least(at + idle_for, s.ends_at, s.created_at + longest)
    where s.token_hash = hash and s.tenant_id = app.current_tenant();
$$;

grant execute on function app.session_create, app.session_save to wayside_app;
