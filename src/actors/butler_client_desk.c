/*  butler_client_desk.c - the requests of a client actor, by the tags that its caller gave them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_client_desk.h"
#include <assert.h>
#include <stdlib.h>
#include <uthash.h>
#include "peers/butler_client_internal.h"

#define OPEN_MAX 1000               //  requests
#define TICK 10                     //  ms between looks at what is due, while something is open

struct butler_tagged {
    UT_hash_handle hh;
    uint64_t number;
    zframe_t *tag;
    bool direct;                    //  answered with bytes, not with JSON
};

//  ---- life

void
butler_client_desk_init (butler_client_desk_t *self, zsock_t *pipe)
{
    *self = (butler_client_desk_t) { .loop = zloop_new (), .client = butler_client_new (NULL),
                                     .timer = -1, .log_level = BUTLER_LOG_WARNING };
    assert (self->loop && self->client);
    butler_pipe_init (&self->out, pipe, self->loop);
}

void
butler_client_desk_fini (butler_client_desk_t *self)
{
    butler_tagged_t *open, *next;
    HASH_ITER (hh, self->open, open, next) {
        HASH_DELETE (hh, self->open, open);
        zframe_destroy (&open->tag);
        free (open);
    }
    zloop_destroy (&self->loop);
    butler_client_destroy (&self->client);
    butler_pipe_fini (&self->out);
}

//  ---- the loop

static void
s_answer (butler_client_desk_t *self, zframe_t **tag_p, int status, const void *data, size_t size)
{
    zmsg_t *message = zmsg_new ();
    zmsg_append (message, tag_p);
    zmsg_addstrf (message, "%d", status);
    zmsg_addmem (message, data, size);
    butler_pipe_send (&self->out, &message);
    if (status == 200)
        self->answered++;
    else
        self->failed++;
}

//  The last request that ended, which was this one
static void
s_deliver (butler_client_desk_t *self, butler_tagged_t *open)
{
    const int status = butler_client_status (self->client);
    const json_t *result = open->direct || status != 200? NULL: butler_client_result (self->client);
    if (self->log_level == BUTLER_LOG_DEBUG)
        butler_log (self->log_level, BUTLER_LOG_DEBUG, "ended", "request", BUTLER_LOG_NUMBER (open->number),
                    "status", BUTLER_LOG_NUMBER (status), NULL);
    if (status != 200) {
        const char *error = butler_client_error (self->client);
        s_answer (self, &open->tag, status, error, strlen (error));
    }
    else
    if (result) {
        char *text = json_dumps (result, JSON_ENCODE_ANY | JSON_COMPACT);
        s_answer (self, &open->tag, status, text, text? strlen (text): 0);
        free (text);
    }
    else
        s_answer (self, &open->tag, status, butler_client_body (self->client),
                  butler_client_size (self->client));
}

static void
s_collect (butler_client_desk_t *self)
{
    uint64_t number;
    while ((number = butler_client_recv (self->client, 0))) {
        butler_tagged_t *open = NULL;
        HASH_FIND (hh, self->open, &number, sizeof number, open);
        assert (open);
        HASH_DELETE (hh, self->open, open);
        s_deliver (self, open);
        free (open);
    }
    butler_client_desk_adjust (self);
}

static int
s_readable (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    (void) socket;
    s_collect (arg);
    return 0;
}

static int
s_tick (zloop_t *loop, int timer, void *arg)
{
    (void) loop;
    (void) timer;
    s_collect (arg);
    return 0;
}

//  One timer while something is open; the socket that the client uses now
void
butler_client_desk_adjust (butler_client_desk_t *self)
{
    const bool busy = self->open != NULL;
    if (busy && self->timer == -1)
        self->timer = zloop_timer (self->loop, TICK, 0, s_tick, self);
    if (!busy && self->timer != -1) {
        zloop_timer_end (self->loop, self->timer);
        self->timer = -1;
    }
    const uint32_t epoch = self->client->courier.channels.epoch;
    if (epoch == self->epoch)
        return;
    if (self->watched)
        zloop_reader_end (self->loop, self->watched);
    self->watched = butler_client_socket (self->client);
    self->epoch = epoch;
    zloop_reader (self->loop, self->watched, s_readable, self);
    zloop_reader_set_tolerant (self->loop, self->watched);
}

//  ---- requests

//  Takes the tag. Number 0: the client says why
static void
s_submitted (butler_client_desk_t *self, zframe_t *tag, uint64_t number, bool direct)
{
    if (number == 0) {
        const char *error = butler_client_error (self->client);
        s_answer (self, &tag, -1, error, strlen (error));
        return;
    }
    butler_tagged_t *open = calloc (1, sizeof *open);
    assert (open);
    open->number = number;
    open->tag = tag;
    open->direct = direct;
    HASH_ADD (hh, self->open, number, sizeof open->number, open);
    self->sent++;
    butler_client_desk_adjust (self);
}

//  True: too many are open, and the caller has been told
static bool
s_is_full (butler_client_desk_t *self, zframe_t **tag_p)
{
    static const char reason [] = "Unavailable: too many requests are open";
    if (butler_client_pending (self->client) < OPEN_MAX)
        return false;
    self->refused++;
    s_answer (self, tag_p, 503, reason, strlen (reason));
    return true;
}

//  JSON, or NULL where there is none; false: it is not JSON at all
static bool
s_parse (zmsg_t *arguments, json_t **json)
{
    char *text = zmsg_popstr (arguments);
    *json = NULL;
    bool good = true;
    if (text && *text) {
        *json = json_loads (text, JSON_ALLOW_NUL, NULL);
        good = *json != NULL;
    }
    zstr_free (&text);
    return good;
}

static void
s_call (butler_client_desk_t *self, zframe_t *tag, zmsg_t *arguments)
{
    static const char reason [] = "ValueError: args and kwargs must be JSON";
    char *service = zmsg_popstr (arguments), *method = zmsg_popstr (arguments);
    json_t *args = NULL, *kwargs = NULL;
    if (s_parse (arguments, &args) && s_parse (arguments, &kwargs))
        s_submitted (self, tag, butler_client_submit_json (self->client, service, method, args, kwargs),
                     false);
    else
        s_answer (self, &tag, -1, reason, strlen (reason));
    json_decref (args);
    json_decref (kwargs);
    zstr_free (&service);
    zstr_free (&method);
}

void
butler_client_desk_call (butler_client_desk_t *self, zmsg_t *arguments)
{
    zframe_t *tag = zmsg_pop (arguments);
    if (!s_is_full (self, &tag))
        s_call (self, tag, arguments);
}

void
butler_client_desk_send (butler_client_desk_t *self, zmsg_t *arguments)
{
    zframe_t *tag = zmsg_pop (arguments);
    if (s_is_full (self, &tag))
        return;
    char *service = zmsg_popstr (arguments);
    zframe_t *body = zmsg_pop (arguments);
    s_submitted (self, tag, butler_client_submit_direct (self->client, service, zframe_data (body),
                                                         zframe_size (body)), true);
    zframe_destroy (&body);
    zstr_free (&service);
}

bool
butler_client_desk_cancel (butler_client_desk_t *self, zframe_t *tag)
{
    static const char reason [] = "Cancelled: the request was cancelled";
    bool found = false;
    butler_tagged_t *open, *next;
    HASH_ITER (hh, self->open, open, next) {
        if (!zframe_eq (open->tag, tag) || butler_client_cancel (self->client, open->number))
            continue;
        HASH_DELETE (hh, self->open, open);
        s_answer (self, &open->tag, 0, reason, strlen (reason));
        free (open);
        found = true;
    }
    butler_client_desk_adjust (self);
    return found;
}

json_t *
butler_client_desk_stats (const butler_client_desk_t *self)
{
    json_t *stats = json_pack ("{s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "open", butler_client_pending (self->client), "sent", (json_int_t) self->sent,
        "answered", (json_int_t) self->answered, "failed", (json_int_t) self->failed,
        "refused", (json_int_t) self->refused, "dropped", (json_int_t) self->out.dropped,
        "unknown", (json_int_t) self->client->courier.unknown,
        "malformed", (json_int_t) self->client->courier.malformed);
    assert (stats);
    return stats;
}
