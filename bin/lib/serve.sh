# shellcheck shell=bash
# Runs the server and sends requests to it.

SERVER_PID=""

# True if something accepts connections on that local port.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the name and id of the process that listens on a port, if known.
listener_on() {
  command -v ss >/dev/null || return 0
  ss --listening --tcp --numeric --processes --no-header "sport = :$1" 2>/dev/null |
    sed -nE 's/.*users:\(\("([^"]+)",pid=([0-9]+).*/\1, process \2/p' | head -n 1
}

# Prints an unused port.
free_port() {
  local candidate
  for candidate in {3100..3999}; do
    if ! port_taken "$candidate"; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  die "no port between 3100 and 3999 is free."
}

check_port() {
  step "port $PORT"
  if port_taken "$PORT"; then
    local who
    who=$(listener_on "$PORT")
    die "port $PORT is taken${who:+ by $who}." "Stop that, or choose another: PORT=$((PORT + 10)) bin/dev"
  fi
  report "free"
}

# http_status PORT PATH: the status of a plain GET, or nothing.
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    read -r -t 5 _ status _ <&3
    printf '%s' "$status"
  ) 2>/dev/null || true
}

# start_server PROGRAM PORT [LOG]: serves in the background, in a separate process group: Ctrl-C reaches only the script,
# which then stops the server and waits for it.
start_server() {
  set -m
  if [[ -n ${3:-} ]]; then
    LEPTOS_SITE_ADDR=127.0.0.1:$2 "$1" serve >"$3" 2>&1 </dev/null &
  else
    LEPTOS_SITE_ADDR=127.0.0.1:$2 "$1" serve </dev/null &
  fi
  SERVER_PID=$!
  set +m
  wait_for_server "$2" "${3:-the lines above}"
}

wait_for_server() {
  local waited=0
  until [[ $(http_status "$1" /readyz) == 200 ]]; do
    kill -0 "$SERVER_PID" 2>/dev/null || die "the server stopped while starting." "The reason is in $2."
    ((waited++ < 300)) || die "the server didn't become ready within a minute." "The reason may be in $2; or run: $WAYSIDE doctor"
    sleep 0.2
  done
}

# Asks the server to finish its requests, and kills it after half a minute.
stop_server() {
  local waited=0
  [[ -n $SERVER_PID ]] || return 0
  kill -TERM "$SERVER_PID" 2>/dev/null || true
  while kill -0 "$SERVER_PID" 2>/dev/null; do
    ((waited++ < 300)) || kill -KILL "$SERVER_PID" 2>/dev/null || true
    sleep 0.1
  done
  wait "$SERVER_PID" 2>/dev/null || true
  SERVER_PID=""
}
