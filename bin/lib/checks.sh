# shellcheck shell=bash
# Checks that don't run Wayside: formatting, spelling, unused dependencies, lints.

# check NAME DOING COMMAND…: one step; its output is shown if it fails.
check() {
  local name=$1
  shift
  step "$name"
  working checking "$LOG_DIR/${name// /-}.log" "$@" || die "$name: see above."
}

check_formatting() { check "formatting" cargo fmt --all --check; }

check_scripts() { check "shell scripts" shellcheck bin/backup bin/dev bin/drill bin/fonts bin/postgres bin/release bin/restore bin/test bin/lib/*.sh benches/pages .ci/run; }

check_spelling() { check "spelling" typos; }

check_dependencies() { check "unused dependencies" cargo machete; }

check_styles() { check "styles" stylelint 'style/**/*.css'; }

check_journeys() { check "types and lint of the journeys" journeys_pass_lint; }

journeys_pass_lint() { (cd end2end && npx tsc && npx eslint --max-warnings 0 .); }

check_page_scripts() { check "types and lint of the pages' scripts" page_scripts_pass_lint; }

page_scripts_pass_lint() {
  end2end/node_modules/.bin/tsc --project end2end/tsconfig.scripts.json &&
    end2end/node_modules/.bin/eslint --config end2end/eslint.config.js --max-warnings 0 public/scripts src/server/load.js
}

# deny.toml lists the allowed licenses, sources and crates.
check_supply_chain() { check "licenses, sources and banned crates" cargo deny --locked check --hide-inclusion-graph bans licenses sources; }

# Known vulnerabilities, if `cargo deny fetch` has stored a copy of the RustSec database. Otherwise the run says that
# this wasn't checked.
check_advisories() {
  local folder=${CARGO_HOME:-$HOME/.cargo}/advisory-dbs
  if [[ -d $folder ]]; then
    check "known vulnerabilities" cargo deny --locked --offline check advisories
  else
    step "known vulnerabilities"
    report "not checked: no RustSec database in $folder"
  fi
}

# The server reads Leptos.toml if there is no Cargo.toml; the build reads Cargo.toml. Both must agree.
check_leptos_settings() { check "Leptos.toml agrees with Cargo.toml" leptos_settings_agree; }

leptos_settings_agree() {
  local settings
  settings=$(sed -n '/^\[\[workspace.metadata.leptos\]\]/,/^\[profile/p' Cargo.toml)
  grep -E '^[a-z-]+ = ' Leptos.toml | while read -r setting; do
    grep --quiet --fixed-strings --line-regexp -- "$setting" <<<"$settings" || { echo "Cargo.toml doesn't say: $setting" && return 1; }
  done
}

# The same features as the site's build, so that both use the same compiled dependencies.
check_server_code() {
  check "clippy of server and tests" cargo clippy --workspace --all-targets "${SERVER_FEATURES[@]}" -- --deny warnings
}

# In the profile and folder of the site's build, for the same reason.
check_browser_code() {
  check "clippy of the browser's code" cargo clippy --package wayside --package wayside-front --lib --no-default-features \
    --features wayside/hydrate,wayside-front/hydrate --target wasm32-unknown-unknown --profile wasm-release --target-dir "$TARGET_DIR/front" -- --deny warnings
}
