# shellcheck shell=bash
# What the operating system provides: disk space, a linker, Postgres, a browser. Debian's packages are installed
# as root or with sudo; on other systems the script says what is missing.

COLD_BUILD_GIGABYTES=6
WARM_BUILD_GIGABYTES=1

# True when the first version is the second or later.
version_at_least() { [[ $(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1) == "$2" ]]; }

# Without disk space, builds fail with misleading errors.
check_disk_space() {
  local free needed=$COLD_BUILD_GIGABYTES
  step "disk space"
  [[ ! -d $TARGET_DIR/debug/deps ]] || needed=$WARM_BUILD_GIGABYTES
  free=$(($(df --portability --block-size=1M . | awk 'NR == 2 { print $4 }') / 1024))
  ((free >= needed)) || die "only $free GB are free where $ROOT lies; building takes up to $needed GB." \
    "Make room, or move the checkout to a larger disk."
  report "$free GB free"
}

# install_packages DURATION WHAT-FOR PACKAGE…: by apt, as root or with sudo.
install_packages() {
  local duration=$1 purpose=$2 apt=(apt-get)
  shift 2
  command -v apt-get >/dev/null || die "$purpose is missing, and this system has no apt-get." \
    "Install what your system calls: $*"
  if ! is_root; then
    can_sudo || die "$purpose is missing, and installing it takes an administrator." "Ask for: apt-get install $*"
    apt=(sudo apt-get)
  fi
  working "installing, about $duration" "$LOG_DIR/apt.log" apt_install "${apt[@]}" -- "$@" || not_installed "$purpose"
}

# apt_install COMMAND… -- PACKAGE…
apt_install() {
  local command=()
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  "${command[@]}" update
  DEBIAN_FRONTEND=noninteractive "${command[@]}" install --yes --no-install-recommends "$@"
}

# Asks for the password if there is a terminal.
can_sudo() {
  command -v sudo >/dev/null || return 1
  sudo --non-interactive true 2>/dev/null || { [[ -t 0 ]] && sudo --validate; }
}

ensure_linker() {
  step "C linker"
  if command -v cc >/dev/null; then
    report "present"
  else
    install_packages "1 minute" "a C compiler, which Rust links with," gcc libc6-dev
  fi
}

ensure_postgres() {
  step "PostgreSQL $PG_OLDEST or later"
  if own_database; then
    command -v psql >/dev/null || install_packages "1 minute" "PostgreSQL's psql" postgresql-client
    PG_BIN=$(dirname -- "$(command -v psql)")
    report "yours, by DATABASE_URL"
    return 0
  fi
  find_postgres || install_packages "1 minute" "PostgreSQL's server" postgresql
  find_postgres || die "PostgreSQL $PG_OLDEST or later is missing; this system's package is older." \
    "Install it from https://www.postgresql.org/download/, or set DATABASE_URL and DATABASE_OWNER_URL to a database of yours."
  report "present in $PG_BIN"
}

ensure_shellcheck() {
  step "shellcheck"
  command -v shellcheck >/dev/null || install_packages "1 minute" "shellcheck, which reads the scripts," shellcheck
  report "present"
}

# Sets CHROMIUM to an installed browser.
find_chromium() {
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
  [[ -n $CHROMIUM ]]
}

ensure_chromium() {
  step "Chromium"
  find_chromium || install_packages "2 minutes" "Chromium, which the browser tests drive," chromium
  find_chromium || die "Chromium is missing after its package was installed." "The log is $LOG_DIR/apt.log"
  report "present, $CHROMIUM"
}
