#!/bin/sh
#   quickstart.sh - from a fresh Debian machine to a picture that butler resized
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   quickstart.sh           installs what is missing, builds, starts a router and a worker that
#                           resizes pictures, calls it, and stops all that again
#   quickstart.sh --serve   leaves router and worker running until Ctrl-C, with commands to try
#   shellcheck disable=SC2317   # stop_all and what ready tries are called by name
set -eu
cd "$(dirname "$0")"
top=$PWD
serve=
case ${1:-} in
    "")         ;;
    --serve)    serve=yes ;;
    *)          sed -n '6,8s/^#   //p' quickstart.sh; exit 2 ;;
esac

#   Builds here where this folder is configured, else in a folder of its own
build=$top/build/quickstart
[ ! -e config.status ] || build=$top
scratch=
started=

say () {
    printf '\n==> %s\n' "$*"
}

fail () {
    echo "quickstart.sh: $*" >&2
    exit 1
}

#   Stops what was started, the last first, and waits for its end
stop_all () {
    for pid in $started; do
        kill -TERM "$pid" 2>/dev/null || continue
        tries=100
        while kill -0 "$pid" 2>/dev/null && [ "$tries" -gt 0 ]; do
            tries=$((tries - 1))
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    started=
    [ -z "$scratch" ] || rm -rf "$scratch"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

#   ready WHAT PID LOG COMMAND...: tries the command until it succeeds, for 20 s while the
#   process lives
ready () {
    what=$1 pid=$2 log=$3
    shift 3
    tries=200
    until "$@"; do
        tries=$((tries - 1))
        if [ "$tries" = 0 ] || ! kill -0 "$pid" 2>/dev/null; then
            cat "$log" >&2
            fail "$what did not start"
        fi
        sleep 0.1
    done
}

make_all () {
    mkdir -p "$build"
    { [ -e configure ] || ./autogen.sh; } &&
        cd "$build" &&
        { [ -e Makefile ] || "$top/configure" --quiet --disable-static; } &&
        make -s -j"$(nproc 2>/dev/null || echo 2)"
}

#   bound SIDE: the endpoint that butlerd says it bound
bound () {
    sed -n "s/.*event=bound .*socket=$1 .*endpoint=\([^ ]*\).*/\1/p" "$scratch/butlerd.log" | head -n 1
}

both_bound () {
    frontend=$(bound frontend)
    backend=$(bound backend)
    [ "$frontend" ] && [ "$backend" ]
}

start_router () {
    cat >"$scratch/butler.cfg" <<END
frontend
    bind = tcp://127.0.0.1:*
backend
    bind = tcp://127.0.0.1:*
END
    : >"$scratch/butlerd.log"
    "$build/butlerd" -c "$scratch/butler.cfg" >"$scratch/butlerd.log" 2>&1 &
    router=$!
    started="$router $started"
    ready butlerd "$router" "$scratch/butlerd.log" both_bound
}

registered () {
    "$build/butler" find -e "$frontend" -t 1000 api.images >/dev/null 2>&1
}

start_worker () {
    (cd "$scratch" && exec "$build/examples/image_worker" -e "$backend") \
        >"$scratch/worker.log" 2>&1 &
    worker=$!
    started="$worker $started"
    ready image_worker "$worker" "$scratch/worker.log" registered
}

#   show PROGRAM ARGUMENT...: a command, and what it says
show () {
    program=$1
    shift
    echo "    \$ $(basename "$program") $*"
    "$program" "$@" >"$scratch/said" || fail "$(basename "$program") failed"
    sed 's/^/    /' "$scratch/said"
}

say "packages"
packaging/install-deps build
echo "    all that is needed is installed"

say "build"
[ -e "$build/Makefile" ] || echo "    the first time takes about a minute"
mkdir -p build
(make_all) >build/quickstart.log 2>&1 || {
    tail -n 40 build/quickstart.log >&2
    fail "the build failed; all it said is in build/quickstart.log"
}
echo "    the programs are in $build"

scratch=$(mktemp -d)
say "a router, butlerd, and a worker, examples/image_worker.c"
start_router
start_worker
echo "    clients find the router at $frontend, workers at $backend"

say "a picture"
"$build/examples/make_picture" "$scratch/test.jpeg" 640 480
cd "$scratch"
show "$build/examples/make_picture" test.jpeg

say "a call, and its answer"
show "$build/butler" call -e "$frontend" api.images resize_image test.jpeg 150x180

say "what the worker made"
show "$build/examples/make_picture" test-150x180.jpeg
[ "$serve" ] || exit 0

butler=$build/butler
say "serving until Ctrl-C; try in another terminal"
cat <<END
    $butler call -e $frontend api.images resize_image test.jpeg 320x240
    $butler call -e $frontend api.images resize_image $top/some/picture.png 100x100
    $butler call -e $frontend api.images resize_image
    $butler services -e $frontend
    $butler find -e $frontend api.images
    $butler work -e $backend api.words -- wc -w
    $butler send -e $frontend api.words 'four words of text'

    test.jpeg is in $scratch
END
trap 'exit 0' INT TERM HUP
wait "$router" || true
cat "$scratch/butlerd.log" >&2
fail "butlerd ended"
