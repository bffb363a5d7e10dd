/*  butler_worker_commands.c - what a worker's pipe takes
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "actors/butler_worker_core.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "actors/butler_shown.h"
#include "base/butler_actor.h"

#define DRAIN_MOST 3600000          //  ms

static char *
s_do_connect (void *arg, zmsg_t *arguments)
{
    butler_core_t *self = arg;
    if (self->state != BUTLER_CORE_SERVING)
        return butler_actor_error ("this worker is draining");
    char *endpoint = zmsg_popstr (arguments);
    char *answer = NULL;
    if (!butler_core_connect (self, endpoint))
        answer = butler_actor_error ("can't connect to '%s': %s", endpoint, zmq_strerror (errno));
    zstr_free (&endpoint);
    return answer;
}

static void
s_show (void *arg, butler_credentials_t *credentials)
{
    butler_core_set_credentials (arg, credentials);
}

static char *
s_do_curve (void *arg, zmsg_t *arguments)
{
    return butler_shown_curve (arguments, s_show, arg);
}

static char *
s_do_plain (void *arg, zmsg_t *arguments)
{
    return butler_shown_plain (arguments, s_show, arg);
}

static char *
s_do_sink (void *arg, zmsg_t *arguments)
{
    butler_core_t *self = arg;
    char *endpoint = zmsg_popstr (arguments);
    char *answer = NULL;
    if (butler_outlet_connect (&self->outlet, endpoint))
        answer = butler_actor_error ("can't connect to '%s': %s", endpoint, zmq_strerror (errno));
    zstr_free (&endpoint);
    return answer;
}

static char *
s_do_emit (void *arg, zmsg_t *arguments)
{
    butler_core_t *self = arg;
    zframe_t *payload = zmsg_pop (arguments);
    const int rc = butler_outlet_put (&self->outlet, zframe_data (payload), zframe_size (payload));
    zframe_destroy (&payload);
    if (rc)
        return butler_actor_error (errno == ENOTCONN? "there is no sink": "too many events wait");
    return NULL;
}

//  ---- SET

typedef struct {
    const char *name;
    long least, most;
    void (*apply) (butler_core_t *self, long value);
} s_key_t;

static void
s_set_heartbeat (butler_core_t *self, long value)
{
    butler_core_set_pulse (self, value, self->liveness);
}

static void
s_set_liveness (butler_core_t *self, long value)
{
    butler_core_set_pulse (self, self->heartbeat, value);
}

static void
s_set_capacity (butler_core_t *self, long value)
{
    butler_core_set_capacity (self, (int) value);
}

static const s_key_t s_keys [] = {
    { "capacity", 1, 1000000, s_set_capacity },
    { "heartbeat", 10, 3600000, s_set_heartbeat },
    { "liveness", 1, 100, s_set_liveness },
    { NULL, 0, 0, NULL }
};

//  NULL and the value, or the error
static char *
s_read_number (const char *name, const char *text, long least, long most, long *value)
{
    char *end = NULL;
    errno = 0;
    const long number = strtol (text, &end, 10);
    if (errno || end == text || *end || number < least || number > most)
        return butler_actor_error ("%s: '%s' is out of range, %ld to %ld", name, text, least, most);
    *value = number;
    return NULL;
}

static char *
s_set (butler_core_t *self, const char *name, const char *text)
{
    const s_key_t *key = s_keys;
    while (key->name && strneq (key->name, name))
        key++;
    if (!key->name)
        return butler_actor_error ("'%s' is nothing to set: capacity, heartbeat or liveness", name);
    long value = 0;
    char *error = s_read_number (name, text, key->least, key->most, &value);
    if (error)
        return error;
    key->apply (self, value);
    return NULL;
}

static char *
s_do_set (void *arg, zmsg_t *arguments)
{
    char *name = zmsg_popstr (arguments), *value = zmsg_popstr (arguments);
    char *answer = s_set (arg, name, value);
    zstr_free (&name);
    zstr_free (&value);
    return answer;
}

//  ---- STATS

static json_t *
s_describe_routers (const butler_core_t *self)
{
    json_t *routers = json_array ();
    for (size_t index = 0; index < self->posts; index++) {
        const butler_post_t *post = self->post [index];
        json_array_append_new (routers, json_pack ("{s:s, s:s, s:I, s:i, s:I, s:s*, s:s*}",
            "endpoint", butler_link_endpoint (post->link), "state", butler_link_state_name (post->link),
            "connections", (json_int_t) butler_link_epoch (post->link), "open", post->open,
            "malformed", (json_int_t) butler_link_malformed (post->link), "refused", butler_link_refused (post->link),
            "failed", butler_link_failed (post->link)));
    }
    return routers;
}

static char *
s_do_stats (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_core_t *self = arg;
    bool awaited;
    json_t *stats = json_pack ("{s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
        "service", butler_service_name (self->service), "capacity", self->capacity,
        "held", (json_int_t) self->held, "deferred", (json_int_t) butler_core_aside (self, &awaited),
        "received", (json_int_t) self->received, "answered", (json_int_t) self->answered,
        "refused", (json_int_t) self->refused, "stale", (json_int_t) self->stale,
        "dropped", (json_int_t) self->dropped, "delayed", (json_int_t) self->delayed,
        "cancelled", (json_int_t) self->cancelled, "emitted", (json_int_t) self->outlet.emitted,
        "emissions_dropped", (json_int_t) butler_outlet_dropped (&self->outlet),
        "routers", s_describe_routers (self));
    assert (stats);
    char *text = json_dumps (stats, JSON_COMPACT);
    json_decref (stats);
    return text;
}

static char *
s_do_verbose (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_core_t *self = arg;
    self->log_level = BUTLER_LOG_DEBUG;
    return NULL;
}

//  Answered when all is done, or its time is over; at once where nothing is to do
static char *
s_do_drain (void *arg, zmsg_t *arguments)
{
    butler_core_t *self = arg;
    char *text = zmsg_popstr (arguments), *error = NULL;
    long limit = -1;
    if (text)
        error = s_read_number ("DRAIN", text, 0, DRAIN_MOST, &limit);
    zstr_free (&text);
    if (error || self->state == BUTLER_CORE_DRAINED)
        return error;
    if (self->drain_awaited)
        return butler_actor_error ("it is draining already");
    butler_core_drain (self, limit);
    return butler_actor_later ();
}

static const butler_command_t s_commands [] = {
    { "CONNECT", 1, 1, "ENDPOINT", s_do_connect },
    { "CURVE", 1, 2, "KEYFILE [ROUTERKEY]", s_do_curve },
    { "PLAIN", 2, 2, "USER PASSWORD", s_do_plain },
    { "SINK", 1, 1, "ENDPOINT", s_do_sink },
    { "EMIT", 1, 1, "PAYLOAD", s_do_emit },
    { "SET", 2, 2, "capacity|heartbeat|liveness VALUE", s_do_set },
    { "STATS", 0, 0, "nothing", s_do_stats },
    { "VERBOSE", 0, 0, "nothing", s_do_verbose },
    { "DRAIN", 0, 1, "[MS]", s_do_drain },
    { NULL, 0, 0, NULL, NULL }
};

int
butler_core_execute (butler_core_t *self)
{
    return butler_actor_execute (s_commands, self, self->pipe);
}
