/*  butler_request.c - one request in a worker's hands
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_request.h"
#include <assert.h>
#include <stdlib.h>
#include "rpc/butler_request_internal.h"
#include "wire/butler_fields.h"

//  What the router says of a request beside its fields
typedef struct {
    uint16_t attempt;
    butler_span_t trace;
    json_t *document;               //  NULL, or what the trace stands in
} extra_t;

//  Copies the bytes and a NUL to `into`, which moves on behind it
static butler_span_t
s_keep (butler_span_t bytes, char **into)
{
    char *copy = *into;
    if (bytes.size)
        memcpy (copy, bytes.data, bytes.size);
    copy [bytes.size] = 0;
    *into += bytes.size + 1;
    return butler_span (copy, bytes.size);
}

//  The seventh frame of those that come as frames; what is wrong in it says nothing
static void
s_read_extra (butler_span_t frame, extra_t *extra)
{
    extra->document = json_loadb ((const char *) frame.data, frame.size, 0, NULL);
    const json_int_t attempt = json_integer_value (json_object_get (extra->document, "attempt"));
    if (attempt > 0 && attempt <= UINT16_MAX)
        extra->attempt = (uint16_t) attempt;
    const char *trace = json_string_value (json_object_get (extra->document, "traceparent"));
    const butler_span_t text = butler_span_string (trace? trace: "");
    if (text.size <= BUTLER_TRACE_MAX && butler_field_printable (text))
        extra->trace = text;
}

butler_request_t *
butler_request_new (butler_view_t *view, int64_t now, int64_t wall)
{
    extra_t extra = { view->attempt, view->trace, NULL };
    if (view->properties.size)
        s_read_extra (view->properties, &extra);
    const size_t size = view->token.size + view->api_id.size + view->service.size + extra.trace.size + 4;
    butler_request_t *self = (butler_request_t *) malloc (sizeof *self + size);
    assert (self);
    memset (self, 0, offsetof (butler_request_t, bound));
    char *into = self->text;
    self->token = s_keep (view->token, &into);
    self->api_id = s_keep (view->api_id, &into);
    self->service = (const char *) s_keep (view->service, &into).data;
    self->trace = (const char *) s_keep (extra.trace, &into).data;
    self->attempt = extra.attempt;
    json_decref (extra.document);
    self->deadline = now + (view->relative? view->expiration: view->expiration - wall);
    self->skew = now - zclock_mono ();
    self->envelope = view->envelope;
    self->dialect = view->dialect;
    self->last_emission = &self->emission;
    zmq_msg_init (&self->response);
    self->offset = (size_t) (view->content.data - (const uint8_t *) zmq_msg_data (view->body));
    zmq_msg_init (&self->body);
    zmq_msg_move (&self->body, view->body);
    return self;
}

void
butler_request_destroy (butler_request_t **self_p)
{
    butler_request_t *self = *self_p;
    if (!self)
        return;
    *self_p = NULL;
    const butler_keeper_t *keeper = self->keeper;
    if (keeper && keeper->recall && keeper->recall (keeper->arg, self))
        return;
    butler_request_drop_outcome (self);
    zmq_msg_t msg;
    zmq_msg_init (&msg);
    while (butler_request_take_emission (self, &msg))
        continue;
    zmq_msg_close (&msg);
    free (self->traceback);
    json_decref (self->document);
    zmq_msg_close (&self->response);
    zmq_msg_close (&self->body);
    free (self);
}

butler_span_t
butler_request_token (const butler_request_t *self)
{
    return self->token;
}

butler_span_t
butler_request_api_id (const butler_request_t *self)
{
    return self->api_id;
}

const char *
butler_request_service (const butler_request_t *self)
{
    return self->service;
}

const char *
butler_request_method (const butler_request_t *self)
{
    return self->method? self->method: "";
}

const char *
butler_request_id (const butler_request_t *self)
{
    return (const char *) self->api_id.data;
}

int64_t
butler_request_time_left (const butler_request_t *self)
{
    return self->deadline - (zclock_mono () + self->skew);
}

void
butler_request_cancel (butler_request_t *self)
{
    __atomic_store_n (&self->cancelled, true, __ATOMIC_RELAXED);
}

void
butler_request_abandon (butler_request_t *self)
{
    __atomic_store_n (&self->abandoned, true, __ATOMIC_RELAXED);
}

bool
butler_request_is_awaited (const butler_request_t *self)
{
    return !__atomic_load_n (&self->cancelled, __ATOMIC_RELAXED) && butler_request_time_left (self) > 0;
}

bool
butler_request_cancelled (const butler_request_t *self)
{
    return __atomic_load_n (&self->abandoned, __ATOMIC_RELAXED) || !butler_request_is_awaited (self);
}

int
butler_request_attempt (const butler_request_t *self)
{
    return self->attempt;
}

const char *
butler_request_trace (const butler_request_t *self)
{
    return self->trace;
}

butler_span_t
butler_request_content (butler_request_t *self)
{
    const uint8_t *data = (const uint8_t *) zmq_msg_data (&self->body);
    return butler_span (data + self->offset, zmq_msg_size (&self->body) - self->offset);
}

const void *
butler_request_body (butler_request_t *self)
{
    return butler_request_content (self).data;
}

size_t
butler_request_size (const butler_request_t *self)
{
    return zmq_msg_size (&self->body) - self->offset;
}

json_t *
butler_request_args (const butler_request_t *self)
{
    return self->args;
}

json_t *
butler_request_kwargs (const butler_request_t *self)
{
    return self->kwargs;
}

json_t *
butler_request_json (const butler_request_t *self, const char *name)
{
    const butler_signature_t *signature = self->signature;
    for (unsigned index = 0; signature && index < signature->count; index++)
        if (strcmp (signature->parameter [index].name, name) == 0)
            return self->bound [index];
    return json_object_get (self->kwargs, name);
}

const char *
butler_request_string (const butler_request_t *self, const char *name)
{
    return json_string_value (butler_request_json (self, name));
}

int64_t
butler_request_integer (const butler_request_t *self, const char *name)
{
    return json_integer_value (butler_request_json (self, name));
}

double
butler_request_real (const butler_request_t *self, const char *name)
{
    return json_number_value (butler_request_json (self, name));
}

bool
butler_request_boolean (const butler_request_t *self, const char *name)
{
    return json_is_true (butler_request_json (self, name));
}
