/*  butler_request_decode.c - a request's body, read as RPC
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "rpc/butler_request_internal.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

//  Leaves what is wrong in *why, and returns the verdict
static int
s_undecoded (int verdict, char **why, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

static int
s_undecoded (int verdict, char **why, const char *format, ...)
{
    if (!why)
        return verdict;
    va_list arguments;
    va_start (arguments, format);
    const int rc = vasprintf (why, format, arguments);
    va_end (arguments);
    assert (rc >= 0);
    (void) rc;
    return verdict;
}

//  A call written flat, {"method": "resize", "size": "150x180"}: its other members are the keyword
//  arguments. They become kwargs of the document, which owns them.
static json_t *
s_flat_kwargs (json_t *document)
{
    if (json_object_size (document) == 1)
        return NULL;
    json_t *kwargs = json_copy (document);
    assert (kwargs);
    json_object_del (kwargs, "method");
    json_object_set_new (document, "kwargs", kwargs);
    return kwargs;
}

//  0 and the parts, borrowed from the document; or as butler_request_decode ()
static int
s_take_apart (butler_request_t *self, json_t *document, char **why)
{
    json_t *method = json_object_get (document, "method");
    if (!method)
        return s_undecoded (-1, why, "the body has no \"method\"");
    if (!json_is_string (method))
        return s_undecoded (-1, why, "\"method\" must be a string, not %s", butler_type_of (method));
    json_t *args = json_object_get (document, "args");
    if (args && !json_is_array (args))
        return s_undecoded (-2, why, "\"args\" must be an array, not %s", butler_type_of (args));
    json_t *kwargs = json_object_get (document, "kwargs");
    if (kwargs && !json_is_object (kwargs))
        return s_undecoded (-2, why, "\"kwargs\" must be an object, not %s", butler_type_of (kwargs));
    self->method = json_string_value (method);
    self->args = args;
    self->kwargs = args || kwargs? kwargs: s_flat_kwargs (document);
    return 0;
}

static bool
s_is_blank (uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

bool
butler_request_may_be_rpc (butler_request_t *self)
{
    const butler_span_t body = butler_request_content (self);
    size_t blank = 0;
    while (blank < body.size && s_is_blank (body.data [blank]))
        blank++;
    return blank < body.size && body.data [blank] == '{';
}

int
butler_request_decode (butler_request_t *self, char **why)
{
    if (self->document)
        return 0;
    const butler_span_t body = butler_request_content (self);
    if (!butler_request_may_be_rpc (self))
        return s_undecoded (-1, why, "the body is %s", body.size? "no JSON object": "empty");

    json_error_t error;
    json_t *document = json_loadb ((const char *) body.data, body.size, 0, &error);
    if (!document)
        return s_undecoded (-1, why, "the body is no JSON: %s (byte %d)", error.text, error.position);
    const int verdict = s_take_apart (self, document, why);
    if (verdict)
        json_decref (document);
    else
        self->document = document;
    return verdict;
}
