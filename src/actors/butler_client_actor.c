/*  butler_client_actor.c - a client as an actor, for programs that are all actors
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_client_actor.h"
#include <errno.h>
#include <stdlib.h>
#include "actors/butler_client_desk.h"
#include "actors/butler_shown.h"
#include "base/butler_actor.h"
#include "peers/butler_client_internal.h"

static char *
s_do_call (void *arg, zmsg_t *arguments)
{
    butler_client_desk_call (arg, arguments);
    return butler_actor_later ();
}

static char *
s_do_send (void *arg, zmsg_t *arguments)
{
    butler_client_desk_send (arg, arguments);
    return butler_actor_later ();
}

static char *
s_do_connect (void *arg, zmsg_t *arguments)
{
    butler_client_desk_t *self = arg;
    char *endpoint = zmsg_popstr (arguments);
    char *answer = NULL;
    if (butler_client_connect (self->client, endpoint))
        answer = butler_actor_error ("can't connect to '%s': %s", endpoint, zmq_strerror (errno));
    else
        butler_client_desk_adjust (self);
    zstr_free (&endpoint);
    return butler_pipe_answer (&self->out, answer);
}

static void
s_show (void *arg, butler_credentials_t *credentials)
{
    const butler_client_desk_t *self = arg;
    butler_courier_set_credentials (&self->client->courier, credentials);
}

static char *
s_do_curve (void *arg, zmsg_t *arguments)
{
    butler_client_desk_t *self = arg;
    return butler_pipe_answer (&self->out, butler_shown_curve (arguments, s_show, self));
}

static char *
s_do_plain (void *arg, zmsg_t *arguments)
{
    butler_client_desk_t *self = arg;
    return butler_pipe_answer (&self->out, butler_shown_plain (arguments, s_show, self));
}

static void
s_set_persistent (butler_client_t *client, int value)
{
    butler_client_set_persistent (client, value != 0);
}

static const struct {
    const char *name;
    long least, most;
    void (*apply) (butler_client_t *client, int value);
} s_keys [] = {
    { "timeout", 1, 3600000, butler_client_set_timeout },
    { "retries", 1, 1000, butler_client_set_retries },
    { "persistent", 0, 1, s_set_persistent },
};

static char *
s_set (butler_client_desk_t *self, const char *name, const char *text)
{
    char *end = NULL;
    errno = 0;
    const long value = strtol (text, &end, 10);
    const bool number = errno == 0 && end != text && *end == 0;
    for (size_t index = 0; index < sizeof s_keys / sizeof *s_keys; index++) {
        if (strneq (s_keys [index].name, name))
            continue;
        if (!number || value < s_keys [index].least || value > s_keys [index].most)
            return butler_actor_error ("%s: '%s' is out of range, %ld to %ld", name, text,
                                       s_keys [index].least, s_keys [index].most);
        s_keys [index].apply (self->client, (int) value);
        return NULL;
    }
    return butler_actor_error ("'%s' is nothing to set: timeout, retries or persistent", name);
}

static char *
s_do_set (void *arg, zmsg_t *arguments)
{
    butler_client_desk_t *self = arg;
    char *name = zmsg_popstr (arguments), *value = zmsg_popstr (arguments);
    char *answer = s_set (self, name, value);
    zstr_free (&name);
    zstr_free (&value);
    return butler_pipe_answer (&self->out, answer);
}

static char *
s_do_cancel (void *arg, zmsg_t *arguments)
{
    butler_client_desk_t *self = arg;
    zframe_t *tag = zmsg_pop (arguments);
    char *answer = NULL;
    if (!butler_client_desk_cancel (self, tag))
        answer = butler_actor_error ("no request is open under this tag");
    zframe_destroy (&tag);
    return butler_pipe_answer (&self->out, answer);
}

static char *
s_do_stats (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_client_desk_t *self = arg;
    json_t *stats = butler_client_desk_stats (self);
    char *text = json_dumps (stats, JSON_COMPACT);
    json_decref (stats);
    return butler_pipe_answer (&self->out, text);
}

static char *
s_do_verbose (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_client_desk_t *self = arg;
    self->log_level = BUTLER_LOG_DEBUG;
    return butler_pipe_answer (&self->out, NULL);
}

static const butler_command_t s_commands [] = {
    { "CONNECT", 1, 1, "ENDPOINT", s_do_connect },
    { "CURVE", 1, 2, "KEYFILE [ROUTERKEY]", s_do_curve },
    { "PLAIN", 2, 2, "USER PASSWORD", s_do_plain },
    { "SET", 2, 2, "timeout|retries|persistent VALUE", s_do_set },
    { "CALL", 4, 5, "TAG SERVICE METHOD ARGS [KWARGS]", s_do_call },
    { "SEND", 3, 3, "TAG SERVICE BODY", s_do_send },
    { "CANCEL", 1, 1, "TAG", s_do_cancel },
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
butler_client_actor (zsock_t *pipe, void *args)
{
    (void) args;
    butler_client_desk_t self;
    butler_actor_init (pipe);
    butler_client_desk_init (&self, pipe);
    zsock_signal (pipe, 0);
    zloop_reader (self.loop, pipe, s_pipe, &self);
    butler_actor_run (self.loop);
    butler_client_desk_fini (&self);
}
