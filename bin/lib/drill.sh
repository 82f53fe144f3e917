# shellcheck shell=bash
# Rehearses docs/backup.md on two separate clusters: `drill-from` is backed up, `drill-to` plays the new machine. The
# commands are the ones a person would type.

DRILL_DIR=$STATE_DIR/drill
DRILL_CLUSTERS=(drill-from drill-to)

# on CLUSTER COMMAND…: runs a command with that cluster as the checkout's private Postgres, without settings for another
# Postgres.
on() {
  local cluster=$1
  shift
  env --unset=DATABASE_URL --unset=DATABASE_OWNER_URL --unset=DATABASE_BACKUP_URL --unset=DATABASE_REPLICATION_URL \
    --unset=DATABASE_SUPERUSER_URL --unset=WAYSIDE_WAL_ARCHIVE \
    WAYSIDE_CLUSTER="$cluster" WAYSIDE_BACKUP_DIR="$DRILL_DIR" "$@"
}

# url_on CLUSTER ROLE [DATABASE]
url_on() (
  CLUSTER=-$1
  locate_cluster
  private_url "$2" "${3:-$DATABASE_NAME}"
)

# wayside_at CLUSTER DATABASE ARGUMENT…
wayside_at() {
  local cluster=$1 database=$2
  shift 2
  DATABASE_URL=$(url_on "$cluster" wayside_app "$database") DATABASE_OWNER_URL=$(url_on "$cluster" wayside_owner "$database") "$WAYSIDE" "$@"
}

# refused REASON COMMAND…: the command must fail with this message.
refused() {
  local reason=$1 said
  shift
  if said=$("$@" 2>&1 </dev/null); then
    say "$said"
    die "this should have been refused: $*"
  fi
  grep --quiet --fixed-strings -- "$reason" <<<"$said" || die "this was refused for another reason than \"$reason\": $*" "$said"
}

remove_drill() {
  local cluster
  stop_server
  for cluster in "${DRILL_CLUSTERS[@]}"; do
    # shellcheck disable=SC2034 # locate_cluster reads it
    (CLUSTER=-$cluster && remove_cluster)
  done
  rm -rf -- "$DRILL_DIR"
}

seed_source() {
  on drill-from bin/postgres start
  wayside_at drill-from wayside migrate up
  wayside_at drill-from wayside seed
  print_contents "$(url_on drill-from wayside_backup)" >"$DRILL_DIR/contents"
}

start_archiving() {
  on drill-from bin/backup archive on
  on drill-from bin/backup base
}

# Dumps are complete: a role under row-level security is rejected, and no files remain.
dump_source() {
  refused "row-level security binds" on drill-from env DATABASE_BACKUP_URL="$(url_on drill-from wayside_owner)" bin/backup
  [[ -z $(find "$DRILL_DIR" -name 'dump-*' -o -name '.partial-*') ]] || die "a refused backup left something in $DRILL_DIR."
  on drill-from bin/backup
  DUMP=$(find "$DRILL_DIR" -name 'dump-*')
  [[ -z $(find "$DUMP" -perm /077) ]] || die "others may read $DUMP."
}

restore_elsewhere() {
  on drill-to bin/postgres start
  on drill-to bin/restore "$DUMP"
  diff "$DRILL_DIR/contents" <(print_contents "$(url_on drill-to wayside_backup)") || die "what was restored differs from what was dumped."
  diff <(dump_schema_of drill-from) <(dump_schema_of drill-to) || die "the restored schema differs from the one that was dumped."
  refused "--replace wayside" on drill-to bin/restore "$DUMP"
  on drill-to bin/restore --replace wayside "$DUMP"
}

# The database's own privileges too. Newer releases of pg_dump write a random key into the dump.
dump_schema_of() { "$PG_BIN/pg_dump" --schema-only --create "$(url_on "$1" wayside_owner)" | grep -vE '^\\(un)?restrict '; }

# A damaged dump is detected before anything is restored.
damage_a_dump() {
  cp --recursive "$DUMP" "$DRILL_DIR/damaged"
  printf 'x' | dd of="$DRILL_DIR/damaged/wayside.dump" bs=1 seek=1000 conv=notrunc status=none
  refused "is damaged" on drill-to bin/restore --replace wayside "$DRILL_DIR/damaged"
}

# `pg_restore` alone doesn't restore the database's own privileges, and `wayside check` reports that.
restore_by_hand() {
  local superuser
  superuser=$(url_on drill-to postgres by_hand)
  psql_at "$(url_on drill-to wayside_owner postgres)" --command "CREATE DATABASE by_hand TEMPLATE template0"
  "$PG_BIN/pg_restore" --exit-on-error --dbname="$superuser" "$DUMP/wayside.dump"
  refused "TEMPORARY" wayside_at drill-to by_hand check
  refused "note: extensions' owner" wayside_at drill-to by_hand check
}

# `wayside check` finds mistakes of a hurried superuser.
lose_privileges() {
  local slip undo complaint superuser
  superuser=$(url_on drill-to postgres)
  while IFS='|' read -r slip undo complaint; do
    psql_at "$superuser" --command "$slip"
    refused "$complaint" wayside_at drill-to wayside check
    psql_at "$superuser" --command "$undo"
  done <<'SLIPS'
GRANT wayside_backup TO wayside_app|REVOKE wayside_backup FROM wayside_app|row-level security does not bind
CREATE ROLE reader BYPASSRLS IN ROLE pg_read_all_data|DROP ROLE reader|bypass: reader
ALTER TABLE bookings OWNER TO postgres|ALTER TABLE bookings OWNER TO wayside_owner|owners: bookings
ALTER ROLE wayside_owner BYPASSRLS|ALTER ROLE wayside_owner NOBYPASSRLS|owners: role wayside_owner
SLIPS
}

serve_restored() {
  local port
  wayside_at drill-to wayside check
  port=$(free_port)
  DATABASE_URL=$(url_on drill-to wayside_app) start_server "$WAYSIDE" "$port" "$DRILL_DIR/server.log"
  stop_server
  # Extensions belong to the owner, so every migration can be reverted.
  wayside_at drill-to wayside migrate down --to 0
  wayside_at drill-to wayside migrate up
}

# Everything is deleted by mistake, and restored to the moment before.
go_back_in_time() {
  local before
  before=$(psql_at "$(url_on drill-from wayside_backup)" --command "SELECT clock_timestamp()")
  wayside_at drill-from wayside migrate down --to 0
  refused "--replace wayside" on drill-from bin/restore --to-time "$before"
  on drill-from bin/restore --to-time "$before" --replace wayside
  diff "$DRILL_DIR/contents" <(print_contents "$(url_on drill-from wayside_backup)") || die "the database isn't as it was at $before."
  wayside_at drill-from wayside check
}
