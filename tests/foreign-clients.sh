#!/bin/sh
# Runs clients that others published on PyPI and npm, at pinned versions, against the command `sandbox`, and prints the table of COMPATIBILITY.md.
# Fails if a line is not complete. A client that cannot be installed is skipped, loudly.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-$(mktemp -d)}
cargo build --quiet --package xtask
target/debug/xtask sandbox --port 0 --quiet >"$folder/sandbox.log" &
sandbox=$!
trap 'kill $sandbox' EXIT
until grep -q '^It listens' "$folder/sandbox.log"; do sleep 0.1; done
value() { sed -n "s/^$1 *//p" "$folder/sandbox.log"; }
address=$(value endpoint | sed 's,^http://,,; s,/.*,,')
export OPENTOP_HOST="${address%:*}" OPENTOP_PORT="${address##*:}" TZ=Asia/Shanghai
OPENTOP_APP_KEY=$(value 'app key') OPENTOP_APP_SECRET=$(value 'app secret') OPENTOP_SESSION=$(value session)
export OPENTOP_APP_KEY OPENTOP_APP_SECRET OPENTOP_SESSION
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install setuptools wheel || echo "SKIPPED: pip" >&2
status=0
while read -r python client version kind module needs; do
    case $python in 3) python=$folder/venv/bin/python ;; *) python=python$python ;; esac
    if ! "$python" -m pip --quiet install --target "$folder/$client" "$client==$version" $needs >"$folder/$client.log" 2>&1; then
        echo "*** SKIPPED: $client $version cannot be installed; see $folder/$client.log ***" >&2
        continue
    fi
    line=$(PYTHONPATH="$folder/$client" "$python" -W ignore tests/scripts/foreign_client.py "$kind" "$module" 2>"$folder/$client.err") || status=1
    # Some print what they receive.
    line=$(printf '%s\n' "$line" | tail -n 1)
    echo "| PyPI $client $version | ${line:-did not run; see $folder/$client.err} |"
done <<'CLIENTS'
3 taobaopy 6.0.1 taobaopy taobaopy
3 taobaopyx 0.1.1 taobaopyx taobaopyx
3 topsdk 20.4.21.40 rest top
3 py-taobao-open 1.0.3 rest taobao_open
3 taobao-sdk-top 0.0.1 rest top
3 taobao-openapi 1.1.0 rest top
3 taobao-sdk-python3 1.0.9 rest top
3 top-zx 0.1.1 rest top
3 pytaobao 1.0.4 pytaobao pytaobao requests==2.32.5
3 alidayu 1.0.2 rest alidayu six==1.17.0
3 alidayu-py3 0.0.3 rest alidayu
3 lx-taobaoke 0.3 rest lx_taobaoke
3 taobao-sdk 0.0.5 taobao_sdk taobao requests==2.32.5
2.7 alitop 0.2 rest top
2.7 chinaapi 0.8.9 chinaapi chinaapi rsa==4.5
CLIENTS
# The npm packages.
cargo test -p opentop-tests --test main -- wire::npm --nocapture || status=1
exit $status
