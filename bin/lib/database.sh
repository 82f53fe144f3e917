# shellcheck shell=bash
# Databases by name, in the private Postgres or in your own (DATABASE_URL and DATABASE_OWNER_URL).

DATABASE_NAME=wayside # in the private Postgres
OWN_DATABASE=no
[[ -z ${DATABASE_URL:-}${DATABASE_OWNER_URL:-} ]] || OWN_DATABASE=yes

own_database() { [[ $OWN_DATABASE == yes ]]; }

# Exports DATABASE_URL (role wayside_app) and DATABASE_OWNER_URL (role wayside_owner): yours, or those of the
# private Postgres, which is started. The files under .wayside/ let `wayside` run without either.
use_database() {
  if own_database; then
    [[ -n ${DATABASE_URL:-} && -n ${DATABASE_OWNER_URL:-} ]] || die \
      "only one of DATABASE_URL and DATABASE_OWNER_URL is set; Wayside needs both, or neither for a private Postgres." \
      "DATABASE_URL       connects as wayside_app, which the server runs as" \
      "DATABASE_OWNER_URL connects as wayside_owner, which migrates" \
      "bin/lib/roles.sql makes the two roles."
    check_own_database
    DATABASE_NAME=$(database_in "$DATABASE_OWNER_URL")
  else
    start_postgres
    DATABASE_URL=$(private_url wayside_app "$DATABASE_NAME")
    DATABASE_OWNER_URL=$(private_url wayside_owner "$DATABASE_NAME")
    [[ -n $CLUSTER ]] || (umask 077 && printf '%s\n' "$DATABASE_URL" >"$STATE_DIR/database-url" &&
      printf '%s\n' "$DATABASE_OWNER_URL" >"$STATE_DIR/database-owner-url")
  fi
  export DATABASE_URL DATABASE_OWNER_URL
}

# Reports an unreachable database of your own before anything is built.
check_own_database() {
  local url problem
  for url in "$DATABASE_OWNER_URL" "$(url_with_database "$DATABASE_URL" postgres)"; do
    url=$(url_with_database "$url" postgres)
    problem=$(psql_at "$url" --command "SELECT 1" 2>&1 >/dev/null) || die \
      "can't connect to $(without_password "$url")" "$problem" \
      "Check DATABASE_URL and DATABASE_OWNER_URL, or unset both to get a private Postgres."
  done
}

# url_with_database URL NAME: the same server, role and parameters, another database.
url_with_database() { sed -E "s#^([a-z]+://[^/?]*)(/[^?]*)?#\1/$2#" <<<"$1"; }

# database_in URL: the name of the database.
database_in() { sed -E 's#^[a-z]+://[^/?]*/?([^?]*).*#\1#' <<<"$1"; }

# without_password URL: safe to print.
without_password() { sed -E 's#^([a-z]+://[^:/@]*):[^@/]*@#\1@#' <<<"$1"; }

# Runs SQL as the owner in the maintenance database, where databases are created and dropped.
as_owner() { psql_at "$(url_with_database "$DATABASE_OWNER_URL" postgres)" "$@"; }

database_exists() { [[ $(as_owner --command "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]; }

create_database() { as_owner --command "CREATE DATABASE \"$1\" ENCODING 'UTF8' TEMPLATE template0"; }

drop_database() { as_owner --command "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"; }

ensure_database() { database_exists "$1" || create_database "$1"; }

start_database() {
  step "database"
  use_database
  report "$(without_password "$DATABASE_URL")"
}

# name_is_typed NAME [TYPED]: true if the name was given on the command line, or a person types it now.
name_is_typed() {
  local typed=${2:-}
  [[ -n $typed || ! -t 0 ]] || read -r -p "Type its name to go on: " typed
  [[ $typed == "$1" ]]
}

# Drops everything in the database. Your own database is dropped only if its name is typed.
reset_database() {
  step "empty database"
  if own_database; then
    say "" "--reset drops the database $DATABASE_NAME of $(without_password "$DATABASE_OWNER_URL")."
    name_is_typed "$DATABASE_NAME" || die "nothing was dropped."
  fi
  drop_database "$DATABASE_NAME"
  create_database "$DATABASE_NAME"
  report "made"
}

migrate_database() {
  step "schema"
  ensure_database "$DATABASE_NAME"
  "$WAYSIDE" migrate up >"$LOG_DIR/migrate.log" 2>&1 || die "the migrations failed." "$(tail -n 20 "$LOG_DIR/migrate.log")" \
    "A database from another branch may be in the way: bin/dev --reset makes a new one."
  report "up to date"
}

# The demo tenants; what it prints are their addresses and logins, shown when the server answers.
seed_database() {
  step "demo data"
  "$WAYSIDE" seed >"$LOG_DIR/seed.log" 2>"$LOG_DIR/seed-errors.log" || die "the demo data could not be loaded." "$(tail -n 20 "$LOG_DIR/seed-errors.log")"
  report "present"
}
