/*  butler_room.c - whether there are descriptors left to make something with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_room.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define SHARE 8                     //  one in so many descriptors is not for peers
#define LEAST 8
#define MOST 400                    //  the listeners are shut in time, as each takes one peer at a time
#define ACTOR 20                    //  an actor's pipe, its first sockets and connections, and CZMQ's context

//  The system gives the lowest that is free, so none below that one is
static size_t
s_count (size_t most)
{
    struct rlimit limit;
    const int first = eventfd (0, EFD_CLOEXEC);
    if (first < 0 || getrlimit (RLIMIT_NOFILE, &limit))
        return 0;
    size_t count = 1;
    for (int next = first + 1; count < most && (rlim_t) next < limit.rlim_cur; next++)
        if (fcntl (next, F_GETFD) == -1)
            count++;
    close (first);
    return count;
}

int
butler_room_reserve (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) || limit.rlim_cur / SHARE > MOST)
        return MOST;
    return limit.rlim_cur / SHARE < LEAST? LEAST: (int) limit.rlim_cur / SHARE;
}

bool
butler_room_is_short (int descriptor, int reserve)
{
    struct rlimit limit;
    const int last = descriptor >= 0? descriptor: eventfd (0, EFD_CLOEXEC);
    if (descriptor < 0 && last >= 0)
        close (last);
    return last < 0 || (getrlimit (RLIMIT_NOFILE, &limit) == 0 && (rlim_t) (last + reserve) >= limit.rlim_cur);
}

int
butler_room_for (size_t count)
{
    if (s_count (count) >= count)
        return 0;
    errno = EMFILE;
    return -1;
}

int
butler_room (void)
{
    return butler_room_for (ACTOR);
}
