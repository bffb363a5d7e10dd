/*  butler_service_answer.c - a service at work: a request goes in, its response comes out
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_service_answer.h"
#include <assert.h>
#include <stdlib.h>
#include "rpc/butler_binding.h"
#include "rpc/butler_request_internal.h"
#include "rpc/butler_service_internal.h"

#define S_DESCRIBE "butler.describe"
#define S_DESCRIBE_MAX 1024         //  bytes; a longer body doesn't ask for a description
#define S_PROPERTIES_MAX 8192       //  bytes, half of what a router takes by default

//  What the handler set on the request wins over what it returns
static void
s_call (butler_method_fn *handler, void *arg, butler_request_t *request)
{
    json_t *result = handler (request, arg);
    if (!butler_request_is_away (request) && request->answer == BUTLER_ANSWER_NONE)
        butler_request_answer_json (request, result);
    else
        json_decref (result);
}

static void
s_call_direct (const butler_service_t *self, butler_request_t *request)
{
    request->method = NULL;         //  where it was looked into, it turned out to be none
    request->args = request->kwargs = NULL;
    s_call (self->direct, self->direct_arg, request);
}

static void
s_call_method (const butler_service_method_t *method, butler_request_t *request)
{
    const butler_signature_t *signature = method->signature;
    if (!signature->open) {
        char *error = butler_binding_bind (signature, request->args, request->kwargs, request->bound);
        if (error) {
            butler_request_fail (request, "TypeError", "%s", error);
            free (error);
            return;
        }
        request->signature = signature;
    }
    s_call (method->handler, method->arg, request);
}

static void
s_answer_rpc (const butler_service_t *self, butler_request_t *request)
{
    const butler_service_method_t *method = butler_service_find (self, request->method);
    if (method)
        s_call_method (method, request);
    else
    if (strcmp (request->method, S_DESCRIBE) == 0)
        butler_request_answer_json (request, butler_service_describe (self));
    else
        butler_request_refuse (request, 404, "method", "MethodNotFound", "%s has no method '%.*s'",
                               self->name, BUTLER_METHOD_MAX, request->method);
}

//  A service without methods reads no body but one that may ask for its description
static bool
s_is_plain (const butler_service_t *self, butler_request_t *request)
{
    if (self->count || !self->direct)
        return false;
    const butler_span_t body = butler_request_content (request);
    return body.size > S_DESCRIBE_MAX || !butler_request_may_be_rpc (request)
        || !memmem (body.data, body.size, S_DESCRIBE, strlen (S_DESCRIBE))
        || butler_request_decode (request, NULL) || strcmp (request->method, S_DESCRIBE);
}

static void
s_answer (const butler_service_t *self, butler_request_t *request)
{
    if (s_is_plain (self, request)) {
        s_call_direct (self, request);
        return;
    }
    char *why = NULL;
    const int verdict = butler_request_decode (request, &why);
    if (verdict == 0)
        s_answer_rpc (self, request);
    else
    if (verdict == -1 && self->direct)
        s_call_direct (self, request);
    else
        butler_request_refuse (request, 400, "request", "BadRequest", "%s", why);
    free (why);
}

bool
butler_service_answer (const butler_service_t *self, butler_request_t *request)
{
    if (!butler_request_turn_away (request))
        s_answer (self, request);
    if (butler_request_is_away (request))
        return false;
    butler_request_finish (request);
    return true;
}

static json_t *
s_signatures (const butler_service_t *self)
{
    json_t *signatures = json_array ();
    for (size_t index = 0; index < self->count; index++)
        json_array_append_new (signatures, json_string (self->method [index].signature->text));
    return signatures;
}

char *
butler_service_properties (const butler_service_t *self, const char *worker, int capacity, int64_t heartbeat)
{
    json_t *properties = json_pack ("{s:s, s:i, s:i, s:I, s:s, s:s, s:i, s:i, s:o}",
        "worker", worker, "capacity", capacity? capacity: butler_service_capacity (self),
        "threads", self->threads? self->threads: 1,     //  the reactor itself is one
        "heartbeat", (json_int_t) heartbeat,
        "api", BUTLER_VERSION_STRING, "deadline", "relative", "packed", 1, "request", 2,
        "methods", s_signatures (self));
    assert (properties);
    if (!capacity && !self->capacity)       //  nobody said how many: a router may find out
        json_object_set_new (properties, "paced", json_integer (1));
    if (self->retry)
        json_object_set_new (properties, "retry", json_integer (self->retry));
    char *text = json_dumps (properties, JSON_COMPACT);
    if (text && strlen (text) > S_PROPERTIES_MAX) {
        free (text);
        json_object_del (properties, "methods");
        text = json_dumps (properties, JSON_COMPACT);
    }
    assert (text);
    json_decref (properties);
    return text;
}
