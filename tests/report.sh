#   report.sh - tells in TAP what a check has found; for other scripts to read
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
# shellcheck shell=sh

number=0
#   report NAME FAULTS
report () {
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
        return
    fi
    echo "not ok $number - $1"
    echo "$2" | sed 's/^/#   /'
}
