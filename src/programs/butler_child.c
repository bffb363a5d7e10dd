/*  butler_child.c - a program run once: bytes into it, bytes out of it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_child.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOME 65536                  //  bytes read at a time

//  ---- starting

static void
s_close (int *handle)
{
    if (*handle != -1)
        close (*handle);
    *handle = -1;
}

//  One end for us, which never blocks, and one for the child
static int
s_pipe (int *ours, int *childs, bool we_write)
{
    int ends [2];
    if (pipe2 (ends, O_CLOEXEC) == -1)
        return -1;
    *ours = ends [we_write];
    *childs = ends [!we_write];
    return fcntl (*ours, F_SETFL, O_NONBLOCK);
}

//  Attributes without which it would inherit what is ours: the signals that are blocked, and a
//  process group that is told to end together with us
static int
s_spawn (butler_child_t *self, const int *childs, const char *path, char *const *argv, char *const *env)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, by_default;
    sigemptyset (&none);
    sigemptyset (&by_default);
    sigaddset (&by_default, SIGPIPE);
    posix_spawn_file_actions_init (&actions);
    posix_spawnattr_init (&attributes);
    posix_spawnattr_setflags (
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup (&attributes, 0);
    posix_spawnattr_setsigmask (&attributes, &none);
    posix_spawnattr_setsigdefault (&attributes, &by_default);
    int rc = 0;
    for (int handle = 0; handle < 3 && rc == 0; handle++)
        rc = posix_spawn_file_actions_adddup2 (&actions, childs [handle], handle);
    if (rc == 0)
        rc = posix_spawn (&self->pid, path, &actions, &attributes, argv, env);
    posix_spawnattr_destroy (&attributes);
    posix_spawn_file_actions_destroy (&actions);
    return rc;
}

int
butler_child_start (butler_child_t *self, const char *path, char *const *argv, char *const *env)
{
    *self = (butler_child_t) { .in = -1, .out = -1, .err = -1, .killed = -1 };
    int childs [] = { -1, -1, -1 };
    int reason = 0;
    self->killed = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->killed == -1
    ||  s_pipe (&self->in, &childs [0], true) == -1
    ||  s_pipe (&self->out, &childs [1], false) == -1
    ||  s_pipe (&self->err, &childs [2], false) == -1)
        reason = errno;
    else
        reason = s_spawn (self, childs, path, argv, env);
    for (int handle = 0; handle < 3; handle++)
        s_close (&childs [handle]);
    if (reason == 0)
        return 0;
    butler_child_fini (self);
    errno = reason;
    return -1;
}

//  ---- talking

//  Reads once, at the end of what was read before. False: there is no more to come
static bool
s_read (int handle, butler_bytes_t *into)
{
    if (into->room - into->size < SOME + 1) {
        into->room = into->room? into->room * 2: SOME * 2;
        into->data = (char *) realloc (into->data, into->room);
        assert (into->data);
    }
    const ssize_t size = read (handle, into->data + into->size, SOME);
    if (size > 0)
        into->size += (size_t) size;
    return size > 0 || (size == -1 && (errno == EAGAIN || errno == EINTR));
}

static void
s_write (butler_child_t *self, const char **input, size_t *left)
{
    const ssize_t size = *left? write (self->in, *input, *left): 0;
    if (size > 0) {
        *input += size;
        *left -= (size_t) size;
    }
    const bool failed = size == -1 && errno != EAGAIN && errno != EINTR;
    if (*left == 0 || failed)       //  it has all, or wants no more
        s_close (&self->in);
}

void
butler_child_kill (const butler_child_t *self)
{
    kill (-self->pid, SIGKILL);
    kill (self->pid, SIGKILL);      //  it may have left its group
    eventfd_write (self->killed, 1);
}

static void
s_hang_up (butler_child_t *self)
{
    s_close (&self->in);
    s_close (&self->out);
    s_close (&self->err);
}

static void
s_read_output (butler_child_t *self)
{
    if (!s_read (self->out, &self->output))
        s_close (&self->out);
    if (self->output.size <= BUTLER_CHILD_OUTPUT_MAX)
        return;
    self->excessive = true;
    butler_child_kill (self);
}

//  All lines that are complete; in the end what is left, too
static void
s_tell (butler_child_t *self, bool ended)
{
    for (;;) {
        const char *line = self->errors.data + self->told;
        const size_t left = self->errors.size - self->told;
        const char *end = left? memchr (line, '\n', left): NULL;
        if (!end && !(left && ended))
            return;
        const size_t size = end? (size_t) (end - line): left;
        self->heard (self->heard_arg, line, size);
        self->told += size + (end? 1: 0);
    }
}

//  Only the last of it
static void
s_shorten (butler_child_t *self)
{
    const size_t over = self->errors.size - BUTLER_CHILD_ERRORS_MAX;
    memmove (self->errors.data, self->errors.data + over, BUTLER_CHILD_ERRORS_MAX);
    self->errors.size = BUTLER_CHILD_ERRORS_MAX;
    self->told = self->told > over? self->told - over: 0;
}

//  Keeps the last bytes, and shows all
static void
s_read_errors (butler_child_t *self)
{
    butler_bytes_t *errors = &self->errors;
    const size_t before = errors->size;
    if (!s_read (self->err, errors))
        s_close (&self->err);
    if (self->heard)
        s_tell (self, self->err == -1);
    else
    if (errors->size > before)
        (void) !write (STDERR_FILENO, errors->data + before, errors->size - before);
    if (errors->size > 2 * BUTLER_CHILD_ERRORS_MAX)
        s_shorten (self);
}

void
butler_child_talk (butler_child_t *self, const void *input, size_t size)
{
    const char *rest = (const char *) input;
    if (size == 0)
        s_close (&self->in);
    while (self->in != -1 || self->out != -1 || self->err != -1) {
        struct pollfd handles [] = {        //  poll passes over those that are -1
            { self->in, POLLOUT, 0 }, { self->out, POLLIN, 0 }, { self->err, POLLIN, 0 },
            { self->killed, POLLIN, 0 }
        };
        if (poll (handles, 4, -1) == -1)
            continue;
        if (handles [0].revents)
            s_write (self, &rest, &size);
        if (handles [2].revents)
            s_read_errors (self);
        if (handles [1].revents)
            s_read_output (self);
        if (handles [3].revents)
            s_hang_up (self);
    }
}

//  ---- ending

void
butler_child_wait (butler_child_t *self)
{
    siginfo_t how;
    while (waitid (P_PID, (id_t) self->pid, &how, WEXITED | WNOWAIT) == -1 && errno == EINTR)
        continue;
}

int
butler_child_reap (butler_child_t *self)
{
    int status = 0;
    while (waitpid (self->pid, &status, 0) == -1 && errno == EINTR)
        continue;
    return status;
}

const char *
butler_child_errors (butler_child_t *self)
{
    butler_bytes_t *errors = &self->errors;
    if (!errors->data)
        return "";
    char *begin = errors->data;
    if (errors->size > BUTLER_CHILD_ERRORS_MAX)
        begin += errors->size - BUTLER_CHILD_ERRORS_MAX;
    for (char *byte = begin; byte < errors->data + errors->size; byte++)
        if (*byte == 0)
            *byte = '?';
    errors->data [errors->size] = 0;        //  s_read leaves room for it
    return begin;
}

void
butler_child_fini (butler_child_t *self)
{
    s_hang_up (self);
    s_close (&self->killed);
    free (self->output.data);
    free (self->errors.data);
}
