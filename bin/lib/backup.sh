# shellcheck shell=bash
# Backups: where they are kept, and dumps of one database.
#
# A backup is a folder, dump-<time> or base-<time>. It is written under a name that starts with a dot, and renamed when
# it is complete and on the disk, so every folder with such a name can be restored. Only its owner may read it.

BACKUP_DIR=$(from_caller "${WAYSIDE_BACKUP_DIR:-$STATE_DIR/backups}")
BACKUP_NEW="" # the backup being written
BACKUP_URL="" # the database, as the role that bypasses row-level security

# To the millisecond: two backups or restores within a second must not get the same name.
TIME_IN_NAMES=%Y%m%dT%H%M%S%3NZ
timestamp() { date --utc "+$TIME_IN_NAMES"; }

# Sets PG_BIN to the folder of Postgres's client programs.
find_postgres_clients() {
  PG_BIN=$(dirname -- "$(command -v pg_dump)") || die "Postgres's client programs (pg_dump, pg_restore, psql) are missing." \
    "Install those of your server's release: apt-get install postgresql-client"
}

# Sets BACKUP_URL: the given database, or the private Postgres's, which is started.
use_backup_role() {
  if [[ -n ${DATABASE_BACKUP_URL:-} ]]; then
    find_postgres_clients
    BACKUP_URL=$DATABASE_BACKUP_URL
  elif own_database; then
    die "DATABASE_BACKUP_URL isn't set." \
      "It connects as wayside_backup, which bin/lib/roles.sql makes; no other role sees the rows of every tenant."
  else
    find_postgres || die "the Postgres server programs are missing." "bin/dev installs them, or says how."
    start_postgres
    BACKUP_URL=$(private_url wayside_backup "$DATABASE_NAME")
  fi
}

# Row-level security hides every tenant's rows from other roles: their dump would fail, or worse, succeed and be
# empty.
refuse_bound_role() {
  local unbound
  unbound=$(psql_at "$BACKUP_URL" --command "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") ||
    die "can't connect to $(without_password "$BACKUP_URL")"
  [[ $unbound == t ]] || die "row-level security binds the role of $(without_password "$BACKUP_URL"), so its dump would lack every tenant's rows." \
    "Set DATABASE_BACKUP_URL to connect as wayside_backup; bin/lib/roles.sql makes that role."
}

# print_contents URL: a summary of the database, for comparison.
print_contents() { psql_at "$1" --field-separator=' ' --file bin/lib/contents.sql; }

# begin_backup: creates the folder to write to.
begin_backup() {
  umask 077
  mkdir -p "$BACKUP_DIR"
  BACKUP_NEW=$BACKUP_DIR/.partial-$(timestamp)-$$
  mkdir "$BACKUP_NEW"
}

# finish_backup NAME: writes checksums, syncs to disk, and renames the folder.
finish_backup() {
  (cd "$BACKUP_NEW" && sha256sum -- * >SHA256SUMS && sync -- * .)
  [[ ! -e $BACKUP_DIR/$1 ]] || die "$BACKUP_DIR/$1 exists already."
  mv -- "$BACKUP_NEW" "$BACKUP_DIR/$1"
  sync "$BACKUP_DIR"
  BACKUP_NEW=""
}

# Removes an interrupted backup.
discard_unfinished_backup() { [[ -z $BACKUP_NEW ]] || rm -rf -- "$BACKUP_NEW"; }

verify_checksums() {
  [[ -f $1/SHA256SUMS ]] || die "$1 is no backup: it has no SHA256SUMS."
  (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS) || die "$1 is damaged: take another backup."
}

# Dumps the database and a manifest of its contents, both from one snapshot.
make_dump() {
  local name tables dumped
  use_backup_role
  refuse_bound_role
  begin_backup
  name=dump-$(timestamp)
  dump_and_describe || die "the dump failed; the reason is above. Nothing was kept of it."
  tables=$(grep --count '^table ' "$BACKUP_NEW/manifest") || true
  dumped=$("$PG_BIN/pg_restore" --list "$BACKUP_NEW/wayside.dump" | grep --count ' TABLE DATA ') || true
  ((tables > 0 && tables == dumped)) || die "the dump has $dumped tables, the database $tables. Nothing was kept of it."
  finish_backup "$name"
  say "$BACKUP_DIR/$name: $tables tables, $(sum_of_rows "$BACKUP_DIR/$name/manifest") rows," \
    "$(du --summarize --human-readable "$BACKUP_DIR/$name" | cut -f 1) on this disk. Copy it off this machine: docs/backup.md"
}

sum_of_rows() { awk '$1 == "table" { rows += $3 } END { print rows + 0 }' "$1"; }

# One session keeps the snapshot open, runs pg_dump on it and then counts its rows.
dump_and_describe() {
  DUMP_PROGRAM=$PG_BIN/pg_dump DUMP_URL=$BACKUP_URL DUMP_FOLDER=$BACKUP_NEW \
    psql_at "$BACKUP_URL" --field-separator=' ' --file "$ROOT/bin/lib/dump.sql" || return
  # psql doesn't report the exit status of a program it ran.
  [[ -e $BACKUP_NEW/dumped ]] || return
  {
    printf 'taken %s\ndatabase %s\nserver %s\n' "$(date --utc --iso-8601=seconds)" "$(database_in "$BACKUP_URL")" \
      "$(psql_at "$BACKUP_URL" --command "SHOW server_version")"
    cat "$BACKUP_NEW/contents"
  } >"$BACKUP_NEW/manifest" && rm "$BACKUP_NEW/contents" "$BACKUP_NEW/dumped"
}

# The part of a manifest that a restored database must match.
contents_in() { grep -E '^(schema|table|sequence) ' "$1/manifest"; }
