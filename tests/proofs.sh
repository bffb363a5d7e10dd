#   proofs.sh - tables in a page whose last cells name the tests that prove the rows; for other scripts to read
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   Such a cell is   `FILE` test, test; `FILE` test   or, for a shell script, `FILE` "words"
#   The reader says which page, and works in the source's folder.
# shellcheck shell=sh
# shellcheck disable=SC2154       # page

# shellcheck source=/dev/null
. tests/report.sh

#   The rows without heads and rules of tables that prove something: LINE, then the cells, all parted by |
rows () {
    awk '
        !/^\|/                  { body = proves = 0; next }
        /\| proved by \|$/      { proves = 1; next }
        /^\| --- \|/            { body = proves; next }
        body                    { print NR " " $0 }
    ' "$page"
}

#   Each test that is named: LINE FILE NAME
proofs () {
    rows | sed 's/^\([0-9]*\) .*| \(.*\) |$/\1 \2/' | while read -r line cell; do
        echo "$cell" | tr ';' '\n' | while read -r file names; do
            file=$(echo "$file" | tr -d '`')
            echo "$names" | tr ',' '\n' | sed "s/^ */$line $file /"
        done
    done
}

#   Is this test there, and is it run?
found () {
    case $1 in
        *.py)   grep -q "^ *tests/e2e/$1 " Makefile.am && grep -q "^    def $2(self" "tests/e2e/$1" ;;
        *.c)    grep -q "^ *tests/${1%.c} " Makefile.am && grep -q "^$2 (void \*\*" "tests/$1" ;;
        *.sh)   grep -q "tests/$1" Makefile.am check.sh && grep -qF "$(echo "$2" | tr -d '"')" "tests/$1" ;;
        *)      return 1 ;;
    esac
}

unproved () {
    proofs | while read -r line file name; do
        found "$file" "$name" 2>/dev/null || echo "$page:$line: no test $name in $file that is run"
    done
}
