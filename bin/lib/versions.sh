# shellcheck shell=bash
# Versions of the tools the scripts install. The npm packages' versions are in package.json.
# shellcheck disable=SC2034 # for the scripts that source this

# The compiler on CI; `rust-version` in Cargo.toml is the oldest supported one.
CARGO_LEPTOS_VERSION=0.3.10 # 0.3.11 doesn't build on Rust 1.95
CARGO_DENY_VERSION=0.20.2
TYPOS_VERSION=1.52.0        # its dictionary decides what passes
NODE_OLDEST=20

# The command must be of the same version as the library.
WASM_BINDGEN_VERSION=$(sed -nE 's/^wasm-bindgen = .*"=([0-9.]+)".*/\1/p' Cargo.toml)

# The newest migration of the last release: later ones may be reverted and applied again with a tenant's rows.
RELEASED_MIGRATION=29

RUST_OLDEST=$(sed -nE 's/^rust-version = "([0-9.]+)"/\1/p' Cargo.toml)
