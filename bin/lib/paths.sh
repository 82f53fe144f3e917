# shellcheck shell=bash
# Paths. Every script sources this first and runs in the top folder of the checkout.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE_DIR=${WAYSIDE_STATE_DIR:-$ROOT/.wayside}
LOG_DIR=$STATE_DIR/log

# Where cargo builds.
# shellcheck disable=SC2034 # for the scripts that source this
TARGET_DIR=${CARGO_TARGET_DIR:-target}
[[ $TARGET_DIR == /* ]] || TARGET_DIR=$ROOT/$TARGET_DIR

CALLER_DIR=$PWD

# from_caller PATH: resolves a path relative to the caller's folder.
from_caller() { if [[ $1 == /* ]]; then printf '%s' "$1"; else printf '%s' "$CALLER_DIR/$1"; fi; }

mkdir -p "$LOG_DIR"
cd -- "$ROOT" || exit
