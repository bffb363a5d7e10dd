#!/bin/sh
#   check_functions.sh - no function written by hand is longer than 60 lines
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_functions.sh [SOURCE]     tells as TAP; long ones and their lengths in comments
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"
limit=60

#   C as we write it: a body begins with { and ends with } in the first column
long_in_c () {
    awk -v limit="$limit" '
        FNR == 1    { skip = /GENERATED/; body = 0; brace = 0 }
        skip        { next }
        /^[A-Za-z_].*\) *\{$/ { print FILENAME ":" FNR ": the brace of a body stands in a line of its own" }
        /^\{$/      { body = FNR; name = before }
        /^\}/ && body {
            if (FNR - body + 1 > limit)
                print FILENAME ":" body ": " name ": " FNR - body + 1 " lines"
            body = 0
        }
        /^[a-z_].*\(/ { before = $1 }
    ' "$@"
}

#   Shell: from name () { to } in the first column
long_in_shell () {
    awk -v limit="$limit" '
        FNR == 1    { body = 0 }
        /^[a-z_]+ *\(\) *\{$/ { body = FNR; name = $1 }
        /^\}/ && body {
            if (FNR - body + 1 > limit)
                print FILENAME ":" body ": " name ": " FNR - body + 1 " lines"
            body = 0
        }
    ' "$@"
}

#   Python: from def to the last line that is indented further
long_in_python () {
    awk -v limit="$limit" '
        function close_body () {
            if (body && last - body + 1 > limit)
                print file ":" body ": " name ": " last - body + 1 " lines"
            body = 0
        }
        FNR == 1    { close_body(); file = FILENAME }
        /^ *$/      { next }
                    { match ($0, /^ */) ; indent = RLENGTH }
        body && indent <= depth && !/^ *\)/ { close_body() }
        /^ *def / && !body { body = FNR; depth = indent; name = $2 }
                    { last = FNR }
        END         { close_body() }
    ' "$@"
}

number=0
#   report LANGUAGE CHECK FILE...
report () {
    number=$((number + 1))
    what="functions in $1 have at most $limit lines" check=$2
    shift 2
    found=$([ $# = 0 ] || "$check" "$@")
    if [ -z "$found" ]; then
        echo "ok $number - $what"
        return
    fi
    echo "not ok $number - $what"
    echo "$found" | sed 's/^/#   /'
}

echo 1..3
# shellcheck disable=SC2046  # our file names have no spaces
{
    report C long_in_c $(find src include tests examples doc bench -name '*.[ch]' 2>/dev/null | sort)
    report shell long_in_shell $(find . -maxdepth 1 -name '*.sh') \
        $(find tests packaging examples -name '*.sh') \
        $(find model/generate packaging/install-deps packaging/make-deb tests/run_e2e tests/run_fuzz 2>/dev/null)
    report Python long_in_python $(find tests bench -name '*.py' 2>/dev/null | sort)
}
