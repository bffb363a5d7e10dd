#!/bin/sh
#   check_packages.sh - the packages of Debian are made, pass lintian, and serve from a scratch root
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check_packages.sh [SOURCE]      says "PASS: name" a line, as automake has it; status 0 where
#                                   none failed
#   shellcheck disable=SC2317       # what verdict runs is called by name
set -eu
cd "${1:-$(dirname "$0")/..}"
scratch=$(mktemp -d)
packages=$scratch/packages
root=$scratch/root
failed=0
started=

#   Stops what was started, the last first, and waits for its end
stop_all () {
    for pid in $started; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
    started=
}
trap 'stop_all; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

#   verdict NAME COMMAND...: what it says is shown where it fails
verdict () {
    what=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then
        echo "PASS: $what"
        return
    fi
    echo "FAIL: $what"
    failed=1
    tail -n 40 "$scratch/said" | sed 's/^/    /'
}

#   skip NAME REASON
skip () {
    echo "SKIP: $1 ($2)"
}

have () {
    command -v "$1" >/dev/null
}

#   till COMMAND...: until it succeeds, for 20 s
till () {
    tries=200
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { echo "not in 20 s: $*"; return 1; }
        sleep 0.1
    done
}

#   ---- the packages

#   The newest entry of the changelog is for the version of the public header
changelog_is_new () {
    version=$(sed -n 's/^#define BUTLER_VERSION_STRING "\(.*\)"/\1/p' include/butler_library.h)
    head -n 1 packaging/debian/changelog | grep -F "butler ($version-"
}

#   The tests of the sources are run elsewhere
make_packages () {
    DEB_BUILD_OPTIONS="nocheck noautodbgsym" DEB_BUILD_PROFILES=nocheck \
        packaging/make-deb "$packages"
}

file_of () {
    echo "$packages/$1"_*.deb
}

#   The packages are no upload to Debian, which closes the bug that asks for a package
pass_lintian () {
    if [ "$(id -u)" = 0 ]; then set -- --allow-root; else set --; fi
    lintian "$@" --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
        "$packages"/*.changes
}

depends_on () {
    dpkg-deb -f "$(file_of "$1")" Depends | tr ',' '\n' | grep -q "^ *$2\( \|$\)"
}

packages_know_each_other () {
    depends_on butler libbutler1 && depends_on butler libsystemd0 &&
        depends_on libbutler-dev libbutler1 && depends_on libbutler-dev libczmq-dev
}

soname_is () {
    objdump -p "$library" | grep "SONAME *$1\$"
}

install_packages () {
    for package in libbutler1 libbutler-dev butler; do
        dpkg-deb -x "$(file_of "$package")" "$root"
    done
}

#   All that is neither a program nor the library
everything_is_there () {
    for path in etc/butler/butler.cfg etc/butler/clients lib/systemd/system/butlerd.service \
            usr/share/bash-completion/completions/butler \
            usr/share/bash-completion/completions/butlerd \
            usr/share/doc/butler/examples/butler.cfg usr/share/zproject/butler/butler_client.api \
            usr/share/man/man1/butler.1.gz usr/share/man/man3/butler_client.3.gz \
            usr/share/man/man5/butler.cfg.5.gz usr/share/man/man7/butler.7.gz \
            usr/share/man/man8/butlerd.8.gz; do
        [ -e "$root/$path" ] || { echo "$path is missing"; return 1; }
    done
}

#   ---- what they install, found by PATH and LD_LIBRARY_PATH

#   The unit as it is, but for the program and configuration it names
unit_is_right () {
    sed "s,=/usr/bin/,=$root/usr/bin/," "$unit" >"$scratch/butlerd.service"
    systemd-analyze verify --man=no "$scratch/butlerd.service" 2>"$scratch/complaints"
    ! grep butlerd "$scratch/complaints"
}

#   The default configuration, on ports that the system chooses
start_router () {
    sed 's/127\.0\.0\.1:[0-9]*/127.0.0.1:*/' "$root/etc/butler/butler.cfg" >"$scratch/butler.cfg"
    butlerd -c "$scratch/butler.cfg" 2>"$scratch/butlerd.log" &
    started="$! $started"
    till grep -q event=ready "$scratch/butlerd.log" || { cat "$scratch/butlerd.log"; return 1; }
    BUTLER_ENDPOINT=$(bound frontend)
    BUTLER_BACKEND=$(bound backend)
    export BUTLER_ENDPOINT BUTLER_BACKEND
}

