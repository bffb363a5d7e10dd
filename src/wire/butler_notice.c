/*  butler_notice.c - what is told beside requests: a worker's notices, as JSON, and cancellations
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_notice.h"
#include <assert.h>
#include <stdio.h>
#include "butler_fields.h"
#include "butler_json.h"

//  ---- made

static void
s_put (butler_text_t *text, const char *piece)
{
    butler_text_append (piece, strlen (piece), text);
}

static void
s_put_number (butler_text_t *text, int64_t number)
{
    char digits [24];
    const int size = snprintf (digits, sizeof digits, "%lld", (long long) number);
    butler_text_append (digits, (size_t) size, text);
}

static butler_span_t
s_end (butler_text_t *text)
{
    s_put (text, "}");
    return butler_span (text->data, text->size);
}

char *
butler_notice_heartbeat (int64_t interval, size_t *size)
{
    butler_text_t text;
    butler_text_init (&text);
    s_put (&text, "{\"heartbeat\":");
    s_put_number (&text, interval);
    s_end (&text);
    return butler_text_finish (&text, size);
}

char *
butler_notice_refused (const char *reason, size_t *size)
{
    butler_text_t text;
    butler_text_init (&text);
    s_put (&text, "{\"refused\":");
    butler_json_put_string (&text, butler_span_string (reason));
    s_end (&text);
    return butler_text_finish (&text, size);
}

butler_span_t
butler_notice_cancel (butler_text_t *text, butler_span_t token)
{
    assert (token.size <= BUTLER_TOKEN_MAX);
    static const char digits [] = "0123456789abcdef";
    butler_text_init (text);
    s_put (text, "{\"cancel\":\"");
    for (size_t index = 0; index < token.size; index++) {
        const char pair [] = { digits [token.data [index] >> 4], digits [token.data [index] & 15] };
        butler_text_append (pair, sizeof pair, text);
    }
    s_put (text, "\"");
    return s_end (text);
}

butler_span_t
butler_notice_attempt (butler_text_t *text, unsigned attempt, butler_span_t trace)
{
    assert (trace.size <= BUTLER_TRACE_MAX);
    butler_text_init (text);
    s_put (text, "{\"attempt\":");
    s_put_number (text, attempt);
    if (trace.size) {
        s_put (text, ",\"traceparent\":");
        butler_json_put_string (text, trace);
    }
    return s_end (text);
}

//  ---- read

//  0 to 15, or -1
static int
s_digit (char digit)
{
    static const char digits [] = "0123456789abcdef";
    const char *found = digit? strchr (digits, digit): NULL;
    return found? (int) (found - digits): -1;
}

//  A token as hexadecimal digits; what is none is no request's. How many bytes it has.
static size_t
s_read_token (uint8_t token [BUTLER_TOKEN_MAX], const char *text)
{
    size_t size = 0;
    for (; *text && size < BUTLER_TOKEN_MAX; text += 2) {
        const int high = s_digit (text [0]), low = high == -1? -1: s_digit (text [1]);
        if (low == -1)
            return 0;
        token [size++] = (uint8_t) (high << 4 | low);
    }
    return *text? 0: size;
}

void
butler_notice_parse (butler_notice_t *self, butler_span_t text)
{
    json_t *object = json_loadb ((const char *) text.data, text.size, 0, NULL);
    const json_int_t interval = json_integer_value (json_object_get (object, "heartbeat"));
    const char *token = json_string_value (json_object_get (object, "cancel"));
    self->document = object;
    self->refused = json_string_value (json_object_get (object, "refused"));
    self->heartbeat = interval > 0 && interval <= BUTLER_NOTICE_INTERVAL_MAX? interval: 0;
    self->token_size = token? s_read_token (self->token, token): 0;
}

void
butler_notice_clear (butler_notice_t *self)
{
    json_decref (self->document);
    self->document = NULL;
    self->refused = NULL;
}

//  ---- sent

void
butler_notice_put_cancel (butler_frames_t *out, const butler_view_t *view)
{
    butler_view_t cancel = *view;
    butler_text_t text;
    cancel.kind = BUTLER_MSG_CANCEL;
    if (view->envelope == BUTLER_ENVELOPE_FRAMES && view->token.data) {
        cancel.kind = BUTLER_MSG_HEARTBEAT;
        cancel.notice = butler_notice_cancel (&text, view->token);
    }
    else
    if (view->envelope == BUTLER_ENVELOPE_FRAMES) {
        cancel.kind = BUTLER_MSG_REQUEST;
        cancel.service = butler_span_string (BUTLER_NAME_CANCEL);
    }
    butler_view_encode (out, &cancel, NULL);
}
