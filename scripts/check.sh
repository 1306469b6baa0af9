#!/bin/sh
# All gates, side by side. Every gate runs; the exit code says whether all passed.
set -u
cd "$(dirname "$0")/.."
BIN=.venv/bin
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
gates=""
failed=""

gate() {
    name=$1
    shift
    gates="$gates $name"
    { "$@" >"$said/$name" 2>&1 && : >"$said/$name.passed"; } &
}

# Gates that load the settings look at code, not at data: any database and key will do.
export PUNTUAL_MODE=test DJANGO_SETTINGS_MODULE=puntual.config.settings

# The slowest first.
gate types "$BIN/mypy"
gate templates "$BIN/djlint" src/puntual --lint --quiet
gate messages "$BIN/python" scripts/messages.py --check
gate migrations "$BIN/django-admin" makemigrations --check --dry-run
gate settings "$BIN/django-admin" check
gate contracts "$BIN/lint-imports" --no-cache
gate assets "$BIN/python" scripts/build_assets.py --check
gate lint "$BIN/ruff" check .
gate format "$BIN/ruff" format --check .
wait

for name in $gates; do
    if [ -e "$said/$name.passed" ]; then
        printf 'gate %-14s passed\n' "$name"
    else
        printf 'gate %-14s FAILED\n' "$name"
        cat "$said/$name"
        failed="$failed $name"
    fi
done
if [ -n "$failed" ]; then
    printf 'gates failed:%s\n' "$failed"
    exit 1
fi
