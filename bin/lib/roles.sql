-- The two roles of a Wayside installation. They belong to the cluster, not to a database, so they are made here
-- and not in a migration. Run once as a superuser; running it again changes nothing.
--
--   psql --file bin/lib/roles.sql "postgres://postgres@your-host/postgres"
--   psql --command "\password wayside_owner" --command "\password wayside_app" …
--   createdb --owner wayside_owner wayside
--
-- wayside_owner owns the schema and migrates it (DATABASE_OWNER_URL).
-- wayside_app is what the server runs as (DATABASE_URL): row-level security binds it, so it must never be a
-- superuser, own a table or bypass policies.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wayside_owner') THEN
        CREATE ROLE wayside_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wayside_app') THEN
        CREATE ROLE wayside_app;
    END IF;
END
$$;

ALTER ROLE wayside_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE wayside_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
