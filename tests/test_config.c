/*  test_config.c - what a configuration says, and how a wrong one is refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <czmq.h>
#include "base/butler_log.h"
#include "config/butler_config.h"
#include "config/butler_keys.h"

//  Each test has a folder of its own, and a configuration in it
typedef struct {
    char folder [32];
    char file [48];
    butler_config_t *config;
} test_t;

static int
s_setup (void **state)
{
    test_t *test = (test_t *) calloc (1, sizeof *test);
    strcpy (test->folder, "/tmp/butler-config-XXXXXX");
    assert_non_null (mkdtemp (test->folder));
    snprintf (test->file, sizeof test->file, "%s/butler.cfg", test->folder);
    test->config = butler_config_new ();
    *state = test;
    return 0;
}

static int
s_teardown (void **state)
{
    test_t *test = *state;
    unlink (test->file);
    rmdir (test->folder);
    butler_config_destroy (&test->config);
    free (test);
    return 0;
}

static void
s_write (test_t *test, const char *text, size_t size)
{
    FILE *file = fopen (test->file, "w");
    assert_non_null (file);
    assert_int_equal (fwrite (text, 1, size, file), size);
    fclose (file);
}

static void
s_load (test_t *test, const char *text)
{
    s_write (test, text, strlen (text));
    if (butler_config_load (test->config, test->file) == -1)
        fail_msg ("%s", butler_config_error (test->config));
}

//  The text is refused, in that line (0: none), and the error has these words
static void
s_refused (test_t *test, const char *text, unsigned line, const char *words)
{
    s_write (test, text, strlen (text));
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    const char *error = butler_config_error (test->config);
    char *where = line? zsys_sprintf ("%s:%u: ", test->file, line): zsys_sprintf ("%s: ", test->file);
    if (strncmp (error, where, strlen (where)) || !strstr (error, words))
        fail_msg ("%s\nis to begin '%s' and have '%s'", error, where, words);
    free (where);
}

static const butler_service_settings_t *
s_service (const test_t *test, const char *name)
{
    return butler_settings_service (&test->config->settings, name, strlen (name));
}

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
    s_load (test, text);
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
    s_load (test,
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
    s_load (test, "service\n    api.images\n        retry = 3\n        queue = 1\n    queue = 9\n"
                  "    api/slash\n        ttl = 5\n");
    assert_int_equal (s_service (test, "api.images")->retry, 3);
    assert_true (s_service (test, "api.images")->retry_set);
    assert_int_equal (s_service (test, "api.images")->queue, 1);
    assert_int_equal (s_service (test, "api.images")->ttl, 3600000);
    assert_int_equal (s_service (test, "api/slash")->ttl, 5);
    assert_int_equal (s_service (test, "api/slash")->queue, 9);
    assert_false (s_service (test, "api/slash")->retry_set);
    assert_int_equal (s_service (test, "other")->queue, 9);
    assert_int_equal (test->config->settings.override_count, 2);
}

static void
service_may_be_called_as_a_key_is (void **state)
{
    test_t *test = *state;
    s_load (test, "service\n    queue = 9\n    queue\n        queue = 1\n    retry\n        retry = 2\n");
    assert_int_equal (s_service (test, "queue")->queue, 1);
    assert_int_equal (s_service (test, "retry")->retry, 2);
    assert_int_equal (s_service (test, "retry")->queue, 9);
    assert_false (test->config->settings.service.retry_set);
}

static void
retry_zero_is_not_the_same_as_none (void **state)
{
    test_t *test = *state;
    s_load (test, "service\n    api.images\n        retry = 0\n");
    assert_true (s_service (test, "api.images")->retry_set);
    assert_false (s_service (test, "other")->retry_set);
    s_load (test, "service\n    retry = 0\n    api.images\n        queue = 1\n");
    assert_true (s_service (test, "api.images")->retry_set);
}

static void
sections_may_be_empty_or_come_again (void **state)
{
    test_t *test = *state;
    s_load (test, "router\nservice\n    api.images\nfrontend\nservice\n    queue = 3\n"
                  "service\n    api.images\n        queue = 4\n    api.images\n        retry = 1\n");
    assert_int_equal (s_service (test, "api.images")->queue, 4);
    assert_int_equal (s_service (test, "api.images")->retry, 1);
    assert_int_equal (s_service (test, "other")->queue, 3);
}

static void
load_begins_from_the_defaults (void **state)
{
    test_t *test = *state;
    s_load (test, "router\n    liveness = 9\nfrontend\n    bind = ipc://a\nservice\n    x\n        retry = 1\n");
    s_load (test, "router\n    heartbeat = 77\n");
    assert_int_equal (test->config->settings.liveness, 3);
    assert_int_equal (test->config->settings.heartbeat, 77);
    assert_int_equal (test->config->frontend_count, 0);
    assert_int_equal (test->config->settings.override_count, 0);
}

//  ---- what is refused

static void
bad_file_changes_nothing (void **state)
{
    test_t *test = *state;
    s_load (test, "router\n    liveness = 9\nservice\n    x\n        retry = 1\n");
    s_refused (test, "router\n    liveness = 5\n    heartbeat = 0\n", 3, "router/heartbeat");
    assert_int_equal (test->config->settings.liveness, 9);
    assert_int_equal (s_service (test, "x")->retry, 1);
    s_load (test, "router\n    liveness = 5\n");
    assert_null (butler_config_error (test->config));
}

static void
unknown_keys_and_sections_are_named_with_those_that_are_known (void **state)
{
    test_t *test = *state;
    s_refused (test, "router\n    heartbeat = 100\n\n    livenes = 3\n", 4,
               "router/livenes: there is no such key; router has heartbeat, liveness, requests, bytes");
    s_refused (test, "routr\n    liveness = 3\n", 1,
               "routr: there is no such section; there are server, log, frontend, backend, router,"
               " service, client, worker, butler_router, butler_worker");
    s_refused (test, "liveness = 3\n", 1, "no such section");
    s_refused (test, "router\n    liveness = 3\n        deeper = 1\n", 3, "no such key");
    s_refused (test, "router\n    section\n        deeper = 1\n", 2, "router/section: there is no such key");
    s_refused (test, "service\n    api.images\n        bind = 1\n", 3, "service has ttl, unknown, queue");
    s_refused (test, "service\n    api.images = 1\n", 2, "service has ttl");
    s_refused (test, "service\n    api\n        images\n            retry = x\n", 4, "'x' is no integer");
    s_refused (test, "log\n    format = x\n", 2, "log has level, to");
    s_refused (test, "butler_worker\n    methods = x\n", 2, "butler_worker has service, connect, jobs, kill_expired, run, method");
    s_refused (test, "butler_worker\n    method = x\n        rum = x\n", 3, "butler_worker/method has run, doc");
    s_refused (test, "butler_router\n    jump = x\n", 2, "butler_router has echo, bind, unbind, set, verbose");
}

static const struct { const char *section, *line, *words; } s_bad_values [] = {
    { "router", "liveness = 0", "router/liveness: '0' is out of range, 1 to 100" },
    { "router", "liveness = 101", "'101' is out of range, 1 to 100" },
    { "router", "liveness = -3", "'-3' is out of range" },
    { "router", "liveness = three", "'three' is no integer; it takes 1 to 100" },
    { "router", "liveness = 3.5", "no integer" },
    { "router", "liveness = 0x3", "no integer" },
    { "router", "liveness = +3", "no integer" },
    { "router", "liveness = -", "no integer" },
    { "router", "liveness = 3 4", "no integer" },
    { "router", "liveness =", "'' is no integer" },
    { "router", "liveness", "router/liveness: has no value; write NAME = VALUE" },
    { "router", "heartbeat = 9", "'9' is out of range, 10 to 3600000 ms" },
    { "router", "heartbeat = 1s", "no integer; it takes 10 to 3600000 ms" },
    { "router", "bytes = 99999999999999999999999999", "out of range" },
    { "router", "bytes = 1099511627777", "out of range, 0 to 1099511627776 bytes" },
    { "router", "requests = 0", "out of range" },
    { "server", "drain = -1", "out of range" },
    { "server", "io_threads = 0", "out of range" },
    { "server", "io_threads = 65", "out of range" },
    { "server", "workdir = ''", "a text of 0 bytes" },
    { "log", "level = loud", "'loud' is none of: error, warning, info, debug" },
    { "log", "level = Info", "'Info' is none of" },
    { "log", "level = ", "'' is none of" },
    { "log", "to = ''", "a text of 0 bytes; it takes 1 to 1023" },
    { "butler_router", "echo", "has no value" },
    { "butler_router", "bind = frontend", "it takes frontend or backend, and an endpoint" },
    { "butler_router", "bind = sideways tcp://*:5555", "it takes frontend or backend" },
    { "butler_router", "bind = frontend tcp://*", "names no host or port" },
    { "butler_router", "unbind = frontend tcp://*:5555", "binds no such endpoint above" },
    { "butler_router", "set = router/heartbeat", "it takes a key's path and its value" },
    { "butler_router", "set = router/heartbeat 9", "butler_router/set: router/heartbeat: '9' is out of range" },
    { "butler_router", "set = router/heart 9", "there is no such key; router has heartbeat" },
    { "butler_router", "set = server/workdir /", "is read when butlerd starts" },
    { "butler_router", "verbose = loud", "it takes 1" },
    { "butler_worker", "service = ''", "a text of 0 bytes; it takes 1 to 250" },
    { "butler_worker", "connect = tcp://*:5556", "is nowhere to connect to" },
    { "butler_worker", "connect = 5556", "is no endpoint" },
    { "butler_worker", "jobs = 0", "out of range, 1 to 1024" },
    { "butler_worker", "jobs = all", "no integer" },
    { "butler_worker", "run =", "a text of 0 bytes" },
    { "butler_worker", "method = length (text: strng)", "no type 'strng'" },
    { "butler_worker", "method = timeout", "reserved" },
    { "butler_worker", "method = butler.describe", "reserved" },
    { "butler_worker", "method", "has no value" },
    { "backend", "relay = yes", "'yes' is neither 0 nor 1" },
    { "backend", "relay = 2", "neither 0 nor 1" },
    { "service", "unknown = drop", "'drop' is none of: reject, queue" },
    { "service", "unknown = reject, queue", "none of" },
    { "service", "retry = 1001", "out of range, 0 to 1000" },
    { "service", "ttl = x", "no integer" },
    { "service", "queue = -1", "out of range" },
    { "service", "queue_bytes = -1", "out of range" },
    { "client", "limit = 0", "out of range" },
    { "client", "max_deadline = 0", "out of range" },
    { "worker", "capacity = 0", "out of range" },
    { "worker", "properties = 1", "out of range" },
};

static void
bad_values_are_told_with_what_is_right (void **state)
{
    test_t *test = *state;
    for (size_t index = 0; index < sizeof s_bad_values / sizeof *s_bad_values; index++) {
        char *text = zsys_sprintf ("# comment\n%s\n    %s\n", s_bad_values [index].section, s_bad_values [index].line);
        s_refused (test, text, 3, s_bad_values [index].words);
        free (text);
    }
}

//  Each key takes no value of another kind, and none next to its range
static void
every_number_is_refused_beside_its_range (void **state)
{
    test_t *test = *state;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        if (key->type != BUTLER_KEY_INTEGER || key->owner > BUTLER_KEY_OF_SERVICE)
            continue;
        const int size = (int) strcspn (key->path, "/");
        const int64_t beside [] = { key->least - 1, key->most + 1 };
        for (int index = 0; index < 3; index++) {
            char *text = index < 2
                ? zsys_sprintf ("%.*s\n    %s = %lld\n", size, key->path, key->path + size + 1, (long long) beside [index])
                : zsys_sprintf ("%.*s\n    %s = many\n", size, key->path, key->path + size + 1);
            char *words = zsys_sprintf ("%lld to %lld", (long long) key->least, (long long) key->most);
            s_refused (test, text, 2, words);
            s_refused (test, text, 2, key->path);
            free (words);
            free (text);
        }
    }
}

static void
bad_endpoints_are_refused (void **state)
{
    test_t *test = *state;
    static const char *const bad [] = {
        "tcp://*", "tcp://:5555", "tcp://127.0.0.1:", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:http",
        "tcp://127.0.0.1:-1", "tcp://", "udp://127.0.0.1:5555", "5555", "127.0.0.1:5555", "ipc://", "inproc://",
        "", "'tcp://127.0.0.1:5555 tcp://127.0.0.1:5556'", "http://localhost:80",
    };
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        char *text = zsys_sprintf ("frontend\n    bind = %s\n", bad [index]);
        s_refused (test, text, 2, "frontend/bind: '");
        free (text);
    }
    char path [400] = "backend\n    bind = ipc://";
    memset (path + strlen (path), 'x', 108);
    s_refused (test, path, 2, "107 bytes");
    memset (path + strlen (path), 'x', 200);
    s_refused (test, path, 2, "255 bytes");
}

static void
key_that_stands_twice_is_refused_with_both_lines (void **state)
{
    test_t *test = *state;
    s_refused (test, "router\n    liveness = 3\n    liveness = 4\n", 3,
               "router/liveness: stands in line 2 already");
    s_refused (test, "router\n    liveness = 3\nlog\nrouter\n    liveness = 3\n", 5, "line 2");
    s_refused (test, "service\n    x\n        retry = 3\n    x\n        retry = 3\n", 5, "line 3");
    s_load (test, "service\n    retry = 1\n    x\n        retry = 3\n    y\n        retry = 3\n");
}

static void
section_with_a_value_is_refused (void **state)
{
    test_t *test = *state;
    s_refused (test, "router = 3\n", 1, "router: is a section");
    s_refused (test, "frontend = tcp://*:5555\n", 1, "frontend: is a section");
}

static void
reserved_and_overlong_service_names_are_refused (void **state)
{
    test_t *test = *state;
    s_refused (test, "service\n    butler.router\n        retry = 1\n", 3, "reserved");
    s_refused (test, "service\n    mmi.x\n        retry = 1\n", 3, "reserved");
    for (int size = 250; size <= 251; size++) {
        char *text = zsys_sprintf ("service\n    %0*d\n        retry = 1\n", size, 0);
        if (size == 250)
            s_load (test, text);
        else
            s_refused (test, text, 3, "1 to 250 bytes");
        free (text);
    }
}

static void
lists_have_limits (void **state)
{
    test_t *test = *state;
    char text [1000] = "frontend\n";
    for (int count = 1; count <= 17; count++) {
        strcat (text, "    bind = tcp://127.0.0.1:*\n");
        if (count <= 16)
            s_load (test, text);
        else
            s_refused (test, text, 18, "more than 16 endpoints");
        if (count <= 16)
            assert_int_equal (test->config->frontend_count, count);
    }
    zchunk_t *many = zchunk_new ("service\n", 8);
    for (int count = 0; count <= 4096; count++) {
        char *line = zsys_sprintf ("    s%d\n        queue = 1\n", count);
        zchunk_extend (many, line, strlen (line));
        free (line);
    }
    zchunk_extend (many, "", 1);
    s_refused (test, (char *) zchunk_data (many), 4096 * 2 + 3, "more than 4096 services");
    zchunk_destroy (&many);
}

static void
bad_syntax_is_refused (void **state)
{
    test_t *test = *state;
    s_refused (test, "router\n  liveness = 3\n", 2, "4 spaces");
    s_refused (test, "router\n\tliveness = 3\n", 2, "tab");
    s_refused (test, "router\n    liveness: 3\n", 2, "NAME = VALUE");
    s_refused (test, "router\n    liveness = '3\n", 2, "quote");
    s_refused (test, "[router]\nliveness = 3\n", 1, "no such section");
    s_write (test, "router\0\n", 8);
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    assert_non_null (strstr (butler_config_error (test->config), "NUL"));
}

static void
file_that_cannot_be_read_is_refused (void **state)
{
    test_t *test = *state;
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    assert_non_null (strstr (butler_config_error (test->config), "butler.cfg: No such file"));
    assert_int_equal (butler_config_load (test->config, test->folder), -1);
    assert_non_null (strstr (butler_config_error (test->config), "is a folder"));
    assert_int_equal (butler_config_load (test->config, "/dev/zero"), -1);
    assert_non_null (strstr (butler_config_error (test->config), "no regular file"));
    assert_int_equal (butler_config_load (test->config, ""), -1);
    zchunk_t *large = zchunk_new (NULL, 0);
    zchunk_extend (large, "#", 1);
    for (size_t size = 1; size < 1048577; size *= 2) {
        char *twice = zsys_sprintf ("%.*s", (int) zchunk_size (large), (char *) zchunk_data (large));
        zchunk_extend (large, twice, strlen (twice));
        free (twice);
    }
    s_write (test, (char *) zchunk_data (large), zchunk_size (large));
    zchunk_destroy (&large);
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    assert_non_null (strstr (butler_config_error (test->config), "1 MiB"));
}

//  ---- script and workers

static void
script_has_the_effect_of_its_commands (void **state)
{
    test_t *test = *state;
    s_load (test, "frontend\n    bind = ipc://one\nlog\n    level = error\n"
                  "butler_router\n    echo = hello, world\n    bind = frontend ipc://two\n    bind = backend  ipc://three\n"
                  "    unbind = frontend ipc://one\n    set = router/heartbeat 500\n    set = service/x/retry 2\n"
                  "    set = router/heartbeat 600\n    echo = again\n    verbose = 1\n");
    const butler_config_t *config = test->config;
    assert_int_equal (config->frontend_count, 1);
    assert_string_equal (config->frontend [0], "ipc://two");
    assert_string_equal (config->backend [0], "ipc://three");
    assert_int_equal (config->settings.heartbeat, 600);
    assert_int_equal (s_service (test, "x")->retry, 2);
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
    s_load (test, s_workers);
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
worker_sections_that_lack_something_are_refused (void **state)
{
    test_t *test = *state;
    s_refused (test, "router\nbutler_worker\n    run = cat\n", 2, "butler_worker: names no service");
    s_refused (test, "butler_worker\n", 1, "names no service");
    s_refused (test, "butler_worker\n    service = x\n", 1, "has nothing to run");
    s_refused (test, "butler_worker\n    service = x\n    method = y\n", 1, "a method with nothing to run");
    s_refused (test, "butler_worker\n    service = mmi.x\n    run = cat\n", 1, "reserved");
    s_refused (test, "butler_worker = x\n", 1, "is a section");
    s_refused (test, "butler_worker\n    service = x\n    jobs = 1\n    jobs = 2\n", 4, "line 3");
    s_refused (test, "butler_worker\n    service = x\n    method = a\n        run = x\n    method = a (b: any)\n", 5, "'a'");
    s_refused (test, "butler_worker\n    service = x\n    method = a\n        run = x\n        run = x\n", 5, "line 4");
    s_refused (test, "butler_worker\n    service = x\n    method\n        run = x\n", 4, "could belong to");
}

static void
what_only_a_restart_can_change_is_kept (void **state)
{
    test_t *test = *state;
    s_load (test, s_workers);
    butler_config_t *next = butler_config_new ();
    assert_int_equal (butler_config_load (next, test->file), 0);
    assert_null (butler_config_keep (next, test->config));
    butler_config_destroy (&next);
    next = butler_config_new ();
    s_write (test, "server\n    io_threads = 2\n    workdir = /\n    drain = 1\n", 56);
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
    assert_int_equal (s_service (test, "api.images")->retry, 3);
    assert_int_equal (butler_config_set (test->config, "service/unknown", "queue"), 0);
    assert_true (s_service (test, "api.images")->unknown_queue);
    assert_int_equal (s_service (test, "api.images")->retry, 3);
    assert_int_equal (butler_config_set (test->config, "service/retry", "1"), 0);
    assert_int_equal (s_service (test, "api.images")->retry, 3);
    assert_int_equal (s_service (test, "other")->retry, 1);
    assert_int_equal (butler_config_set (test->config, "service/retry", "2"), 0);
    assert_int_equal (s_service (test, "other")->retry, 2);
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
#define TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
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
        TEST (bad_file_changes_nothing),
        TEST (unknown_keys_and_sections_are_named_with_those_that_are_known),
        TEST (bad_values_are_told_with_what_is_right),
        TEST (every_number_is_refused_beside_its_range),
        TEST (bad_endpoints_are_refused),
        TEST (key_that_stands_twice_is_refused_with_both_lines),
        TEST (section_with_a_value_is_refused),
        TEST (reserved_and_overlong_service_names_are_refused),
        TEST (lists_have_limits),
        TEST (bad_syntax_is_refused),
        TEST (file_that_cannot_be_read_is_refused),
        TEST (script_has_the_effect_of_its_commands),
        TEST (worker_sections_are_read),
        TEST (worker_sections_that_lack_something_are_refused),
        TEST (what_only_a_restart_can_change_is_kept),
        TEST (set_changes_one_setting),
        TEST (set_refuses_what_is_wrong),
    };
    return cmocka_run_group_tests_name ("config", tests, NULL, NULL);
}
