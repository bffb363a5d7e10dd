#!/bin/sh
#   check_seed.sh - doc/SEED.md: every row is proved by tests that are there and are run
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_seed.sh [SOURCE]      tells as TAP
#
#   shellcheck disable=SC2016       # what stands in backquotes is Markdown
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"
page=doc/SEED.md

# shellcheck source=/dev/null
. tests/proofs.sh

#   A row has five cells, none empty; "-" says why, and never stands for the proof
malformed () {
    rows | awk -F ' [|] | [|]$' '
        NF != 7     { print $1 ": not five cells"; next }
        {
            for (cell = 2; cell <= 5; cell++)
                if ($cell ~ /^ *-? *$/)
                    print $1 ": cell " cell - 1 " says nothing"
            if ($6 !~ /^`[a-z_]+\.(py|c|sh)` /)
                print $1 ": no test is named"
        }'
}

#   The seed's examples and ours are the same set
unpaired () {
    for path in examples/seed_*.c; do
        name=$(basename "$path" .c)
        grep -q "^| .*($path)\|^| .*(\.\./$path)" "$page" || echo "$path stands in no row"
        grep -q "^ *examples/$name " Makefile.am || echo "$path is not built"
        grep -q "\"$name\"" tests/e2e/test_seed.py || echo "$path is not run"
    done
    grep -o '(\.\./examples/[a-z_]*\.c)' "$page" | tr -d '()' | sort -u | while read -r path; do
        [ -e "doc/$path" ] || echo "$path is not there"
    done
}

#   What the cells offer is there: functions, messages, keys, options
absent () {
    rows | grep -o '`butler_[a-z_]*[` ]' | tr -d '` ' | sort -u | while read -r name; do
        grep -qw "$name" include/*.h doc/butler.cfg.5 || echo "$name is nowhere declared"
    done
    rows | grep -o '`BUTLER_MSG_[A-Z]*`' | tr -d '`' | sort -u | while read -r name; do
        grep -qw "$name" include/butler_msg.h || echo "$name is nowhere declared"
    done
    rows | grep -o '`[a-z_]*/[a-z_]*`' | tr -d '`' | sort -u | while read -r key; do
        grep -q "^\.B $key\( \|\$\)" doc/butler.cfg.5 || echo "$key is no key of butler.cfg"
    done
    rows | grep -o '[` ]--*[a-z][a-z-]*' | tr -d '` ' | sort -u | while read -r option; do
        sed 's/\\//g' doc/butler.1 doc/butlerd.8 | grep -q "^\.[A-Z].*$option\>" ||
            echo "$option is no option of the programs"
    done
}

#   The headings of the seed's README, and of its lists of frames: each begins a section or a row
headings () {
    cat <<'HEADINGS'
Features
Installation
Note
Service Router
Service Worker
Client Request
Exceptions during RPC
Timeouts and Default Behavior
Task Result Sink
Direct Calls
Request Processing
Service Discovery
ØMQ Socket Layout
Message Format
Client: Request
Client: Response
RPC - JSON `request`
RPC - JSON `response`
Error Response - Function not Implemented
Error Response - Exception Raised
Worker, outgoing to router - Service Registration
Worker, outgoing to router - Router Heartbeat
Worker, outgoing to router - Client reply
Router, incoming from worker: worker_ident, command
Router, incoming from worker: PPP_READY
Router, incoming from worker: PPP_HEARTBEAT
Router, incoming from worker: PPP_REPLY
Router, outgoing to worker: router_ident
Router, outgoing to worker - Worker Heartbeat
Router, outgoing to worker - Worker Re-Connect
Worker, incoming from router - Client Request (6 frames)
Worker, incoming from router - Router Heartbeat
Worker, incoming from router - Router Re-Registration Request
HEADINGS
}

omitted () {
    headings | while read -r heading; do
        sed -n 's/^## //p; s/^| //p' "$page" | awk -v heading="$heading" '
            index ($0, heading) == 1 { found = 1 }
            END { exit !found }' || echo "$heading has no row"
    done
}

echo 1..5
report "every heading of the seed begins a section or a row" "$(omitted)"
report "every row has its five cells and names a test" "$(malformed)"
report "every test that is named is there, and is run" "$(unproved)"
report "every example of the seed has its twin, built and run" "$(unpaired)"
report "what the rows offer is declared" "$(absent)"
