/*  rpc_request.h - for tests: a request as if it had come from the router, its response as text
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef RPC_REQUEST_H
#define RPC_REQUEST_H

#include "rpc/butler_request_internal.h"

//  A DISPATCH of this body that expires so many ms from now
static inline butler_request_t *
request_new (const char *api_id, const void *body, size_t size, int64_t left)
{
    zmq_msg_t msg;
    zmq_msg_init_size (&msg, size);
    if (size)
        memcpy (zmq_msg_data (&msg), body, size);
    butler_view_t view;
    memset (&view, 0, sizeof view);
    view.kind = BUTLER_MSG_DISPATCH;
    view.dialect = api_id [0] == '1';
    view.relative = true;
    view.expiration = left;
    view.token = butler_span ("\x01\0\0\0\0\0\0\0\x07", 9);
    view.api_id = butler_span_string (api_id);
    view.service = butler_span_string ("api.images");
    view.content = butler_span (zmq_msg_data (&msg), size);
    view.body = &msg;
    view.content = butler_span (zmq_msg_data (&msg), size);
    butler_request_t *request = butler_request_new (&view, zclock_mono (), zclock_time ());
    zmq_msg_close (&msg);
    return request;
}

static inline butler_request_t *
request_of (const char *api_id, const char *body)
{
    return request_new (api_id, body, strlen (body), 60000);
}

//  The response's bytes as a fresh string; destroys the request
static inline char *
response_of (butler_request_t *request)
{
    zmq_msg_t *response = butler_request_response (request);
    char *text = (char *) calloc (1, zmq_msg_size (response) + 1);
    memcpy (text, zmq_msg_data (response), zmq_msg_size (response));
    butler_request_destroy (&request);
    return text;
}

#endif
