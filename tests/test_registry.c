/*  test_registry.c - whose turn it is among the workers of a service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_registry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>

typedef struct {
    butler_registry_t registry;
    butler_service_entry_t *service;
    butler_job_t job [40];
    size_t used;
} setting_t;

static int
s_setup (void **state)
{
    setting_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    butler_registry_init (&self->registry, 7);
    const butler_service_settings_t settings = { .queue = 10 };
    self->service = butler_registry_require_service (
        &self->registry, butler_span_string ("svc"), &settings);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    setting_t *self = *state;
    butler_registry_fini (&self->registry);
    free (self);
    return 0;
}

static butler_worker_entry_t *
s_worker (setting_t *self, const char *id, uint32_t capacity, uint32_t threads)
{
    butler_worker_entry_t *worker = butler_registry_add_worker (&self->registry, butler_span_string (id));
    worker->capacity = capacity;
    worker->threads = threads;
    butler_pace_init (&worker->pace, threads, capacity);
    butler_registry_join (worker, self->service);
    return worker;
}

//  The next job goes to whose turn it is; returns its name, or "nobody"
static const char *
s_give (setting_t *self)
{
    static char name [8];
    butler_worker_entry_t *worker = butler_registry_next (self->service);
    if (!worker)
        return "nobody";
    butler_registry_hold (worker, &self->job [self->used++]);
    snprintf (name, sizeof name, "%.*s", (int) worker->size, (const char *) worker->id);
    return name;
}

//  The job given as the nth, from 0
static void
s_done (setting_t *self, size_t index)
{
    butler_registry_release (self->job [index].at.worker, &self->job [index]);
}

static void
least_recently_used_goes_first (void **state)
{
    setting_t *self = *state;
    s_worker (self, "a", 1, 1);
    s_worker (self, "b", 1, 1);
    s_worker (self, "c", 1, 1);
    assert_string_equal (s_give (self), "a");
    assert_string_equal (s_give (self), "b");
    s_done (self, 1);
    s_done (self, 0);
    assert_string_equal (s_give (self), "c");
    assert_string_equal (s_give (self), "b");
    assert_string_equal (s_give (self), "a");
    assert_string_equal (s_give (self), "nobody");
}

static void
those_with_an_idle_thread_go_before_those_with_a_mere_place (void **state)
{
    setting_t *self = *state;
    s_worker (self, "a", 4, 1);
    s_worker (self, "b", 4, 2);
    static const char *turns [] = { "a", "b", "b", "a", "b", "a", "b", "a", "nobody" };
    for (size_t index = 0; index < 9; index++)
        assert_string_equal (s_give (self), turns [index]);
    s_done (self, 0);
    assert_string_equal (s_give (self), "a");
    for (size_t index = 1; index < 9; index++)
        s_done (self, index);
    assert_int_equal (self->service->idle.head->holds, 0);
    assert_null (self->service->busy.head);
}

static void
worker_is_given_no_more_than_its_capacity (void **state)
{
    setting_t *self = *state;
    butler_worker_entry_t *worker = s_worker (self, "a", 3, 3);
    for (int count = 0; count < 3; count++)
        assert_string_equal (s_give (self), "a");
    assert_string_equal (s_give (self), "nobody");
    assert_int_equal (worker->holds, 3);
    assert_ptr_equal (worker->held, &self->job [2]);
    s_done (self, 1);
    assert_int_equal (worker->holds, 2);
    assert_string_equal (s_give (self), "a");
}

static void
one_that_leaves_is_given_no_more_but_belongs_until_it_parts (void **state)
{
    setting_t *self = *state;
    butler_worker_entry_t *worker = s_worker (self, "a", 2, 2);
    s_give (self);
    butler_registry_leave (worker);
    butler_registry_leave (worker);
    assert_string_equal (s_give (self), "nobody");
    assert_int_equal (self->service->workers, 0);
    assert_int_equal (self->service->members, 1);
    s_done (self, 0);
    assert_string_equal (s_give (self), "nobody");
    butler_registry_part (worker);
    assert_int_equal (self->service->members, 0);
    assert_int_equal (self->service->workers, 0);
    assert_null (worker->service);
}

static void
clogged_one_is_passed_over_until_it_speaks (void **state)
{
    setting_t *self = *state;
    butler_worker_entry_t *worker = s_worker (self, "a", 2, 2);
    s_worker (self, "b", 1, 1);
    worker->clogged = true;
    butler_registry_place (worker);
    assert_string_equal (s_give (self), "b");
    assert_string_equal (s_give (self), "nobody");
    worker->clogged = false;
    butler_registry_place (worker);
    assert_string_equal (s_give (self), "a");
}

static void
refused_ones_are_few_and_the_oldest_goes_first (void **state)
{
    setting_t *self = *state;
    char id [16];
    for (int index = 0; index < 1500; index++) {
        snprintf (id, sizeof id, "w%d", index);
        butler_worker_entry_t *worker =
            butler_registry_add_worker (&self->registry, butler_span_string (id));
        butler_registry_refuse (&self->registry, worker);
        butler_worker_entry_t *oldest = butler_registry_surplus (&self->registry);
        assert_true ((oldest != NULL) == (index >= 1000));
        if (!oldest)
            continue;
        snprintf (id, sizeof id, "w%d", index - 1000);
        assert_true (butler_span_equal (butler_worker_entry_id (oldest), butler_span_string (id)));
        butler_registry_remove_worker (&self->registry, oldest);
    }
    assert_int_equal (self->registry.refused_count, 1000);
    assert_int_equal (HASH_COUNT (self->registry.workers), 1000);
    assert_string_equal (s_give (self), "nobody");
}

static void
workers_are_found_by_any_routing_id (void **state)
{
    setting_t *self = *state;
    uint8_t id [255] = { 0 };
    for (size_t size = 1; size <= 255; size++)
        butler_registry_add_worker (&self->registry, butler_span (id, size));
    for (size_t size = 1; size <= 255; size++) {
        butler_worker_entry_t *worker = butler_registry_worker (&self->registry, butler_span (id, size));
        assert_int_equal (worker->size, size);
        assert_int_equal (worker->serial, size);
    }
    id [3] = 1;
    assert_null (butler_registry_worker (&self->registry, butler_span (id, 5)));
}

static void
service_is_made_once_with_its_settings (void **state)
{
    setting_t *self = *state;
    const butler_service_settings_t other = { .queue = 99 };
    butler_service_entry_t *service = butler_registry_require_service (
        &self->registry, butler_span_string ("svc"), &other);
    assert_ptr_equal (service, self->service);
    assert_int_equal (service->settings.queue, 10);
    assert_null (butler_registry_service (&self->registry, butler_span_string ("sv")));
    assert_null (butler_registry_service (&self->registry, butler_span_string ("svc2")));
    butler_registry_remove_service (&self->registry, service);
    assert_null (butler_registry_service (&self->registry, butler_span_string ("svc")));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (least_recently_used_goes_first, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (those_with_an_idle_thread_go_before_those_with_a_mere_place,
                                         s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (worker_is_given_no_more_than_its_capacity, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (one_that_leaves_is_given_no_more_but_belongs_until_it_parts,
                                         s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (clogged_one_is_passed_over_until_it_speaks, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (refused_ones_are_few_and_the_oldest_goes_first,
                                         s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (workers_are_found_by_any_routing_id, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (service_is_made_once_with_its_settings, s_setup, s_teardown),
    };
    return cmocka_run_group_tests_name ("registry", tests, NULL, NULL);
}
