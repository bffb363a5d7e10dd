/*  butler_notify.c - tells the service manager how the daemon is doing
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_notify.h"

#ifdef HAVE_LIBSYSTEMD

#include <stdint.h>
#include <systemd/sd-daemon.h>
#include <time.h>

void
butler_notify_ready (void)
{
    sd_notify (0, "READY=1");
}

//  The time tells this reload's READY=1 from an earlier one (Type=notify-reload)
void
butler_notify_reloading (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    const int64_t usec = (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
    sd_notifyf (0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long) usec);
}

void
butler_notify_stopping (void)
{
    sd_notify (0, "STOPPING=1");
}

#else

void
butler_notify_ready (void)
{
}

void
butler_notify_reloading (void)
{
}

void
butler_notify_stopping (void)
{
}

#endif
