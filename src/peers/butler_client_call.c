/*  butler_client_call.c - requests that are waited for
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_client.h"
#include <errno.h>
#include <stdlib.h>
#include "base/butler_string.h"
#include "peers/butler_client_internal.h"

//  Answers to other requests are kept for butler_client_recv (). -1: interrupted
static int
s_await (butler_client_t *self, butler_call_t *call)
{
    while (call->state != BUTLER_CALL_ENDED) {
        int64_t now = zclock_mono ();
        butler_courier_turn (&self->courier, now);
        if (call->state != BUTLER_CALL_ENDED && butler_courier_wait (&self->courier, INT64_MAX, now)) {
            const int reason = errno;
            butler_ending_adopt (self->ending, call);
            butler_ending_fail (self->ending, 0, "Interrupted", "the call was interrupted");
            butler_courier_release (&self->courier, call);
            errno = reason;
            return -1;
        }
    }
    butler_client_finish (self, call);
    return 0;
}

//  Sends the body, which is taken, and waits for what it comes to
static int
s_exchange (butler_client_t *self, const char *service, const char *method, zmq_msg_t *body)
{
    butler_call_t *call = butler_client_start (self, service, method, body);
    return call? s_await (self, call): -1;
}

json_t *
butler_client_call_json (butler_client_t *self, const char *service, const char *method,
                         const json_t *args, const json_t *kwargs)
{
    zmq_msg_t body;
    if (butler_client_encode (self, &body, service, method, args, kwargs)
    ||  s_exchange (self, service, method, &body))
        return NULL;
    return json_incref (butler_ending_outcome (self->ending)->result);
}

json_t *
butler_client_call (butler_client_t *self, const char *service, const char *method,
                    const char *picture, ...)
{
    va_list values;
    va_start (values, picture);
    json_t *args = butler_client_pack (self, service, method, picture, values);
    va_end (values);
    if (!args)
        return NULL;
    json_t *result = butler_client_call_json (self, service, method, args, NULL);
    json_decref (args);
    return result;
}

zframe_t *
butler_client_send (butler_client_t *self, const char *service, const void *data, size_t size)
{
    zmq_msg_t body;
    butler_client_copy (&body, data, size);
    if (s_exchange (self, service, NULL, &body) || !self->ending->answered)
        return NULL;
    return zframe_new (butler_client_body (self), butler_client_size (self));
}

int
butler_client_find (butler_client_t *self, const char *service)
{
    char *name = butler_string_print ("mmi.%s", service);
    zmq_msg_t body;
    zmq_msg_init (&body);
    butler_call_t *call = butler_client_start (self, name, NULL, &body);
    free (name);
    if (!call)
        return -1;
    self->courier.finding = call;
    self->courier.found = butler_span_string (service);
    if (s_await (self, call))
        return -1;
    const int status = butler_client_status (self);
    return status == 200 || status == 400 || status == 403? status: -1;
}
