-- A summary of a database: a line for every table with its number of rows and a hash over them, and for every sequence
-- with its last value. Databases with the same lines contain the same data. Text is formatted the same way everywhere.
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
SET bytea_output = 'hex';
SET extra_float_digits = 1;
SET search_path = pg_catalog;

SELECT 'schema', coalesce(max(version), 0) FROM public._sqlx_migrations WHERE success;

SELECT format(
    'SELECT %L, count(*), coalesce(sum((''x'' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0) FROM ONLY %I.%I t',
    'table ' || n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)'
ORDER BY n.nspname, c.relname
\gexec

SELECT 'sequence ' || schemaname || '.' || sequencename, coalesce(last_value::text, 'unused')
FROM pg_sequences
ORDER BY schemaname, sequencename;
