/*  butler_gate.h - an entrance: who may come in by one socket
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_GATE_H
#define BUTLER_GATE_H

#include "base/butler_span.h"
#include "base/butler_user_name.h"
#include "butler_security.h"

//  A gate answers ZAP requests (RFC 27) for the domain that it makes up. It stands while any socket with that
//  domain does: close those first, as libzmq lets all keys in where nobody answers. All gates of a process have one thread, which ends with the last gate.
//  While there is a gate, sockets of the process's own that use PLAIN, CURVE or another domain let nobody in.
typedef struct butler_gate butler_gate_t;

//  What a gate goes by; all is borrowed, for the call alone. What is not needed may be NULL and 0.
typedef struct {
    butler_security_t security;
    const char *certificates;       //  CURVE: the folder of those who may come in; a file's name is the user's
    const char *passwords;          //  PLAIN: a file of lines NAME=PASSWORD
    char *const *allow;             //  addresses ("10.0.0.0/8"): where there are any, nobody else comes in,
    char *const *deny;              //  and none of these. They do not concern ipc, which has no addresses.
    size_t allow_count;
    size_t deny_count;
} butler_gate_policy_t;

//  `bell` is an eventfd of the caller's that outlives the gate; -1: none. It is written to when the generation
//  has changed, when the first was turned away since butler_gate_refused () was last called, and when there
//  is something for butler_gate_skipped (). NULL: *fault is a fresh text of what is wrong and the remedy.
butler_gate_t *
butler_gate_new (const butler_gate_policy_t *policy, int bell, char **fault);

void
butler_gate_destroy (butler_gate_t **self_p);

//  For ZMQ_ZAP_DOMAIN: no other gate of the process has the same
const char *
butler_gate_domain (const butler_gate_t *self);

//  While it runs; its security stays as it is. Files are read anew. 0, or -1: nothing has changed, and
//  *fault is a fresh text.
int
butler_gate_set_policy (butler_gate_t *self, const butler_gate_policy_t *policy, char **fault);

//  Any thread may ask the rest. None of them waits for a file.

//  The user whom ZAP vouched for by this User-Id: 0, or -1, and name is untouched: he may come in no longer,
//  or the User-Id is none of this gate's
int
butler_gate_user (butler_gate_t *self, butler_span_t vouched, char name [BUTLER_USER_SIZE]);

//  Whether there is a user of this name, who may come in
bool
butler_gate_have (butler_gate_t *self, const char *user);

//  How many users there are, "anonymous" not counted
size_t
butler_gate_count (butler_gate_t *self);

//  Another number whenever who may come in has changed: within half a second for files (a folder of ten
//  thousand: within a second)
uint64_t
butler_gate_generation (const butler_gate_t *self);

//  Some who were turned away for the same reason, and the last of them
typedef struct {
    const char *reason;             //  "unknown key"; static
    uint64_t count;                 //  since it was last asked for
    char address [64];              //  "" where he has none; a longer one ends in "..."
    char who [64];                  //  user name or public key, as he gave it, of whatever bytes; "": none
} butler_gate_refusal_t;

//  One reason after another; false: nobody was turned away any more
bool
butler_gate_refused (butler_gate_t *self, butler_gate_refusal_t *refusal);

//  A file or folder that can't be used, and why, once for each time that this changes: a fresh text. NULL:
//  there is none.
char *
butler_gate_skipped (butler_gate_t *self);

#endif
