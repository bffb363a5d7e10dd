#!/bin/sh
#   check_headers.sh - each public header compiles alone, as C99 and as C++
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_headers.sh [SOURCE]       tells as TAP; compilers are $CC and $CXX
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"
CC=${CC:-cc}
CXX=${CXX:-c++}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=$(pkg-config --cflags libczmq jansson)
warnings="-Wall -Wextra -Wpedantic -Wundef -Werror"

number=0
#   verdict NAME COMMAND...
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

echo 'int main () { return 0; }' >"$scratch/try.cc"
cxx=yes
$CXX -c -o "$scratch/try.o" "$scratch/try.cc" 2>/dev/null || cxx=

set -- include/*.h
echo "1..$(($# * 2))"
for header; do
    name=$(basename "$header")
    echo "#include \"$name\"" >"$scratch/alone.c"
    echo "typedef int s_not_empty;" >>"$scratch/alone.c"
    cp "$scratch/alone.c" "$scratch/alone.cc"
    # shellcheck disable=SC2086  # flags are words
    verdict "$name is C99" \
        $CC -std=c99 $warnings -Iinclude $flags -fsyntax-only "$scratch/alone.c"
    if [ "$cxx" ]; then
        # shellcheck disable=SC2086
        verdict "$name is C++" \
            $CXX -std=c++11 $warnings -Iinclude $flags -fsyntax-only "$scratch/alone.cc"
    else
        number=$((number + 1))
        echo "ok $number - $name is C++ # SKIP no C++ compiler"
    fi
done
