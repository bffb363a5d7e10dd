#!/bin/sh
#   check_tsan.sh - ThreadSanitizer finds a planted race, and none where messages make the order
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Runs in the build folder of a build with --enable-tsan; tells as TAP
set -eu
program=${BUTLER_BUILD:-.}/tests/tsan_race
tests=${BUTLER_SOURCE:-$(dirname "$0")/..}/tests
# shellcheck source=/dev/null
. "$tests/report.sh"

echo 1..3
faults=
said=$("$program" ordered 2>&1) || faults=$said
report "messages make an order that ThreadSanitizer sees" "$faults"

faults=
if said=$("$program" planted 2>&1) || ! echo "$said" | grep -q 'data race.*tsan_race'; then
    faults="not found: $said"
fi
report "a planted race is found" "$faults"

report "suppressions name libzmq.so alone" \
    "$(grep -vE '^(#|$)|^[a-z_]+:libzmq\.so$' "$tests/tsan.supp" 2>&1)"
