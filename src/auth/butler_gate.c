/*  butler_gate.c - an entrance: who may come in by one socket
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_gate.h"
#include <assert.h>
#include <czmq.h>
#include <pthread.h>
#include <unistd.h>
#include "butler_rules.h"
#include "butler_zap.h"

struct butler_gate {
    char domain [40];
    int bell;                       //  -1: none
    butler_zap_keeper_t keeper;
    uint64_t generation;            //  atomic
    pthread_mutex_t looking;        //  held through a look at files, and by who changes the rules; taken before:
    pthread_mutex_t lock;           //  of what follows
    butler_rules_t rules;
    butler_refusals_t refusals;
};

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

static size_t
s_judge (void *arg, const butler_zap_request_t *request, char user_id [BUTLER_USER_SIZE])
{
    butler_gate_t *self = arg;
    char key [BUTLER_KEY_SIZE];
    butler_span_t who = { .size = 0 };
    bool rings = false;
    pthread_mutex_lock (&self->lock);
    const butler_reason_t reason = butler_rules_judge (&self->rules, request, key, &who);
    if (reason != BUTLER_REFUSAL_NONE)
        rings = butler_refusals_add (&self->refusals, reason, request->address, who);
    pthread_mutex_unlock (&self->lock);
    if (rings)
        s_ring (self);
    if (reason != BUTLER_REFUSAL_NONE || who.size >= BUTLER_USER_SIZE)
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
    const int shown = butler_rules_look (&self->rules);
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
    butler_rules_t rules;
    if (butler_rules_init (&rules, policy, fault))
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
    butler_rules_fini (&self->rules);
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
    butler_rules_t rules;
    if (policy->security != self->rules.security) {
        *fault = zsys_sprintf ("the security of a socket stays as it is while it runs; restart");
        return -1;
    }
    if (butler_rules_init (&rules, policy, fault))
        return -1;
    pthread_mutex_lock (&self->looking);
    pthread_mutex_lock (&self->lock);
    butler_rules_t old = self->rules;
    self->rules = rules;
    pthread_mutex_unlock (&self->lock);
    pthread_mutex_unlock (&self->looking);
    butler_rules_fini (&old);
    s_change (self);
    return 0;
}

int
butler_gate_user (butler_gate_t *self, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    pthread_mutex_lock (&self->lock);
    const int rc = butler_rules_user (&self->rules, vouched, name);
    pthread_mutex_unlock (&self->lock);
    return rc;
}

bool
butler_gate_have (butler_gate_t *self, const char *user)
{
    pthread_mutex_lock (&self->lock);
    const bool found = butler_rules_have (&self->rules, user);
    pthread_mutex_unlock (&self->lock);
    return found;
}

size_t
butler_gate_count (butler_gate_t *self)
{
    pthread_mutex_lock (&self->lock);
    const size_t count = butler_rules_count (&self->rules);
    pthread_mutex_unlock (&self->lock);
    return count;
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
    char *text = butler_rules_skipped (&self->rules);
    pthread_mutex_unlock (&self->lock);
    return text;
}
