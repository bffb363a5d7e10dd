#!/bin/sh
#   check_leaks.sh - LeakSanitizer, or the valgrind of TEST_WRAPPER, finds planted leaks, suppressions or not
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Runs in the build folder of a build with --enable-asan, or under make check-valgrind; tells as TAP
set -eu
program=${BUTLER_BUILD:-.}/tests/leak
said=$(mktemp)
trap 'rm -f "$said"' EXIT

#   run WHAT: status 0 where nothing was reported
run () {
    # shellcheck disable=SC2086  # a command and its options
    ${BUTLER_TEST_WRAPPER:-} "$program" "$1" >"$said" 2>&1
}

verdict () {
    if [ "$1" = 0 ]; then
        echo "ok $2 - $3"
    else
        echo "not ok $2 - $3"
        sed 's/^/#   /' "$said"
    fi
}

echo 1..3
status=0
run none || status=$?
verdict $status 1 "where nothing is forgotten, nothing is reported"
number=1
for what in block message; do
    found=0
    if run $what || ! grep -q 'lost\|leaked' "$said"; then found=1; fi
    number=$((number + 1))
    verdict $found $number "a forgotten $what is found"
done
