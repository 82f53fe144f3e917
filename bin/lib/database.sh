# shellcheck shell=bash
# Databases by name, in the private Postgres or in one of your own (DATABASE_URL and DATABASE_OWNER_URL).

DATABASE_NAME=wayside

own_database() { [[ -n ${DATABASE_URL:-} || -n ${DATABASE_OWNER_URL:-} ]]; }

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
  else
    start_postgres
    DATABASE_URL=$(private_url wayside_app "$DATABASE_NAME")
    DATABASE_OWNER_URL=$(private_url wayside_owner "$DATABASE_NAME")
    (umask 077 && printf '%s\n' "$DATABASE_URL" >"$STATE_DIR/database-url" &&
      printf '%s\n' "$DATABASE_OWNER_URL" >"$STATE_DIR/database-owner-url")
  fi
  export DATABASE_URL DATABASE_OWNER_URL
}

# An unreachable database of your own is said before anything is built on it.
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

# without_password URL: fit to be shown.
without_password() { sed -E 's#^([a-z]+://[^:/@]*):[^@/]*@#\1@#' <<<"$1"; }

# Runs SQL as the owner in the maintenance database, where databases are created and dropped.
as_owner() { psql_at "$(url_with_database "$DATABASE_OWNER_URL" postgres)" "$@"; }

database_exists() { [[ $(as_owner --command "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]; }

create_database() { as_owner --command "CREATE DATABASE \"$1\" ENCODING 'UTF8' TEMPLATE template0"; }

drop_database() { as_owner --command "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"; }

ensure_database() { database_exists "$1" || create_database "$1"; }
