/*  butler_sink_actor.c - gathers what workers emit, as an actor
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_sink.h"
#include <assert.h>
#include <errno.h>
#include "actors/butler_pipe.h"
#include "base/butler_actor.h"
#include "base/butler_log.h"

#define BATCH 256                   //  payloads in a turn
#define SINKS_MAX 64                //  endpoints

typedef struct {
    zloop_t *loop;
    zsock_t *pipe;
    butler_pipe_t out;
    butler_sink_t *sink [SINKS_MAX];    //  one for each endpoint
    size_t sinks;
    butler_log_level_t log_level;
    uint64_t events;                //  that the caller was handed
    uint64_t dropped;               //  that found no room in the pipe
} s_actor_t;

//  Where the caller reads too slowly events are lost, so that answers to commands are not
static void
s_hand_over (s_actor_t *self, zframe_t *payload)
{
    if (!butler_pipe_is_clear (&self->out)) {
        self->dropped++;
        zframe_destroy (&payload);
        return;
    }
    self->events++;
    zmsg_t *message = zmsg_new ();
    zmsg_addstr (message, "EVENT");
    zmsg_append (message, &payload);
    butler_pipe_send (&self->out, &message);
}

static butler_sink_t *
s_find (s_actor_t *self, const zsock_t *socket)
{
    for (size_t index = 0; index < self->sinks; index++)
        if (butler_sink_socket (self->sink [index]) == socket)
            return self->sink [index];
    return NULL;
}

static int
s_receive (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    s_actor_t *self = arg;
    butler_sink_t *sink = s_find (self, socket);
    zframe_t *payload;
    for (int count = 0; count < BATCH && (payload = butler_sink_recv (sink)); count++) {
        butler_log (self->log_level, BUTLER_LOG_DEBUG, "event", "size",
                    BUTLER_LOG_NUMBER (zframe_size (payload)), NULL);
        s_hand_over (self, payload);
    }
    return 0;
}

static char *
s_bind (s_actor_t *self, const char *endpoint)
{
    if (self->sinks == SINKS_MAX)
        return butler_actor_error ("it is bound to %d endpoints already", SINKS_MAX);
    butler_sink_t *sink = butler_sink_new (endpoint);
    if (!sink)
        return butler_actor_error ("can't bind to '%s': %s", endpoint, zmq_strerror (errno));
    butler_sink_set_timeout (sink, 0);
    zloop_reader (self->loop, butler_sink_socket (sink), s_receive, self);
    zloop_reader_set_tolerant (self->loop, butler_sink_socket (sink));
    self->sink [self->sinks++] = sink;
    return strdup (butler_sink_endpoint (sink));
}

static char *
s_do_bind (void *arg, zmsg_t *arguments)
{
    s_actor_t *self = arg;
    char *endpoint = zmsg_popstr (arguments);
    char *answer = s_bind (self, endpoint);
    zstr_free (&endpoint);
    return butler_pipe_answer (&self->out, answer);
}

static char *
s_do_stats (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    s_actor_t *self = arg;
    json_t *endpoints = json_array ();
    for (size_t index = 0; index < self->sinks; index++)
        json_array_append_new (endpoints, json_string (butler_sink_endpoint (self->sink [index])));
    json_t *stats = json_pack ("{s:I, s:I, s:o}", "events", (json_int_t) self->events,
                               "dropped", (json_int_t) self->dropped, "endpoints", endpoints);
    assert (stats);
    char *text = json_dumps (stats, JSON_COMPACT);
    json_decref (stats);
    return butler_pipe_answer (&self->out, text);
}

static char *
s_do_verbose (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    s_actor_t *self = arg;
    self->log_level = BUTLER_LOG_DEBUG;
    return butler_pipe_answer (&self->out, NULL);
}

static const butler_command_t s_commands [] = {
    { "BIND", 1, 1, "ENDPOINT", s_do_bind },
    { "STATS", 0, 0, "nothing", s_do_stats },
    { "VERBOSE", 0, 0, "nothing", s_do_verbose },
    { NULL, 0, 0, NULL, NULL }
};

static int
s_pipe (zloop_t *loop, zsock_t *pipe, void *arg)
{
    (void) loop;
    return butler_actor_execute (s_commands, arg, pipe);
}

void
butler_sink (zsock_t *pipe, void *args)
{
    (void) args;
    s_actor_t self = { .pipe = pipe, .loop = zloop_new (), .log_level = BUTLER_LOG_WARNING };
    assert (self.loop);
    butler_actor_init (pipe);
    butler_pipe_init (&self.out, pipe, self.loop);
    zsock_signal (pipe, 0);
    zloop_reader (self.loop, pipe, s_pipe, &self);
    butler_actor_run (self.loop);
    zloop_destroy (&self.loop);
    while (self.sinks)
        butler_sink_destroy (&self.sink [--self.sinks]);
    butler_pipe_fini (&self.out);
}
