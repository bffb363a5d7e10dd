/*  butler_child.h - a program run once: bytes into it, bytes out of it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CHILD_H
#define BUTLER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define BUTLER_CHILD_OUTPUT_MAX 67108864    //  bytes on stdout; with more it is killed
#define BUTLER_CHILD_ERRORS_MAX 65536       //  bytes of stderr that are kept: the last

typedef struct {
    char *data;
    size_t size, room;
} butler_bytes_t;

typedef struct {
    pid_t pid;                      //  which leads a process group of its own
    int in, out, err;               //  our ends of its pipes; -1: closed
    butler_bytes_t output, errors;  //  what it wrote
    bool excessive;                 //  it wrote too much, and was killed
} butler_child_t;

//  Start the program with pipes for stdin, stdout and stderr, no other descriptors of ours, and
//  signals as they are by default. 0, or -1 with errno: then there is nothing to fini.
int
butler_child_start (butler_child_t *self, const char *path, char *const *argv, char *const *env);

//  Give it all this on stdin, if it takes it, and gather what it writes, until it has closed its
//  ends. What it writes to stderr appears on our own at once, too.
void
butler_child_talk (butler_child_t *self, const void *input, size_t size);

//  Wait for its end, which leaves its pid taken until butler_child_reap ()
void
butler_child_wait (butler_child_t *self);

//  Its status as waitpid () has it
int
butler_child_reap (butler_child_t *self);

//  The last of what it wrote to stderr, as a string
const char *
butler_child_errors (butler_child_t *self);

void
butler_child_fini (butler_child_t *self);

#endif
