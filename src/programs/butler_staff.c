/*  butler_staff.c - the workers that a configuration has butlerd run
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_staff.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "butler_service.h"
#include "butler_worker.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"
#include "programs/butler_pool.h"

//  One section
typedef struct {
    butler_service_t *service;
    butler_pool_t **pool;           //  one for each line that is run
    size_t pools;
    zactor_t *worker;
} member_t;

struct butler_staff {
    const char *program;
    size_t count;
    member_t member [];
};

static butler_pool_t *
s_pool (member_t *self, const char *line, int jobs)
{
    const char *const command [] = { "/bin/sh", "-c", line };
    butler_pool_t *pool = butler_pool_new (command, 3, jobs);
    if (pool)
        self->pool [self->pools++] = pool;
    return pool;
}

//  0, or -1 with errno; the configuration has checked names and signatures
static int
s_offer (member_t *self, const butler_config_worker_t *section)
{
    const int jobs = (int) section->jobs;
    self->service = butler_service_new (section->service);
    self->pool = (butler_pool_t **) zmalloc ((section->methods + 1) * sizeof *self->pool);
    assert (self->service && self->pool);
    butler_service_set_threads (self->service, jobs);
    butler_service_set_capacity (self->service, jobs);      //  what waits, waits at the router
    for (size_t index = 0; index < section->methods; index++) {
        const butler_config_method_t *method = &section->method [index];
        butler_pool_t *pool = s_pool (self, method->run, jobs);
        if (!pool)
            return -1;
        const butler_method_t row [] = {
            { method->signature, butler_pool_answer_call, method->doc }, { NULL, NULL, NULL }
        };
        const int rc = butler_service_register_table (self->service, row, pool);
        assert (rc == 0);
        (void) rc;
    }
    butler_pool_t *pool = section->run? s_pool (self, section->run, jobs): NULL;
    if (section->run && !pool)
        return -1;
    butler_service_set_direct (self->service, pool? butler_pool_answer_direct: NULL, pool);
    return 0;
}

static bool
s_connect (const butler_staff_t *self, const member_t *member, const butler_config_worker_t *section,
           const char *backend)
{
    if (section->connect_count == 0)
        return butler_order (member->worker, self->program, "CONNECT", backend, NULL);
    for (size_t index = 0; index < section->connect_count; index++)
        if (!butler_order (member->worker, self->program, "CONNECT", section->connect [index], NULL))
            return false;
    return true;
}

static bool
s_start (const butler_staff_t *self, member_t *member, const butler_config_worker_t *section,
         const char *backend, bool verbose)
{
    if (s_offer (member, section) == 0)
        member->worker = zactor_new (butler_worker, member->service);
    if (!member->worker) {
        butler_complain (self->program, "butler_worker in line %u: cannot start: %s", section->line, zmq_strerror (errno));
        return false;
    }
    if (verbose && !butler_order (member->worker, self->program, "VERBOSE", NULL, NULL))
        return false;
    return s_connect (self, member, section, backend);
}

butler_staff_t *
butler_staff_new (const butler_config_t *config, const char *backend, const char *program, bool verbose)
{
    butler_staff_t *self = (butler_staff_t *) zmalloc (sizeof *self + config->workers * sizeof (member_t));
    assert (self);
    self->program = program;
    for (size_t index = 0; index < config->workers; index++) {
        member_t *member = &self->member [self->count++];
        if (!s_start (self, member, &config->worker [index], backend, verbose)) {
            butler_staff_destroy (&self);
            return NULL;
        }
    }
    return self;
}

static void
s_end (member_t *self)
{
    for (size_t index = 0; index < self->pools; index++)
        butler_pool_kill (self->pool [index]);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    for (size_t index = 0; index < self->pools; index++)
        butler_pool_destroy (&self->pool [index]);
    free (self->pool);
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
butler_staff_kill_expired (butler_staff_t *self)
{
    int next = -1;
    for (size_t index = 0; index < self->count; index++) {
        const member_t *member = &self->member [index];
        for (size_t pool = 0; pool < member->pools; pool++) {
            const int due = butler_pool_kill_expired (member->pool [pool]);
            if (next == -1 || due < next)
                next = due;
        }
    }
    return next;
}
