/*  fuzz_call.c - fuzzing: any body is answered by a service, in either dialect
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include <czmq.h>
#include "../rpc_request.h"
#include "rpc/butler_service_answer.h"
#include "wire/butler_dialect.h"

static butler_service_t *s_service;

//  Echoes what it was given
static json_t *
s_echo (butler_request_t *request, void *app)
{
    (void) app;
    json_t *args = butler_request_args (request), *kwargs = butler_request_kwargs (request);
    return json_pack ("{s:O?, s:O?}", "args", args, "kwargs", kwargs);
}

static json_t *
s_typed (butler_request_t *request, void *app)
{
    (void) app;
    return json_pack ("[s, I]", butler_request_string (request, "s"),
                      (json_int_t) butler_request_integer (request, "i"));
}

static json_t *
s_direct (butler_request_t *request, void *app)
{
    (void) app;
    butler_request_answer (request, butler_request_body (request), butler_request_size (request));
    return NULL;
}

static json_t *
s_fail (butler_request_t *request, void *app)
{
    (void) app;
    const char *method = butler_request_method (request);
    return butler_request_fail (request, method, "%s", method);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    s_service = butler_service_new ("api.images");
    const int rc =
          butler_service_register (s_service, "o", s_echo, NULL)
        | butler_service_register (s_service, "t (s: string, i: integer = 7, ...)", s_typed, NULL)
        | butler_service_register (s_service, "f (r: real = 1.5, n: number = 2, b: boolean = true)", s_fail, NULL)
        | butler_service_register (s_service, "j (o: object = {}, a: array = [1], x: any = null)", s_echo, NULL);
    assert (rc == 0);
    return 0;
}

//  There is a response, and a client can read it
static void
s_answer (const char *api_id, butler_span_t body)
{
    uint8_t *block = fuzz_block (body);
    butler_request_t *request = request_new (api_id, block, body.size, 60000);
    free (block);
    assert (butler_service_answer (s_service, request));
    zmq_msg_t *response = butler_request_response (request);
    const butler_span_t bytes = butler_span (zmq_msg_data (response), zmq_msg_size (response));
    butler_outcome_t outcome;
    butler_dialect_read (bytes, &outcome);
    assert (outcome.status == 200 || outcome.status == 404 || outcome.status == 500
            || (outcome.status == 400 && *api_id == '1') || !butler_request_method (request));
    butler_outcome_clear (&outcome);
    butler_request_destroy (&request);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    butler_service_set_direct (s_service, fuzz_byte (&rest) == 'd'? s_direct: NULL, NULL);
    s_answer ("1.0:7", rest);
    s_answer ("0.3.0:7", rest);
    return 0;
}
