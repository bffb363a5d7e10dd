/*  butler_backoff.h - how long to wait before another attempt, and a little chance in it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BACKOFF_H
#define BUTLER_BACKOFF_H

#include <stdint.h>

//  Some number from 0 to most (below 2^31), another each time and in each process
int64_t
butler_backoff_chance (int64_t most);

//  ms to wait after that many failures: 0, 1, 2, 4 ... 32 seconds, each a quarter more or less, so
//  that those who lost the same router don't come back all at once
int64_t
butler_backoff_pause (unsigned failures);

#endif
