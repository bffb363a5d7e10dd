#!/bin/sh
#   check_security.sh - doc/SECURITY.md: every attack that is named has its tests, and every such test is named
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_security.sh [SOURCE]      tells as TAP
#   shellcheck disable=SC2016       # what stands in backquotes is Markdown
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"
page=doc/SECURITY.md

# shellcheck source=/dev/null
. tests/proofs.sh

#   A row: the attack, what comes of it, tests
malformed () {
    rows | awk -F ' [|] | [|]$' '
        NF != 5     { print $1 ": not three cells"; next }
        $4 !~ /^`[a-z_]+\.(py|c|sh)` /  { print $1 ": no test is named" }'
}

unnamed () {
    named=$(proofs)
    for name in attacks entrance floods secrets permissions permissions_seen; do
        sed -n 's/^    def \(test_[a-z0-9_]*\)(self.*/\1/p' "tests/e2e/test_$name.py" | while read -r test; do
            echo "$named" | grep -q " test_$name.py $test\$" || echo "test_$name.py: $test stands in no row of $page"
        done
    done
}

#   What it tells to set is a key, what it tells to run is a command
absent () {
    grep -o '`[a-z_]*/[a-z_]*`' "$page" | tr -d '`' | sort -u | while read -r key; do
        grep -q "^\.B $key\( \|\$\)" doc/butler.cfg.5 || echo "$key is no key of butler.cfg"
    done
    grep -o '`butler [a-z][a-z]*' "$page" | tr -d '`' | sort -u | while read -r _ command; do
        grep -q "{ \"$command\"," src/programs/butler.c || echo "butler $command is no command"
    done
}

echo 1..4
report "every row has its three cells and names a test" "$(malformed)"
report "every test that is named is there, and is run" "$(unproved)"
report "every test of attacks and permissions is named" "$(unnamed)"
report "keys and commands that are told of are there" "$(absent)"
