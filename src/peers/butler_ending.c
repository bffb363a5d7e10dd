/*  butler_ending.c - what a request came to, read as far as somebody asks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_ending.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"

//  Before the first request all is well, and there is nothing to read
void
butler_ending_init (butler_ending_t *self)
{
    memset (self, 0, sizeof *self);
    zmq_msg_init (&self->body);
    self->outcome.status = 200;
    self->read = true;
}

void
butler_ending_fini (butler_ending_t *self)
{
    zmq_msg_close (&self->body);
    butler_outcome_clear (&self->outcome);
    free (self->error);
    butler_names_fini (&self->names);
}

//  All but what it is about
static void
s_clear (butler_ending_t *self)
{
    const butler_names_t names = self->names;
    const uint64_t number = self->number;
    self->names = (butler_names_t) { .text = NULL };
    butler_ending_fini (self);
    butler_ending_init (self);
    self->names = names;
    self->number = number;
}

static void
s_set (butler_ending_t *self, int status, const char *name, char *message)
{
    s_clear (self);
    self->outcome.status = status;
    self->outcome.name = butler_string_copy (name);
    self->outcome.message = message;
    self->outcome.traceback = butler_string_copy ("");
    self->outcome.service = butler_string_copy ("");
    self->outcome.method = butler_string_copy ("");
    self->outcome.worker = butler_string_copy ("");
    self->outcome.request = butler_string_copy ("");
}

void
butler_ending_fail (butler_ending_t *self, int status, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *message = butler_string_vprint (format, arguments);
    va_end (arguments);
    s_set (self, status, name, message);
}

void
butler_ending_reject (butler_ending_t *self, char *reason)
{
    s_set (self, -1, "ValueError", reason);
}

void
butler_ending_name (butler_ending_t *self, const char *service, const char *method)
{
    self->number = 0;
    butler_names_set (&self->names, butler_span_string (service? service: ""),
                      butler_span_string (method? method: ""), butler_span (NULL, 0));
}

void
butler_ending_adopt (butler_ending_t *self, butler_call_t *call)
{
    self->number = call->number;
    butler_names_swap (&self->names, &call->names);
}

void
butler_ending_take (butler_ending_t *self, butler_call_t *call)
{
    butler_ending_adopt (self, call);
    if (!call->answered) {
        if (call->rebuffed)
            butler_ending_fail (self, -1, "HandshakeFailed", "%.*s", (int) zmq_msg_size (&call->body),
                                (const char *) zmq_msg_data (&call->body));
        else
        if (call->status == 0)
            butler_ending_fail (self, 0, "TimeoutError", "no answer within %lld ms",
                                (long long) call->allowance);
        else
            butler_ending_fail (self, -1, "ConnectionError", "no router took the request within %lld ms",
                                (long long) call->allowance);
        return;
    }
    if (call->status == 0 || call->status == 200)
        s_clear (self);
    else
    if (call->status == 403)
        butler_ending_fail (self, call->status, "Forbidden", "this client may not call it");
    else
        butler_ending_fail (self, call->status, "ServiceNotFound", "no worker serves it");
    zmq_msg_move (&self->body, &call->body);
    self->offset = call->offset;
    self->answered = true;
    self->read = call->status != 0;
    if (call->status == 200)
        self->outcome.result = json_integer (200);
}

static bool
s_is_digit (uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

//  Anything else is no error, whatever it is
static bool
s_looks_like_error (butler_span_t body)
{
    return body.size >= 3 && s_is_digit (body.data [0]) && s_is_digit (body.data [1])
        && s_is_digit (body.data [2]) && (body.size == 3 || body.data [3] == ':');
}

butler_span_t
butler_ending_body (butler_ending_t *self)
{
    const uint8_t *data = zmq_msg_data (&self->body);
    return butler_span (data + self->offset, zmq_msg_size (&self->body) - self->offset);
}

const butler_outcome_t *
butler_ending_outcome (butler_ending_t *self)
{
    if (!self->read) {
        butler_dialect_read (butler_ending_body (self), &self->outcome);
        self->read = true;
    }
    return &self->outcome;
}

int
butler_ending_status (butler_ending_t *self)
{
    if (!self->read && !s_looks_like_error (butler_ending_body (self)))
        return 200;
    return butler_ending_outcome (self)->status;
}

const char *
butler_ending_error (butler_ending_t *self)
{
    if (butler_ending_status (self) == 200)
        return NULL;
    const butler_outcome_t *outcome = butler_ending_outcome (self);
    if (self->error || !outcome->name)
        return self->error;
    const char *colon = *outcome->name && *outcome->message? ": ": "";
    self->error = butler_string_print ("%s%s%s", outcome->name, colon, outcome->message);
    return self->error;
}

//  The error's own word goes first
static const char *
s_either (const char *told, const char *known)
{
    return told && *told? told: known;
}

const char *
butler_ending_service (butler_ending_t *self)
{
    return butler_names_plain (s_either (butler_ending_outcome (self)->service,
                                         butler_names_service (&self->names)));
}

const char *
butler_ending_method (butler_ending_t *self)
{
    return s_either (butler_ending_outcome (self)->method, butler_names_method (&self->names));
}

const char *
butler_ending_worker (butler_ending_t *self)
{
    return s_either (butler_ending_outcome (self)->worker, "");
}

const char *
butler_ending_request (butler_ending_t *self)
{
    if (self->number && !*self->request) {
        const butler_span_t id = butler_call_id_encode (self->request, self->number);
        memmove (self->request, id.data, id.size);
        self->request [id.size] = 0;
    }
    return s_either (butler_ending_outcome (self)->request, self->request);
}
