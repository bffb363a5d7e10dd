/*  butler_actor.c - the pipe of an actor: a table of commands, each answered exactly once
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_actor.h"
#include <stdarg.h>
#include "base/butler_log.h"

#define PATIENCE 10000              //  ms for a caller that ends the actor to read what stands in the pipe

void
butler_actor_init (zsock_t *pipe)
{
    zsock_set_sndtimeo (pipe, 0);
    zsock_events (pipe);            //  takes up the connection, which the mark else would not reach
    zsock_set_rcvhwm (pipe, 0);
}

void
butler_actor_run (zloop_t *loop)
{
    zloop_set_nonstop (loop, true);
    while (zloop_start (loop) == 0 && errno == EINTR)
        continue;                   //  a signal came to this thread
}

static char s_later [] = "later";

char *
butler_actor_later (void)
{
    return s_later;
}

char *
butler_actor_error (const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *reason = zsys_vprintf (format, arguments);
    va_end (arguments);
    char *answer = zsys_sprintf ("ERROR %s", reason);
    zstr_free (&reason);
    return answer;
}

//  A last row with a function takes all that no other row does
static const butler_command_t *
s_find (const butler_command_t *table, const char *name)
{
    while (table->name && strneq (table->name, name))
        table++;
    return table->function? table: NULL;
}

static char *
s_answer (const butler_command_t *table, void *self, const char *name, zmsg_t *arguments)
{
    const butler_command_t *command = s_find (table, name);
    if (!command)
        return butler_actor_error ("unknown command '%s'", name);
    const size_t given = zmsg_size (arguments);
    if (given < command->least || given > command->most)
        return butler_actor_error ("%s takes: %s", name, command->usage);
    return command->function (self, arguments);
}

//  What CZMQ sends last, to tell that the actor has ended, is dropped where the pipe is full: then
//  zactor_destroy () waits for it for good, though it reads all that stands there. Who sent $TERM
//  otherwise may read nothing, hence the limit
static void
s_wait_for_room (zsock_t *pipe)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (pipe), .events = ZMQ_POLLOUT };
    const int64_t limit = zclock_mono () + PATIENCE;
    int64_t left = PATIENCE;
    while (left > 0 && zmq_poll (&item, 1, (long) left) == -1 && errno == EINTR)
        left = limit - zclock_mono ();
}

int
butler_actor_execute (const butler_command_t *table, void *self, zsock_t *pipe)
{
    zmsg_t *message = zmsg_recv (pipe);
    if (!message)
        return -1;
    char *name = zmsg_popstr (message);
    const bool ends = name && streq (name, "$TERM");
    if (name && !ends) {
        char *answer = s_answer (table, self, name, message);
        if (answer != s_later) {
            zstr_send (pipe, answer? answer: "OK");     //  dropped where a thousand stand unread
            zstr_free (&answer);
        }
    }
    if (ends)
        s_wait_for_room (pipe);
    zstr_free (&name);
    zmsg_destroy (&message);
    return ends? -1: 0;
}

static char *
s_cannot (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    return butler_actor_error ("it could not start: %s", (const char *) arg);
}

void
butler_actor_fail (zsock_t *pipe, int reason)
{
    static const butler_command_t nothing [] = { { NULL, 0, SIZE_MAX, NULL, s_cannot } };
    char *text = strdup (zmq_strerror (reason));
    butler_log (BUTLER_LOG_ERROR, BUTLER_LOG_ERROR, "failed", "reason", text, NULL);
    while (butler_actor_execute (nothing, text, pipe) == 0)
        continue;
    free (text);
}
