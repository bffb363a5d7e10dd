#!/bin/sh
#   check_tsan.sh - ThreadSanitizer finds a planted race, and none where messages make the order
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Runs in the build folder of a build with --enable-tsan; tells as TAP
set -eu
program=${BUTLER_BUILD:-.}/tests/tsan_race
suppressions=${BUTLER_SOURCE:-$(dirname "$0")/..}/tests/tsan.supp
said=$(mktemp)
trap 'rm -f "$said"' EXIT

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
"$program" ordered >"$said" 2>&1 || status=$?
verdict $status 1 "messages make an order that ThreadSanitizer sees"

status=0
"$program" planted >"$said" 2>&1 || status=$?
found=1
if [ $status != 0 ] && grep -q 'data race.*tsan_race' "$said"; then found=0; fi
verdict $found 2 "a planted race is found"

grep -vE '^(#|$)|^[a-z_]+:libzmq\.so$' "$suppressions" >"$said" 2>/dev/null && status=1 || status=0
verdict $status 3 "suppressions name libzmq.so alone"
