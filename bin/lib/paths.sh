# shellcheck shell=bash
# Where things are. Every script sources this first and works from the top of the checkout.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE_DIR=$ROOT/.wayside
LOG_DIR=$STATE_DIR/log

mkdir -p "$LOG_DIR"
cd -- "$ROOT" || exit
