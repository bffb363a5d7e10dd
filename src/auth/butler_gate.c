/*  butler_gate.c - an entrance: who may come in by one socket
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_gate.h"
#include <assert.h>
#include <ctype.h>
#include <pthread.h>
#include <unistd.h>
#include "butler_addresses.h"
#include "butler_certificate.h"
#include "butler_keyring.h"
#include "butler_passwords.h"
#include "butler_refusals.h"
#include "butler_zap.h"

//  What comes of a policy
typedef struct {
    butler_security_t security;
    butler_addresses_t allow, deny;
    butler_keyring_t *keyring;      //  CURVE
    butler_passwords_t *passwords;  //  PLAIN
} rules_t;

struct butler_gate {
    char domain [40];
    int bell;                       //  -1: none
    butler_zap_keeper_t keeper;
    uint64_t generation;            //  atomic
    pthread_mutex_t looking;        //  held through a look at files, and by who changes the rules; taken before:
    pthread_mutex_t lock;           //  of what follows
    rules_t rules;
    butler_refusals_t refusals;
};

//  ---- rules

static void
s_rules_fini (rules_t *self)
{
    butler_addresses_fini (&self->allow);
    butler_addresses_fini (&self->deny);
    butler_keyring_destroy (&self->keyring);
    butler_passwords_destroy (&self->passwords);
}

static int
s_read_users (rules_t *self, const butler_gate_policy_t *policy, char **fault)
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

static int
s_rules_init (rules_t *self, const butler_gate_policy_t *policy, char **fault)
{
    *self = (rules_t) { .security = policy->security };
    if (butler_addresses_init (&self->allow, policy->allow, policy->allow_count, fault) == 0
        && butler_addresses_init (&self->deny, policy->deny, policy->deny_count, fault) == 0
        && s_read_users (self, policy, fault) == 0)
        return 0;
    s_rules_fini (self);
    return -1;
}

//  ---- the bell

static void
s_ring (const butler_gate_t *self)
{
    const uint64_t once = 1;
    if (self->bell != -1 && write (self->bell, &once, sizeof once) == -1)
        return;                     //  so full that it is heard
}

static void
s_change (butler_gate_t *self)
{
    __atomic_add_fetch (&self->generation, 1, __ATOMIC_RELEASE);
    s_ring (self);
}

//  ---- the handler's thread

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

//  BUTLER_REFUSALS: nothing speaks against it
static butler_reason_t
s_judge_address (const rules_t *rules, butler_span_t text)
{
    butler_address_t address;
    if (rules->allow.count == 0 && rules->deny.count == 0)
        return BUTLER_REFUSALS;
    const bool known = s_parse_address (text, &address) == 0;
    if (!known && s_is_ipc (text))
        return BUTLER_REFUSALS;
    if (!known || butler_addresses_have (&rules->deny, &address))
        return BUTLER_REFUSAL_ADDRESS_DENIED;
    return rules->allow.count == 0 || butler_addresses_have (&rules->allow, &address)
        ? BUTLER_REFUSALS: BUTLER_REFUSAL_ADDRESS_NOT_ALLOWED;
}

static butler_reason_t
s_judge_key (const rules_t *rules, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE], butler_span_t *who)
{
    char name [BUTLER_USER_SIZE];
    if (request->credentials != 1 || request->credential [0].size != 32)
        return BUTLER_REFUSAL_CREDENTIALS;
    zmq_z85_encode (key, request->credential [0].data, 32);
    *who = butler_span_string (key);
    return butler_keyring_find (rules->keyring, *who, name)? BUTLER_REFUSAL_KEY: BUTLER_REFUSALS;
}

static butler_reason_t
s_judge_password (const rules_t *rules, const butler_zap_request_t *request, butler_span_t *who)
{
    if (request->credentials != 2)
        return BUTLER_REFUSAL_CREDENTIALS;
    *who = request->credential [0];
    if (butler_passwords_match (rules->passwords, *who, request->credential [1]))
        return BUTLER_REFUSALS;
    return butler_passwords_have (rules->passwords, *who)? BUTLER_REFUSAL_PASSWORD: BUTLER_REFUSAL_USER;
}

//  Whom the peer says that he is, too
static butler_reason_t
s_judge_user (const rules_t *rules, const butler_zap_request_t *request, char key [BUTLER_KEY_SIZE],
              butler_span_t *who)
{
    static const char *const mechanisms [] = {
        [BUTLER_SECURITY_NULL] = "NULL", [BUTLER_SECURITY_PLAIN] = "PLAIN", [BUTLER_SECURITY_CURVE] = "CURVE"
    };
    if (!butler_span_equal (request->mechanism, butler_span_string (mechanisms [rules->security])))
        return BUTLER_REFUSAL_MECHANISM;
    switch (rules->security) {
        case BUTLER_SECURITY_CURVE:
            return s_judge_key (rules, request, key, who);
        case BUTLER_SECURITY_PLAIN:
            return s_judge_password (rules, request, who);
        case BUTLER_SECURITY_NULL:
            break;
    }
    *who = butler_span_string (BUTLER_ANONYMOUS);
    return BUTLER_REFUSALS;
}

static size_t
s_judge (void *arg, const butler_zap_request_t *request, char user_id [BUTLER_USER_SIZE])
{
    butler_gate_t *self = arg;
    char key [BUTLER_KEY_SIZE];
    butler_span_t who = { .size = 0 };
    bool rings = false;
    pthread_mutex_lock (&self->lock);
    const butler_reason_t user = s_judge_user (&self->rules, request, key, &who);
    const butler_reason_t address = s_judge_address (&self->rules, request->address);
    const butler_reason_t reason = address == BUTLER_REFUSALS? user: address;
    if (reason != BUTLER_REFUSALS)
        rings = butler_refusals_add (&self->refusals, reason, request->address, who);
    pthread_mutex_unlock (&self->lock);
    if (rings)
        s_ring (self);
    if (reason != BUTLER_REFUSALS || who.size >= BUTLER_USER_SIZE)
        return 0;
    memcpy (user_id, who.data, who.size);
    return who.size;
}

//  Without the lock: who asks does not wait for files
static void
s_look (void *arg)
{
    butler_gate_t *self = arg;
    pthread_mutex_lock (&self->looking);
    int shown = self->rules.keyring? butler_keyring_look (self->rules.keyring): 0;
    shown |= self->rules.passwords? butler_passwords_look (self->rules.passwords): 0;
    pthread_mutex_unlock (&self->looking);
    if (shown & BUTLER_LOOK_CHANGED)
        s_change (self);
    else
    if (shown)
        s_ring (self);
}

//  ---- the gate

butler_gate_t *
butler_gate_new (const butler_gate_policy_t *policy, int bell, char **fault)
{
    static uint64_t number;
    rules_t rules;
    if (s_rules_init (&rules, policy, fault))
        return NULL;
    butler_gate_t *self = calloc (1, sizeof *self);
    assert (self);
    self->rules = rules;
    self->bell = bell;
    snprintf (self->domain, sizeof self->domain, "butler-%llu",
              (unsigned long long) __atomic_add_fetch (&number, 1, __ATOMIC_RELAXED));
    pthread_mutex_init (&self->looking, NULL);
    pthread_mutex_init (&self->lock, NULL);
    self->keeper = (butler_zap_keeper_t) { .domain = self->domain, .arg = self, .judge = s_judge, .look = s_look };
    if (butler_zap_start (&self->keeper, fault)) {
        self->keeper.domain = NULL;
        butler_gate_destroy (&self);
    }
    return self;
}

void
butler_gate_destroy (butler_gate_t **self_p)
{
    butler_gate_t *self = *self_p;
    if (!self)
        return;
    if (self->keeper.domain)
        butler_zap_stop (&self->keeper);
    s_rules_fini (&self->rules);
    pthread_mutex_destroy (&self->looking);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

const char *
butler_gate_domain (const butler_gate_t *self)
{
    return self->domain;
}

int
butler_gate_set_policy (butler_gate_t *self, const butler_gate_policy_t *policy, char **fault)
{
    rules_t rules;
    if (policy->security != self->rules.security) {
        *fault = zsys_sprintf ("the security of a socket stays as it is while it runs; restart");
        return -1;
    }
    if (s_rules_init (&rules, policy, fault))
        return -1;
    pthread_mutex_lock (&self->looking);
    pthread_mutex_lock (&self->lock);
    rules_t old = self->rules;
    self->rules = rules;
    pthread_mutex_unlock (&self->lock);
    pthread_mutex_unlock (&self->looking);
    s_rules_fini (&old);
    s_change (self);
    return 0;
}

int
butler_gate_user (butler_gate_t *self, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    int rc = -1;
    pthread_mutex_lock (&self->lock);
    const rules_t *rules = &self->rules;
    if (rules->keyring)
        rc = butler_keyring_find (rules->keyring, vouched, name);
    else
    if (rules->passwords? butler_passwords_have (rules->passwords, vouched)
        : butler_span_equal (vouched, butler_span_string (BUTLER_ANONYMOUS))) {
        memcpy (name, vouched.data, vouched.size);
        name [vouched.size] = 0;
        rc = 0;
    }
    pthread_mutex_unlock (&self->lock);
    return rc;
}

bool
butler_gate_have (butler_gate_t *self, const char *user)
{
    pthread_mutex_lock (&self->lock);
    const rules_t *rules = &self->rules;
    const bool found = rules->keyring? butler_keyring_have (rules->keyring, user)
        : rules->passwords? butler_passwords_have (rules->passwords, butler_span_string (user))
        : streq (user, BUTLER_ANONYMOUS);
    pthread_mutex_unlock (&self->lock);
    return found;
}

uint64_t
butler_gate_generation (const butler_gate_t *self)
{
    return __atomic_load_n (&self->generation, __ATOMIC_ACQUIRE);
}

bool
butler_gate_refused (butler_gate_t *self, butler_gate_refusal_t *refusal)
{
    pthread_mutex_lock (&self->lock);
    const bool found = butler_refusals_take (&self->refusals, refusal);
    pthread_mutex_unlock (&self->lock);
    return found;
}

char *
butler_gate_skipped (butler_gate_t *self)
{
    pthread_mutex_lock (&self->lock);
    char *text = self->rules.keyring? butler_keyring_skipped (self->rules.keyring)
        : self->rules.passwords? butler_passwords_skipped (self->rules.passwords): NULL;
    pthread_mutex_unlock (&self->lock);
    return text;
}
