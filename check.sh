#!/bin/sh
#   check.sh - installs what is missing, builds in a folder of its own, and runs all tests
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   check.sh                all stages
#   check.sh STAGE...       those alone: scripts plain clang asan tsan valgrind faults fuzz generated
#                           install packages distcheck tree coverage (valgrind, faults, install and
#                           distcheck need plain's build; faults uses asan's, too)
#
#   --long                  what takes a random way goes on for longer: BUTLER_LONG=1 for all stages
#   --coverage              coverage too: which lines the tests reach
#   --help                  this text
#
#   Works on a copy of what git knows, in build/check, so a build in the source tree is no
#   hindrance. The last line is "N passed, M failed" (", K skipped" where there are); status 0
#   where none failed. JOBS says how many things to do at a time.
set -u
cd "$(dirname "$0")" || exit 1
top=$PWD
work=$top/build/check
source=$work/source
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
#   Tests wait most of their time, so more of them run at a time; make -O keeps their lines apart
abreast=$((3 * jobs))
#   seconds that one may take
patience=${BUTLER_LONG:+3000}
passed=0 failed=0 skipped=0
#   Newer kernels place memory more at random than the sanitizers of Debian 12 bear
steady=
if setarch -R true 2>/dev/null; then steady="setarch -R"; fi

#   The tests that run what is installed, as Makefile.am names them
# shellcheck disable=SC2016  # for make to expand
of_programs='$(TESTS_IN_C) $(filter-out tests/e2e/test_bench.py,$(TESTS_END_TO_END))'
#   Of these, the ones in which threads meet; test_embedding_limits forks hundreds of times, and has one each time, and
#   what takes longest of the others has none
# shellcheck disable=SC2016
of_threads='$(filter-out tests/test_embedding_limits tests/test_dispatch_fairness tests/test_config_wrong $(TESTS_OF_WORDS),$(TESTS_IN_C) $(TESTS_END_TO_END)) tests/check_tsan.sh'
#   Those that say whether the tarball has all it needs; that what is built of it is right, others have said
# shellcheck disable=SC2016
of_tarball='$(TESTS_OF_SOURCE) tests/test_version tests/e2e/test_examples.py tests/e2e/test_readme.py'

#   What is checked: tracked and new files as they are now, not what is ignored
copy_source () {
    rm -rf "$source"
    mkdir -p "$source"
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard
    else
        find . -path ./build -prune -o -type f -print0
    fi | tar --null --ignore-failed-read --files-from=- -cf - 2>/dev/null | tar -C "$source" -xf -
}

tree_state () {
    git status --porcelain 2>/dev/null || true
}

#   count FILE VERDICT
count () {
    grep -c "^$2: " "$1" || true
}

#   stage NAME TITLE: runs run_NAME in a shell of its own, where any error ends it, and counts the
#   verdicts that it says, "PASS: name" a line as automake has them. A stage that says none, or
#   fails without saying so, has failed once.
stage () {
    case " $stages " in *" $1 "*) ;; *) return 0 ;; esac
    log=$work/$1.log
    printf '%-28s' "$2"
    started=$(date +%s)
    status=0
    sh "$top/check.sh" --run "$1" >"$log" 2>&1 </dev/null || status=$?
    good=$(count "$log" PASS)
    bad=$(($(count "$log" FAIL) + $(count "$log" ERROR) + $(count "$log" XPASS)))
    none=$(count "$log" SKIP)
    if [ "$bad" = 0 ]; then
        if [ "$status" != 0 ] || [ "$good" = 0 ]; then bad=1; fi
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + none))
    printf '%4d passed %3d failed %3d skipped %5d s\n' \
        "$good" "$bad" "$none" $(($(date +%s) - started))
    [ "$1" != coverage ] || sed -n '/^src\//p; /^TOTAL/p' "$log"
    folder=$work/$1
    [ "$1" != valgrind ] || folder=$work/plain
    [ "$bad" = 0 ] || show_failure "$log" "$folder"
}

