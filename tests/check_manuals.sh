#!/bin/sh
#   check_manuals.sh - the manual pages are clean roff, and none has an empty section
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_manuals.sh [SOURCE]       tells as TAP
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"

#   What is wrong with one page: what mandoc and man say, as far as they are there
faults () {
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W warning "$1" || true
    fi
    if command -v groff >/dev/null; then
        groff -man -ww -z -K utf8 "$1" 2>&1
    fi
    awk '
        function close_section () {
            if (head && !filled) print FILENAME ": empty section: " head
        }
        #   a section may begin with a subsection
        /^\.SS/ && head ~ /^\.SH/ { head = $0; filled = 0; next }
        /^\.S[HS]/  { close_section(); head = $0; filled = 0; next }
        !/^\.\\"/ && !/^\.TH/ { filled = 1 }
        END         { close_section() }
    ' "$1"
}

set -- doc/*.[1-9]
echo "1..$#"
number=0
for page; do
    number=$((number + 1))
    found=$(faults "$page")
    if [ -z "$found" ]; then
        echo "ok $number - $page is clean"
    else
        echo "not ok $number - $page is clean"
        echo "$found" | sed 's/^/#   /'
    fi
done
