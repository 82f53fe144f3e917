-- Whether a session goes on: for what was begun with it and lasts. Asking isn't using it.
create function app.session_lives(wanted uuid, owner uuid, at timestamptz) returns boolean
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select exists (select from platform.sessions s
                   where s.id = wanted and s.tenant_id = app.current_tenant() and s.user_id = owner and s.expires_at > at);
$$;

-- Which migrations were applied: whether the schema is the one a binary knows.
create function app.schema_versions() returns setof bigint
    language sql stable security definer set search_path = pg_catalog, public as $$
    select version from public._sqlx_migrations where success order by version;
$$;

grant execute on function app.session_lives, app.schema_versions to wayside_app;
