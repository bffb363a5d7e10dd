/*  butler_notice.c - what is told beside requests: a worker's notices, as JSON, and cancellations
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_notice.h"
#include <assert.h>
#include <stdio.h>
#include "butler_fields.h"

static char *
s_put_text (char *into, const char *text)
{
    const size_t size = strlen (text);
    memcpy (into, text, size);
    return into + size;
}

//  What is printable needs no other escapes
static char *
s_put_escaped (char *into, butler_span_t text)
{
    for (size_t index = 0; index < text.size; index++) {
        if (text.data [index] == '"' || text.data [index] == '\\')
            *into++ = '\\';
        *into++ = (char) text.data [index];
    }
    return into;
}

butler_span_t
butler_notice_cancel (char text [BUTLER_NOTICE_SIZE], butler_span_t token)
{
    assert (token.size <= BUTLER_TOKEN_MAX);
    static const char digits [] = "0123456789abcdef";
    char *into = s_put_text (text, "{\"cancel\":\"");
    for (size_t index = 0; index < token.size; index++) {
        *into++ = digits [token.data [index] >> 4];
        *into++ = digits [token.data [index] & 15];
    }
    into = s_put_text (into, "\"}");
    return butler_span (text, (size_t) (into - text));
}

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

butler_span_t
butler_notice_attempt (char text [BUTLER_NOTICE_SIZE], unsigned attempt, butler_span_t trace)
{
    assert (trace.size <= BUTLER_TRACE_MAX);
    char *into = text + snprintf (text, BUTLER_NOTICE_SIZE, "{\"attempt\":%u", attempt);
    if (trace.size) {
        into = s_put_text (into, ",\"traceparent\":\"");
        into = s_put_escaped (into, trace);
        into = s_put_text (into, "\"");
    }
    into = s_put_text (into, "}");
    return butler_span (text, (size_t) (into - text));
}

void
butler_notice_put_cancel (butler_frames_t *out, const butler_view_t *view)
{
    butler_view_t cancel = *view;
    char text [BUTLER_NOTICE_SIZE];
    cancel.kind = BUTLER_MSG_CANCEL;
    if (view->envelope == BUTLER_ENVELOPE_FRAMES && view->token.data) {
        cancel.kind = BUTLER_MSG_HEARTBEAT;
        cancel.notice = butler_notice_cancel (text, view->token);
    }
    else
    if (view->envelope == BUTLER_ENVELOPE_FRAMES) {
        cancel.kind = BUTLER_MSG_REQUEST;
        cancel.service = butler_span_string (BUTLER_NAME_CANCEL);
    }
    butler_view_encode (out, &cancel, NULL);
}
