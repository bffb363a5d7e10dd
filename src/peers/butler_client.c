/*  butler_client.c - calls services through a router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_client.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include "peers/butler_body.h"
#include "peers/butler_client_internal.h"
#include "wire/butler_fields.h"

#define LOOK 50                     //  ms between looks at the sockets of earlier attempts

butler_client_t *
butler_client_new (const char *endpoint)
{
    butler_client_t *self = calloc (1, sizeof *self);
    assert (self);
    self->ending = malloc (sizeof *self->ending);
    assert (self->ending);
    butler_ending_init (self->ending);
    butler_courier_init (&self->courier);
    self->manners = (butler_manners_t) { .timeout = 2500, .retries = 1, .persistent = true };
    if (endpoint && butler_client_connect (self, endpoint)) {
        const int reason = errno;
        butler_client_destroy (&self);
        errno = reason;
    }
    return self;
}

void
butler_client_destroy (butler_client_t **self_p)
{
    butler_client_t *self = *self_p;
    if (!self)
        return;
    butler_courier_fini (&self->courier);
    butler_ending_fini (self->ending);
    free (self->manners.trace);
    free (self->ending);
    free (self);
    *self_p = NULL;
}

int
butler_client_connect (butler_client_t *self, const char *endpoint)
{
    return butler_channels_add (&self->courier.channels, endpoint);
}

void
butler_client_set_timeout (butler_client_t *self, int timeout)
{
    self->manners.timeout = timeout < 1? 1: timeout;
}

void
butler_client_set_retries (butler_client_t *self, int retries)
{
    self->manners.retries = retries < 1? 1: retries;
}

void
butler_client_set_persistent (butler_client_t *self, bool persistent)
{
    self->manners.persistent = persistent;
}

int
butler_client_set_trace (butler_client_t *self, const char *trace)
{
    const butler_span_t bytes = butler_span_string (trace? trace: "");
    if (bytes.size > BUTLER_TRACE_MAX || !butler_field_printable (bytes)) {
        errno = EINVAL;
        return -1;
    }
    free (self->manners.trace);
    self->manners.trace = bytes.size? strdup (trace): NULL;
    assert (self->manners.trace || !bytes.size);
    return 0;
}

static int
s_set_credentials (butler_client_t *self, butler_credentials_t *credentials, char *fault)
{
    if (credentials) {
        butler_courier_set_credentials (&self->courier, credentials);
        return 0;
    }
    butler_ending_name (self->ending, NULL, NULL);
    butler_ending_reject (self->ending, fault);
    errno = EINVAL;
    return -1;
}

int
butler_client_set_curve (butler_client_t *self, const char *key_file, const char *router_key)
{
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_curve (key_file, router_key, &fault);
    return s_set_credentials (self, credentials, fault);
}

int
butler_client_set_plain (butler_client_t *self, const char *user, const char *password)
{
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_plain (user, password, &fault);
    return s_set_credentials (self, credentials, fault);
}

static void
s_explain (butler_client_t *self, const char *service)
{
    switch (errno) {
        case EINVAL:
            butler_ending_fail (self->ending, -1, "ValueError",
                                "'%s' is no name of a service", butler_names_plain (service));
            break;
        case ENOTCONN:
            butler_ending_fail (self->ending, -1, "ConnectionError", "there is no endpoint");
            break;
        default:
            butler_ending_fail (self->ending, -1, "ConnectionError", "too many requests are open");
    }
}

butler_call_t *
butler_client_start (butler_client_t *self, const char *service, const char *method, zmq_msg_t *body)
{
    if (!service)
        service = "";               //  which no service is called
    butler_call_t *call = butler_courier_submit (&self->courier, butler_span_string (service),
                                                 butler_span_string (method? method: ""), body,
                                                 &self->manners, zclock_mono ());
    if (!call) {
        const int reason = errno;
        butler_ending_name (self->ending, service, method);
        s_explain (self, service);
        errno = reason;
    }
    zmq_msg_close (body);
    return call;
}

uint64_t
butler_client_finish (butler_client_t *self, butler_call_t *call)
{
    const uint64_t number = call->number;
    butler_ending_take (self->ending, call);
    butler_courier_release (&self->courier, call);
    return number;
}

void
butler_client_copy (zmq_msg_t *body, const void *data, size_t size)
{
    const int rc = zmq_msg_init_size (body, size);
    assert (rc == 0);
    (void) rc;
    if (size)
        memcpy (zmq_msg_data (body), data, size);
}

json_t *
butler_client_pack (butler_client_t *self, const char *service, const char *method,
                    const char *picture, va_list values)
{
    char *reason = NULL;
    json_t *args = butler_body_pack (picture, values, &reason);
    if (!args) {
        butler_ending_name (self->ending, service, method);
        butler_ending_reject (self->ending, reason);
        errno = EINVAL;
    }
    return args;
}

int
butler_client_encode (butler_client_t *self, zmq_msg_t *body, const char *service, const char *method,
                      const json_t *args, const json_t *kwargs)
{
    char *reason = NULL;
    if (butler_body_encode (body, method, args, kwargs, &reason) == 0)
        return 0;
    butler_ending_name (self->ending, service, method);
    butler_ending_reject (self->ending, reason);
    errno = EINVAL;
    return -1;
}

static uint64_t
s_number (const butler_call_t *call)
{
    return call? call->number: 0;
}

uint64_t
butler_client_submit_json (butler_client_t *self, const char *service, const char *method,
                           const json_t *args, const json_t *kwargs)
{
    zmq_msg_t body;
    if (butler_client_encode (self, &body, service, method, args, kwargs))
        return 0;
    return s_number (butler_client_start (self, service, method, &body));
}

uint64_t
butler_client_submit (butler_client_t *self, const char *service, const char *method,
                      const char *picture, ...)
{
    va_list values;
    va_start (values, picture);
    json_t *args = butler_client_pack (self, service, method, picture, values);
    va_end (values);
    if (!args)
        return 0;
    const uint64_t number = butler_client_submit_json (self, service, method, args, NULL);
    json_decref (args);
    return number;
}

uint64_t
butler_client_submit_direct (butler_client_t *self, const char *service, const void *data, size_t size)
{
    zmq_msg_t body;
    butler_client_copy (&body, data, size);
    return s_number (butler_client_start (self, service, NULL, &body));
}

uint64_t
butler_client_recv (butler_client_t *self, int timeout)
{
    butler_courier_t *courier = &self->courier;
    int64_t limit = -1;
    while (!butler_courier_ended (courier)) {
        const int64_t now = zclock_mono ();
        if (limit < 0)
            limit = timeout < 0? INT64_MAX: now + timeout;
        butler_courier_turn (courier, now);
        if (butler_courier_ended (courier))
            break;
        if (butler_courier_open (courier) == 0 || now >= limit) {
            errno = EAGAIN;
            return 0;
        }
        if (butler_courier_wait (courier, limit, now))
            return 0;
    }
    return butler_client_finish (self, butler_courier_ended (courier));
}

int
butler_client_cancel (butler_client_t *self, uint64_t number)
{
    butler_call_t *call = butler_pending_find (&self->courier.pending, number);
    if (!call) {
        errno = ENOENT;
        return -1;
    }
    butler_courier_release (&self->courier, call);
    return 0;
}

int
butler_client_pending (const butler_client_t *self)
{
    return (int) butler_courier_open (&self->courier);
}

zsock_t *
butler_client_socket (butler_client_t *self)
{
    return self->courier.channels.count? self->courier.channels.channel [0].socket: NULL;
}

int
butler_client_wait (const butler_client_t *self)
{
    if (butler_courier_ended (&self->courier))
        return 0;
    const int64_t due = butler_courier_due (&self->courier);
    if (due == INT64_MAX)
        return -1;
    int64_t left = due - zclock_mono ();
    //  One's own loop watches the newest socket alone, and for what comes in
    const bool elsewhere = self->courier.channels.count > 1 || self->courier.outbox.head;
    if (elsewhere && left > LOOK)
        left = LOOK;
    return left < 0? 0: left > INT_MAX? INT_MAX: (int) left;
}
