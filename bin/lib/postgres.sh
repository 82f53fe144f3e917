# shellcheck shell=bash
# A private Postgres for this checkout: the system's own binaries, a unix socket, no TCP port.
#
# The socket's folder (mode 0700) decides who may connect; connections are trusted, because only the account that runs
# the cluster, and root, can reach the socket. So there are no passwords to create, store or leak.
#
# Postgres refuses to run as root, and the account `postgres` can't enter /root or a folder of mode 0700. So for
# root the cluster lives under /var/lib/wayside/<hash of the checkout's path> and belongs to `postgres`; for
# anybody else it lives in the checkout, under .wayside/postgres.

PG_OLDEST=15                # earlier releases lack `security_invoker` views and much of ICU
PG_PORT=5432                # only names the socket file; nothing listens on TCP
SOCKET_FILE_BYTES=14        # "/.s.PGSQL.5432"
SOCKET_PATH_LIMIT=107       # the kernel's limit for a unix socket's path
PG_STARTED=no               # whether this process started it and must stop it

# A second cluster of the same checkout has a name: bin/test has one, and rehearses backup and restore on two more.
CLUSTER=${WAYSIDE_CLUSTER:+-$WAYSIDE_CLUSTER}
TESTS_CLUSTER=-tests

is_root() { [[ $(id -u) == 0 ]]; }

# Prints the major version of the server binaries in a folder, or nothing.
pg_major_in() {
  [[ -x $1/initdb && -x $1/pg_ctl && -x $1/postgres && -x $1/psql ]] || return 0
  "$1/postgres" --version | sed -nE 's/^postgres \(PostgreSQL\) ([0-9]+).*/\1/p'
}

# Sets PG_BIN to the newest folder of Postgres server binaries (Debian keeps them off the PATH); fails if there is none.
find_postgres() {
  local folder major newest=0
  PG_BIN=""
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname -- "$(command -v postgres || echo /nowhere/postgres)")"; do
    major=$(pg_major_in "$folder")
    if [[ -n $major ]] && ((major >= PG_OLDEST && major > newest)); then
      newest=$major
      PG_BIN=$folder
    fi
  done
  [[ -n $PG_BIN ]]
}

# Prints the first 12 hex digits of the SHA-256 of a path.
path_hash() { printf '%s' "$1" | sha256sum | cut -c 1-12; }

# This checkout's name outside itself.
checkout_hash() { path_hash "$ROOT"; }

# The account that owns the cluster.
cluster_account() { if is_root; then printf 'postgres'; else id -un; fi; }

# Prints the folder of the data. What tests leave is worth nothing, so theirs is in memory if there is room: each makes and drops a database of 800
# files, and a filesystem that avoids the inodes of files just deleted takes four times as long for it.
data_folder() {
  local memory
  memory=/dev/shm/wayside-$(id -u)-$(path_hash "$PG_HOME")$CLUSTER
  if [[ $CLUSTER == "$TESTS_CLUSTER" && ! -d $PG_HOME/data ]] && { is_there "$memory" || has_room_in_memory; }; then
    printf '%s' "$memory"
  else
    printf '%s' "$PG_HOME/data"
  fi
}

# True for a broken link as well.
is_there() { [[ -e $1 || -L $1 ]]; }

