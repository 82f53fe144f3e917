# shellcheck shell=bash
# Terminal output: plain sentences, numbered steps with elapsed time, and failures that say what to do.

# Numbers and names of the steps; `begin_steps` sets the total, `step` counts.
STEP_NUMBER=0
STEP_TOTAL=0
STEP_LABEL=""
STEP_NAMES=()
STEP_STARTS=()
TICKER_PID=""

# Prints each argument on a line.
say() { printf '%s\n' "$@"; }

# Ends the script: the first argument says what is wrong, each further one a line on what to do.
die() {
  stop_ticker
  printf '\nwayside: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

# True on a terminal, where a line can be rewritten in place.
watched() { [[ -t 1 && -z ${CI:-} ]]; }

# Prints a number of seconds as "12s" or "3m05s".
duration() {
  if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' "$(($1 / 60))" "$(($1 % 60))"; fi
}

# begin_steps TOTAL: numbers the following steps out of TOTAL.
begin_steps() { STEP_TOTAL=$1; }

# step NAME: names the step that starts now.
step() {
  STEP_NUMBER=$((STEP_NUMBER + 1))
  STEP_NAMES+=("$1")
  STEP_STARTS+=("$SECONDS")
  STEP_LABEL="[$STEP_NUMBER/$STEP_TOTAL] $1"
}

# Prints the status of the current step.
report() {
  if watched; then printf '\r\033[K'; fi
  say "$STEP_LABEL: $*"
}

# Shows the elapsed time of a long step: every second on a terminal, every minute in a log.
tick() {
  local start=$SECONDS elapsed minutes=0
  while sleep 1; do
    elapsed=$((SECONDS - start))
    if watched; then
      printf '\r\033[K%s: %s … %s' "$STEP_LABEL" "$1" "$(duration "$elapsed")"
    elif ((elapsed / 60 > minutes)); then
      minutes=$((elapsed / 60))
      printf '%s: still at it after %s\n' "$STEP_LABEL" "$(duration "$elapsed")"
    fi
  done
}

stop_ticker() {
  [[ -n $TICKER_PID ]] || return 0
  kill "$TICKER_PID" 2>/dev/null || true
  wait "$TICKER_PID" 2>/dev/null || true
  TICKER_PID=""
}

# working DOING LOG COMMAND…: runs the command with its output in LOG and the time on the terminal; a failure
# shows the end of the log. The command stays in the foreground, so that Ctrl-C reaches it.
working() {
  local doing=$1 log=$2 start=$SECONDS status=0
  shift 2
  if watched; then printf '%s: %s …' "$STEP_LABEL" "$doing"; else say "$STEP_LABEL: $doing …"; fi
  tick "$doing" &
  TICKER_PID=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  stop_ticker
  if ((status != 0)); then
    if watched; then printf '\r\033[K'; fi
    say "$STEP_LABEL: failed after $(duration $((SECONDS - start))). The end of $log:"
    end_of "$log"
    return "$status"
  fi
  report "done in $(duration $((SECONDS - start)))"
}

# The end of a log, without cargo's progress lines; more of it on CI, where the log file can't be opened.
end_of() {
  grep --invert-match --extended-regexp '^ +(Compiling|Checking|Downloading|Downloaded|Adding) ' "$1" |
    tail -n "$(if watched; then echo 40; else echo 400; fi)" | sed 's/^/    /'
}

# The time of each step, and the total.
print_step_times() {
  local i end
  say "" "time     step"
  for i in "${!STEP_NAMES[@]}"; do
    end=${STEP_STARTS[i + 1]:-$SECONDS}
    printf '%-8s %s\n' "$(duration $((end - STEP_STARTS[i])))" "${STEP_NAMES[i]}"
  done
  printf '%-8s in all\n' "$(duration "$SECONDS")"
}
