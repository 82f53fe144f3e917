# shellcheck shell=bash
# Restores a dump into a new database and compares it with its manifest. Only then the new database gets its final
# name. The database that had this name is renamed, never dropped.

OWNER_URL="" # the maintenance database, as the owner of the restored database

# restore_dump FOLDER TYPED-NAME
restore_dump() {
  local folder=$1 typed=$2 stamp new
  verify_checksums "$folder"
  [[ -f $folder/wayside.dump ]] || die "$folder holds no dump." "A base backup is restored with --to-time."
  use_restore_target
  refuse_missing_roles
  refuse_overwriting "$typed"
  stamp=$(timestamp)
  new=${DATABASE_NAME}_restoring_${stamp,,}
  RESTORING=$new
  say "Restoring $(basename -- "$folder") …"
  restore_into "$new" "$folder" || die "the dump could not be restored; the reason is above. Nothing else was changed."
  compare_with_manifest "$new" "$folder"
  put_in_place "$new" "${DATABASE_NAME}_replaced_${stamp,,}"
  RESTORING=""
  say "Restored as $DATABASE_NAME: every table and sequence is as the manifest says. Next: wayside migrate up, wayside check."
}

# Sets OWNER_URL, BACKUP_URL and DATABASE_NAME; creates the roles if possible.
use_restore_target() {
  if own_database || [[ -n ${DATABASE_BACKUP_URL:-} ]]; then
    find_postgres_clients
    [[ -n ${DATABASE_OWNER_URL:-} && -n ${DATABASE_BACKUP_URL:-} ]] || die \
      "restoring needs DATABASE_OWNER_URL (wayside_owner, who will own everything) and DATABASE_BACKUP_URL (wayside_backup, to compare)."
    DATABASE_NAME=$(database_in "$DATABASE_OWNER_URL")
    [[ -z ${DATABASE_SUPERUSER_URL:-} ]] || psql_at "$(url_with_database "$DATABASE_SUPERUSER_URL" postgres)" --file bin/lib/roles.sql
    BACKUP_URL=$DATABASE_BACKUP_URL
    OWNER_URL=$(url_with_database "$DATABASE_OWNER_URL" postgres)
  else
    use_backup_role
    OWNER_URL=$(private_url wayside_owner postgres)
  fi
}

refuse_missing_roles() {
  local missing
  missing=$(psql_at "$OWNER_URL" --command \
    "SELECT name FROM unnest(ARRAY['wayside_owner', 'wayside_app', 'wayside_backup']) AS name WHERE to_regrole(name) IS NULL") ||
    die "can't connect to $(without_password "$OWNER_URL")"
  [[ -z $missing ]] || die "this Postgres lacks these roles: ${missing//$'\n'/, }" \
    "Make them as a superuser with: psql --file bin/lib/roles.sql postgres" "or set DATABASE_SUPERUSER_URL."
  BACKUP_URL=$(url_with_database "$BACKUP_URL" postgres)
  refuse_bound_role
}

# refuse_overwriting TYPED-NAME: a database with data is renamed only if its name was typed.
refuse_overwriting() {
  local held connections
  held=$(describe_database "$DATABASE_NAME")
  [[ -n $held ]] || return 0
  say "The database $DATABASE_NAME of $(without_password "$OWNER_URL") holds $held."
  name_is_typed "$DATABASE_NAME" "$1" || die "nothing was restored." \
    "To put the backup in its place, add --replace $DATABASE_NAME. The database that is there is kept under another name."
  connections=$(psql_at "$OWNER_URL" --command "SELECT count(*) FROM pg_stat_activity WHERE datname = '$DATABASE_NAME'")
  ((connections == 0)) || die "$connections connections use $DATABASE_NAME." "Stop Wayside first: systemctl stop wayside"
}

# describe_database NAME: its data in words, or nothing.
describe_database() {
  local url tenants tables
  url=$(url_with_database "$BACKUP_URL" "$1")
  [[ $(psql_at "$OWNER_URL" --command "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]] || return 0
  tables=$(psql_at "$url" --command "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'") ||
    die "can't connect to $(without_password "$url")"
  ((tables > 0)) || return 0
  if [[ $(psql_at "$url" --command "SELECT to_regclass('platform.tenants') IS NOT NULL") == t ]]; then
    tenants=$(psql_at "$url" --command "SELECT count(*) FROM platform.tenants")
    ((tenants == 0)) || printf '%s tenants' "$tenants"
  else
    printf '%s tables that are not of Wayside' "$tables"
  fi
}

# restore_into NAME FOLDER: as the owner, so that everything belongs to it, including (trusted) extensions.
# Policies apply to the owner, so they are restored after the rows and the foreign keys.
restore_into() {
  local url
  url=$(url_with_database "$OWNER_URL" "$1")
  psql_at "$OWNER_URL" --command "CREATE DATABASE \"$1\" ENCODING 'UTF8' TEMPLATE template0" &&
    pg_restore_entries "$url" "$2/wayside.dump" --invert-match &&
    pg_restore_entries "$url" "$2/wayside.dump" &&
    psql_at "$url" --set database="$1" --file "$2/database.sql" &&
    psql_at "$url" --command "SET client_min_messages = error; ANALYZE"
}

# pg_restore_entries URL DUMP [--invert-match]: row-level security and policies, or everything else.
pg_restore_entries() {
  local url=$1 dump=$2
  shift 2
  "$PG_BIN/pg_restore" --no-password --exit-on-error --no-owner --jobs="$(nproc)" --dbname="$url" \
    --use-list=<("$PG_BIN/pg_restore" --list "$dump" | grep -E "$@" '^[0-9]+; [0-9]+ [0-9]+ (ROW SECURITY|POLICY) ') "$dump"
}

compare_with_manifest() {
  local url
  url=$(url_with_database "$BACKUP_URL" "$1")
  diff <(contents_in "$2") <(print_contents "$url") ||
    die "what was restored is not what the manifest says (< manifest, > restored)." "Nothing else was changed. Take another backup."
}

# put_in_place NEW REPLACED: renames the new database to the final name; the old one is kept under another name.
put_in_place() {
  if [[ $(psql_at "$OWNER_URL" --command "SELECT 1 FROM pg_database WHERE datname = '$DATABASE_NAME'") == 1 ]]; then
    psql_at "$OWNER_URL" --command "ALTER DATABASE \"$DATABASE_NAME\" RENAME TO \"$2\""
    say "The database that was there is kept as $2; when you are sure: dropdb $2"
  fi
  psql_at "$OWNER_URL" --command "ALTER DATABASE \"$1\" RENAME TO \"$DATABASE_NAME\""
}

# Drops the new database of a failed restore.
RESTORING=""
discard_unfinished_restore() {
  [[ -z $RESTORING ]] || psql_at "$OWNER_URL" --command "DROP DATABASE IF EXISTS \"$RESTORING\" WITH (FORCE)" || true
}
