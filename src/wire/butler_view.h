/*  butler_view.h - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    A received message as a view that points into its frames, and the encoders. Grammar of the
    frames, behind the routing id where a ROUTER received them; (x) may be missing:

        request     = [] [api:id] [service] [expiration] [body]
        response    = [] [api:id] [response]
        discovery   = [] ([api:id]) [service] [code]
        relay       = [04] [worker] [order]
        reply       = [04] [token] [] [api:id] [response]
        heartbeat   = [02] ([notice] …)
        ready       = [01] [service] ([properties])
        leave       = [05]
        dispatch    = [token] [] [api:id] [service] [expiration] [body] ([extra])
        reconnect   = [03]
*/

#ifndef BUTLER_VIEW_H
#define BUTLER_VIEW_H

#include "butler_frames.h"

//  These stand in butler_msg.h and butler_view.h alike; whichever comes first declares them
#ifndef BUTLER_MSG_KINDS
#define BUTLER_MSG_KINDS

//  Where a message is received
typedef enum {
    BUTLER_SIDE_FRONTEND,           //  by the router, from clients
    BUTLER_SIDE_BACKEND,            //  by the router, from workers
    BUTLER_SIDE_CLIENT,             //  by a client, from the router
    BUTLER_SIDE_WORKER              //  by a worker, from the router
} butler_side_t;

typedef enum {
    BUTLER_MSG_REQUEST = 1,         //  client -> router
    BUTLER_MSG_RESPONSE,            //  router -> client
    BUTLER_MSG_DISCOVERY,           //  router -> client
    BUTLER_MSG_READY,               //  worker -> router
    BUTLER_MSG_HEARTBEAT,           //  router or worker -> the other
    BUTLER_MSG_REPLY,               //  worker -> router
    BUTLER_MSG_LEAVE,               //  router or worker -> the other
    BUTLER_MSG_DISPATCH,            //  router -> worker
    BUTLER_MSG_RECONNECT,           //  router -> worker
    BUTLER_MSG_RELAY,               //  backend peer -> router
    BUTLER_MSG_CANCEL               //  client or router -> the next
} butler_kind_t;

//  How a message is put into frames
typedef enum {
    BUTLER_ENVELOPE_FRAMES = 0,     //  a frame for each field
    BUTLER_ENVELOPE_PACKED          //  one for most of it
} butler_envelope_t;

#endif

//  The command bytes
#define BUTLER_READY       0x01
#define BUTLER_HEARTBEAT   0x02
#define BUTLER_RECONNECT   0x03
#define BUTLER_REPLY       0x04
#define BUTLER_LEAVE       0x05

//  How long a field may be, in bytes
#define BUTLER_TOKEN_MIN       1
#define BUTLER_TOKEN_MAX       255
#define BUTLER_ROUTING_ID_MIN  1
#define BUTLER_ROUTING_ID_MAX  255
#define BUTLER_API_ID_MIN      3
#define BUTLER_API_ID_MAX      255
#define BUTLER_SERVICE_MIN     1
#define BUTLER_SERVICE_MAX     254
#define BUTLER_EXPIRATION_MIN  1
#define BUTLER_EXPIRATION_MAX  15
#define BUTLER_CODE_MIN        3
#define BUTLER_CODE_MAX        3
#define BUTLER_ORDER_MIN       1
#define BUTLER_ORDER_MAX       1

//  Points into the frames it was parsed from; valid while they are untouched
typedef struct {
    int kind;                       //  butler_kind_t; 0 after -1
    uint8_t envelope;               //  butler_envelope_t
    uint8_t dialect;                //  of api_id: 1 where it begins "1.", else 0
    bool relative;                  //  expiration is milliseconds from now
    uint16_t attempt;               //  workers that were given it before; packed alone
    int64_t expiration;             //  else milliseconds since the Unix epoch
    butler_span_t peer;             //  routing id; router sides alone
    butler_span_t user;             //  User-Id that the connection was vouched for by; empty: none. In no frame:
                                    //  whoever received the message sets it.
    butler_span_t token;            //  DISPATCH, REPLY; RELAY: the worker's routing id
    butler_span_t api_id;
    butler_span_t service;
    butler_span_t properties;       //  READY; DISPATCH: its seventh frame; empty where absent
    butler_span_t notice;           //  HEARTBEAT's JSON; DISCOVERY's code; RELAY's command
    zmq_msg_t *deadline;            //  the expiration frame; NULL where it has none of its own
    butler_span_t trace;            //  REQUEST, DISPATCH; packed alone
    butler_span_t content;          //  REQUEST, DISPATCH: body; REPLY, RESPONSE: response
    zmq_msg_t *body;                //  the message that has the content at its end
    unsigned passed;                //  REQUEST, REPLY: first frame that is passed on as it is
    const char *fault;              //  after -1: what was wrong, a static string
} butler_view_t;

