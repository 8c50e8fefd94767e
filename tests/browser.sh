#!/usr/bin/env bash
# Opens the documentation site in Chromium: from its folder and as `docs --serve` serves it. What cannot run here is skipped, loudly.
#
# tests/browser.sh [--spec DIR] [--methods N] [--lighthouse] [--shots DIR] [--only TEXT]
#   --spec DIR      the specs of the site; the built-in methods unless it is given
#   --methods N     copies these specs until there are N methods
#   --lighthouse    measures an index, a category and a method, as a phone (two minutes)
#   --shots DIR     writes screenshots of 1280 and 390 pixels into DIR
#   --only TEXT     runs the cases whose name holds TEXT
# OPENTOP names a command to test instead of the one that is built here; CHROMIUM a browser instead of /usr/bin/chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() {
    printf '*** SKIPPED: %s ***\n' "$*" >&2
    exit 0
}
chromium=${CHROMIUM:-/usr/bin/chromium}
# Debian's packages, where this user may install them.
install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" >/dev/null 2>&1
}
command -v "$chromium" >/dev/null || install chromium || true
[ -n "$(fc-list :lang=zh 2>/dev/null)" ] || install fonts-noto-cjk || echo "no font has Chinese letters: screenshots show boxes" >&2
command -v "$chromium" >/dev/null || skip "there is no $chromium: the site was opened in no browser"
command -v node >/dev/null || skip "there is no node"
command -v npm >/dev/null || skip "there is no npm"

# The tools, at the versions of the lock file. The folder's name holds the lock file's hash, so other versions are another folder.
version=$(cksum <tests/browser/package-lock.json | cut -d' ' -f1)
tools=${OPENTOP_BROWSER_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/opentop-browser}/$version
if [ ! -e "$tools/complete" ]; then
    mkdir -p "$tools"
    cp tests/browser/package.json tests/browser/package-lock.json "$tools"
    npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || skip "npm cannot install playwright-core, axe-core and lighthouse"
    touch "$tools/complete"
fi

opentop=${OPENTOP:-}
if [ -z "$opentop" ]; then
    cargo build --quiet --package opentop-cli
    opentop=${CARGO_TARGET_DIR:-target}/debug/opentop
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
CHROMIUM=$chromium OPENTOP=$(realpath "$opentop") TOOLS=$tools FOLDER=$folder node tests/browser/run.mjs "$@"
