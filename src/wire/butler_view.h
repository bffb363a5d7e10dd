/*  butler_view.h - GENERATED from model/butler_msg.xml; edit that, then make code
    (placeholder with the agreed contract until the model generates it)
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_VIEW_H
#define BUTLER_VIEW_H

#include "butler_frames.h"

//  Where a message was received: by the router on its two sockets, by a client, by a worker
typedef enum {
    BUTLER_SIDE_FRONTEND, BUTLER_SIDE_BACKEND, BUTLER_SIDE_CLIENT, BUTLER_SIDE_WORKER
} butler_side_t;

typedef enum {
    BUTLER_MSG_REQUEST = 1,         //  client -> router
    BUTLER_MSG_RESPONSE,            //  router -> client
    BUTLER_MSG_DISCOVERY,           //  router -> client: service and code, with or without api:id
    BUTLER_MSG_READY,               //  worker -> router
    BUTLER_MSG_HEARTBEAT,           //  both ways
    BUTLER_MSG_REPLY,               //  worker -> router
    BUTLER_MSG_LEAVE,               //  both ways
    BUTLER_MSG_DISPATCH,            //  router -> worker: a request
    BUTLER_MSG_RECONNECT,           //  router -> worker
    BUTLER_MSG_RELAY                //  backend peer -> router: [04] [worker] [02|03]
} butler_kind_t;

//  The command bytes
#define BUTLER_READY     0x01
#define BUTLER_HEARTBEAT 0x02
#define BUTLER_RECONNECT 0x03
#define BUTLER_REPLY     0x04
#define BUTLER_LEAVE     0x05

//  Points into the frames it was parsed from; valid while they are untouched
typedef struct {
    int kind;                       //  butler_kind_t
    uint8_t envelope;               //  0: frames
    uint8_t dialect;                //  of api_id: 1 where it begins "1.", else 0
    bool relative;                  //  expiration is milliseconds from now
    int64_t expiration;             //  else milliseconds since the Unix epoch
    butler_span_t peer;             //  routing id; router sides alone
    butler_span_t token;            //  DISPATCH, REPLY; RELAY: the worker's routing id
    butler_span_t api_id;
    butler_span_t service;
    butler_span_t properties;       //  READY; DISPATCH: its seventh frame; empty where absent
    butler_span_t notice;           //  HEARTBEAT's JSON; DISCOVERY's code; RELAY's command
    zmq_msg_t *deadline;            //  the expiration frame
    zmq_msg_t *body;                //  REQUEST, DISPATCH: body; REPLY, RESPONSE: response
    unsigned passed;                //  REQUEST, REPLY: first frame that is passed on as it is
    const char *fault;              //  after -1: what was wrong, a static string
} butler_view_t;

//  0, or -1 with EPROTO. After -1 peer, api_id and dialect are set where they could be read.
int
butler_view_parse (butler_view_t *self, butler_side_t side, butler_frames_t *frames);

#endif
