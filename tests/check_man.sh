#!/bin/sh
#   check_man.sh - the library's manual pages: complete, not too wide, and their examples work
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_man.sh [SOURCE]       tells as TAP; runs the examples that were built in $BUTLER_BUILD.
#   That all pages are clean roff is told by check_manuals.sh
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"
build=${BUTLER_BUILD:-.}
seconds=60                          # for one example
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

number=0
#   verdict NAME COMMAND...: what the command says is why it failed
verdict () {
    number=$((number + 1))
    what=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then
        echo "ok $number - $what"
    else
        echo "not ok $number - $what"
        sed 's/^/#   /' "$scratch/said"
    fi
}

#   skip NAME WHY
skip () {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

#   The section EXAMPLE of a page, as C again
example_of () {
    sed -n '/^\.SH EXAMPLE$/,/^\.fi$/p' "$1" | sed -e '1,2d; $d' \
        -e "s/^\\\\&//; s/\\\\-/-/g; s/\\\\(aq/'/g; s/\\\\(ga/\`/g; s/\\\\(ha/^/g; s/\\\\(ti/~/g" \
        -e 's/\\e/\\/g'
}

shows () {
    example_of "$1" | diff -u "$2" -
}

#   At 80 columns nothing is wider, and nothing is warned of
fits () {
    MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l "$1" >"$scratch/page" 2>"$scratch/warnings" &&
        [ ! -s "$scratch/warnings" ] && ! grep -n '.\{81\}' "$scratch/page" && return
    cat "$scratch/warnings"
    return 1
}

#   Every function of the public headers stands in some page
told () {
    missing=$(sed -n '/^BUTLER_EXPORT/,/;/s/^    \(butler_[a-z_]*\) (.*/\1/p' include/*.h |
        while read -r name; do
            grep -q "$name (" doc/*.3 doc/*.7 || echo "$name stands in no page"
        done)
    echo "$missing"
    [ -z "$missing" ]
}

#   The router's counters, too
counted () {
    missing=$(sed -n 's/^    X (\([a-z_]*\)).*/\1/p' src/broker/butler_counters.h |
        while read -r name; do
            grep -q "[B ]$name\(,\|\\\\fR\)" doc/butler_router.3 || echo "$name is not told of"
        done)
    echo "$missing"
    [ -z "$missing" ]
}

runs () {
    timeout -k 5 "$seconds" "$1"
}

set -- doc/butler.7 doc/butler_*.3
echo "1..$(($# * 3 + 2))"
verdict "every public function stands in a page" told
verdict "every counter of the router stands in its page" counted
for page; do
    name=$(basename "${page%.*}")
    verdict "$page shows its example" shows "$page" "doc/examples/$name.c"
    if command -v man >/dev/null; then
        verdict "$page fits into 80 columns" fits "$page"
    else
        skip "$page fits into 80 columns" "man is missing"
    fi
    verdict "the example of $page works" runs "$build/doc/examples/$name"
done