#   show_failure LOG BUILD: the end of the log; of tests what they said about what failed
show_failure () {
    echo "---- $1:"
    if grep -q '^\(FAIL\|ERROR\|XPASS\): ' "$1"; then
        #   With what is indented below
        awk '/^(FAIL|ERROR|XPASS): / { print; shown = 1; next }
             /^    / && shown { print; next }
             { shown = 0 }' "$1" | head -n 100
    else
        tail -n 40 "$1"
    fi
    if [ -s "$2/test-suite.log" ]; then
        echo "---- $2/test-suite.log:"
        #   Of a program that crashed or leaked, what it said last; that may stand before its verdicts
        awk '/^(FAIL|ERROR): [^ ]*$/ { count = 0 }
             /^FAIL: / { next }
             /^not ok / { shown = 1 }
             /^(ok |PASS: |SKIP: |1\.\.)/ { shown = 0; next }
             /^ERROR: .* - / { for (at = count > 60? count - 60: 0; at < count; at++) print last [at] }
             /^ERROR: / || shown { print; next }
             { last [count++] = $0 }' "$2/test-suite.log" | head -n 300
    fi
    echo "----"
}

#   configured NAME OPTION...: makes a build folder and goes there; a new one where configure
#   has changed, since what was compiled before may then be something else
configured () {
    folder=$work/$1
    shift
    mark="$(cksum <"$source/configure") $*"
    if [ "$(cat "$folder/configured-as" 2>/dev/null)" != "$mark" ]; then rm -rf "$folder"; fi
    mkdir -p "$folder"
    cd "$folder"
    "$source/configure" --quiet --enable-werror "$@"
    echo "$mark" >configured-as
}

#   verdict NAME COMMAND...
verdict () {
    what=$1
    shift
    if "$@"; then echo "PASS: $what"; else echo "FAIL: $what"; fi
}

