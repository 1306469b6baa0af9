#!/bin/sh
# Make this clone ready to work: environment, locked requirements, the package itself, pages' assets,
# messages. Needs only Python 3.11 or newer. Steps whose inputs did not change are skipped.
set -eu
cd "$(dirname "$0")/.."
VENV=.venv
BIN=$VENV/bin

say() { printf '%s\n' "$*" >&2; }

is_new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer was not found. Install it, or name it: make setup PYTHON=/path/to/python3"
    exit 1
}

# The line of requirements/dev.txt that pins uv, with its hashes.
pinned_uv() {
    awk '/^uv==/ { on = 1 } on && /^[^ ]/ && !/^uv==/ { exit } on { print }' requirements/dev.txt
}

create_environment() {
    python=$(find_python)
    say "setup: creating $VENV with $("$python" --version)"
    rm -rf "$VENV"
    if ! "$python" -m venv "$VENV" >/dev/null 2>&1; then
        # Debian's Python comes without ensurepip.
        rm -rf "$VENV"
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            apt-get update -q >&2 && apt-get install -q -y --no-install-recommends python3-venv >&2
            "$python" -m venv "$VENV"
        else
            say "Python's module venv does not work here (on Debian: apt-get install python3-venv)."
            exit 1
        fi
    fi
    pinned_uv >"$VENV/uv.txt"
    "$BIN/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$VENV/uv.txt"
}

# changed NAME FILE…: say whether the files differ from those of the last success of this step.
changed() {
    digest=$(shift && cat "$@" | cksum)
    [ ! -f "$VENV/stamp-$1" ] || [ "$(cat "$VENV/stamp-$1")" != "$digest" ]
}

done_with() {
    (shift && cat "$@" | cksum) >"$VENV/stamp-$1"
}

[ -x "$BIN/uv" ] && [ -x "$BIN/python" ] || create_environment

if changed requirements requirements/dev.txt; then
    say "setup: installing requirements/dev.txt"
    UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180} VIRTUAL_ENV=$PWD/$VENV \
        "$BIN/uv" pip sync --quiet --require-hashes requirements/dev.txt
    rm -f "$VENV/stamp-package"
    done_with requirements requirements/dev.txt
fi

"$BIN/python" scripts/build_assets.py >&2
"$BIN/python" scripts/compile_messages.py >&2

if changed package pyproject.toml requirements/base.in; then
    say "setup: installing puntual from src"
    VIRTUAL_ENV=$PWD/$VENV "$BIN/uv" pip install --quiet --no-deps --no-build-isolation --editable .
    done_with package pyproject.toml requirements/base.in
fi
