#!/bin/sh
#   check_hardening.sh - what is built has the protection that configure chose
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Looks with readelf at what stands in $BUTLER_BUILD and tells as TAP; $BUTLER_HARDENING has the flags that
#   the compiler took. Where it took none of a kind, or the user wanted another, that is skipped.
set -eu
build=${BUTLER_BUILD:-.}
flags=" ${BUTLER_HARDENING:-} "

command -v readelf >/dev/null || { echo "1..0 # SKIP readelf is missing"; exit 0; }

#   Where a program is itself, not the script that libtool runs it by
where () {
    if [ -e "$build/.libs/$1" ]; then echo "$build/.libs/$1"; else echo "$build/$1"; fi
}

number=0
#   verdict FLAG TEXT COMMAND...
verdict () {
    number=$((number + 1))
    flag=$1 text=$2
    shift 2
    case $flags in
        *" $flag "*) ;;
        *) echo "ok $number - $text # SKIP built without $flag"; return ;;
    esac
    if "$@"; then echo "ok $number - $text"; else echo "not ok $number - $text"; fi
}

#   matches PATTERN OPTION FILE: something that readelf says of it
matches () {
    LC_ALL=C readelf -W "$2" "$3" | grep -q "$1"
}

is_position_independent () {
    matches 'Type: *DYN' -h "$1" && matches 'FLAGS_1.*PIE' -d "$1"
}

is_read_only_once_linked () {
    matches GNU_RELRO -l "$1" && matches 'BIND_NOW\|FLAGS_1.*NOW' -d "$1"
}

has_canaries () {
    matches __stack_chk_fail -s "$1"
}

#   Only by calls such as this is it seen
is_fortified () {
    matches '__[a-z]*printf_chk' -s "$1"
}

#   Neither the stack nor anything that can be written to
executes_no_data () {
    matches 'GNU_STACK.* RW ' -l "$1" && ! matches 'LOAD.* RWE ' -l "$1"
}

always=-hardened
flags=" $always$flags"
programs="butler butlerd"
library=$build/.libs/libbutler.so
files="$(where butler) $(where butlerd)"
[ ! -e "$library" ] || files="$files $library"
# shellcheck disable=SC2086  # files are words
set -- $files
echo "1..$((2 + $# * 4))"
for program in $programs; do
    verdict -pie "$program is loaded where chance has it" is_position_independent "$(where "$program")"
done
for file; do
    name=${file##*/}
    verdict -Wl,-z,now "$name has no table of functions to overwrite" is_read_only_once_linked "$file"
    verdict -fstack-protector-strong "$name has canaries on its stack" has_canaries "$file"
    verdict -D_FORTIFY_SOURCE=2 "$name has bounds checked where they are known" is_fortified "$file"
    verdict "$always" "$name executes no data" executes_no_data "$file"
done
