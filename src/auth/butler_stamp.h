/*  butler_stamp.h - by what is seen that a file has changed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STAMP_H
#define BUTLER_STAMP_H

#include <stdbool.h>
#include <sys/stat.h>

//  What a look at files has shown
enum {
    BUTLER_LOOK_CHANGED = 1,        //  others may come in than before
    BUTLER_LOOK_SKIPPED = 2         //  there is a text about a file that can't be used
};

//  Zeroed, it is that of no file
typedef struct {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;        //  nobody can set this one back
    bool settled;                   //  when it was taken, the last change was so long ago that the next one will show
} butler_stamp_t;

butler_stamp_t
butler_stamp_of (const struct stat *status);

//  Whether what was read under the earlier stamp is what stands there now
bool
butler_stamp_holds (const butler_stamp_t *self, const butler_stamp_t *now);

//  Whether this errno tells of the process or the system rather than of the file: what is known of it holds
bool
butler_stamp_is_passing (int error);

#endif
