# shellcheck shell=bash
# Where things are. Every script sources this first and works from the top of the checkout.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE_DIR=${WAYSIDE_STATE_DIR:-$ROOT/.wayside}
LOG_DIR=$STATE_DIR/log

# Where cargo builds.
# shellcheck disable=SC2034 # for the scripts that source this
TARGET_DIR=${CARGO_TARGET_DIR:-target}
[[ $TARGET_DIR == /* ]] || TARGET_DIR=$ROOT/$TARGET_DIR

CALLER_DIR=$PWD

# from_caller PATH: what the caller, in another folder, means by a path.
from_caller() { if [[ $1 == /* ]]; then printf '%s' "$1"; else printf '%s' "$CALLER_DIR/$1"; fi; }

mkdir -p "$LOG_DIR"
cd -- "$ROOT" || exit
