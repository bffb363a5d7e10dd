/*  butler_access.h - what a subcommand shows to routers: a key, or a user's name and password
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ACCESS_H
#define BUTLER_ACCESS_H

#include "butler_client.h"
#include "programs/butler_options.h"

//  What the command line said; NULL: nothing
typedef struct {
    const char *key;                //  the file with the secret key
    const char *router_key;         //  the router's public one, or its file
    const char *user;
    //  The rest is its own
    char *password;
    bool settled;
} butler_access_t;

//  Rows of a table of options
#define BUTLER_ACCESS_OPTIONS(access) \
    { "key", 0, BUTLER_OPTION_TEXT, "FILE", "show routers this secret key ($BUTLER_KEY)", &(access)->key, 0, 0 }, \
    { "router-key", 0, BUTLER_OPTION_TEXT, "FILE|KEY", "the router's public key ($BUTLER_ROUTER_KEY, else what the " \
      "secret key's file says)", &(access)->router_key, 0, 0 }, \
    { "user", 0, BUTLER_OPTION_TEXT, "NAME", "show routers this name ($BUTLER_USER), and $BUTLER_PASSWORD", \
      &(access)->user, 0, 0 }

//  Options before the subcommand, as "-k FILE" and "--user=NAME", go behind it by their long names, so that
//  it takes those of them that it knows. BUTLER_GO_ON and argv as it is to be taken then, fresh, with the
//  subcommand as its first; or the exit status after a complaint.
int
butler_access_move (const char *program, int *argc_p, char **argv, char ***moved_p);

//  To be called before a router is connected to: what is shown to it. 0, or -1 after a complaint.
int
butler_access_show_client (butler_access_t *self, const char *program, butler_client_t *client);

//  The same to a worker's actor
int
butler_access_show_worker (butler_access_t *self, const char *program, zactor_t *worker);

void
butler_access_fini (butler_access_t *self);

#endif
