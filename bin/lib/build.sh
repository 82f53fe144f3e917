# shellcheck shell=bash
# The site for development: server, WASM, styles and static files.

# The inputs of the build. A newer file or folder (something was added or removed) requires a new build.
SOURCES=(Cargo.toml Cargo.lock build.rs .cargo Leptos.toml engine src style public migrations seeds bin/lib)
BUILT_STAMP=$TARGET_DIR/wayside-dev-site

WAYSIDE=$TARGET_DIR/debug/wayside

# cargo leptos takes seconds even if nothing changed, because it always rebuilds the site.
site_is_fresh() {
  [[ -x $WAYSIDE && -e $BUILT_STAMP && -e $ROOT/target/site/pkg ]] &&
    [[ $(build_environment) == "$(<"$BUILT_STAMP")" ]] &&
    [[ -z $(find "${SOURCES[@]}" -newer "$BUILT_STAMP" -print -quit 2>/dev/null) ]]
}

build_environment() { printf '%s\n' "$(rustc --version)" "${RUSTFLAGS:-}"; }

build_site() {
  step "Wayside"
  if site_is_fresh; then
    report "built, nothing changed"
    return 0
  fi
  mkdir -p "$TARGET_DIR"
  # Taken before the build: files saved during it belong to the next one.
  build_environment >"$BUILT_STAMP.new"
  working "building, about $(build_duration)" "$LOG_DIR/build.log" cargo leptos build
  mv "$BUILT_STAMP.new" "$BUILT_STAMP"
}

# build_release [--frontend-only]: the compressed site for deployment, and the server. Fonts are already compressed, and no browser requests
# type declarations.
build_release() {
  cargo leptos build --release --precompress "$@" &&
    find "${LEPTOS_SITE_ROOT:-target/site}" \( -name '*.ts' -o -name '*.ts.*' -o -name '*.woff2.*' \) -delete
}

build_duration() {
  if [[ -x $WAYSIDE ]]; then printf '1 minute'; else printf '8 minutes the first time'; fi
}
