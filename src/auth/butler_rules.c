/*  butler_rules.c - what comes of a gate's policy: whom it lets in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_rules.h"
#include <ctype.h>

void
butler_rules_fini (butler_rules_t *self)
{
    butler_addresses_fini (&self->allow);
    butler_addresses_fini (&self->deny);
    butler_keyring_destroy (&self->keyring);
    butler_passwords_destroy (&self->passwords);
}

static int
s_read_users (butler_rules_t *self, const butler_gate_policy_t *policy, char **fault)
{
    if (policy->security == BUTLER_SECURITY_NULL)
        return 0;
    const bool curve = policy->security == BUTLER_SECURITY_CURVE;
    if (!(curve? policy->certificates: policy->passwords)) {
        *fault = zsys_sprintf (curve? "CURVE takes a folder with the certificates of those who may come in; name it"
                               : "PLAIN takes a file with users and passwords; name it");
        return -1;
    }
    if (curve)
        self->keyring = butler_keyring_new (policy->certificates, fault);
    else
        self->passwords = butler_passwords_new (policy->passwords, fault);
    return self->keyring || self->passwords? 0: -1;
}

int
butler_rules_init (butler_rules_t *self, const butler_gate_policy_t *policy, char **fault)
{
    *self = (butler_rules_t) { .security = policy->security };
    if (butler_addresses_init (&self->allow, policy->allow, policy->allow_count, fault) == 0
        && butler_addresses_init (&self->deny, policy->deny, policy->deny_count, fault) == 0
        && s_read_users (self, policy, fault) == 0)
        return 0;
    butler_rules_fini (self);
    return -1;
}

//  ---- who may come in

//  A peer at ipc has, instead of an address, its user, group and process: "localhost:1000:1000:4711"
static bool
s_is_ipc (butler_span_t address)
{
    size_t fields = 0, digits = 0;
    for (size_t at = address.size; at-- > 0 && fields < 3;) {
        if (isdigit (address.data [at]))
            digits++;
        else
        if (address.data [at] != ':' || digits == 0)
            return false;
        else {
            digits = 0;
            fields++;
        }
    }
    return fields == 3;
}

static int
s_parse_address (butler_span_t text, butler_address_t *address)
{
    char copy [64] = "";
    if (text.size >= sizeof copy || (text.size && memchr (text.data, 0, text.size)))
        return -1;
    if (text.size)
        memcpy (copy, text.data, text.size);
    return butler_address_parse_peer (address, copy);
}

static butler_reason_t
s_judge_address (const butler_rules_t *self, butler_span_t text)
{
    butler_address_t address;
    if (self->allow.count == 0 && self->deny.count == 0)
        return BUTLER_REFUSAL_NONE;
    const bool known = s_parse_address (text, &address) == 0;
    if (!known && s_is_ipc (text))
        return BUTLER_REFUSAL_NONE;
    if (!known || butler_addresses_have (&self->deny, &address))
        return BUTLER_REFUSAL_ADDRESS_DENIED;
    return self->allow.count == 0 || butler_addresses_have (&self->allow, &address)
        ? BUTLER_REFUSAL_NONE: BUTLER_REFUSAL_ADDRESS_NOT_ALLOWED;
}

static butler_reason_t
s_judge_key (const butler_rules_t *self, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE],
             butler_span_t *who)
{
    char name [BUTLER_USER_SIZE];
    if (request->credentials != 1 || request->credential [0].size != 32)
        return BUTLER_REFUSAL_CREDENTIALS;
    zmq_z85_encode (key, request->credential [0].data, 32);
    *who = butler_span_string (key);
    return butler_keyring_find (self->keyring, *who, name)? BUTLER_REFUSAL_KEY: BUTLER_REFUSAL_NONE;
}

static butler_reason_t
s_judge_password (const butler_rules_t *self, const butler_zap_request_t *request, butler_span_t *who)
{
    if (request->credentials != 2)
        return BUTLER_REFUSAL_CREDENTIALS;
    *who = request->credential [0];
    if (butler_passwords_match (self->passwords, *who, request->credential [1]))
        return BUTLER_REFUSAL_NONE;
    return butler_passwords_have (self->passwords, *who)? BUTLER_REFUSAL_PASSWORD: BUTLER_REFUSAL_USER;
}

//  Whom the peer says that he is, too
static butler_reason_t
s_judge_user (const butler_rules_t *self, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE],
              butler_span_t *who)
{
    static const char *const mechanisms [] = {
        [BUTLER_SECURITY_NULL] = "NULL", [BUTLER_SECURITY_PLAIN] = "PLAIN", [BUTLER_SECURITY_CURVE] = "CURVE"
    };
    if (!butler_span_equal (request->mechanism, butler_span_string (mechanisms [self->security])))
        return BUTLER_REFUSAL_MECHANISM;
    switch (self->security) {
        case BUTLER_SECURITY_CURVE:
            return s_judge_key (self, request, key, who);
        case BUTLER_SECURITY_PLAIN:
            return s_judge_password (self, request, who);
        case BUTLER_SECURITY_NULL:
            break;
    }
    *who = butler_span_string (BUTLER_ANONYMOUS);
    return BUTLER_REFUSAL_NONE;
}

butler_reason_t
butler_rules_judge (const butler_rules_t *self, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE],
                    butler_span_t *who)
{
    const butler_reason_t user = s_judge_user (self, request, key, who);
    const butler_reason_t address = s_judge_address (self, request->address);
    return address == BUTLER_REFUSAL_NONE? user: address;
}

int
butler_rules_user (const butler_rules_t *self, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    if (self->keyring)
        return butler_keyring_find (self->keyring, vouched, name);
    if (!(self->passwords? butler_passwords_have (self->passwords, vouched)
          : butler_span_equal (vouched, butler_span_string (BUTLER_ANONYMOUS))))
        return -1;
    memcpy (name, vouched.data, vouched.size);
    name [vouched.size] = 0;
    return 0;
}

bool
butler_rules_have (const butler_rules_t *self, const char *user)
{
    if (self->keyring)
        return butler_keyring_have (self->keyring, user);
    return self->passwords? butler_passwords_have (self->passwords, butler_span_string (user))
        : streq (user, BUTLER_ANONYMOUS);
}

size_t
butler_rules_count (const butler_rules_t *self)
{
    return self->keyring? butler_keyring_count (self->keyring)
        : self->passwords? butler_passwords_count (self->passwords): 0;
}

//  ---- files

int
butler_rules_look (const butler_rules_t *self)
{
    return self->keyring? butler_keyring_look (self->keyring)
        : self->passwords? butler_passwords_look (self->passwords): 0;
}

char *
butler_rules_skipped (const butler_rules_t *self)
{
    return self->keyring? butler_keyring_skipped (self->keyring)
        : self->passwords? butler_passwords_skipped (self->passwords): NULL;
}
