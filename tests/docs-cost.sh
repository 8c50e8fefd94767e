#!/usr/bin/env bash
# What `opentop docs` costs beside pagefind over the same pages: CPU seconds and memory of both, in turns, and the ratio.
# The goals: at most 0.3 of pagefind's CPU time and 0.5 of its memory, although `docs` makes the pages too. Ends with 1 where one is missed.
#
# tests/docs-cost.sh [--spec DIR] [--methods N] [--rounds N]
#   --spec DIR     the specs of the site; the built-in methods unless it is given
#   --methods N    copies these specs until there are N methods (5,000)
#   --rounds N     runs both so often (3); the medians count
# OPENTOP names a command to measure instead of the release build that is made here.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() {
    printf '*** SKIPPED: %s ***\n' "$*" >&2
    exit 0
}
spec=spec methods=5000 rounds=3
while [ $# -gt 0 ]; do
    case $1 in
        --spec) spec=$2 ;;
        --methods) methods=$2 ;;
        --rounds) rounds=$2 ;;
        *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
    esac
    shift 2
done
for tool in node npm python3; do command -v "$tool" >/dev/null || skip "there is no $tool"; done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --loglevel=error pagefind@1.6.0 >&2 || skip "npm cannot install pagefind"
pagefind=$(find "$folder/node_modules/@pagefind" -type f -name pagefind_extended | head -1)
[ -x "$pagefind" ] || skip "pagefind has no program for this machine"
opentop=${OPENTOP:-}
if [ -z "$opentop" ]; then
    cargo build --quiet --release --package opentop-cli
    opentop=${CARGO_TARGET_DIR:-target}/release/opentop
fi
node --input-type=module -e 'import { copies } from "./tests/browser/copies.mjs"; copies(process.argv[1], process.argv[2], Number(process.argv[3]));' \
    "$spec" "$folder/spec" "$methods"

OPENTOP=$(realpath "$opentop") PAGEFIND=$pagefind FOLDER=$folder ROUNDS=$rounds python3 - <<'PYTHON'
import os, statistics, subprocess, sys

folder = os.environ["FOLDER"]
# Tuned: Chinese by its dictionary, and of each page what a reader looks for, without samples and menus.
def commands(turn):
    # Into new folders: neither has to remove what was there.
    site = f"{folder}/site-{turn}"
    yield "opentop docs", [os.environ["OPENTOP"], "docs", "--spec", f"{folder}/spec", "--out", site]
    yield "pagefind", [os.environ["PAGEFIND"], "--site", site, "--output-path", f"{folder}/pagefind-{turn}", "--silent",
                       "--force-language", "zh-cn", "--root-selector", "main", "--exclude-selectors", ".code, .crumbs, .toc, button, .try"]

seconds, megabytes = {}, {}
for turn in range(int(os.environ["ROUNDS"])):
    for name, command in commands(turn):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
        seconds.setdefault(name, []).append(usage.ru_utime + usage.ru_stime)
        megabytes.setdefault(name, []).append(usage.ru_maxrss / 1024)
for name in seconds:
    print(f"{name}: CPU {', '.join(f'{one:.2f}' for one in seconds[name])} s, memory {', '.join(f'{one:.0f}' for one in megabytes[name])} MB")
ours, theirs = seconds
cpu = statistics.median(seconds[ours]) / statistics.median(seconds[theirs])
memory = statistics.median(megabytes[ours]) / statistics.median(megabytes[theirs])
print(f"CPU {cpu:.2f} of pagefind's (goal 0.3), memory {memory:.2f} (goal 0.5)")
sys.exit(0 if cpu <= 0.3 and memory <= 0.5 else 1)
PYTHON
