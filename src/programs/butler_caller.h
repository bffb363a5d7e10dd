/*  butler_caller.h - what all subcommands that ask a router have in common
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CALLER_H
#define BUTLER_CALLER_H

#include "butler_client.h"
#include "programs/butler_access.h"
#include "programs/butler_options.h"
#include "programs/butler_progress.h"

//  What the command line said
typedef struct {
    const char *name;               //  "butler call", for messages
    butler_texts_t endpoints;
    butler_access_t access;
    int timeout, retries;
    bool once;                      //  a new socket for each attempt
    bool as_json, verbose;
    butler_texts_t operands;
    butler_progress_t progress;     //  what it waits for, from butler_caller_start () on
} butler_caller_t;

#define BUTLER_CALLER(subcommand) \
    { .name = "butler " subcommand, .timeout = 2500, .retries = 1 }

//  Rows of a table of options; `json` says what --json makes it print
#define BUTLER_CALLER_OPTIONS(caller, json) \
    { "endpoint", 'e', BUTLER_OPTION_TEXTS, "ENDPOINT", "the router's frontend; again for another router " \
      "($BUTLER_ENDPOINT, else " BUTLER_FRONTEND ")", &(caller)->endpoints, 0, 0 }, \
    BUTLER_ACCESS_OPTIONS (&(caller)->access), \
    { "timeout", 't', BUTLER_OPTION_NUMBER, "MS", "how long to wait for each attempt (2500)", \
      &(caller)->timeout, 1, 2000000000 }, \
    { "retries", 'r', BUTLER_OPTION_NUMBER, "ATTEMPTS", "how often to wait so long (1)", \
      &(caller)->retries, 1, 1000000 }, \
    { "no-persistent", 0, BUTLER_OPTION_FLAG, NULL, "connect and send anew for each attempt; may run twice", \
      &(caller)->once, 0, 0 }, \
    { "json", 0, BUTLER_OPTION_FLAG, NULL, json, &(caller)->as_json, 0, 0 }, \
    { "verbose", 'v', BUTLER_OPTION_FLAG, NULL, "tell more of an error: who failed, where, and at what", \
      &(caller)->verbose, 0, 0 }

//  Reads the command line and connects. BUTLER_GO_ON and the client; or the exit status.
int
butler_caller_start (butler_caller_t *self, const butler_command_line_t *line, int argc, char **argv,
                     butler_client_t **client_p);

//  One more client, connected and set as the command line says. BUTLER_GO_ON; or the exit status, after
//  a complaint, and a client that is to be destroyed all the same where it is not NULL.
int
butler_caller_connect (butler_caller_t *self, butler_client_t **client_p);

//  Destroys the client, and returns what the program ends with
int
butler_caller_end (butler_caller_t *self, butler_client_t **client_p, int status);

//  Calls a method and waits, with a bar where that takes long and somebody looks on. The result,
//  which is to be given back, or NULL: butler_caller_verdict () tells.
json_t *
butler_caller_call (butler_caller_t *self, butler_client_t *client, const char *service,
                    const char *method, const json_t *args, const json_t *kwargs);

//  The same for a direct request; the client has the answer
void
butler_caller_send (butler_caller_t *self, butler_client_t *client, const char *service,
                    const void *data, size_t size);

//  The exit status for a status of butler_client_status (); of what was never sent, as it is where no router
//  is there
int
butler_caller_status (int status);

//  The exit status for what the last request came to. Unless all is well, after a message; with
//  --json that is an object on stdout
int
butler_caller_verdict (const butler_caller_t *self, butler_client_t *client);

//  An error that is found here, told in the same way
void
butler_caller_complain (const butler_caller_t *self, int status, const char *error,
                        const char *format, ...) __attribute__ ((format (printf, 4, 5)));

//  {"status": 200, "result": ...} on stdout, for --json. Takes the result.
void
butler_caller_print_result (json_t *result);

#endif
