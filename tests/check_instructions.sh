#!/bin/sh
#   check_instructions.sh - the broker layer takes no more instructions than it did
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_instructions.sh             tells as TAP
#   check_instructions.sh --update    writes tests/instructions.txt anew
#
#   Plays the scripts of tests/instructions.c under callgrind, which counts what is executed inside
#   of the broker's entries: a figure that noise does not touch. Committed figures hold for one
#   compiler and one C library alone, with the flags below, whatever those of the build are; elsewhere
#   they are printed and compared with nothing. What is among many is compared with what is alone
#   everywhere. Where valgrind or gcc is missing, all is skipped.
set -eu
cd "${BUTLER_SOURCE:-$(dirname "$0")/..}"
source=$PWD
figures=$source/tests/instructions.txt
mode=${1:-}
growth=5                            #   per cent that a figure may grow over the committed one
many=130                            #   per cent of what it costs alone that it may cost among many
#   The committed figures are those of this compiler on this system
where="gcc 12, x86_64, Debian 12"
flags="-std=c99 -O2 -g -march=x86-64 -D_GNU_SOURCE"

skip () {
    echo "1..0 # SKIP $1"
    exit 0
}

command -v valgrind >/dev/null || skip "valgrind is missing"
command -v gcc >/dev/null || skip "gcc is missing"
[ -e /usr/include/valgrind/callgrind.h ] || skip "valgrind has no headers here"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

here () {
    # shellcheck disable=SC1091  # it is the system's
    os=$(. /etc/os-release 2>/dev/null && echo "${NAME%% *} ${VERSION_ID:-}")
    echo "gcc $(gcc -dumpversion | cut -d. -f1), $(uname -m), $os"
}

#   All sources of the layers that the broker stands on, in the build folder of nobody
compile () {
    includes=$(pkg-config --cflags libczmq libzmq jansson)
    # shellcheck disable=SC2016  # $1 and $2 are for the inner shell
    for file in src/base/*.c src/wire/*.c src/rpc/*.c src/broker/*.c \
            tests/broker_script.c tests/instructions.c; do
        echo "$file"
    done | xargs -P "$(nproc 2>/dev/null || echo 1)" -I @ \
        sh -c 'exec gcc '"$flags -Isrc -Iinclude -Itests $includes"' \
            -c "$1" -o "$2/$(basename "$1" .c).o"' compile @ "$work"
    # shellcheck disable=SC2046  # libraries are words
    gcc -o "$work/instructions" "$work"/*.o $(pkg-config --libs libczmq libzmq jansson)
}

#   per_call SCENARIO ENTRY...: instructions a call, all within, in all of these entries
per_call () {
    scenario=$1
    shift
    toggles=$(printf -- '--toggle-collect=%s ' "$@")
    # shellcheck disable=SC2086  # toggles are words
    calls=$(env -i PATH="$PATH" GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-ERMS,-FSRM \
        valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        --log-file="$work/log" $toggles "$work/instructions" "$scenario" "$@")
    collected=$(sed -n 's/.*Collected : *\([0-9][0-9]*\).*/\1/p' "$work/log" | tail -n 1)
    echo $((collected / calls))
}

#   What a message costs: script, entry
each () {
    cat <<END
at-once butler_view_parse
at-once butler_dispatch_request
at-once butler_dispatch_worker
at-once butler_dispatch_next
in-flight butler_dispatch_request
in-flight butler_dispatch_worker
waiting butler_dispatch_request
waiting butler_dispatch_worker
waiting butler_dispatch_next
expired butler_dispatch_next
bounced butler_dispatch_bounced
heartbeats butler_dispatch_worker
heartbeats butler_dispatch_next
registrations butler_dispatch_worker
unknown butler_dispatch_request
refused butler_dispatch_request
END
}

#   What it costs among many: script, the script that it is compared with
among () {
    cat <<END
10000-workers one
10000-services one
100000-queued one
10000-clients one
refill-100000-queued refill-one
refill-10000-clients refill-one
refill-1000-services refill-one
END
}

round_trip () {
    per_call "$1" butler_dispatch_request butler_dispatch_worker butler_dispatch_next
}

measure () {
    each | while read -r scenario entry; do
        echo "$scenario $entry $(per_call "$scenario" "$entry")"
    done
}

number=0
#   verdict FAULT TEXT: a fault is something, or nothing
verdict () {
    number=$((number + 1))
    if [ -z "$1" ]; then echo "ok $number - $2"; else echo "not ok $number - $2: $1"; fi
}

compare () {
    while read -r scenario entry now; do
        was=$(awk -v s="$scenario" -v e="$entry" '$1 == s && $2 == e { print $3 }' "$figures")
        text="$scenario: $now instructions in $entry"
        if [ "$(here)" != "$where" ]; then
            number=$((number + 1))
            echo "ok $number - $text # SKIP compared on $where alone"
        elif [ -z "$was" ]; then
            verdict "no figure is committed" "$text"
        elif [ $((now * 100)) -gt $((was * (100 + growth))) ]; then
            verdict "it was $was; where that is as it has to be, check_instructions.sh --update" "$text"
        else
            verdict "" "$text (was $was)"
        fi
    done <"$work/measured"
}

compare_many () {
    among >"$work/among"
    alone='' cost=0
    while read -r scenario base; do
        [ "$base" = "$alone" ] || cost=$(round_trip "$base")
        alone=$base
        now=$(round_trip "$scenario")
        fault=
        [ $((now * 100)) -le $((cost * many)) ] || fault="more than $many % of that"
        verdict "$fault" "$scenario: $now instructions a call, $cost where it is $base"
    done <"$work/among"
}

write_figures () {
    cat <<END
#   instructions.txt - instructions a call of the broker layer's entries, by script
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   A line is a script of tests/instructions.c, an entry of the broker layer, and how many
#   instructions one call of it takes on average, all that it calls included (libzmq, libjansson
#   and libc too), as callgrind counts them. Made by check_instructions.sh --update with
#   $where.
END
    cat "$work/measured"
}

compile
measure >"$work/measured"
if [ "$mode" = --update ]; then
    [ "$(here)" = "$where" ] || { echo "check_instructions.sh: this is no $where, but $(here)" >&2; exit 1; }
    write_figures >"$figures"
    exit 0
fi
echo "1..$(($(each | wc -l) + $(among | wc -l)))"
compare
compare_many
