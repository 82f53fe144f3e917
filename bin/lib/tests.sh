# shellcheck shell=bash
# Tests: unit and database tests, journeys in a browser.

# As cargo-leptos builds the server.
SERVER_FEATURES=(--no-default-features --features "wayside/ssr,wayside-engine/ssr")

PASSED=0
FAILED=0

# Runs a test runner with its output on the terminal and in a log.
shown() {
  local log=$1
  shift
  "$@" 2>&1 </dev/null | tee "$log"
}

# count_tests LOG: adds the numbers of passed and failed tests from a runner's last lines.
count_tests() {
  PASSED=$((PASSED + $(last_count passed "$1")))
  FAILED=$((FAILED + $(last_count failed "$1")))
}

# last_count WORD LOG: the number before the last occurrence of the word, or 0.
last_count() { plain_text "$2" | awk -v word="$1" '{ for (i = 2; i <= NF; i++) if ($i ~ "^" word && $(i - 1) ~ /^[0-9]+$/) n = $(i - 1) } END { print n + 0 }'; }

# Without colors.
plain_text() { sed -E 's/\x1b\[[0-9;]*m//g' "$1"; }

# One build for the tests and for the server used by migrations and browser tests: a separate `cargo leptos build`
# would compile most dependencies again, without the features that the tests' dependencies enable.
build_server() {
  step "server and tests"
  working building "$LOG_DIR/server.log" cargo build --workspace --bins --tests "${SERVER_FEATURES[@]}" ||
    die "the server or its tests don't compile."
}

# wayside_on DATABASE ARGUMENT…: the `wayside` command on another database of the same server.
wayside_on() {
  local database=$1
  shift
  DATABASE_URL=$(url_with_database "$DATABASE_URL" "$database") \
    DATABASE_OWNER_URL=$(url_with_database "$DATABASE_OWNER_URL" "$database") "$WAYSIDE" "$@"
}

fresh_database() {
  drop_database "$1"
  create_database "$1"
}

# databases_like PATTERN: the names of databases of that SQL pattern.
databases_like() { as_owner --command "SELECT datname FROM pg_database WHERE datname LIKE '$1'"; }

# Drops the databases that failed tests kept for inspection.
sweep_test_databases() {
  local name
  for name in $(databases_like 'test\_%'); do
    # Named by a UUID, so they can't belong to anything else.
    [[ ! $name =~ ^test_[0-9a-f]{32}$ ]] || drop_database "$name"
  done
}

# A backup is only proven by a restore. The rehearsal uses separate clusters, so it needs Postgres's server
# programs.
rehearse_restore() {
  step "backup and restore"
  if (find_postgres); then
    working "rehearsing" "$LOG_DIR/drill.log" bin/drill || die "what was backed up didn't come back."
  else
    report "not rehearsed: the Postgres server programs are missing"
  fi
}

# Every test clones this database, which takes milliseconds instead of the seconds of a migration. Its name depends on
# its migrations; it gets that name only when all are applied.
prepare_template() {
  local hash old
  step "template database"
  hash=$(find migrations Cargo.lock -type f -print0 | sort --zero-terminated | xargs --null sha256sum | sha256sum | cut -c 1-12)
  WAYSIDE_TEST_TEMPLATE=wayside_template_$hash
  WAYSIDE_TEST_OWNER_URL=$(url_with_database "$DATABASE_OWNER_URL" postgres)
  WAYSIDE_TEST_APP_URL=$(url_with_database "$DATABASE_URL" postgres)
  export WAYSIDE_TEST_TEMPLATE WAYSIDE_TEST_OWNER_URL WAYSIDE_TEST_APP_URL
  if database_exists "$WAYSIDE_TEST_TEMPLATE"; then
    report "present, $WAYSIDE_TEST_TEMPLATE"
    return 0
  fi
  for old in $(databases_like 'wayside\_template\_%'); do
    drop_database "$old"
  done
  working "migrating" "$LOG_DIR/template.log" make_template || die "the template database could not be made."
}

make_template() {
  fresh_database wayside_template &&
    wayside_on wayside_template migrate up &&
    as_owner --command "ALTER DATABASE wayside_template RENAME TO $WAYSIDE_TEST_TEMPLATE"
}

run_tests() {
  local status=0
  step "unit and database tests"
  say "$STEP_LABEL"
  sweep_test_databases
  shown "$LOG_DIR/nextest.log" cargo nextest run --workspace "${SERVER_FEATURES[@]}" \
    --no-fail-fast --status-level slow --final-status-level fail --show-progress none || status=$?
  count_tests "$LOG_DIR/nextest.log"
  ((status == 0)) || die "tests failed."
}

# Examples in the documentation. nextest doesn't run them.
run_documentation_tests() {
  step "examples in the documentation"
  working running "$LOG_DIR/doctests.log" cargo test --doc --workspace "${SERVER_FEATURES[@]}" || die "an example in the documentation fails."
}

# The same layout as a release: program, hash.txt and site in one folder. So a `bin/dev` running at the same time isn't affected.
BROWSER_TEST_DIR=$TARGET_DIR/browser-tests

build_release_site() {
  step "site with release WASM"
  working building "$LOG_DIR/site.log" assemble_site || die "the site could not be built."
}

assemble_site() {
  LEPTOS_SITE_ROOT=${BROWSER_TEST_DIR#"$ROOT/"}/site build_release --frontend-only &&
    cp "$TARGET_DIR/release/hash.txt" "$BROWSER_TEST_DIR/" &&
    cp --reflink=auto "$WAYSIDE" "$BROWSER_TEST_DIR/"
}

ensure_browser_test_packages() {
  if [[ -e end2end/package-lock.json ]]; then
    ensure_npm_packages end2end
  else
    step "npm packages of end2end"
    report "none yet (end2end/package-lock.json is missing)"
  fi
}

run_browser_tests() {
  local port status=0
  step "journeys in Chromium"
  if [[ ! -e end2end/package-lock.json ]]; then
    report "none yet (end2end/package-lock.json is missing)"
    return 0
  fi
  say "$STEP_LABEL"
  port=$(free_port)
  fresh_database wayside_browser_tests
  DATABASE_URL=$(url_with_database "$DATABASE_URL" wayside_browser_tests)
  DATABASE_OWNER_URL=$(url_with_database "$DATABASE_OWNER_URL" wayside_browser_tests)
  export LEPTOS_SITE_ADDR=127.0.0.1:$port LEPTOS_SITE_ROOT=$BROWSER_TEST_DIR/site
  { "$WAYSIDE" migrate up && "$WAYSIDE" seed; } >"$LOG_DIR/browser-tests-database.log" 2>&1 ||
    die "the browser tests' database could not be prepared." "$(tail -n 20 "$LOG_DIR/browser-tests-database.log")"
  start_server "$BROWSER_TEST_DIR/wayside" "$port" "$LOG_DIR/browser-tests-server.log"
  export PORT=$port CHROMIUM WAYSIDE PSQL=$PG_BIN/psql
  (cd end2end && shown "$LOG_DIR/playwright.log" npx playwright test) || status=$?
  stop_server
  count_tests "$LOG_DIR/playwright.log"
  ((status == 0)) || die "journeys failed." "The server's log is $LOG_DIR/browser-tests-server.log"
}
