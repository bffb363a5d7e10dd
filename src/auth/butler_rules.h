/*  butler_rules.h - what comes of a gate's policy: whom it lets in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_RULES_H
#define BUTLER_RULES_H

#include "butler_addresses.h"
#include "butler_certificate.h"
#include "butler_gate.h"
#include "butler_keyring.h"
#include "butler_passwords.h"
#include "butler_refusals.h"
#include "butler_zap_message.h"

typedef struct {
    butler_security_t security;
    butler_addresses_t allow, deny;
    butler_keyring_t *keyring;      //  CURVE
    butler_passwords_t *passwords;  //  PLAIN
} butler_rules_t;

//  Reads the files that the policy names. 0, or -1, and *fault is a fresh text of what is wrong and the remedy.
int
butler_rules_init (butler_rules_t *self, const butler_gate_policy_t *policy, char **fault);

void
butler_rules_fini (butler_rules_t *self);

//  Why who asks may not come in, or BUTLER_REFUSAL_NONE; and whom he says that he is: his User-Id, if he may.
//  That lies in the request, in `key`, or is static.
butler_reason_t
butler_rules_judge (const butler_rules_t *self, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE],
                    butler_span_t *who);

//  The user of this User-Id: 0, or -1, and name is untouched: there is no such user now
int
butler_rules_user (const butler_rules_t *self, butler_span_t vouched, char name [BUTLER_USER_SIZE]);

//  Whether there is a user of this name now
bool
butler_rules_have (const butler_rules_t *self, const char *user);

//  How many users there are now, "anonymous" not counted
size_t
butler_rules_count (const butler_rules_t *self);

//  Looks whether the files have changed: BUTLER_LOOK_... bits. It may take its time, and the others may be
//  asked meanwhile, from other threads.
int
butler_rules_look (const butler_rules_t *self);

//  A file that can't be used, and why, once: a fresh text; or NULL
char *
butler_rules_skipped (const butler_rules_t *self);

#endif