bound () {
    sed -n "s/.*event=bound .*socket=$1 .*endpoint=\([^ ]*\).*/\1/p" "$scratch/butlerd.log" | head -n 1
}

start_worker () {
    butler work api.words --method 'count (text: string)' -- wc -c 2>"$scratch/worker.log" &
    started="$! $started"
    till butler find -t 1000 api.words || { cat "$scratch/worker.log"; return 1; }
}

call_is_answered () {
    start_router && start_worker || return 1
    answer=$(butler call -t 10000 api.words count hello) || return 1
    [ "$answer" -gt 5 ] || { echo "answered: $answer"; return 1; }
    pids=$started started=
    for pid in $pids; do
        kill -TERM "$pid"
        wait "$pid" || { echo "ended with $?"; cat "$scratch"/*.log; return 1; }
    done
}

completion_is_sourced () {
    # shellcheck disable=SC2016  # for bash to expand
    bash --norc -c '. "$1" && complete -p butler butlerd' bash \
        "$root/usr/share/bash-completion/completions/butlerd"
}

#   Somebody else's program, of thirty lines: blanks, comments and braces alone are none
outside_program_runs () {
    lines=$(grep -cvE '^(/\*.*|    .*\*/|    Butler, .*|[{}]|)$' tests/outside.c)
    [ "$lines" -le 30 ] || { echo "tests/outside.c has $lines lines"; return 1; }
    PKG_CONFIG_PATH=$libraries/pkgconfig
    PKG_CONFIG_SYSROOT_DIR=$root
    export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
    # shellcheck disable=SC2046  # flags are words
    ${CC:-gcc} -o "$scratch/outside" tests/outside.c $(pkg-config --cflags --libs libbutler) &&
        "$scratch/outside" || return 1
    #   With the library of the package, and no other that happens to be here
    ldd "$scratch/outside" | grep "libbutler.so.1 => $root/"
}

verdict "changelog of the packages is for this version" changelog_is_new
for program in dpkg-buildpackage dh; do
    have "$program" || { skip "packages are made" "$program is missing"; exit "$failed"; }
done
verdict "packages are made" make_packages
[ "$failed" = 0 ] || exit 1
if have lintian; then
    verdict "lintian has nothing to say" pass_lintian
else
    skip "lintian has nothing to say" "lintian is missing"
fi
verdict "packages depend on each other" packages_know_each_other
verdict "packages are installed in a root of their own" install_packages
library=$(find "$root/usr/lib" -name 'libbutler.so.1.*')
libraries=$(dirname "$library")
PATH=$root/usr/bin:$PATH LD_LIBRARY_PATH=$libraries
export PATH LD_LIBRARY_PATH
unit=$root/lib/systemd/system/butlerd.service
verdict "all files are there" everything_is_there
verdict "library has a versioned soname" soname_is libbutler.so.1
verdict "default configuration is right" butlerd --check -c "$root/etc/butler/butler.cfg"
verdict "call is answered from there" call_is_answered
verdict "outside program of thirty lines is built and runs" outside_program_runs
verdict "unit waits for READY=1" grep '^Type=notify$' "$unit"
if have systemd-analyze; then
    verdict "unit passes systemd-analyze verify" unit_is_right
else
    skip "unit passes systemd-analyze verify" "systemd-analyze is missing"
fi
if have bash; then
    verdict "completion is there for both programs" completion_is_sourced
else
    skip "completion is there for both programs" "bash is missing"
fi
exit "$failed"
