/*  test_jobs.c - requests found by token, and by client and api:id while they are open
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_jobs.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>

typedef struct {
    butler_jobs_t jobs;
    butler_client_entry_t *alice, *bob;
} table_t;

static int
s_setup (void **state)
{
    table_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    butler_jobs_init (&self->jobs, 99);
    self->alice = calloc (1, sizeof *self->alice);
    self->bob = calloc (1, sizeof *self->bob);
    assert_true (self->alice && self->bob);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    table_t *self = *state;
    butler_jobs_fini (&self->jobs);
    free (self->alice);
    free (self->bob);
    free (self);
    return 0;
}

static uint32_t
s_hash (const table_t *self, const butler_client_entry_t *client, const char *api_id)
{
    return butler_jobs_hash (&self->jobs, client->hash, butler_span_string (api_id));
}

static butler_job_t *
s_take (table_t *self, butler_client_entry_t *client, const char *api_id)
{
    butler_job_t *job = butler_jobs_take (
        &self->jobs, client, butler_span_string (api_id), s_hash (self, client, api_id));
    job->state = BUTLER_JOB_RUNNING;
    return job;
}

static bool
s_is_open (table_t *self, butler_client_entry_t *client, const char *api_id)
{
    return NULL != butler_jobs_find_open (
        &self->jobs, client, butler_span_string (api_id), s_hash (self, client, api_id));
}

static butler_job_t *
s_find (table_t *self, const uint8_t *token)
{
    return butler_jobs_find (&self->jobs, butler_span (token, BUTLER_TOKEN_SIZE));
}

static void
job_is_found_by_its_token (void **state)
{
    table_t *self = *state;
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    uint8_t token [BUTLER_TOKEN_SIZE];
    butler_jobs_token (job, token);
    assert_ptr_equal (s_find (self, token), job);
    assert_true (butler_span_equal (butler_job_api_id (job), butler_span_string ("1.0:1")));
}

static void
token_is_void_once_its_job_is_back (void **state)
{
    table_t *self = *state;
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    uint8_t old [BUTLER_TOKEN_SIZE], new [BUTLER_TOKEN_SIZE];
    butler_jobs_token (job, old);
    butler_jobs_put (&self->jobs, job);
    assert_null (s_find (self, old));
    butler_job_t *again = s_take (self, self->alice, "1.0:1");
    assert_ptr_equal (again, job);
    butler_jobs_token (again, new);
    assert_memory_not_equal (old, new, BUTLER_TOKEN_SIZE);
    assert_null (s_find (self, old));
    assert_ptr_equal (s_find (self, new), again);
}

static void
no_forged_token_finds_anything (void **state)
{
    table_t *self = *state;
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    uint8_t token [BUTLER_TOKEN_SIZE];
    butler_jobs_token (job, token);
    for (int byte = 0; byte < BUTLER_TOKEN_SIZE; byte++)
        for (int bit = 0; bit < 8; bit++) {
            uint8_t forged [BUTLER_TOKEN_SIZE];
            memcpy (forged, token, sizeof forged);
            forged [byte] = (uint8_t) (forged [byte] ^ 1 << bit);
            assert_null (s_find (self, forged));
        }
    for (size_t size = 0; size < BUTLER_TOKEN_SIZE; size++)
        assert_null (butler_jobs_find (&self->jobs, butler_span (token, size)));
    uint8_t longer [BUTLER_TOKEN_SIZE + 1] = { 0 };
    memcpy (longer, token, sizeof token);
    assert_null (butler_jobs_find (&self->jobs, butler_span (longer, sizeof longer)));
    assert_null (butler_jobs_find (&self->jobs, butler_span (NULL, 0)));
}

static void
open_means_by_this_client_until_closed (void **state)
{
    table_t *self = *state;
    assert_false (s_is_open (self, self->alice, "1.0:1"));
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    assert_true (s_is_open (self, self->alice, "1.0:1"));
    assert_false (s_is_open (self, self->alice, "1.0:2"));
    assert_false (s_is_open (self, self->bob, "1.0:1"));
    butler_job_t *other = s_take (self, self->bob, "1.0:1");
    butler_jobs_close (&self->jobs, job);
    assert_false (s_is_open (self, self->alice, "1.0:1"));
    assert_true (s_is_open (self, self->bob, "1.0:1"));
    assert_null (job->client);
    butler_jobs_close (&self->jobs, job);
    butler_jobs_put (&self->jobs, other);
    assert_false (s_is_open (self, self->bob, "1.0:1"));
}

static void
closed_job_keeps_its_token (void **state)
{
    table_t *self = *state;
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    uint8_t token [BUTLER_TOKEN_SIZE];
    butler_jobs_token (job, token);
    butler_jobs_close (&self->jobs, job);
    assert_ptr_equal (s_find (self, token), job);
    assert_true (butler_span_equal (butler_job_api_id (job), butler_span_string ("1.0:1")));
}

static void
ids_of_any_length_are_kept_whole (void **state)
{
    table_t *self = *state;
    char api_id [256];
    memset (api_id, 'x', sizeof api_id);
    butler_job_t *job [256] = { NULL };
    for (size_t size = 3; size <= 255; size++)
        job [size] = butler_jobs_take (&self->jobs, self->alice, butler_span (api_id, size), 7);
    assert_int_equal (self->jobs.pool.count, 253);
    for (size_t size = 3; size <= 255; size++) {
        assert_true (butler_span_equal (butler_job_api_id (job [size]), butler_span (api_id, size)));
        assert_true (NULL != butler_jobs_find_open (&self->jobs, self->alice, butler_span (api_id, size), 7));
        butler_jobs_put (&self->jobs, job [size]);
        assert_false (NULL != butler_jobs_find_open (&self->jobs, self->alice, butler_span (api_id, size), 7));
    }
    assert_int_equal (self->jobs.id_bytes, 0);
}

static void
thousands_stay_where_they_are_and_are_used_again (void **state)
{
    table_t *self = *state;
    enum { COUNT = 5000 };
    static butler_job_t *job [COUNT];
    for (int round = 0; round < 3; round++) {
        for (int index = 0; index < COUNT; index++) {
            char api_id [32];
            snprintf (api_id, sizeof api_id, "1.0:%d", index);
            job [index] = s_take (self, self->alice, api_id);
        }
        for (int index = 0; index < COUNT; index++) {
            uint8_t token [BUTLER_TOKEN_SIZE];
            butler_jobs_token (job [index], token);
            assert_ptr_equal (s_find (self, token), job [index]);
        }
        assert_int_equal (self->jobs.pool.count, COUNT);
        for (int index = 0; index < COUNT; index++)
            butler_jobs_put (&self->jobs, job [index]);
    }
    assert_int_equal (self->jobs.pool.count, 0);
    assert_int_equal (self->jobs.pool.slabs, COUNT / BUTLER_POOL_SLAB + 1);
}

static void
body_goes_with_its_job (void **state)
{
    table_t *self = *state;
    butler_job_t *job = s_take (self, self->alice, "1.0:1");
    job->block = malloc (100);          //  freed by put, or else a leak is found
    butler_jobs_put (&self->jobs, job);
    assert_null (job->block);
    s_take (self, self->alice, "1.0:2")->block = malloc (100);  //  and by fini
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (job_is_found_by_its_token, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (token_is_void_once_its_job_is_back, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (no_forged_token_finds_anything, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (open_means_by_this_client_until_closed, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (closed_job_keeps_its_token, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (ids_of_any_length_are_kept_whole, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (thousands_stay_where_they_are_and_are_used_again,
                                         s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (body_goes_with_its_job, s_setup, s_teardown),
    };
    return cmocka_run_group_tests_name ("jobs", tests, NULL, NULL);
}
