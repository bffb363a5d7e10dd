/*  command_sink.c - butler sink: prints what workers emit
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "butler_sink.h"
#include "programs/butler_options.h"
#include "programs/butler_output.h"
#include "programs/butler_stop.h"

#define NAME "butler sink"
#define BATCH 256                   //  payloads between looks at the signals

typedef struct {
    const char *endpoint;
    int count;                      //  payloads to end after; 0: never
    bool as_json;
    butler_stop_t stop;
} sink_t;

//  False where nobody can read on
static bool
s_print (const sink_t *self, zframe_t *payload)
{
    if (self->as_json) {
        json_t *value = butler_json_of_bytes (zframe_data (payload), zframe_size (payload));
        json_dumpf (value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
        json_decref (value);
    }
    else
        butler_print_bytes (zframe_data (payload), zframe_size (payload));
    putchar ('\n');
    return fflush (stdout) == 0;
}

//  Prints some of what there is; false when it is enough
static bool
s_print_some (sink_t *self, butler_sink_t *sink)
{
    zframe_t *payload;
    bool more = true;
    for (int count = 0; more && count < BATCH && (payload = butler_sink_recv (sink)); count++) {
        more = s_print (self, payload);
        if (self->count && --self->count == 0)
            more = false;
        zframe_destroy (&payload);
    }
    return more;
}

static int
s_run (sink_t *self)
{
    butler_sink_t *sink = NULL;
    if (butler_stop_init (&self->stop, false) == 0)
        sink = butler_sink_new (self->endpoint);
    if (!sink) {
        butler_complain (NAME, "cannot bind to '%s': %s", self->endpoint, zmq_strerror (errno));
        return errno == EINVAL || errno == EPROTONOSUPPORT? BUTLER_EXIT_USAGE: BUTLER_EXIT_TROUBLE;
    }
    butler_sink_set_timeout (sink, 0);
    butler_tell (NAME, "bound to %s", butler_sink_endpoint (sink));
    while (butler_stop_wait (&self->stop, butler_sink_socket (sink), -1) == BUTLER_STOP_SOCKET)
        if (!s_print_some (self, sink))
            break;
    butler_sink_destroy (&sink);
    butler_stop_fini (&self->stop);
    return BUTLER_EXIT_DONE;
}

int
command_sink (int argc, char **argv)
{
    const char *named = getenv ("BUTLER_SINK");
    sink_t self = { .endpoint = named && *named? named: BUTLER_SINK };
    butler_texts_t operands = { NULL, 0 };
    const butler_option_t options [] = {
        { "bind", 'b', BUTLER_OPTION_TEXT, "ENDPOINT", "where workers connect ($BUTLER_SINK, else " BUTLER_SINK ")",
          &self.endpoint, 0, 0 },
        { "count", 'n', BUTLER_OPTION_NUMBER, "COUNT", "end after so many payloads", &self.count, 1, 2147483647 },
        { "json", 0, BUTLER_OPTION_FLAG, NULL, "print each as JSON: as it is where it parses as JSON, else a string",
          &self.as_json, 0, 0 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        NAME, "[OPTION]...",
        "Bind a sink, and print what workers emit to it, a line for each payload, until SIGTERM or\n"
        "SIGINT. The endpoint that is bound is told on stderr.",
        options, "Examples:\n  butler sink\n  butler sink -b tcp://*:5558 --json >>events.json\n", 0, 0
    };
    int status = butler_options_parse (&line, argc, argv, &operands);
    if (status == BUTLER_GO_ON)
        status = butler_output_end (NAME, s_run (&self));
    butler_texts_fini (&operands);
    return status;
}
