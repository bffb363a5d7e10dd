/*  butler_staff.c - the workers that a configuration has butlerd run
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_staff.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "butler_service.h"
#include "butler_worker.h"
#include "programs/butler_children.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"
#include "programs/butler_program.h"

//  One section
typedef struct {
    butler_service_t *service;
    butler_children_t **children;   //  one for each line that is run
    size_t lines;
    bool kill_expired;
    zactor_t *worker;
} member_t;

struct butler_staff {
    const char *program;
    butler_log_level_t level;       //  atomic
    size_t count;
    member_t member [];
};

size_t
butler_staff_count_own (const butler_config_t *config)
{
    size_t count = 0;
    for (size_t index = 0; index < config->workers; index++)
        count += config->worker [index].connect_count == 0;
    return count;
}

//  ---- what programs say

//  In a thread of the worker's
static void
s_hear (void *arg, const butler_request_t *request, const char *line, size_t size)
{
    butler_staff_t *self = arg;
    const butler_log_level_t level = __atomic_load_n (&self->level, __ATOMIC_RELAXED);
    const char *method = butler_request_method (request);
    char *text = strndup (line, size);
    assert (text);
    butler_log (level, BUTLER_LOG_INFO, "said", "service", butler_request_service (request),
                "method", *method? method: NULL, "request", butler_request_id (request), "text", text, NULL);
    free (text);
}

void
butler_staff_set_level (butler_staff_t *self, butler_log_level_t level)
{
    __atomic_store_n (&self->level, level, __ATOMIC_RELAXED);
    for (size_t index = 0; index < self->count && level == BUTLER_LOG_DEBUG; index++)
        butler_order (self->member [index].worker, self->program, "VERBOSE", NULL, NULL);
}

//  ---- beginning

static butler_children_t *
s_children (butler_staff_t *self, member_t *member, const char *line, int jobs)
{
    const char *const command [] = { "/bin/sh", "-c", line };
    butler_children_t *children = butler_children_new (command, 3, jobs);
    if (!children)
        return NULL;
    butler_children_set_worker (children, butler_service_worker (member->service));
    butler_children_set_heard (children, s_hear, self);
    member->children [member->lines++] = children;
    return children;
}

//  Several in one process are told apart by their numbers
static void
s_name (const butler_staff_t *self, member_t *member)
{
    char *process = butler_program_worker ();
    char *name = zsys_sprintf ("%s/%zu", process, (size_t) (member - self->member) + 1);
    butler_service_set_worker (member->service, name);      //  a host's name may be none of a worker
    zstr_free (&name);
    zstr_free (&process);
}

//  0, or -1 with errno; the configuration has checked names and signatures
static int
s_offer (butler_staff_t *self, member_t *member, const butler_config_worker_t *section)
{
    const int jobs = (int) section->jobs;
    member->kill_expired = section->kill_expired;
    member->service = butler_service_new (section->service);
    member->children = (butler_children_t **) zmalloc ((section->methods + 1) * sizeof *member->children);
    assert (member->service && member->children);
    s_name (self, member);
    butler_service_set_threads (member->service, jobs);
    butler_service_set_capacity (member->service, jobs);    //  what waits, waits at the router
    for (size_t index = 0; index < section->methods; index++) {
        const butler_config_method_t *method = &section->method [index];
        butler_children_t *children = s_children (self, member, method->run, jobs);
        if (!children)
            return -1;
        const butler_method_t row [] = {
            { method->signature, butler_children_answer_call, method->doc }, { NULL, NULL, NULL }
        };
        const int rc = butler_service_register_table (member->service, row, children);
        assert (rc == 0);
        (void) rc;
    }
    butler_children_t *children = section->run? s_children (self, member, section->run, jobs): NULL;
    if (section->run && !children)
        return -1;
    butler_service_set_direct (member->service, children? butler_children_answer_direct: NULL, children);
    return 0;
}

static bool
s_connect (const butler_staff_t *self, const member_t *member, const butler_config_worker_t *section)
{
    if (section->connect_count == 0)
        return butler_order (member->worker, self->program, "CONNECT", BUTLER_STAFF_BACKEND, NULL);
    if (section->key && !butler_order (member->worker, self->program, "CURVE", section->key, section->router_key))
        return false;
    for (size_t index = 0; index < section->connect_count; index++)
        if (!butler_order (member->worker, self->program, "CONNECT", section->connect [index], NULL))
            return false;
    return true;
}

static bool
s_start (butler_staff_t *self, member_t *member, const butler_config_worker_t *section)
{
    if (s_offer (self, member, section) == 0)
        member->worker = zactor_new (butler_worker, member->service);
    if (member->worker)
        return s_connect (self, member, section);
    butler_complain (self->program, "butler_worker in line %u: cannot start: %s", section->line, zmq_strerror (errno));
    return false;
}

butler_staff_t *
butler_staff_new (const butler_config_t *config, const char *program)
{
    butler_staff_t *self = (butler_staff_t *) zmalloc (sizeof *self + config->workers * sizeof (member_t));
    assert (self);
    self->program = program;
    self->level = BUTLER_LOG_INFO;
    for (size_t index = 0; index < config->workers; index++) {
        member_t *member = &self->member [self->count++];
        if (!s_start (self, member, &config->worker [index])) {
            butler_staff_destroy (&self);
            return NULL;
        }
    }
    return self;
}

//  ---- ending

static void
s_end (member_t *self)
{
    for (size_t index = 0; index < self->lines; index++)
        butler_children_kill (self->children [index]);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    for (size_t index = 0; index < self->lines; index++)
        butler_children_destroy (&self->children [index]);
    free (self->children);
}

void
butler_staff_destroy (butler_staff_t **self_p)
{
    butler_staff_t *self = *self_p;
    if (!self)
        return;
    for (size_t index = 0; index < self->count; index++)
        s_end (&self->member [index]);
    free (self);
    *self_p = NULL;
}

int
butler_staff_kill_expired (butler_staff_t *self, bool all)
{
    int next = -1;
    for (size_t index = 0; index < self->count; index++) {
        const member_t *member = &self->member [index];
        for (size_t line = 0; line < member->lines && (all || member->kill_expired); line++) {
            const int due = butler_children_kill_expired (member->children [line]);
            if (next == -1 || due < next)
                next = due;
        }
    }
    return next;
}

void
butler_staff_leave (butler_staff_t *self)
{
    for (size_t index = 0; index < self->count; index++)
        zstr_send (self->member [index].worker, "DRAIN");
}

zactor_t *
butler_staff_worker (const butler_staff_t *self, size_t index)
{
    return index < self->count? self->member [index].worker: NULL;
}
