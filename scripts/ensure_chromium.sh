#!/bin/sh
# Print the path of a Chromium for the browser tests; install one when this machine has none and may.
set -eu

find_browser() {
    for name in ${PUNTUAL_CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

if find_browser; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests." >&2
    apt-get update -q >&2
    apt-get install -q -y --no-install-recommends chromium fonts-liberation >&2
    find_browser
    exit 0
fi
echo "The browser tests need Chromium: install it, or name it in PUNTUAL_CHROMIUM." >&2
exit 1
