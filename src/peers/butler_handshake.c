/*  butler_handshake.c - whether a router lets a connecting socket in, and what may be wrong where it does not
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_handshake.h"
#include <assert.h>
#include <stdlib.h>
#include <czmq.h>
#include "base/butler_monitor.h"
#include "base/butler_string.h"

//  Handshakes in a row that end without a reason: of who shows something, which can be turned away for it
//  without a word; and of who shows nothing, since a router that asks for a key may hang up before it can be seen
//  that it does. Anything in between that is about to be back has the better part of a second.
#define ENOUGH 2
#define ENOUGH_OF_NOTHING 4

//  A peer of ZMTP before 3.0, which knows no security, is left without any event but the last
#define EVENTS (ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH \
              | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
#define EVENTS_OF_SECURITY (EVENTS | ZMQ_EVENT_DISCONNECTED)

struct butler_handshake {
    void *socket;                   //  that is watched
    zsock_t *events;
    char *endpoint;
    butler_security_t security;     //  what the socket shows, and who that is
    char *who, *router;
    unsigned silent;                //  that ended without a reason since one succeeded
    bool over;                      //  that of this connection has succeeded, or failed
};

bool
butler_handshake_happens (const char *endpoint)
{
    return strncmp (endpoint, "inproc://", 9) != 0;
}

butler_handshake_t *
butler_handshake_new (void *socket, const char *endpoint, const butler_credentials_t *credentials)
{
    const butler_security_t security = butler_credentials_security (credentials);
    zsock_t *events = butler_monitor_new (socket, security == BUTLER_SECURITY_NULL? EVENTS: EVENTS_OF_SECURITY);
    if (!events)
        return NULL;
    butler_handshake_t *self = calloc (1, sizeof *self);
    assert (self);
    self->socket = socket;
    self->events = events;
    self->endpoint = butler_string_copy (endpoint);
    self->security = security;
    self->who = butler_string_copy (butler_credentials_who (credentials));
    self->router = butler_string_copy (butler_credentials_router (credentials));
    return self;
}

void
butler_handshake_destroy (butler_handshake_t **self_p)
{
    butler_handshake_t *self = *self_p;
    if (!self)
        return;
    butler_monitor_destroy (&self->events, self->socket);
    free (self->endpoint);
    free (self->who);
    free (self->router);
    free (self);
    *self_p = NULL;
}

void *
butler_handshake_events (const butler_handshake_t *self)
{
    return zsock_resolve (self->events);
}

//  ---- what may be wrong

static char *
s_unlike (const butler_handshake_t *self)
{
    static const char *const texts [] = {
        [BUTLER_SECURITY_NULL] = "the router asks for a key (CURVE) or a password (PLAIN), and none was given: use "
                                 "set_curve or set_plain; for a program, -k FILE or BUTLER_KEY",
        [BUTLER_SECURITY_PLAIN] = "the router has no security, or asks for a key (CURVE) and not for a password: "
                                  "see its frontend/security and backend/security",
        [BUTLER_SECURITY_CURVE] = "the router has no security, or asks for a password (PLAIN) and not for a key: "
                                  "see its frontend/security and backend/security",
    };
    return butler_string_print ("%s: %s", self->endpoint, texts [self->security]);
}

static char *
s_unmarked (const butler_handshake_t *self)
{
    if (self->security == BUTLER_SECURITY_CURVE)
        return butler_string_print (
            "%s: the router's public key is not %s, which this side was told to expect: give that of the router's "
            "certificate; or the router asks for no key, ends, can't look at keys now, or something else listens there",
            self->endpoint, self->router);
    return butler_string_print (
        "%s: the connection was closed without a reason: %s, or something else listens there", self->endpoint,
        self->security == BUTLER_SECURITY_PLAIN
        ? "the router asks for a key (CURVE) and not for a password, ends, can't look at passwords now"
        : "the router asks for a key (CURVE) or a password (PLAIN), and none was given (use set_curve or "
          "set_plain; for a program, -k FILE or BUTLER_KEY), or it ends");
}

static char *
s_turned_away (const butler_handshake_t *self, int code)
{
    if (code != 400)
        return butler_string_print ("%s: the router can't tell now who may come in (%d): its log says why",
                                    self->endpoint, code);
    switch (self->security) {
        case BUTLER_SECURITY_CURVE:
            return butler_string_print (
                "%s: the router does not know this key (public key %s), or does not let this "
                "address in: put the key's public file among its auth/certificates; see auth/allow and auth/deny",
                self->endpoint, self->who);
        case BUTLER_SECURITY_PLAIN:
            return butler_string_print (
                "%s: the router does not know the user '%s', or the password is another, or it does "
                "not let this address in: see its auth/passwords, auth/allow and auth/deny", self->endpoint, self->who);
        case BUTLER_SECURITY_NULL:
            break;
    }
    return butler_string_print ("%s: the router does not let this address in: see its auth/allow and auth/deny",
                                self->endpoint);
}

static char *
s_broken (const butler_handshake_t *self)
{
    return butler_string_print ("%s: what listens there does not speak as a router does: is it the right address?",
                                self->endpoint);
}

static char *
s_explain_protocol (const butler_handshake_t *self, int error)
{
    if (error == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
        return s_unlike (self);
    return error == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC? s_unmarked (self): s_broken (self);
}

static char *
s_count_silent (butler_handshake_t *self)
{
    const unsigned enough = self->security == BUTLER_SECURITY_NULL? ENOUGH_OF_NOTHING: ENOUGH;
    return ++self->silent < enough? NULL: s_unmarked (self);
}

//  NULL: that is no failure
static char *
s_explain (butler_handshake_t *self, butler_event_t event)
{
    const bool over = self->over;
    self->over = event.number != ZMQ_EVENT_DISCONNECTED;
    switch (event.number) {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            self->silent = 0;
            return NULL;
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            return s_count_silent (self);
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            return s_turned_away (self, event.value);
        case ZMQ_EVENT_DISCONNECTED:
            return over? NULL: s_broken (self);
        default:
            return s_explain_protocol (self, event.value);
    }
}

//  The last that failed is told; one that succeeded after it has made up for it
char *
butler_handshake_read (butler_handshake_t *self)
{
    butler_event_t event;
    char *reason = NULL;
    while (butler_monitor_next (self->events, &event)) {
        char *next = s_explain (self, event);
        if (next || event.number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
            free (reason);
            reason = next;
        }
    }
    return reason;
}
