/*  butler_request_internal.h - a request as the worker and the service see it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REQUEST_INTERNAL_H
#define BUTLER_REQUEST_INTERNAL_H

#include "butler_request.h"
#include "rpc/butler_signature.h"
#include "wire/butler_view.h"

//  Most that one request can hold for the sink
#define BUTLER_EMISSIONS_MAX 1024

//  What the worker is going to answer; an error or raw bytes win over a result
typedef enum {
    BUTLER_ANSWER_NONE, BUTLER_ANSWER_RESULT, BUTLER_ANSWER_RAW, BUTLER_ANSWER_ERROR
} butler_answer_t;

typedef struct butler_emission butler_emission_t;

//  Who gave the request into other hands, where that one wants to know
typedef struct {
    const char *worker;             //  its name, for errors; NULL: none
    //  A holder destroys it: true where the keeper takes it back, and answers its client
    bool (*recall) (void *arg, butler_request_t *request);
    //  A holder is done with it: 0 and it is the keeper's, response and all; or -1 with errno
    int (*reply) (void *arg, butler_request_t *request);
    //  The holder has something for the sink: 0, or -1 with errno
    int (*emit) (void *arg, const void *data, size_t size);
    void *arg;
} butler_keeper_t;

struct butler_request {
    //  The worker's own notes
    butler_request_t *next, *prev;
    const butler_keeper_t *keeper;  //  NULL: none
    void *origin;                   //  the connection that it came over
    uint32_t epoch;                 //  and which of them
    bool begun;                     //  the worker's threads': somebody took it out of their list
    bool cancelled;                 //  atomic: nobody will get its answer
    bool abandoned;                 //  atomic: the worker ends; its client still waits
    bool away;                      //  atomic: its handler, or another, answers it on its own
    bool shelved, replied;          //  the keeper's: the handler has returned; the response is there
    butler_request_t *held_next, *held_prev;
    void *held_in;                  //  a list of the worker's, by which it finds what is cancelled
    //  As it came
    zmq_msg_t body;                 //  the message that came with the content at its end
    size_t offset;                  //  where in it the content begins
    int64_t deadline;               //  by the monotonic clock of the one who made it
    int64_t skew;                   //  that clock, less ours
    uint8_t envelope, dialect;      //  its reply is to be in the same
    uint16_t attempt;
    butler_span_t token, api_id;    //  these and the two texts stand in `text`
    const char *service, *trace;
    //  Decoded, where the body is RPC; what it is bound to, where a method was found for it
    json_t *document;
    const char *method;
    json_t *args, *kwargs;          //  borrowed from document; NULL where left out
    const butler_signature_t *signature;
    //  What comes of it
    butler_answer_t answer;
    json_t *result;
    int code;
    const char *kind;
    char *name, *message, *traceback;
    bool finished, silent;
    zmq_msg_t response;
    butler_emission_t *emission, **last_emission;
    unsigned emissions;
    //  All before is zeroed at first
    json_t *bound [BUTLER_PARAMETERS_MAX];  //  where there is a signature: by its parameters
    char text [];
};

//  From a DISPATCH (or, for a service inside the router, a REQUEST: its token is empty). Moves
//  the body out of the frames, copies token, api:id, service and trace. The deadline is reckoned from
//  the caller's clocks, in ms: `now` is monotonic, and taken to run on from there even where it
//  is a simulated one; `wall` is zclock_time ().
butler_request_t *
butler_request_new (butler_view_t *view, int64_t now, int64_t wall);

//  What the client sent, wherever it stands
butler_span_t
butler_request_content (butler_request_t *self);

//  To be returned as they came
butler_span_t
butler_request_token (const butler_request_t *self);
butler_span_t
butler_request_api_id (const butler_request_t *self);

//  Whether the body can be RPC at all: a JSON object, by how it begins
bool
butler_request_may_be_rpc (butler_request_t *self);

//  Reads the body as RPC, so that method, args and kwargs answer. 0: it is, or was already read.
//  -1: it is no RPC (no JSON object with a string "method"); -2: it is, but its args are no array
//  or its kwargs no object. Then *why, where why is not NULL, is a fresh text, and nothing changed.
int
butler_request_decode (butler_request_t *self, char **why);

//  As butler_request_fail (), with a code and kind of butler_dialect_error (); NULL, too
json_t *
butler_request_refuse (butler_request_t *self, int code, const char *kind, const char *name,
                       const char *format, ...) __attribute__ ((format (printf, 5, 6)));

//  True: nobody waits for it any more, or its worker ends, and that is its answer; so it is not to be begun
bool
butler_request_turn_away (butler_request_t *self);

//  Forgets result, raw bytes or error
void
butler_request_drop_outcome (butler_request_t *self);

//  Makes the response's bytes of whatever outcome there is, in the client's dialect: an exception
//  RuntimeError where there is none. After that the outcome can't be changed. Does nothing the
//  second time.
void
butler_request_finish (butler_request_t *self);

//  From any thread: nobody will get its answer
void
butler_request_cancel (butler_request_t *self);

//  From any thread: who works on it is to stop, as if it were cancelled, though its answer is awaited
void
butler_request_abandon (butler_request_t *self);

//  Whether anybody waits for its answer, so that it makes sense to wait for the one who gives it
bool
butler_request_is_awaited (const butler_request_t *self);

//  Whether it is to be left to whoever answers it, though its handler has returned
bool
butler_request_is_away (const butler_request_t *self);

//  Nobody will answer it: where no outcome was set, it is a RuntimeError. Finishes it.
void
butler_request_give_up (butler_request_t *self);

//  The response's bytes, to be moved into butler_put_reply (); finishes the request.
zmq_msg_t *
butler_request_response (butler_request_t *self);

//  True: this client is told nothing (the request expired, and it speaks dialect 0). The worker
//  still sends its REPLY, with the empty response, since that frees its place; the router has
//  ended the request by then, as a relative deadline never ends earlier at the worker, and drops
//  it as late.
bool
butler_request_is_silent (const butler_request_t *self);

//  Moves the oldest of what is for the sink into msg, which is initialised; false: none is left
bool
butler_request_take_emission (butler_request_t *self, zmq_msg_t *msg);

#endif
