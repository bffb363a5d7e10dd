#!/bin/sh
#   shell_worker.sh - a worker in shell: counts the words of any text
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
#
#   shell_worker.sh [ENDPOINT], then:
#
#       butler send api.words 'four words of text'
#
#   answers 4. The request's body is the command's stdin, its stdout is the answer; a status
#   other than 0 reaches the caller as an exception, with stderr as its traceback.

exec "${BUTLER:-butler}" work -e "${1:-tcp://127.0.0.1:5556}" api.words -- wc -w
