/*  butler_room.c - whether there are descriptors left to make something with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_room.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define ACTOR 20                    //  an actor's pipe, its first sockets and connections, and CZMQ's context

//  The system gives the lowest that is free, so none below that one is
size_t
butler_room_count (size_t most)
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
butler_room_for (size_t count)
{
    if (butler_room_count (count) >= count)
        return 0;
    errno = EMFILE;
    return -1;
}

int
butler_room (void)
{
    return butler_room_for (ACTOR);
}
