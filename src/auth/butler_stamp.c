/*  butler_stamp.c - by what is seen that a file has changed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_stamp.h"
#include <errno.h>
#include <time.h>

//  Seconds. The times of files advance in steps, some of 2 s: of two changes within one step, whoever read in
//  between would never see the second.
#define STEP 2

butler_stamp_t
butler_stamp_of (const struct stat *status)
{
    const time_t now = time (NULL);
    return (butler_stamp_t) {
        .device = status->st_dev, .inode = status->st_ino, .size = status->st_size,
        .changed = status->st_ctim, .settled = now - status->st_ctim.tv_sec > STEP
    };
}

bool
butler_stamp_holds (const butler_stamp_t *self, const butler_stamp_t *now)
{
    return self->settled && self->device == now->device && self->inode == now->inode && self->size == now->size
        && self->changed.tv_sec == now->changed.tv_sec && self->changed.tv_nsec == now->changed.tv_nsec;
}

bool
butler_stamp_is_passing (int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == EAGAIN;
}
