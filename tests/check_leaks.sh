#!/bin/sh
#   check_leaks.sh - LeakSanitizer, or the valgrind of BUTLER_TEST_WRAPPER, finds planted leaks, suppressions or not
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Runs in the build folder of a build with --enable-asan, or under make check-valgrind; tells as TAP
set -eu
program=${BUTLER_BUILD:-.}/tests/leak
# shellcheck source=/dev/null
. "${BUTLER_SOURCE:-$(dirname "$0")/..}/tests/report.sh"

#   leak WHAT: status 0 where nothing is reported
leak () {
    # shellcheck disable=SC2086  # a command and its options
    ${BUTLER_TEST_WRAPPER:-} "$program" "$1" 2>&1
}

echo 1..3
faults=
said=$(leak none) || faults="reported: $said"
report "where nothing is forgotten, nothing is reported" "$faults"

for what in block message; do
    faults=
    if said=$(leak $what) || ! echo "$said" | grep -q 'lost\|leaked'; then faults="not found: $said"; fi
    report "a forgotten $what is found" "$faults"
done
