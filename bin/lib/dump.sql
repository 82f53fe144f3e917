-- Dumps a database and a manifest of its contents, both from one snapshot, so that people can continue to work.
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv DUMP_SNAPSHOT :snapshot
\! "$DUMP_PROGRAM" --no-password --format=custom --snapshot="$DUMP_SNAPSHOT" --file="$DUMP_FOLDER/wayside.dump" "$DUMP_URL" && touch "$DUMP_FOLDER/dumped"
\getenv folder DUMP_FOLDER
\cd :folder
\o contents
\ir contents.sql
\o database.sql
\ir database_settings.sql
\o
COMMIT;
