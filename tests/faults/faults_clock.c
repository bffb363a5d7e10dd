/*  faults_clock.c - a wall clock that is set as a file says, preloaded into a process of the fault tests
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

//  $FAULTS_CLOCK names a file of eight bytes: seconds that the clock is ahead. It is read where it lies, so
//  a step is seen at once; the monotonic clock stays right, as the kernel's does.
static const volatile int64_t *s_ahead;

__attribute__ ((constructor)) static void
s_open (void)
{
    const char *path = getenv ("FAULTS_CLOCK");
    const int file = path? open (path, O_RDONLY | O_CLOEXEC): -1;
    if (file == -1)
        return;
    void *page = mmap (NULL, sizeof *s_ahead, PROT_READ, MAP_SHARED, file, 0);
    s_ahead = page == MAP_FAILED? NULL: page;
    close (file);
}

static time_t
s_shift (void)
{
    return s_ahead? (time_t) *s_ahead: 0;
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
    const int rc = (int) syscall (SYS_clock_gettime, clock, now);
    if (rc == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += s_shift ();
    return rc;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
    (void) zone;
    struct timespec exact;
    if (clock_gettime (CLOCK_REALTIME, &exact))
        return -1;
    *now = (struct timeval) { exact.tv_sec, exact.tv_nsec / 1000 };
    return 0;
}

time_t
time (time_t *now)
{
    struct timespec exact;
    clock_gettime (CLOCK_REALTIME, &exact);
    if (now)
        *now = exact.tv_sec;
    return exact.tv_sec;
}