in_memory() { [[ ${PG_DATA:-} == /dev/shm/* ]]; }

# Everybody may write to /dev/shm and can guess our folder's name. So another account may have made it first, with settings of its own or links to our files.
refuse_data_of_others() {
  in_memory && is_there "$PG_DATA" || return 0
  [[ -d $PG_DATA && ! -L $PG_DATA && $(stat --format=%U -- "$PG_DATA") == "$(cluster_account)" ]] || die \
    "$PG_DATA isn't a folder of the account $(cluster_account), so it can't hold the tests' data." \
    "Find out who made it (ls -ld $PG_DATA), remove it, and run this again."
}

# For the largest tests and a build beside them.
has_room_in_memory() {
  local folder all
  folder=$(df --output=avail --block-size=1G /dev/shm 2>/dev/null | tail -n 1)
  all=$(awk '/^MemAvailable:/ { print int($2 / 1024 / 1024) }' /proc/meminfo 2>/dev/null)
  ((${folder:-0} >= 6 && ${all:-0} >= 10))
}

# Sets PG_HOME, PG_DATA and PG_SOCKET. A checkout too deep for a socket's path, or with characters that would need
# escaping in a URL, gets its socket in the run-time folder instead.
locate_cluster() {
  if is_root; then
    PG_HOME=/var/lib/wayside/$(checkout_hash)$CLUSTER
  else
    PG_HOME=$STATE_DIR/postgres$CLUSTER
  fi
  PG_DATA=$(data_folder)
  refuse_data_of_others
  PG_SOCKET=$PG_HOME/socket
  if ((${#PG_SOCKET} + SOCKET_FILE_BYTES > SOCKET_PATH_LIMIT)) || [[ $PG_SOCKET =~ [^A-Za-z0-9/._-] ]]; then
    PG_SOCKET=${XDG_RUNTIME_DIR:-/tmp}/wayside-$(id -u)-$(checkout_hash)$CLUSTER
  fi
}

# Runs a command as the account that owns the cluster, from a folder it can enter.
as_postgres() {
  if is_root; then
    (cd / && HOME=$PG_HOME runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# Creates the folders, accessible only to the cluster's account.
make_cluster_folders() {
  if is_root; then
    id postgres >/dev/null 2>&1 || die "there is no account named postgres, and Postgres doesn't run as root." \
      "Make one with: useradd --system --home-dir /var/lib/postgresql postgres"
    install -d -m 755 /var/lib/wayside
    install -d -m 700 -o postgres -g postgres "$PG_HOME" "$PG_SOCKET"
  else
    install -d -m 700 "$PG_HOME" "$PG_SOCKET" 2>/dev/null || true
  fi
  [[ -d $PG_SOCKET && ! -L $PG_SOCKET && -O $PG_SOCKET ]] || is_root || die "$PG_SOCKET belongs to somebody else, so it can't hold this checkout's socket." \
    "Remove that folder, or move the checkout to a shorter path."
}

create_cluster() {
  [[ ! -s $PG_DATA/PG_VERSION ]] || return 0
  # A folder without PG_VERSION is from an interrupted initdb.
  rm -rf -- "$PG_DATA"
  # mkdir fails if another account has just made the folder; `install -d` would take it, with what is in it.
  as_postgres mkdir --mode=700 -- "$PG_DATA" &&
    as_postgres "$PG_BIN/initdb" --pgdata="$PG_DATA" --username=postgres --auth=trust \
      --encoding=UTF8 --locale=C.UTF-8 --data-checksums &&
    as_postgres tee -a "$PG_DATA/postgresql.conf" <<<"include 'wayside.conf'" >/dev/null
}

# A local demo is worth keeping. CI and tests discard their data, and would spend a third of their time waiting for the disk.
durability() { if [[ ${CI:-} == true || $CLUSTER == "$TESTS_CLUSTER" ]]; then printf 'off'; else printf 'on'; fi; }

# Written at every start, so that a new version of this file reaches clusters that exist.
configure_cluster() {
  as_postgres tee "$PG_DATA/wayside.conf" >/dev/null <<CONF
# Written by bin/lib/postgres.sh at every start: change it there.
listen_addresses = ''
port = $PG_PORT
unix_socket_directories = '$PG_SOCKET'
unix_socket_permissions = 0700
max_connections = 200    # every test has its own database and a small pool
fsync = $(durability)
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
include_if_exists 'archive.conf' # \`bin/backup archive on\` writes it
CONF
}

# Prints the process id in postmaster.pid when it is that of this cluster's server. After a crash or a reboot the
# number may be another program's, so the command line must name our data folder.
postmaster_pid() {
  local pid
  pid=$(head -n 1 "$PG_DATA/postmaster.pid" 2>/dev/null) || return 0
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 0
  if tr '\0' '\n' <"/proc/$pid/cmdline" | grep --quiet --fixed-strings --line-regexp -- "$PG_DATA"; then
    printf '%s' "$pid"
  fi
}

postgres_answers() { "$PG_BIN/pg_isready" --quiet --host="$PG_SOCKET" --port="$PG_PORT"; }

# A server that died without cleaning up leaves lock files with its process id. Postgres ignores them unless
# another program has that id by now. So postmaster.pid gets an id beyond what the kernel assigns instead of
# being deleted: its other lines let Postgres find out whether orphaned backends still write to the data.
disown_stale_locks() {
  rm -f -- "$PG_SOCKET/.s.PGSQL.$PG_PORT" "$PG_SOCKET/.s.PGSQL.$PG_PORT.lock"
  [[ ! -e $PG_DATA/postmaster.pid ]] || as_postgres sed -i '1s/.*/4194305/' "$PG_DATA/postmaster.pid"
}

# Starts the private Postgres unless it runs, and creates the roles. Two scripts may do so at the same time.
start_postgres() {
  # Settings of the caller's own databases must not leak into the private one.
  unset PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS PGDATA
  locate_cluster
  make_cluster_folders
  exec 9>"$STATE_DIR/postgres$CLUSTER.lock"
  flock 9
  start_postgres_locked 9>&- # the server must not inherit the lock
  exec 9>&-
}

start_postgres_locked() {
  if [[ -z $(postmaster_pid) ]]; then
    create_cluster >"$LOG_DIR/initdb.log" 2>&1 || die "the private Postgres could not be created." \
      "The reason is at the end of $LOG_DIR/initdb.log:" "$(tail -n 3 "$LOG_DIR/initdb.log")"
    refuse_data_of_others # another account may have made the folder since locate_cluster
    configure_cluster
    disown_stale_locks
    # Orphans of a killed server need a moment to end.
    launch_postgres || { sleep 2 && launch_postgres; } || renew_tests_cluster || die "the private Postgres did not start." \
      "The reason is at the end of $PG_HOME/postgres.log:" "$(as_postgres tail -n 5 "$PG_HOME/postgres.log")"
    PG_STARTED=yes
  fi
  wait_for_postgres
  as_superuser --file "$ROOT/bin/lib/roles.sql" >/dev/null
}

# A power cut may have broken the tests' data, because it is written without fsync. It holds nothing of worth, so it is made again.
renew_tests_cluster() {
  [[ $CLUSTER == "$TESTS_CLUSTER" ]] || return
  say "The tests' Postgres doesn't start with the data in $PG_DATA, so a new one is made."
  rm -rf -- "$PG_DATA"
  create_cluster >"$LOG_DIR/initdb.log" 2>&1 && configure_cluster && disown_stale_locks && launch_postgres
}

launch_postgres() {
  as_postgres "$PG_BIN/pg_ctl" --pgdata="$PG_DATA" --log="$PG_HOME/postgres.log" --timeout=60 --wait start \
    >"$LOG_DIR/pg_ctl.log" 2>&1 </dev/null
}

# Another script may just have started it, or it may be replaying its log after a crash.
wait_for_postgres() {
  local waited=0
  until postgres_answers; do
    ((waited++ < 300)) || die "the private Postgres runs but doesn't answer." "Its log is $PG_HOME/postgres.log"
    sleep 0.2
  done
  # After `bin/restore --to-time` it answers while it still replays WAL, and can't be written to.
  while [[ $(as_superuser --command "SELECT pg_is_in_recovery()") != f ]]; do
    [[ -n $(postmaster_pid) ]] || die "the private Postgres stopped while it replayed its log." \
      "The reason is at the end of $PG_HOME/postgres.log:" "$(as_postgres tail -n 5 "$PG_HOME/postgres.log")"
    sleep 0.2
  done
}

# psql as the cluster's superuser; the roles of the application are never superusers.
as_superuser() {
  psql_at "$(private_url postgres postgres)" "$@"
}

# psql_at URL ARGUMENT…: psql for scripts: quiet, unaffected by the caller's .psqlrc, failing at the first error.
psql_at() {
  PGOPTIONS="--client-min-messages=warning" "$PG_BIN/psql" --no-psqlrc --quiet --no-password --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"
}

# private_url ROLE DATABASE: the private Postgres's URL for that role.
private_url() { printf 'postgres://%s@localhost:%s/%s?host=%s' "$1" "$PG_PORT" "$2" "$PG_SOCKET"; }

# Stops the private Postgres if this process started it and nobody else uses it.
stop_postgres_if_started() {
  [[ $PG_STARTED == yes ]] || return 0
  local others
  others=$(as_superuser --command \
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" || echo 0)
  if ((others > 0)); then
    say "The private Postgres stays up: $others other connections use it. \`${CLUSTER:+WAYSIDE_CLUSTER=${CLUSTER#-} }bin/postgres stop\` stops it."
    return 0
  fi
  stop_postgres
  PG_STARTED=no
}

stop_postgres() {
  as_postgres "$PG_BIN/pg_ctl" --pgdata="$PG_DATA" --mode=fast --wait stop >>"$LOG_DIR/pg_ctl.log" 2>&1
}

# Stops and deletes a named cluster. No script deletes the checkout's own cluster.
remove_cluster() {
  [[ -n $CLUSTER ]] || die "only a cluster with a name of its own is removed."
  locate_cluster
  [[ -z $(postmaster_pid) ]] || stop_postgres
  rm -rf -- "$PG_DATA" "$PG_HOME" "$PG_SOCKET"
}

# Takes a lock that each bin/test shares as long as it runs: while it compiles it has no connection, and another one that ends must not stop Postgres.
# A process of its own keeps the lock and ends with this one: if this one kept it, all it starts would inherit it, also a server that stays up.
share_tests_cluster() {
  exec 8>"$STATE_DIR/tests.lock"
  flock --shared 8
  tail --pid=$$ --follow /dev/null >/dev/null 2>&1 </dev/null &
  TESTS_LOCK_KEEPER=$!
  exec 8>&-
}

# Fails, without waiting, if another bin/test runs or a script starts the cluster. Otherwise those wait until this process ends.
take_tests_cluster() {
  exec 8>"$STATE_DIR/tests.lock" 9>"$STATE_DIR/postgres$CLUSTER.lock"
  flock --nonblock 9 && flock --exclusive --nonblock 8
}

# leave_tests_cluster STATUS: the end of bin/test. Data in memory would take room until the next start of the machine, so it is deleted after tests that passed.
# What failed tests leave stays for inspection.
leave_tests_cluster() {
  kill "$TESTS_LOCK_KEEPER" 2>/dev/null || true
  wait "$TESTS_LOCK_KEEPER" 2>/dev/null || true
  if take_tests_cluster; then
    stop_postgres_if_started
    (($1 != 0)) || discard_tests_in_memory
    tell_of_tests_in_memory
  elif [[ $PG_STARTED == yes ]]; then
    say "The tests' Postgres stays up: another script uses it. \`WAYSIDE_CLUSTER=tests bin/postgres stop\` stops it."
  fi
}

discard_tests_in_memory() {
  in_memory && [[ -z $(postmaster_pid) ]] || return 0
  remove_cluster
}

# systemd may delete it as well, when its account logs out (RemoveIPC in logind.conf): then the next start makes a new one.
tell_of_tests_in_memory() {
  in_memory && [[ -d $PG_DATA ]] || return 0
  say "The tests' data stays in memory: $(du --summarize --human-readable -- "$PG_DATA" | cut -f 1) in $PG_DATA." \
    "\`WAYSIDE_CLUSTER=tests bin/postgres remove\` frees it."
}
