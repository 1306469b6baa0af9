#!/bin/sh
# All gates, in the order of their speed. Every gate runs; the exit code says whether all passed.
set -u
cd "$(dirname "$0")/.."
BIN=.venv/bin
failed=""

gate() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        printf 'gate %-14s passed\n' "$name"
    else
        printf 'gate %-14s FAILED\n%s\n' "$name" "$output"
        failed="$failed $name"
    fi
}

# Gates that load the settings look at code, not at data: any database and key will do.
export PUNTUAL_MODE=test DJANGO_SETTINGS_MODULE=puntual.config.settings

gate lint "$BIN/ruff" check .
gate format "$BIN/ruff" format --check .
gate contracts "$BIN/lint-imports" --no-cache
gate assets "$BIN/python" scripts/build_assets.py --check
gate templates "$BIN/djlint" src/puntual --lint --quiet
gate messages "$BIN/python" scripts/messages.py --check
gate migrations "$BIN/django-admin" makemigrations --check --dry-run
gate settings "$BIN/django-admin" check
gate types "$BIN/mypy"

if [ -n "$failed" ]; then
    printf 'gates failed:%s\n' "$failed"
    exit 1
fi
