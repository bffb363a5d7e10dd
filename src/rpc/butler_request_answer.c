/*  butler_request_answer.c - what comes of a request: result, raw bytes or error, and events
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "rpc/butler_request_internal.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/butler_dialect.h"

struct butler_emission {
    butler_emission_t *next;
    zmq_msg_t msg;
};

void
butler_request_drop_outcome (butler_request_t *self)
{
    json_decref (self->result);
    self->result = NULL;
    free (self->name);
    self->name = NULL;
    free (self->message);
    self->message = NULL;
    zmq_msg_close (&self->response);
    zmq_msg_init (&self->response);
    self->answer = BUTLER_ANSWER_NONE;
}

static void
s_set_error (butler_request_t *self, int code, const char *kind, const char *name,
             const char *format, va_list arguments) __attribute__ ((format (printf, 5, 0)));

static void
s_set_error (butler_request_t *self, int code, const char *kind, const char *name,
             const char *format, va_list arguments)
{
    if (self->finished)
        return;
    //  Both are made first, since they may point into what is dropped. A text of gigabytes
    //  can't be formatted; it may have come from the client.
    char *message = NULL, *copy = strdup (name? name: "Exception");
    if (vasprintf (&message, format, arguments) < 0)
        message = strdup ("");
    assert (copy && message);
    butler_request_drop_outcome (self);
    self->answer = BUTLER_ANSWER_ERROR;
    self->code = code;
    self->kind = kind;
    self->name = copy;
    self->message = message;
}

json_t *
butler_request_refuse (butler_request_t *self, int code, const char *kind, const char *name,
                       const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    s_set_error (self, code, kind, name, format, arguments);
    va_end (arguments);
    return NULL;
}

json_t *
butler_request_fail (butler_request_t *self, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    s_set_error (self, 500, "exception", name, format, arguments);
    va_end (arguments);
    return NULL;
}

bool
butler_request_turn_away (butler_request_t *self)
{
    const int64_t left = butler_request_time_left (self);
    if (__atomic_load_n (&self->cancelled, __ATOMIC_RELAXED))
        butler_request_fail (self, "CancelledError", "the request was cancelled before a worker began it");
    else
    if (left <= 0)
        butler_request_refuse (self, 504, "expired", "Expired",
                               "the request expired %lld ms before a worker began it", (long long) -left);
    else
    if (__atomic_load_n (&self->abandoned, __ATOMIC_RELAXED))
        butler_request_refuse (self, 503, "unavailable", "Unavailable",
                               "the worker ended before it began the request");
    else
        return false;
    return true;
}

void
butler_request_set_traceback (butler_request_t *self, const char *traceback)
{
    free (self->traceback);
    self->traceback = strdup (traceback);
    assert (self->traceback);
}

static void
s_set_response (butler_request_t *self, const void *data, size_t size)
{
    zmq_msg_t response;
    const int rc = zmq_msg_init_size (&response, size);
    assert (rc == 0);
    (void) rc;
    if (size)
        memcpy (zmq_msg_data (&response), data, size);
    zmq_msg_move (&self->response, &response);
    zmq_msg_close (&response);
}

json_t *
butler_request_answer (butler_request_t *self, const void *data, size_t size)
{
    if (self->finished)
        return NULL;
    butler_request_drop_outcome (self);
    s_set_response (self, data, size);
    self->answer = BUTLER_ANSWER_RAW;
    return NULL;
}

json_t *
butler_request_answer_json (butler_request_t *self, json_t *result)
{
    if (!result)
        return NULL;
    if (self->finished) {
        json_decref (result);
        return NULL;
    }
    butler_request_drop_outcome (self);
    self->result = result;
    self->answer = BUTLER_ANSWER_RESULT;
    return NULL;
}

static butler_span_t
s_span (const char *text)
{
    return butler_span_string (text? text: "");
}

static void
s_write_error (butler_request_t *self)
{
    const butler_fault_t fault = {
        .name = self->name, .message = self->message, .traceback = self->traceback,
        .where = {
            .service = s_span (self->service), .method = s_span (self->method),
            .worker = s_span (self->keeper? self->keeper->worker: NULL), .request = self->api_id,
        }
    };
    size_t size = 0;
    char *text = butler_dialect_error (self->dialect, self->code, self->kind, &fault, &size);
    self->silent = text == NULL;
    s_set_response (self, text, size);
    free (text);
}

//  A result that contains itself is found out here
static void
s_write_result (butler_request_t *self)
{
    zmq_msg_t response;
    if (butler_dialect_result_msg (self->dialect, self->result, &response)) {
        butler_request_fail (self, "RuntimeError", "the result can't be written as JSON");
        return;
    }
    zmq_msg_move (&self->response, &response);
    zmq_msg_close (&response);
}

void
butler_request_finish (butler_request_t *self)
{
    if (self->finished)
        return;
    if (self->answer == BUTLER_ANSWER_NONE)
        butler_request_fail (self, "RuntimeError", "%s() returned no result",
                             self->method? self->method: self->service);
    if (self->answer == BUTLER_ANSWER_RESULT)
        s_write_result (self);
    if (self->answer == BUTLER_ANSWER_ERROR)
        s_write_error (self);
    self->finished = true;
}

zmq_msg_t *
butler_request_response (butler_request_t *self)
{
    butler_request_finish (self);
    return &self->response;
}

bool
butler_request_is_silent (const butler_request_t *self)
{
    return self->silent;
}

int
butler_request_emit (butler_request_t *self, const void *data, size_t size)
{
    if (self->keeper && self->keeper->emit)
        return self->keeper->emit (self->keeper->arg, data, size);
    if (self->emissions == BUTLER_EMISSIONS_MAX) {
        errno = ENOBUFS;
        return -1;
    }
    butler_emission_t *emission = (butler_emission_t *) malloc (sizeof *emission);
    assert (emission);
    const int rc = zmq_msg_init_size (&emission->msg, size);
    assert (rc == 0);
    (void) rc;
    if (size)
        memcpy (zmq_msg_data (&emission->msg), data, size);
    emission->next = NULL;
    *self->last_emission = emission;
    self->last_emission = &emission->next;
    self->emissions++;
    return 0;
}

bool
butler_request_take_emission (butler_request_t *self, zmq_msg_t *msg)
{
    butler_emission_t *emission = self->emission;
    if (!emission)
        return false;
    self->emission = emission->next;
    if (!self->emission)
        self->last_emission = &self->emission;
    self->emissions--;
    zmq_msg_move (msg, &emission->msg);
    zmq_msg_close (&emission->msg);
    free (emission);
    return true;
}
