# shellcheck shell=bash
# Migrations: each one up and down, and the new ones with rows.

# Down must undo up, and up must give the same schema again.
test_migrations() {
  step "each migration up, down, up"
  working "running" "$LOG_DIR/migrations.log" migrations_go_both_ways || die "the migrations don't go both ways."
}

test_migrations_on_rows() {
  step "new migrations on rows of all shapes"
  working "running" "$LOG_DIR/migrations-on-rows.log" migrations_keep_rows || die "the new migrations don't go both ways where there are rows."
  sees_all_rows || report "rows were not compared, because DATABASE_BACKUP_URL isn't set"
}

# Versions of all migrations, in order.
migration_versions() { find migrations -name '*.up.sql' -printf '%f\n' | sort | sed -E 's/^0*([0-9]+)_.*/\1/'; }

# These functions chain with && and ||, because `working` runs them without errexit.
migrations_go_both_ways() {
  local version before=0
  fresh_database wayside_scratch && wayside_on wayside_scratch migrate down --to 0 && dump_schema wayside_scratch >"$LOG_DIR/schema-before.sql" ||
    return
  for version in $(migration_versions); do
    migration_goes_both_ways "$before" "$version" || return
    mv "$LOG_DIR/schema-after.sql" "$LOG_DIR/schema-before.sql"
    before=$version
  done
  drop_database wayside_scratch
}

# migration_goes_both_ways BEFORE VERSION
migration_goes_both_ways() {
  wayside_on wayside_scratch migrate up --to "$2" &&
    dump_schema wayside_scratch >"$LOG_DIR/schema-after.sql" &&
    wayside_on wayside_scratch migrate down --to "$1" &&
    { leaves_a_trace "$2" || schema_is "$LOG_DIR/schema-before.sql" "after taking back $2"; } &&
    wayside_on wayside_scratch migrate up --to "$2" &&
    schema_is "$LOG_DIR/schema-after.sql" "after applying $2 again"
}

# Released migrations aren't edited: reverting 1 leaves an extension and reverting 19 two comments, which does no harm.
leaves_a_trace() { [[ $1 == 1 || $1 == 19 ]]; }

# schema_is FILE WHEN
schema_is() {
  dump_schema wayside_scratch >"$LOG_DIR/schema-now.sql"
  diff "$1" "$LOG_DIR/schema-now.sql" || { echo "$2, the schema is another one" && return 1; }
}

# The schema, and the database's own privileges. Newer releases of pg_dump write a random key into the dump.
dump_schema() {
  "$PG_BIN/pg_dump" --schema-only --create "$(url_with_database "$DATABASE_OWNER_URL" "$1")" | grep -vE '^\\(un)?restrict '
}

# Rows of the last release go up to the newest schema. From there they go, with the demo and with rows of all shapes, down to each migration since the release
# and up again, as if the database were that of the release. Rows that the older schema has tables for are all there afterwards, and what it has columns for is
# the same, but for what is lost on purpose.
migrations_keep_rows() {
  local version newest
  released_rows_go_up && add_all_shapes || return
  newest=$(migration_versions | tail -n 1)
  for version in $(migration_versions | sort --numeric-sort --reverse); do
    ((version >= RELEASED_MIGRATION && version < newest)) || continue
    rows_go_down_and_up "$version" || return
  done
  drop_database wayside_scratch && drop_database wayside_shapes
}

released_rows_go_up() {
  fresh_database wayside_scratch && wayside_on wayside_scratch migrate up --to "$RELEASED_MIGRATION" && write_rows released || return
  columns_used released && rows_are before && rows_are older &&
    wayside_on wayside_scratch migrate up && rows_are again && rows_remain "going up" && write_rows upgraded && wayside_on wayside_scratch check
}

# Names the result wayside_shapes, to be copied for each version.
add_all_shapes() {
  wayside_on wayside_scratch seed >/dev/null && write_rows shapes && wayside_on wayside_scratch check && new_columns_are_used &&
    drop_database wayside_shapes && as_owner --command "ALTER DATABASE wayside_scratch RENAME TO wayside_shapes"
}

