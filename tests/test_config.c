/*  test_config.c - what a configuration says
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "config_fixture.h"
#include "base/butler_log.h"
#include "config/butler_keys.h"

//  ---- defaults

//  What the broker obeys is what it takes where nothing is configured
static void
s_assert_defaults (const butler_config_t *config)
{
    butler_config_t built_in = { .drain = config->drain, .io_threads = config->io_threads,
                                 .log_level = config->log_level };
    butler_settings_init (&built_in.settings);
    assert_int_equal (config->settings.override_count, 0);
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        const char *ours = (const char *) config, *theirs = (const char *) &built_in;
        if (key->owner == BUTLER_KEY_OF_SERVICE) {
            ours = (const char *) &config->settings.service;
            theirs = (const char *) &built_in.settings.service;
        }
        if (key->owner <= BUTLER_KEY_OF_SERVICE && key->type < BUTLER_KEY_STRING)
            assert_memory_equal (ours + key->offset, theirs + key->offset, key->size);
    }
}

static void
defaults_are_those_of_the_broker (void **state)
{
    test_t *test = *state;
    s_assert_defaults (test->config);
    assert_int_equal (test->config->frontend_count, 0);
    assert_int_equal (test->config->backend_count, 0);
    assert_int_equal (test->config->drain, 5000);
    assert_int_equal (test->config->io_threads, 1);
    assert_int_equal (test->config->log_level, BUTLER_LOG_INFO);
    assert_string_equal (test->config->workdir, ".");
    assert_null (butler_config_error (test->config));
}

static void
example_names_every_key_at_its_default (void **state)
{
    test_t *test = *state;
    const char *source = getenv ("BUTLER_SOURCE");
    char *path = zsys_sprintf ("%s/examples/butler.cfg", source? source: ".");
    if (butler_config_load (test->config, path) == -1)
        fail_msg ("%s", butler_config_error (test->config));
    free (path);
    assert_string_equal (test->config->frontend [0], "tcp://127.0.0.1:5555");
    assert_string_equal (test->config->backend [0], "tcp://127.0.0.1:5556");
    s_assert_defaults (test->config);
    assert_int_equal (test->config->drain, 5000);
    assert_int_equal (test->config->io_threads, 1);
    assert_string_equal (test->config->workdir, ".");
    assert_string_equal (test->config->log_to, "stderr");
}

//  With the comments taken from what stands there as a comment
static void
defaults_as_text_name_every_key (void **state)
{
    test_t *test = *state;
    char *text = butler_keys_defaults ();
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        const char *name = strrchr (key->path, '/') + 1;
        char *line = zsys_sprintf ("   %s = %s", name, key->fallback? key->fallback: key->sample);
        if (!strstr (text, line))
            fail_msg ("the defaults have no '%s'", line);
        free (line);
    }
    for (char *hash = strstr (text, "\nserver\n"); (hash = strstr (hash, "\n#")); hash++)
        if (hash [2] != ' ')
            memmove (hash + 1, hash + 2, strlen (hash + 1));
        else
        if (hash [5] < 'A' || hash [5] > 'Z')
            hash [1] = ' ';
    load_config (test, text);
    assert_true (test->config->settings.service.retry_set);
    assert_int_equal (test->config->settings.heartbeat, 500);
    assert_int_equal (test->config->echoes, 1);
    assert_int_equal (test->config->workers, 1);
    assert_string_equal (test->config->worker [0].method [0].doc, "Counts characters");
    free (text);
}

static void
every_key_has_a_doc_and_a_default_it_takes (void **state)
{
    (void) state;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        int64_t number;
        assert_true (key->doc && *key->doc);
        assert_ptr_equal (butler_keys_find (key->path), key);
        if (key->fallback)
            assert_null (butler_key_parse (key, key->fallback, &number));
        else
            assert_non_null (key->sample);
        assert_true (key - butler_keys < 64);       //  a bit for each, in an override
    }
}

//  ---- what a file says

static void
every_kind_of_value_is_taken (void **state)
{
    test_t *test = *state;
    load_config (test,
        "server\n    drain = 0\n    workdir = '/tmp'\n    io_threads = 64\n"
        "log\n    level = debug\n"
        "frontend\n    bind = tcp://*:5555\n    bind = ipc://front\n    bind = tcp://[::1]:*\n"
        "backend\n    bind = inproc://back   # comment\n    relay = 1\n"
        "router\n    heartbeat = 10\n    liveness = 100\n    bytes = 1099511627776\n"
        "service\n    unknown = queue\n    queue = 5\n"
        "client\n    limit = 7\n    max_deadline = 60000\n"
        "worker\n    capacity = 8\n    properties = 100\n");
    const butler_config_t *config = test->config;
    assert_int_equal (config->drain, 0);
    assert_string_equal (config->workdir, "/tmp");
    assert_int_equal (config->io_threads, 64);
    assert_int_equal (config->log_level, BUTLER_LOG_DEBUG);
    assert_int_equal (config->frontend_count, 3);
    assert_string_equal (config->frontend [1], "ipc://front");
    assert_int_equal (config->backend_count, 1);
    assert_string_equal (config->backend [0], "inproc://back");
    assert_true (config->settings.relay);
    assert_int_equal (config->settings.heartbeat, 10);
    assert_int_equal (config->settings.liveness, 100);
    assert_int_equal (config->settings.bytes, INT64_C (1) << 40);
    assert_int_equal (config->settings.requests, 100000);
    assert_true (config->settings.service.unknown_queue);
    assert_int_equal (config->settings.service.queue, 5);
    assert_int_equal (config->settings.client_limit, 7);
    assert_int_equal (config->settings.max_deadline, 60000);
    assert_int_equal (config->settings.worker_capacity, 8);
    assert_int_equal (config->settings.worker_properties, 100);
}

static void
service_has_its_own_settings_and_else_the_defaults (void **state)
{
    test_t *test = *state;
    load_config (test, "service\n    api.images\n        retry = 3\n        queue = 1\n    queue = 9\n"
                  "    api/slash\n        ttl = 5\n");
    assert_int_equal (service_of (test, "api.images")->retry, 3);
    assert_true (service_of (test, "api.images")->retry_set);
    assert_int_equal (service_of (test, "api.images")->queue, 1);
    assert_int_equal (service_of (test, "api.images")->ttl, 3600000);
    assert_int_equal (service_of (test, "api/slash")->ttl, 5);
    assert_int_equal (service_of (test, "api/slash")->queue, 9);
    assert_false (service_of (test, "api/slash")->retry_set);
    assert_int_equal (service_of (test, "other")->queue, 9);
    assert_int_equal (test->config->settings.override_count, 2);
}

static void
service_may_be_called_as_a_key_is (void **state)
{
    test_t *test = *state;
    load_config (test, "service\n    queue = 9\n    queue\n        queue = 1\n    retry\n        retry = 2\n");
    assert_int_equal (service_of (test, "queue")->queue, 1);
    assert_int_equal (service_of (test, "retry")->retry, 2);
    assert_int_equal (service_of (test, "retry")->queue, 9);
    assert_false (test->config->settings.service.retry_set);
}

static void
retry_zero_is_not_the_same_as_none (void **state)
{
    test_t *test = *state;
    load_config (test, "service\n    api.images\n        retry = 0\n");
    assert_true (service_of (test, "api.images")->retry_set);
    assert_false (service_of (test, "other")->retry_set);
    load_config (test, "service\n    retry = 0\n    api.images\n        queue = 1\n");
    assert_true (service_of (test, "api.images")->retry_set);
}

static void
sections_may_be_empty_or_come_again (void **state)
{
    test_t *test = *state;
    load_config (test, "router\nservice\n    api.images\nfrontend\nservice\n    queue = 3\n"
                  "service\n    api.images\n        queue = 4\n    api.images\n        retry = 1\n");
    assert_int_equal (service_of (test, "api.images")->queue, 4);
    assert_int_equal (service_of (test, "api.images")->retry, 1);
    assert_int_equal (service_of (test, "other")->queue, 3);
}

static void
load_begins_from_the_defaults (void **state)
{
    test_t *test = *state;
    load_config (test, "router\n    liveness = 9\nfrontend\n    bind = ipc://a\nservice\n    x\n        retry = 1\n");
    load_config (test, "router\n    heartbeat = 77\n");
    assert_int_equal (test->config->settings.liveness, 3);
    assert_int_equal (test->config->settings.heartbeat, 77);
    assert_int_equal (test->config->frontend_count, 0);
    assert_int_equal (test->config->settings.override_count, 0);
}

//  ---- script and workers

static void
script_has_the_effect_of_its_commands (void **state)
{
    test_t *test = *state;
    load_config (test, "frontend\n    bind = ipc://one\nlog\n    level = error\n"
                  "butler_router\n    echo = hello, world\n    bind = frontend ipc://two\n    bind = backend  ipc://three\n"
                  "    unbind = frontend ipc://one\n    set = router/heartbeat 500\n    set = service/x/retry 2\n"
                  "    set = router/heartbeat 600\n    echo = again\n    set = log/level warning\n    verbose\n");
    const butler_config_t *config = test->config;
    assert_int_equal (config->frontend_count, 1);
    assert_string_equal (config->frontend [0], "ipc://two");
    assert_string_equal (config->backend [0], "ipc://three");
    assert_int_equal (config->settings.heartbeat, 600);
    assert_int_equal (service_of (test, "x")->retry, 2);
    assert_int_equal (config->echoes, 2);
    assert_string_equal (config->echo [0], "hello, world");
    assert_int_equal (config->log_level, BUTLER_LOG_DEBUG);
}

static const char s_workers [] =
    "butler_worker\n    service = api.text\n    jobs = 4\n    run = wc -w\n"
    "butler_worker\n    service = api.text\n    connect = tcp://127.0.0.1:5556\n    connect = ipc://back\n"
    "    method = upper (text: string)\n        run = tr a-z A-Z\n        doc = Makes it loud\n"
    "    method = lower\n        run = tr A-Z a-z\n";

static void
worker_sections_are_read (void **state)
{
    test_t *test = *state;
    load_config (test, s_workers);
    assert_int_equal (test->config->workers, 2);
    const butler_config_worker_t *one = &test->config->worker [0], *two = &test->config->worker [1];
    assert_string_equal (one->service, "api.text");
    assert_int_equal (one->jobs, 4);
    assert_string_equal (one->run, "wc -w");
    assert_int_equal (one->connect_count + one->methods, 0);
    assert_int_equal (two->jobs, 1);
    assert_null (two->run);
    assert_int_equal (two->line, 5);
    assert_int_equal (two->connect_count, 2);
    assert_string_equal (two->connect [1], "ipc://back");
    assert_int_equal (two->methods, 2);
    assert_string_equal (two->method [0].signature, "upper (text: string)");
    assert_string_equal (two->method [0].doc, "Makes it loud");
    assert_string_equal (two->method [1].run, "tr A-Z a-z");
    assert_null (two->method [1].doc);
}

static void
what_only_a_restart_can_change_is_kept (void **state)
{
    test_t *test = *state;
    load_config (test, s_workers);
    butler_config_t *next = butler_config_new ();
    assert_int_equal (butler_config_load (next, test->file), 0);
    assert_null (butler_config_keep (next, test->config));
    butler_config_destroy (&next);
    next = butler_config_new ();
    write_config (test, "server\n    io_threads = 2\n    workdir = /\n    drain = 1\n", 56);
    assert_int_equal (butler_config_load (next, test->file), 0);
    char *kept = butler_config_keep (next, test->config);
    assert_string_equal (kept, "server/io_threads, server/workdir, butler_worker");
    free (kept);
    assert_int_equal (next->io_threads, 1);
    assert_string_equal (next->workdir, ".");
    assert_int_equal (next->drain, 1);
    assert_int_equal (next->workers, 2);
    assert_int_equal (test->config->workers, 0);
    butler_config_destroy (&next);
}

//  ---- one setting at a time

static void
set_changes_one_setting (void **state)
{
    test_t *test = *state;
    assert_int_equal (butler_config_set (test->config, "router/heartbeat", "50"), 0);
    assert_int_equal (test->config->settings.heartbeat, 50);
    assert_int_equal (butler_config_set (test->config, "service/api.images/retry", "3"), 0);
    assert_int_equal (service_of (test, "api.images")->retry, 3);
    assert_int_equal (butler_config_set (test->config, "service/unknown", "queue"), 0);
    assert_true (service_of (test, "api.images")->unknown_queue);
    assert_int_equal (service_of (test, "api.images")->retry, 3);
    assert_int_equal (butler_config_set (test->config, "service/retry", "1"), 0);
    assert_int_equal (service_of (test, "api.images")->retry, 3);
    assert_int_equal (service_of (test, "other")->retry, 1);
    assert_int_equal (butler_config_set (test->config, "service/retry", "2"), 0);
    assert_int_equal (service_of (test, "other")->retry, 2);
}

static void
set_refuses_what_is_wrong (void **state)
{
    test_t *test = *state;
    static const struct { const char *path, *value, *words; } bad [] = {
        { "router/heartbeat", "0", "router/heartbeat: '0' is out of range, 10 to 3600000 ms" },
        { "router/nothing", "0", "router/nothing: there is no such key" },
        { "nothing", "0", "no such section" },
        { "", "", "no such section" },
        { "/", "", "no such section" },
        { "service", "1", "service has" },
        { "service/", "1", "service has" },
        { "service//retry", "1", "1 to 250" },
        { "service/x/", "1", "service has" },
        { "service/x/retry", "x", "service/x/retry: 'x' is no integer" },
        { "service/butler.router/retry", "1", "reserved" },
        { "frontend/bind", "tcp://*:5555", "BIND" },
        { "backend/bind", "tcp://*:5555", "BIND" },
        { "server/io_threads", "2", "butlerd starts" },
        { "server/workdir", "/", "butlerd starts" },
        { "log/to", "syslog", "SIGHUP" },
        { "butler_router/echo", "x", "file alone" },
        { "butler_worker/jobs", "2", "file alone" },
        { "butler_worker/key", "x", "file alone" },
        { "frontend/security", "null", "is settled when the first endpoint is bound" },
        { "backend/handover", "1", "first endpoint" },
        { "auth/certificate", "x", "first endpoint" },
        { "auth/certificates", "x", "first endpoint" },
        { "auth/passwords", "x", "first endpoint" },
        { "auth/allow", "::1", "file alone" },
        { "auth/admin", "alice", "file alone" },
        { "permission/alice/call", "*", "permission/alice/call: stands in a configuration file alone" },
        { "permission/alice/jump", "*", "there is no such key; permission/alice has call, serve, deny_call, deny_serve" },
        { "permission/alice", "*", "belongs to a user" },
        { "permission/", "*", "belongs to a user" },
        { "permission//", "*", "no such key" },
        { "permission", "*", "permission: belongs to a user" },
    };
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        assert_int_equal (butler_config_set (test->config, bad [index].path, bad [index].value), -1);
        const char *error = butler_config_error (test->config);
        if (!strstr (error, bad [index].words))
            fail_msg ("'%s' is to have '%s'", error, bad [index].words);
    }
    assert_int_equal (test->config->settings.heartbeat, 1000);
    assert_int_equal (test->config->settings.override_count, 0);
    assert_int_equal (test->config->frontend_count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (defaults_are_those_of_the_broker),
        TEST (example_names_every_key_at_its_default),
        TEST (defaults_as_text_name_every_key),
        TEST (every_key_has_a_doc_and_a_default_it_takes),
        TEST (every_kind_of_value_is_taken),
        TEST (service_has_its_own_settings_and_else_the_defaults),
        TEST (service_may_be_called_as_a_key_is),
        TEST (retry_zero_is_not_the_same_as_none),
        TEST (sections_may_be_empty_or_come_again),
        TEST (load_begins_from_the_defaults),
        TEST (script_has_the_effect_of_its_commands),
        TEST (worker_sections_are_read),
        TEST (what_only_a_restart_can_change_is_kept),
        TEST (set_changes_one_setting),
        TEST (set_refuses_what_is_wrong),
    };
    return cmocka_run_group_tests_name ("config", tests, NULL, NULL);
}
