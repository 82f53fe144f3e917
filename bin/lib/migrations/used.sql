-- A line for every column: schema, table and column, and how many rows hold something else than its default. What a function computes counts as something else.
SET search_path = pg_catalog;

SELECT format(
    'SELECT %L, count(*) FILTER (WHERE t.%I::text IS DISTINCT FROM (%s)::text) FROM ONLY %I.%I t',
    n.nspname || '.' || c.relname || '.' || a.attname, a.attname,
    CASE WHEN a.attgenerated = '' AND d.expression !~ '[(]' THEN d.expression ELSE 'NULL' END, n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN LATERAL (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE (adrelid, adnum) = (c.oid, a.attnum)) d (expression) ON true
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)' AND c.relname <> '_sqlx_migrations'
ORDER BY n.nspname, c.relname, a.attnum
\gexec
