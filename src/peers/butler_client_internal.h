/*  butler_client_internal.h - a client as its own files see it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENT_INTERNAL_H
#define BUTLER_CLIENT_INTERNAL_H

#include "butler_client.h"
#include "peers/butler_courier.h"
#include "peers/butler_ending.h"

struct butler_client {
    butler_courier_t courier;
    butler_manners_t manners;
    butler_ending_t *ending;        //  what the last request came to; const readers may read it further
};

//  Submits the body, which calls this method (NULL: none), and takes it in any case; NULL: the
//  ending says why
butler_call_t *
butler_client_start (butler_client_t *self, const char *service, const char *method, zmq_msg_t *body);

//  The call has ended and becomes the last one. Its number, which is never 0.
uint64_t
butler_client_finish (butler_client_t *self, butler_call_t *call);

//  A body of any bytes
void
butler_client_copy (zmq_msg_t *body, const void *data, size_t size);

//  The body of a call to a method of a service; -1: the ending says why it is none
int
butler_client_encode (butler_client_t *self, zmq_msg_t *body, const char *service, const char *method,
                      const json_t *args, const json_t *kwargs);

//  Arguments of such a call by a picture; NULL: the ending says why it is none
json_t *
butler_client_pack (butler_client_t *self, const char *service, const char *method,
                    const char *picture, va_list values);

#endif
