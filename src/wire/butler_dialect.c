/*  butler_dialect.c - results and errors as each dialect has them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dialect.h"
#include <assert.h>
#include <stdlib.h>
#include "base/butler_string.h"
#include "wire/butler_json.h"
#include "wire/butler_pickle.h"
#include "wire/butler_text.h"
#include "base/butler_utf8.h"

#define S_FLAGS (JSON_ENCODE_ANY | JSON_COMPACT)

static bool
s_is_digit (uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
s_begins_with_code (butler_span_t text)
{
    return text.size >= 3 && s_is_digit (text.data [0]) && s_is_digit (text.data [1])
        && s_is_digit (text.data [2]);
}

static int
s_write_result (uint8_t dialect, const json_t *result, butler_text_t *text)
{
    if (dialect == 0 && json_is_string (result))
        return butler_text_append (json_string_value (result), json_string_length (result), text);
    if (json_dump_callback (result, butler_text_append, text, S_FLAGS))
        return -1;
    if (dialect > 0 && text->size == 3 && s_begins_with_code (butler_span (text->data, 3))) {
        butler_text_append (" ", 1, text);
        memmove (text->data + 1, text->data, 3);
        text->data [0] = ' ';
    }
    return 0;
}

char *
butler_dialect_result (uint8_t dialect, const json_t *result, size_t *size)
{
    butler_text_t text;
    butler_text_init (&text);
    if (s_write_result (dialect, result, &text) == 0)
        return butler_text_finish (&text, size);
    butler_text_fini (&text);
    return NULL;
}

int
butler_dialect_result_msg (uint8_t dialect, const json_t *result, zmq_msg_t *msg)
{
    butler_text_t text;
    butler_text_init (&text);
    if (s_write_result (dialect, result, &text)) {
        butler_text_fini (&text);
        return -1;
    }
    butler_text_finish_msg (&text, msg);
    return 0;
}

//  The errors there are, and what each says where nobody says more
typedef struct {
    int code;
    const char *kind;
    const char *name;
    const char *message;
} s_error_t;

static const s_error_t s_errors [] = {
    { 500, "exception",   "Exception",       "the handler failed" },
    { 404, "service",     "ServiceNotFound", "no such service, or no such method" },
    { 404, "method",      "MethodNotFound",  "no such method" },
    { 400, "request",     "BadRequest",      "the request can't be understood" },
    { 403, "forbidden",   "Forbidden",       "this client may not call this service" },
    { 502, "lost",        "WorkerLost",      "the worker was lost before it answered" },
    { 503, "unavailable", "Unavailable",     "the service takes no more requests now" },
    { 504, "expired",     "Expired",         "the request expired before an answer came" },
    { 0, NULL, NULL, NULL }
};

static const s_error_t *
s_find_error (int code, const char *kind)
{
    const s_error_t *error = s_errors;
    while (error->code && (error->code != code || strcmp (error->kind, kind)))
        error++;
    return error->code? error: NULL;
}

//  A member of an object whose first brace or member stands there already
static void
s_put (butler_text_t *text, const char *begin, butler_span_t value)
{
    butler_text_append (begin, strlen (begin), text);
    butler_json_put_string (text, value);
}

static void
s_put_where (butler_text_t *text, const char *begin, butler_span_t value)
{
    if (value.size && value.size <= BUTLER_WHERE_MAX)
        s_put (text, begin, value);
}

//  Written at once: a flood of requests that are refused must not cost more than one that is served
static void
s_put_object (butler_text_t *text, uint8_t dialect, const char *name, const butler_fault_t *fault)
{
    const char *message = fault->message? fault->message: "";
    s_put (text, "{\"name\":", butler_span_string (name));
    s_put (text, ",\"message\":", butler_span_string (message));
    s_put (text, ",\"traceback\":", butler_span_string (fault->traceback? fault->traceback: ""));
    if (dialect > 0) {
        s_put_where (text, ",\"service\":", fault->where.service);
        s_put_where (text, ",\"method\":", fault->where.method);
        s_put_where (text, ",\"worker\":", fault->where.worker);
        s_put_where (text, ",\"request\":", fault->where.request);
    }
    else {
        char *pickle = butler_pickle_exception (name, message);
        s_put (text, ",\"object\":", butler_span_string (pickle));
        free (pickle);
    }
    butler_text_append ("}", 1, text);
}

static void
s_write_prefix (int code, const char *kind, butler_text_t *text)
{
    const char digits [] = { (char) ('0' + code / 100), (char) ('0' + code / 10 % 10),
                             (char) ('0' + code % 10), ':' };
    butler_text_append (digits, sizeof digits, text);
    butler_text_append (kind, strlen (kind), text);
    butler_text_append (":", 1, text);
}

char *
butler_dialect_error (uint8_t dialect, int code, const char *kind, const butler_fault_t *fault,
                      size_t *size)
{
    const s_error_t *error = s_find_error (code, kind);
    assert (error);
    if (dialect == 0 && code == 504)
        return NULL;

    butler_text_t text;
    butler_text_init (&text);
    if (dialect == 0 && code == 404) {
        butler_text_append ("404", 3, &text);
        return butler_text_finish (&text, size);
    }
    if (dialect == 0)
        s_write_prefix (500, "exception", &text);
    else
        s_write_prefix (code, kind, &text);
    s_put_object (&text, dialect, fault->name? fault->name: error->name, fault);
    return butler_text_finish (&text, size);
}

//  The error that a response is, its kind and the text after its prefix; NULL: it is none
static const s_error_t *
s_parse_error (butler_span_t response, const char **kind, butler_span_t *text)
{
    if (!s_begins_with_code (response))
        return NULL;
    const int code = (response.data [0] - '0') * 100 + (response.data [1] - '0') * 10
                   + (response.data [2] - '0');
    for (const s_error_t *error = s_errors; error->code; error++) {
        if (error->code != code)
            continue;
        const size_t kind_size = strlen (error->kind), prefix_size = kind_size + 5;
        if (response.size == 3) {
            *kind = "";
            *text = butler_span (NULL, 0);
            return error;
        }
        if (response.size >= prefix_size && response.data [3] == ':'
        &&  response.data [prefix_size - 1] == ':'
        &&  memcmp (response.data + 4, error->kind, kind_size) == 0) {
            *kind = error->kind;
            *text = butler_span (response.data + prefix_size, response.size - prefix_size);
            return error;
        }
    }
    return NULL;
}

//  A member as text: a string, or any other value as JSON; `usual` where it is not there
static char *
s_member (const json_t *object, const char *key, const char *usual)
{
    const json_t *member = json_object_get (object, key);
    if (!member || json_is_null (member))
        return butler_string_copy (usual);
    if (json_is_string (member))
        return butler_utf8_clean (butler_span (json_string_value (member),
                                               json_string_length (member)));
    char *text = json_dumps (member, S_FLAGS);
    return text? text: butler_string_copy (usual);
}

//  Name and message of an error that is no JSON: an exception that Python pickled, or any text
static void
s_read_text (const s_error_t *error, butler_span_t text, butler_outcome_t *outcome)
{
    if (butler_pickle_read (text, &outcome->name, &outcome->message))
        return;
    outcome->name = butler_string_copy (error->name);
    outcome->message = text.size? strndup ((const char *) text.data, butler_utf8_valid (text))
                                : butler_string_copy (error->message);
    assert (outcome->message);
}

static void
s_read_error (const s_error_t *error, butler_span_t text, butler_outcome_t *outcome)
{
    json_t *object = text.size? json_loadb ((const char *) text.data, text.size, JSON_ALLOW_NUL, NULL)
                              : NULL;
    if (json_is_object (object)) {
        outcome->name = s_member (object, "name", error->name);
        outcome->message = s_member (object, "message", error->message);
    }
    else
        s_read_text (error, text, outcome);
    outcome->traceback = s_member (object, "traceback", "");
    outcome->service = s_member (object, "service", "");
    outcome->method = s_member (object, "method", "");
    outcome->worker = s_member (object, "worker", "");
    outcome->request = s_member (object, "request", "");
    json_decref (object);
}

static json_t *
s_read_result (butler_span_t response)
{
    const char *text = response.size? (const char *) response.data: "";
    json_t *result = json_loadb (text, response.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    return result? result: json_stringn (text, response.size);
}

void
butler_dialect_read (butler_span_t response, butler_outcome_t *outcome)
{
    memset (outcome, 0, sizeof *outcome);
    const char *kind = NULL;
    butler_span_t text = butler_span (NULL, 0);
    const s_error_t *error = s_parse_error (response, &kind, &text);
    if (error) {
        outcome->status = error->code;
        outcome->kind = butler_string_copy (kind);
        s_read_error (error, text, outcome);
        return;
    }
    outcome->status = 200;
    outcome->result = s_read_result (response);
}

void
butler_outcome_clear (butler_outcome_t *self)
{
    json_decref (self->result);
    free (self->kind);
    free (self->name);
    free (self->message);
    free (self->traceback);
    free (self->service);
    free (self->method);
    free (self->worker);
    free (self->request);
    memset (self, 0, sizeof *self);
}

butler_span_t
butler_dialect_discovery_id (uint8_t envelope, butler_span_t api_id)
{
    const bool bare = envelope == BUTLER_ENVELOPE_FRAMES && butler_dialect_of (api_id) == 0;
    return bare? butler_span (NULL, 0): api_id;
}