//  0, or -1 with EPROTO. After -1 peer, api_id and dialect are set where they could be read; but a
//  client that sent no request is to be told nothing, so not the api_id of its CANCEL. Nothing is allocated or
//  copied, and nothing that a peer can send is asserted.
int
butler_view_parse (butler_view_t *self, butler_side_t side, butler_frames_t *frames);

//  Is this a right message of one kind for the one who receives by this side? `frames` as they
//  are to be sent, the routing id that a ROUTER takes off in front of `first`. 0, or -1 with
//  EPROTO.
int
butler_view_check (butler_view_t *self, butler_kind_t kind, butler_side_t side,
                   butler_frames_t *frames, unsigned first);

//  Is this a right field of its type?
bool
butler_is_token (butler_span_t bytes);
bool
butler_is_routing_id (butler_span_t bytes);
bool
butler_is_api_id (butler_span_t bytes);
bool
butler_is_service (butler_span_t bytes);
bool
butler_is_expiration (butler_span_t bytes);
bool
butler_is_code (butler_span_t bytes);
bool
butler_is_order (butler_span_t bytes);

//  Encodes all of a view that belongs to its kind, in its envelope; a kind that has no packed form is
//  put into frames. The content is the view's, or the body's where there is one. True: the body was
//  moved, and is in the last frame; false: copied. `out` is overwritten. Nothing is checked.
bool
butler_view_encode (butler_frames_t *out, const butler_view_t *view, zmq_msg_t *body);

//  The content as a message of its own, which is initialised here: moved where the content was all of its
//  frame, else copied out of it. The view's other parts stay.
void
butler_view_take_content (butler_view_t *self, zmq_msg_t *content);

//  "REQUEST"; NULL for what is no kind
const char *
butler_kind_name (int kind);

//  The encoders overwrite `out` with the frames in order. Spans are copied and may lie in no
//  part of `out`; messages are moved. `peer` is the routing id that a ROUTER socket takes off,
//  and is left out where its data is NULL. Arguments of size 0 that may be missing are left out.
//  Nothing is checked; butler_view_check () does that.

//  [] [api:id] [service] [expiration] [body]
void
butler_put_request (butler_frames_t *out, butler_span_t api_id, butler_span_t service,
        butler_span_t expiration, zmq_msg_t *body);

//  [] [api:id] [response]
void
butler_put_response (butler_frames_t *out, butler_span_t peer, butler_span_t api_id,
        zmq_msg_t *response);

//  [] ([api:id]) [service] [code]
void
butler_put_discovery (butler_frames_t *out, butler_span_t peer, butler_span_t api_id,
        butler_span_t service, butler_span_t code);

//  [04] [worker] [order]
void
butler_put_relay (butler_frames_t *out, butler_span_t worker, butler_span_t order);

//  [04] [token] [] [api:id] [response]
void
butler_put_reply (butler_frames_t *out, butler_span_t token, butler_span_t api_id,
        zmq_msg_t *response);

//  [02] ([notice] …)
void
butler_put_heartbeat (butler_frames_t *out, butler_span_t peer, butler_span_t notice);

//  [01] [service] ([properties])
void
butler_put_ready (butler_frames_t *out, butler_span_t service, butler_span_t properties);

//  [05]
void
butler_put_leave (butler_frames_t *out, butler_span_t peer);

//  [token] [] [api:id] [service] [expiration] [body] ([extra])
void
butler_put_dispatch (butler_frames_t *out, butler_span_t peer, butler_span_t token,
        butler_span_t api_id, butler_span_t service, butler_span_t expiration,
        zmq_msg_t *body, butler_span_t extra);

//  [03]
void
butler_put_reconnect (butler_frames_t *out, butler_span_t peer);

#endif
