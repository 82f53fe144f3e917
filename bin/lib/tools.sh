# shellcheck shell=bash
# Rust, Node and the commands built with them. Tools with the right version are not reinstalled.

# Other versions than yours are installed here, so that other projects aren't affected.
TOOLS_DIR=$STATE_DIR/tools

PATH=$TOOLS_DIR/bin:$ROOT/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export PATH

ensure_rust() {
  local version
  step "Rust $RUST_OLDEST or later"
  command -v cargo >/dev/null || die "Rust is missing." \
    "Install it with rustup (https://rustup.rs), then run this again."
  version=$(rustc --version | cut -d ' ' -f 2)
  version_at_least "$version" "$RUST_OLDEST" || die "this is Rust $version; Wayside needs $RUST_OLDEST or later." \
    "With rustup: rustup update stable && rustup default stable"
  report "present, $version"
}

ensure_wasm_target() {
  step "Rust target wasm32-unknown-unknown"
  if [[ -d $(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib ]]; then
    report "present"
    return 0
  fi
  command -v rustup >/dev/null || die "the Rust target wasm32-unknown-unknown is missing, and so is rustup." \
    "Your system's package for it may be called libstd-rust-dev-wasm32."
  working "installing, about 20 seconds" "$LOG_DIR/wasm-target.log" rustup target add wasm32-unknown-unknown ||
    not_installed "the Rust target"
}

# ensure_tool CRATE COMMAND VERSION DURATION [ARGUMENT…]: the command, as "name" or "cargo subcommand", in a version, or in
# any if the version is "any".
ensure_tool() {
  local crate=$1 command=$2 wanted=$3 duration=$4 found=""
  shift 4
  if [[ $wanted == any ]]; then step "$crate"; else step "$crate $wanted"; fi
  # shellcheck disable=SC2086 # "cargo leptos" is two words
  found=$($command --version 2>/dev/null | grep --only-matching --extended-regexp --max-count=1 '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1) || true
  if [[ -n $found && ($wanted == any || $found == "$wanted") ]]; then
    report "present, $found"
    return 0
  fi
  [[ $wanted == any ]] || set -- --version "$wanted" "$@"
  [[ -z $found ]] || set -- --root "$TOOLS_DIR" "$@"
  working "installing, about $duration" "$LOG_DIR/$crate.log" install_crate "$crate" "$@" || not_installed "$crate"
  hash -r
}

not_installed() { die "$1 could not be installed; the reason is above." "What is done so far is kept: run this again."; }

# These tools mostly wait for other programs, so they are compiled quickly instead of optimized: half the time.
install_crate() {
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 \
    cargo install "$@"
}

ensure_cargo_leptos() { ensure_tool cargo-leptos "cargo leptos" "$CARGO_LEPTOS_VERSION" "6 minutes" --locked; }

# Not --locked: its lock file names a version of a crate that was withdrawn.
ensure_wasm_bindgen() { ensure_tool wasm-bindgen-cli wasm-bindgen "$WASM_BINDGEN_VERSION" "2 minutes"; }

ensure_machete() { ensure_tool cargo-machete "cargo machete" any "1 minute" --locked; }

ensure_deny() { ensure_tool cargo-deny "cargo deny" "$CARGO_DENY_VERSION" "4 minutes" --locked --no-default-features; }

ensure_nextest() { ensure_tool cargo-nextest "cargo nextest" any "5 minutes" --locked; }

ensure_typos() { ensure_tool typos-cli typos "$TYPOS_VERSION" "2 minutes" --locked; }

# npm packages are installed when the lock file has changed since the last installation.
ensure_npm_packages() {
  step "npm packages${1:+ of $1}"
  check_node
  local folder=${1:-.} stamp
  stamp=$folder/node_modules/.wayside-lock
  if cmp --quiet "$folder/package-lock.json" "$stamp"; then
    report "present"
    return 0
  fi
  working "installing, about 20 seconds" "$LOG_DIR/npm-ci.log" npm ci --prefix "$folder" --no-audit --no-fund ||
    not_installed "npm's packages"
  cp "$folder/package-lock.json" "$stamp"
}

check_node() {
  local version
  { command -v node && command -v npm; } >/dev/null || die "Node.js or npm is missing." \
    "Install Node $NODE_OLDEST or later: apt-get install nodejs npm, or from https://nodejs.org"
  version=$(node --version)
  version_at_least "${version#v}" "$NODE_OLDEST" || die "this is Node ${version#v}; Wayside needs $NODE_OLDEST or later." \
    "See https://nodejs.org"
}