run_scripts () {
    cd "$source"
    for script in autogen.sh check.sh quickstart.sh .ci/run model/generate packaging/install-deps \
            packaging/make-deb packaging/butler.bash-completion tests/*.sh tests/run_e2e tests/run_faults \
            tests/faults/soak tests/run_fuzz; do
        [ -e "$script" ] || { echo "FAIL: $script is missing"; continue; }
        case $script in *.bash-*) shell="bash" ;; *) shell="sh" ;; esac
        verdict "$script parses" "$shell" -n "$script"
        if command -v shellcheck >/dev/null; then
            verdict "$script passes shellcheck" shellcheck "$script"
        else
            echo "SKIP: $script passes shellcheck"
        fi
    done
}

run_plain () {
    configured plain --prefix="$work/installed"
    make -j"$jobs"
    make -j"$jobs" check TESTS=
    echo "PASS: gcc compiles all without a warning"
    make -O -j"$abreast" check TEST_TIMEOUT="${patience:-300}"
}

run_clang () {
    configured clang --disable-static CC=clang CXX=clang++ CFLAGS=-O0
    make -j"$jobs"
    make -j"$jobs" check TESTS=
    echo "PASS: clang compiles all without a warning"
}

run_asan () {
    configured asan --disable-static --enable-asan CFLAGS='-g -O1'
    make -j"$jobs"
    $steady make -O -j"$abreast" check TESTS="$of_programs tests/check_leaks.sh" \
        TEST_SLOW=2 TEST_TIMEOUT="${patience:-300}"
}

run_tsan () {
    configured tsan --disable-static --enable-tsan CFLAGS='-g -O1'
    make -j"$jobs"
    $steady make -O -j"$abreast" check TESTS="$of_threads" TEST_SLOW=3 TEST_TIMEOUT="${patience:-300}"
}

#   The long form would take hours there
run_valgrind () {
    cd "$work/plain"
    unset BUTLER_LONG
    make -O -j"$jobs" check-valgrind
}

#   verdicts NAME: TAP on stdin as automake tells it, what is said of each indented below; a plan that is
#   not fulfilled has failed
verdicts () {
    awk -v name="$1" '
        /^1\.\.[0-9]+/   { plan = substr ($1, 4) }
        /^not ok /       { told++; sub (/^not ok [0-9]+ - /, ""); print "FAIL: " name ": " $0; next }
        /^ok .* # SKIP / { told++; sub (/^ok [0-9]+ - /, ""); print "SKIP: " name ": " $0; next }
        /^ok /           { told++; sub (/^ok [0-9]+ - /, ""); print "PASS: " name ": " $0; next }
        /^# /            { print "    " substr ($0, 3); next }
                         { print }
        END { if (told + 0 != plan + 0 || !plan) print "FAIL: " name ": " told + 0 " of " plan + 0 " were told" }'
}

#   faults BUILD SLOW OPTION...: a build under faults, real processes side by side
faults () {
    name=$1
    BUTLER_BUILD=$work/$1 BUTLER_TEST_SLOW=$2
    export BUTLER_BUILD BUTLER_TEST_SLOW
    shift 2
    "$source/tests/run_faults" --jobs "$abreast" ${BUTLER_LONG:+--long} "$@" | verdicts "$name"
}

run_faults () {
    faults plain 1
    if [ ! -x "$work/asan/butlerd" ]; then
        echo "SKIP: asan: no build"
        return 0
    fi
    #   What takes as long as one likes takes less of it here
    seconds=5
    [ -z "${BUTLER_LONG:-}" ] || seconds=120
    faults asan 2 --duration "$seconds"
}

#   Each target is one verdict
run_fuzz () {
    configured fuzz --disable-shared --enable-fuzz CC=clang CXX=clang++ CFLAGS='-g -O1'
    make -j"$jobs" fuzz
    echo "PASS: clang compiles all targets without a warning"
    seconds=5
    [ -z "${BUTLER_LONG:-}" ] || seconds=60
    $steady "$source/tests/run_fuzz" --build "$work/fuzz" --jobs "$jobs" --seconds "$seconds"
}

#   Lines that the tests in C reach, of the layers below the peers. Whether the tests pass, others say.
run_coverage () {
    "$source/packaging/install-deps" coverage
    #   Threads count the same lines
    configured coverage --disable-shared CFLAGS='--coverage -fprofile-update=atomic -g -O0'
    find . -name '*.gcda' -exec rm -f '{}' + -o -name '*conftest.gcno' -exec rm -f '{}' +
    make -j"$jobs"
    # shellcheck disable=SC2016
    make -j"$abreast" check TESTS='$(TESTS_IN_C)' TEST_SLOW=2 TEST_TIMEOUT=300 >tests.said 2>&1 || true
    for layer in wire broker rpc; do
        verdict "tests reach 90 % of the lines of src/$layer" \
            gcovr --root "$source" --filter "$source/src/$layer/" --fail-under-line 90 .
    done
}

run_generated () {
    cd "$source"
    verdict "make code changes nothing" model/generate --check
}

run_distcheck () {
    cd "$work/plain"
    made=yes
    make -j"$abreast" distcheck DISTCHECK_CONFIGURE_FLAGS='--disable-static CFLAGS=-O0' \
        TESTS="$of_tarball" TEST_TIMEOUT=300 >distcheck.said 2>&1 || made=
    #   One verdict: the same tests were counted before
    sed 's/^PASS: /passed: /; s/^SKIP: /skipped: /' distcheck.said
    verdict "make distcheck" test "$made"
}

#   outside PROGRAM COMMAND...: builds tests/outside.c as somebody else's project would, and runs it
outside () {
    program=$work/$1
    shift
    "$@" -o "$program" && "$program"
}

run_install () {
    cd "$work/plain"
    rm -rf "$work/installed" "$work/destdir"
    make install >/dev/null
    make install DESTDIR="$work/destdir" >/dev/null
    verdict "make install DESTDIR" test -e "$work/destdir$work/installed/include/butler.h"
    prefix=$work/installed
    PKG_CONFIG_PATH=$prefix/lib/pkgconfig
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046  # flags are words
    verdict "an outside program builds with pkg-config and runs" \
        outside outside-shared gcc "$source/tests/outside.c" \
        $(pkg-config --cflags --libs libbutler) -Wl,-rpath,"$prefix/lib"
    # shellcheck disable=SC2046
    verdict "an outside program builds with libbutler.a and runs" \
        outside outside-static gcc "$source/tests/outside.c" $(pkg-config --cflags libbutler) \
        "$prefix/lib/libbutler.a" $(pkg-config --libs libczmq libzmq jansson)
    for program in butlerd butler; do
        verdict "$program runs where it is installed" "$prefix/bin/$program" --version
    done
    verdict "unit, completion and example configuration are installed" extras "$prefix"
    verdict "the library exports its own names alone" own_names "$prefix/lib/libbutler.so"
}

#   Of a copy of its own: make-deb takes what git knows, as copy_source does
run_packages () {
    tests/check_packages.sh
}

#   What stands beside headers, library and programs
extras () {
    for file in lib/systemd/system/butlerd.service share/bash-completion/completions/butler \
            share/bash-completion/completions/butlerd share/doc/butler/examples/butler.cfg; do
        [ -e "$1/$file" ] || { echo "not installed: $file"; return 1; }
    done
    grep -q "^ExecStart=$1/bin/butlerd -c $1/etc/butler/butler.cfg\$" \
        "$1/lib/systemd/system/butlerd.service"
}

own_names () {
    foreign=$(nm -D --defined-only "$1" | awk '{ print $NF }' | grep -v '^butler_' || true)
    [ -z "$foreign" ] || { echo "exported: $foreign"; return 1; }
}

run_tree () {
    tree_state >"$work/tree-after"
    verdict "the source tree is as it was" diff "$work/tree-before" "$work/tree-after"
}

if [ "${1:-}" = --run ]; then
    set -eu
    "run_$2"
    exit 0
fi

coverage=
while :; do
    case ${1:-} in
        --long)     BUTLER_LONG=1; export BUTLER_LONG ;;
        --coverage) coverage=coverage ;;
        --help)     sed -n '2,/^set/s/^# \{0,3\}//p' "$0"; exit 0 ;;
        -*)         echo "check.sh: no option $1; see check.sh --help" >&2; exit 2 ;;
        *)          break ;;
    esac
    shift
done

packaging/install-deps check || { echo "0 passed, 1 failed"; exit 1; }
mkdir -p "$work"
tree_state >"$work/tree-before"
copy_source
(cd "$source" && ./autogen.sh) >"$work/autogen.log" 2>&1 || {
    tail -n 30 "$work/autogen.log"
    echo "0 passed, 1 failed"
    exit 1
}

stages="${*:-scripts plain clang asan tsan valgrind faults fuzz generated install packages distcheck tree} $coverage"
stage scripts   "scripts"
stage plain     "gcc, all tests"
stage clang     "clang"
stage asan      "ASan and UBSan, all tests"
stage tsan      "TSan, all tests of threads"
stage valgrind  "valgrind, tests in C"
stage faults    "faults, plain and under ASan"
stage fuzz      "fuzzing"
stage generated "generated files"
stage install   "installed, used outside"
stage packages  "packages of Debian"
stage distcheck "make distcheck"
stage coverage  "coverage"
stage tree      "source tree"

if [ "$skipped" = 0 ]; then
    echo "$passed passed, $failed failed"
else
    echo "$passed passed, $failed failed, $skipped skipped"
fi
[ "$failed" = 0 ]
