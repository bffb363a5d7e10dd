/*  butler_router_gates.c - the router's entrances: whom it lets in, and what it tells of whom it does not
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router_parts.h"
#include <sys/eventfd.h>
#include "config/butler_config_users.h"

#define HUSH 10000                  //  ms between lines in the log of who was turned away

static const char *const s_sides [2] = { "frontend", "backend" };

char *
butler_router_secure (butler_router_parts_t *self, const butler_config_t *config)
{
    const butler_bindings_t *bindings [2] = { &self->frontend, &self->backend };
    char *fault = NULL;
    for (int side = 0; side < 2 && !fault; side++)
        fault = butler_entrance_settle (&self->entrance [side], bindings [side], config, self->turned_away.bell);
    return fault;
}

//  ---- who may come in

static int
s_admit (void *arg, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    const butler_router_parts_t *self = arg;
    for (int side = 0; side < 2; side++)
        if (self->entrance [side].gate && butler_gate_user (self->entrance [side].gate, vouched, name) == 0)
            return 0;
    return -1;
}

static uint64_t
s_generation (const butler_router_parts_t *self)
{
    uint64_t generation = 0;
    for (int side = 0; side < 2; side++)
        generation += self->entrance [side].gate? butler_gate_generation (self->entrance [side].gate): 0;
    return generation;
}

void
butler_router_admit_again (butler_router_parts_t *self)
{
    self->turned_away.generation = s_generation (self);     //  a bell that rings for it is late
    butler_router_update_now (self);
    butler_dispatch_admit_again (&self->dispatch, &self->now);
}

//  What was put into a folder or a file, or removed from it, holds now
static void
s_tell_users (const butler_router_parts_t *self)
{
    for (int side = 0; side < 2; side++)
        if (self->entrance [side].gate)
            butler_log (self->log_level, BUTLER_LOG_INFO, "users", "socket", s_sides [side], "count",
                        BUTLER_LOG_NUMBER (butler_gate_count (self->entrance [side].gate)), NULL);
}

//  ---- who was turned away

static const char *
s_reason (int reason)
{
    switch (reason) {
        case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
            return "it has no key or password where one is asked for, or one where none is, or the wrong kind";
        case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC:
            return "what it sent can't be deciphered: it has been given another public key than this router's";
        case 0:
            return "it went away in the midst of the handshake, as one does now and then that has no key, or the wrong kind";
        default:
            return "what it sent is no handshake of ZeroMQ's";
    }
}

static bool
s_tell_failures (butler_router_parts_t *self, int side)
{
    butler_turned_away_t *away = &self->turned_away;
    if (!away->failed [side])
        return false;
    butler_log (self->log_level, BUTLER_LOG_WARNING, "handshake", "socket", s_sides [side], "reason",
                s_reason (away->reason [side]), "count", BUTLER_LOG_NUMBER (away->failed [side]), NULL);
    away->failed [side] = 0;
    return true;
}

static bool
s_tell_refusals (butler_router_parts_t *self, int side)
{
    butler_gate_refusal_t refusal;
    bool told = false;
    for (; self->entrance [side].gate && butler_gate_refused (self->entrance [side].gate, &refusal); told = true) {
        self->turned_away.count [side] += refusal.count;
        butler_log (self->log_level, BUTLER_LOG_WARNING, "handshake", "socket", s_sides [side],
                    "reason", refusal.reason, "address", refusal.address, "who", *refusal.who? refusal.who: NULL,
                    "count", BUTLER_LOG_NUMBER (refusal.count), NULL);
    }
    return told;
}

//  Files that can't be used, each once
static void
s_tell_skipped (butler_router_parts_t *self, int side)
{
    char *text;
    while (self->entrance [side].gate && (text = butler_gate_skipped (self->entrance [side].gate))) {
        butler_log (self->log_level, BUTLER_LOG_WARNING, "skipped", "socket", s_sides [side], "reason", text, NULL);
        zstr_free (&text);
    }
}

static int
s_later (zloop_t *loop, int timer, void *arg);

//  Of what failed, and of what the gate refused, each once in a while at most, however many they are: who has
//  no key, and tries again and again, does not hold up what is to be told of others
static int64_t
s_tell_side (butler_router_parts_t *self, int side, int64_t now)
{
    static bool (*const tell []) (butler_router_parts_t *self, int side) = { s_tell_failures, s_tell_refusals };
    int64_t next = INT64_MAX;
    for (int kind = 0; kind < 2; kind++) {
        int64_t *hushed_until = &self->turned_away.hushed_until [side] [kind];
        if (now < *hushed_until)
            next = *hushed_until < next? *hushed_until: next;
        else
        if (tell [kind] (self, side))
            *hushed_until = now + HUSH;
    }
    return next;
}

static void
s_tell (butler_router_parts_t *self)
{
    butler_turned_away_t *away = &self->turned_away;
    const int64_t now = zclock_mono ();
    int64_t next = INT64_MAX;
    for (int side = 0; side < 2; side++) {
        s_tell_skipped (self, side);
        const int64_t later = s_tell_side (self, side, now);
        next = later < next? later: next;
    }
    if (next < INT64_MAX && away->timer == -1)
        away->timer = zloop_timer (self->loop, (size_t) (next - now), 1, s_later, self);
}

static int
s_later (zloop_t *loop, int timer, void *arg)
{
    (void) loop;
    (void) timer;
    butler_router_parts_t *self = arg;
    self->turned_away.timer = -1;
    s_tell (self);
    return 0;
}

void
butler_router_note_failure (butler_router_parts_t *self, bool frontend, unsigned count, int reason)
{
    const int side = frontend? 0: 1;
    self->turned_away.failed [side] += count;
    self->turned_away.count [side] += count;
    self->turned_away.reason [side] = reason;
    s_tell (self);
}

static int
s_ring (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    eventfd_t times;
    eventfd_read (item->fd, &times);
    butler_router_parts_t *self = arg;
    if (s_generation (self) != self->turned_away.generation) {
        butler_router_admit_again (self);
        s_tell_users (self);
    }
    s_tell (self);
    butler_router_serve (self);
    return 0;
}

static bool
s_is_known (void *arg, const char *user)
{
    const butler_router_parts_t *self = arg;
    for (int side = 0; side < 2; side++)
        if (self->entrance [side].gate && butler_gate_have (self->entrance [side].gate, user))
            return true;
    return false;
}

void
butler_router_warn_of_users (butler_router_parts_t *self)
{
    char *unknown = butler_config_unknown_users (self->config, s_is_known, self);
    if (unknown)
        butler_log (self->log_level, BUTLER_LOG_WARNING, "unknown_user", "keys", unknown, "reason",
                    BUTLER_CONFIG_UNKNOWN, NULL);
    zstr_free (&unknown);
}

void
butler_router_watch_gates (butler_router_parts_t *self)
{
    self->dispatch.admit = s_admit;
    self->dispatch.admit_arg = self;
    zmq_pollitem_t item = { .fd = self->turned_away.bell, .events = ZMQ_POLLIN };
    zloop_poller (self->loop, &item, s_ring, self);
}

json_t *
butler_router_describe_security (const butler_router_parts_t *self)
{
    return json_pack ("{s:s, s:s, s:I}",
        "frontend", butler_entrance_name (&self->entrance [0]), "backend", butler_entrance_name (&self->entrance [1]),
        "turned_away", (json_int_t) (self->turned_away.count [0] + self->turned_away.count [1]));
}