# rows_go_down_and_up VERSION
rows_go_down_and_up() {
  copy_shapes && write_rows lost --set version="$1" && rows_are before &&
    copy_shapes && wayside_on wayside_scratch migrate down --to "$1" && rows_are older &&
    wayside_on wayside_scratch migrate up && rows_are again && rows_remain "$1" && values_remain "$1"
}

copy_shapes() { drop_database wayside_scratch && as_owner --command "CREATE DATABASE wayside_scratch TEMPLATE wayside_shapes"; }

# write_rows NAME ARGUMENT…: runs bin/lib/migrations/NAME.sql as the owner.
write_rows() {
  local name=$1
  shift
  psql_at "$(url_with_database "$DATABASE_OWNER_URL" wayside_scratch)" "$@" --single-transaction --file "bin/lib/migrations/$name.sql" >/dev/null
}

# Comparing takes a role that bypasses row-level security, because others see no rows. Your own Postgres may have none; then nothing is compared.
sees_all_rows() { ! own_database || [[ -n ${DATABASE_BACKUP_URL:-} ]]; }

# all_rows ARGUMENT…: psql as that role.
all_rows() {
  local url
  sees_all_rows || return 0
  if own_database; then url=$DATABASE_BACKUP_URL; else url=$(private_url wayside_backup wayside_scratch); fi
  psql_at "$(url_with_database "$url" wayside_scratch)" --field-separator=' ' "$@"
}

# has_rows FILE…: empty files would pass every comparison.
has_rows() {
  local file
  sees_all_rows || return 0
  for file in "$@"; do
    [[ -s $file ]] || { echo "nothing was written to $file, so nothing can be compared" && return 1; }
  done
}

# columns_used WHEN: writes down the columns with how many rows use them.
columns_used() { all_rows --file bin/lib/migrations/used.sql >"$LOG_DIR/columns-$1" && has_rows "$LOG_DIR/columns-$1"; }

# Every column since the release holds something else than its default, so that a migration that loses it is seen.
new_columns_are_used() {
  columns_used newest &&
    awk 'FILENAME == ARGV[1] { old[$1] = 1; next } !($1 in old) && $2 == 0 { print "bin/lib/migrations/shapes.sql gives no row a", $1; unused = 1 } END { exit unused }' \
      "$LOG_DIR/columns-released" "$LOG_DIR/columns-newest"
}

# rows_are WHEN: writes down the tables with their numbers of rows, and the columns with a hash of their values.
rows_are() {
  all_rows --file bin/lib/contents.sql |
    awk '$1 == "table" && $2 != "public._sqlx_migrations" { print $2, $3 }' | LC_ALL=C sort >"$LOG_DIR/rows-$1" &&
    all_rows --file bin/lib/columns.sql | LC_ALL=C sort >"$LOG_DIR/values-$1" &&
    has_rows "$LOG_DIR/rows-$1" "$LOG_DIR/values-$1"
}

# rows_remain VERSION: no table of that schema has fewer rows after down and up than at the start. On the way, a row may have become a column.
rows_remain() {
  LC_ALL=C join "$LOG_DIR/rows-before" "$LOG_DIR/rows-older" | LC_ALL=C join - "$LOG_DIR/rows-again" |
    awk -v version="$1" '$4 < $2 { print "after", version, "only", $4, "of", $2, "rows are left in", $1; lost = 1 } END { exit lost }'
}

# values_remain VERSION: no column of that schema has other values after down and up than at the start. What migrations change is added to the audit log.
values_remain() {
  LC_ALL=C join "$LOG_DIR/values-before" <(cut -d ' ' -f 1 "$LOG_DIR/values-older") | LC_ALL=C join - "$LOG_DIR/values-again" |
    awk -v version="$1" -v renewed="$RENEWED_COLUMNS" '
      BEGIN { split(renewed, names, " "); for (i in names) may[names[i]] = 1 }
      $2 != $3 && !($1 in may) && $1 !~ /^public.audit_log[.]/ { print "after", version, "other values are in", $1; lost = 1 } END { exit lost }'
}

# Columns to which a migration gives other values: 46 writes down the rules in force, before 50 the end of an assignment is the time of going down, and before 49 the
# price of a mile is a column.
RENEWED_COLUMNS="platform.tenants.settings public.assignments.ended_at public.prices.id"
