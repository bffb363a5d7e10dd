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

//  A line of a child's stderr, without its newline
typedef void (butler_child_heard_fn) (void *arg, const char *line, size_t size);

typedef struct {
    pid_t pid;                      //  which leads a process group of its own
    int in, out, err;               //  our ends of its pipes; -1: closed
    int killed;                     //  readable after butler_child_kill ()
    butler_bytes_t output, errors;  //  what it wrote
    bool excessive;                 //  it wrote too much, and was killed
    butler_child_heard_fn *heard;   //  to be set before it is talked to; NULL: our stderr has all
    void *heard_arg;
    size_t told;                    //  how many bytes of `errors` that was given
} butler_child_t;

//  Start the program with pipes for stdin, stdout and stderr, no other descriptors of ours, and
//  signals as they are by default. 0, or -1 with errno: then there is nothing to fini.
int
butler_child_start (butler_child_t *self, const char *path, char *const *argv, char *const *env);

//  Give it all this on stdin, if it takes it, and gather what it writes, until it has closed its
//  ends. What it writes to stderr is kept, and shown at once: to `heard`, or else on our own.
void
butler_child_talk (butler_child_t *self, const void *input, size_t size);

//  From any thread while it has not ended: end it with all of its group. Who talks to it ends that, also
//  where a process that has left the group keeps the pipes open.
void
butler_child_kill (const butler_child_t *self);

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
