/*  test_settings.c - the broker's defaults, and what holds for one service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_settings.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>

static void
defaults_are_those_of_the_documentation (void **state)
{
    (void) state;
    butler_settings_t settings;
    butler_settings_init (&settings);
    assert_int_equal (settings.heartbeat, 1000);
    assert_int_equal (settings.liveness, 3);
    assert_int_equal (settings.requests, 100000);
    assert_int_equal (settings.bytes, 268435456);
    assert_int_equal (settings.unread, 268435456);
    assert_int_equal (settings.message, 67108864);
    assert_int_equal (settings.services, 20000);
    assert_int_equal (settings.workers, 100000);
    assert_int_equal (settings.client_limit, 1000);
    assert_int_equal (settings.max_deadline, 3600000);
    assert_int_equal (settings.worker_capacity, 1024);
    assert_int_equal (settings.worker_properties, 16384);
    assert_int_equal (settings.worker_heartbeat, 60000);
    assert_false (settings.relay);
    assert_int_equal (settings.service.ttl, 3600000);
    assert_false (settings.service.unknown_queue);
    assert_int_equal (settings.service.queue, 10000);
    assert_int_equal (settings.service.queue_bytes, 67108864);
    assert_int_equal (settings.service.retry, 0);
    assert_false (settings.service.retry_set);
}

static void
service_has_its_own_settings_or_the_common_ones (void **state)
{
    (void) state;
    char images [] = "api.images", sound [] = "api.sound";
    butler_service_override_t overrides [] = {
        { images, { .queue = 1 } },
        { sound, { .queue = 2 } },
    };
    butler_settings_t settings;
    butler_settings_init (&settings);
    settings.overrides = overrides;
    settings.override_count = 2;
    static const struct {
        const char *name;
        int64_t queue;
    } rows [] = {
        { "api.images", 1 }, { "api.sound", 2 }, { "api.image", 10000 }, { "api.imagess", 10000 },
        { "API.images", 10000 }, { "", 10000 },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++)
        assert_int_equal (butler_settings_service (
            &settings, rows [index].name, strlen (rows [index].name))->queue, rows [index].queue);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (defaults_are_those_of_the_documentation),
        cmocka_unit_test (service_has_its_own_settings_or_the_common_ones),
    };
    return cmocka_run_group_tests_name ("settings", tests, NULL, NULL);
}
