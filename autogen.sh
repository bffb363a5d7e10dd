#!/bin/sh
#   autogen.sh - makes configure and Makefile.in from configure.ac and Makefile.am
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")"
mkdir -p build-aux/m4
exec autoreconf --install
