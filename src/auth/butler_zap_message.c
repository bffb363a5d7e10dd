/*  butler_zap_message.c - a ZAP request (RFC 27), and the reply to it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_zap_message.h"
#include <assert.h>

#define ZAP_VERSION "1.0"
#define FIELDS 6                    //  in front of the credentials
#define FIELD_MAX 255               //  bytes of one

static butler_span_t
s_span (zframe_t *frame)
{
    return butler_span (zframe_data (frame), zframe_size (frame));
}

int
butler_zap_parse (zmsg_t *message, butler_zap_request_t *request)
{
    butler_span_t field [FIELDS + BUTLER_ZAP_CREDENTIALS];
    size_t count = 0;
    bool fits = true;
    *request = (butler_zap_request_t) { .credentials = 0 };
    for (zframe_t *frame = zmsg_first (message); frame && count < FIELDS + BUTLER_ZAP_CREDENTIALS;
         frame = zmsg_next (message)) {
        field [count] = s_span (frame);
        fits &= field [count++].size <= FIELD_MAX;
    }
    if (count > 1 && field [1].size <= FIELD_MAX)
        request->id = field [1];
    if (!fits || count < FIELDS || zmsg_size (message) > count
        || !butler_span_equal (field [0], butler_span_string (ZAP_VERSION)))
        return -1;
    request->domain = field [2];
    request->address = field [3];
    request->routing_id = field [4];
    request->mechanism = field [5];
    request->credentials = count - FIELDS;
    memcpy (request->credential, field + FIELDS, request->credentials * sizeof *field);
    return 0;
}

static void
s_add (zmsg_t *message, butler_span_t field)
{
    zmsg_addmem (message, field.size? (const void *) field.data: "", field.size);
}

zmsg_t *
butler_zap_reply (const butler_zap_request_t *request, const char *status, const char *text, butler_span_t user_id)
{
    zmsg_t *reply = zmsg_new ();
    assert (reply);
    zmsg_addstr (reply, ZAP_VERSION);
    s_add (reply, request->id);
    zmsg_addstr (reply, status);
    zmsg_addstr (reply, text);
    s_add (reply, user_id);
    zmsg_addstr (reply, "");        //  no metadata
    return reply;
}

void
butler_zap_wipe (zmsg_t *message)
{
    size_t index = 0;
    for (zframe_t *frame = zmsg_first (message); frame; frame = zmsg_next (message))
        if (index++ >= FIELDS)
            explicit_bzero (zframe_data (frame), zframe_size (frame));
}
