/*  butler_backoff.c - how long to wait before another attempt, and a little chance in it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_backoff.h"
#include <sys/random.h>

#define PAUSE_MAX 32000             //  ms

int64_t
butler_backoff_chance (int64_t most)
{
    uint32_t dice = 0;
    if (getrandom (&dice, sizeof dice, GRND_NONBLOCK) != sizeof dice)
        return most / 2;            //  early in a system's life there is no chance yet
    return (int64_t) dice % (most + 1);
}

int64_t
butler_backoff_pause (unsigned failures)
{
    if (failures == 0)
        return 0;
    const int64_t pause = failures > 5? PAUSE_MAX: INT64_C (1000) << (failures - 1);
    return pause - pause / 4 + butler_backoff_chance (pause / 2);
}
