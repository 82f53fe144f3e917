-- The roles of a Wayside installation. They belong to the cluster, not to a database, so they are created here
-- and not in a migration. Run once as a superuser; running it again changes nothing.
--
--   psql --file bin/lib/roles.sql "postgres://postgres@your-host/postgres"
--   psql --command "\password wayside_owner" --command "\password wayside_app" --command "\password wayside_backup" …
--   createdb --owner wayside_owner wayside
--
-- wayside_owner owns the schema and migrates it (DATABASE_OWNER_URL).
-- wayside_app is the server's role (DATABASE_URL): row-level security applies to it, so it must never be a
-- superuser, own a table or bypass policies.
-- wayside_backup is the role of `bin/backup` (DATABASE_BACKUP_URL): it bypasses the policies, which apply even to the
-- owner, so a dump is complete; it can't write. Its password gives read access to all tenants' data.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wayside_owner') THEN
        CREATE ROLE wayside_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wayside_app') THEN
        CREATE ROLE wayside_app;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wayside_backup') THEN
        CREATE ROLE wayside_backup;
    END IF;
END
$$;

ALTER ROLE wayside_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE wayside_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE wayside_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
ALTER ROLE wayside_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO wayside_backup;
