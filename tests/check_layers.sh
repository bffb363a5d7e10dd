#!/bin/sh
#   check_layers.sh - includes point downwards, and a source names its own header first
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_layers.sh [SOURCE]        tells as TAP; one test for each layer
set -eu
cd "${1:-${BUTLER_SOURCE:-$(dirname "$0")/..}}"

#   What each layer may include besides itself and the public headers of those
allowed () {
    case $1 in
        base)       echo "" ;;
        wire)       echo "base" ;;
        auth)       echo "base" ;;
        rpc)        echo "wire base" ;;
        broker)     echo "rpc wire base" ;;
        config)     echo "broker/butler_permissions.h broker/butler_settings.h butler_service.h base" ;;
        peers)      echo "auth broker rpc wire base" ;;
        actors)     echo "auth config peers broker rpc wire base" ;;
        programs)   echo "auth config base public" ;;
    esac
}

#   The layer that a header named without one belongs to, for one who sits in layer $2
layer_of () {
    if [ -e "src/$2/$1" ]; then
        echo "$2"
        return
    fi
    for source in src/*/"${1%.h}.c"; do
        [ ! -e "$source" ] || { basename "$(dirname "$source")"; return; }
    done
    case $1 in
        butler_library.h)   echo base ;;
        *)                  echo public ;;
    esac
}

#   May layer $1 include header $2?
may () {
    case $2 in
        butler_library.h)   return 0 ;;
        */*)    target=${2%%/*} ;;
        *)      target=$(layer_of "$2" "$1")
                if [ "$1" = programs ] && [ -e "include/$2" ]; then target=public; fi ;;
    esac
    [ "$target" != "$1" ] || return 0
    for one in $(allowed "$1"); do
        if [ "$one" = "$target" ] || [ "$one" = "$2" ]; then return 0; fi
    done
    return 1
}

includes_of () {
    sed -n 's/^#[ ]*include "\([^"]*\)".*/\1/p' "$1"
}

#   What is wrong with one file of layer $1
faults () {
    for header in $(includes_of "$2"); do
        may "$1" "$header" || echo "$2 includes $header"
    done
    own=$(basename "${2%.c}.h")
    case $2 in
        *.c)
            if [ -e "src/$1/$own" ] || [ -e "include/$own" ]; then
                [ "$(sed -n 's/^#[ ]*include ["<]\([^">]*\)[">].*/\1/p' "$2" | head -n 1)" = "$own" ] ||
                    echo "$2 does not include its own $own first"
            fi ;;
    esac
}

#   The pure layer has no clock, no socket, no thread
impure () {
    grep -nE '#[ ]*include <(time|sys/time|sys/socket|pthread|unistd|czmq|zmq)\.h>|clock_gettime|zclock_|zsock_|zmq_(send|recv|poll|msg_send|msg_recv) ' \
        src/broker/*.[ch] 2>/dev/null || true
}

#   Examples show the public face
beyond_public () {
    for file in examples/*.[ch]; do
        [ -e "$file" ] || continue
        for header in $(includes_of "$file"); do
            [ -e "include/$header" ] || [ -e "examples/$header" ] || echo "$file includes $header"
        done
    done
}

# shellcheck source=/dev/null
. tests/report.sh

echo 1..11
for layer in base wire auth rpc broker config peers actors programs; do
    report "$layer includes what stands below it alone" "$(
        for file in src/"$layer"/*.[ch]; do
            [ ! -e "$file" ] || faults "$layer" "$file"
        done)"
done
report "broker has no clock, socket or thread" "$(impure)"
report "examples include public headers alone" "$(beyond_public)"
