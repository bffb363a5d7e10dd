/*  butler_program.h - where a program is, by its name
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PROGRAM_H
#define BUTLER_PROGRAM_H

//  Its path as a shell finds it, by $PATH unless there is a slash in the name: fresh, or NULL with
//  errno
char *
butler_program_find (const char *name);

//  What a worker of this process is called unless it has a name: "HOST/PID". Fresh.
char *
butler_program_worker (void);

#endif
