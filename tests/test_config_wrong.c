/*  test_config_wrong.c - how a wrong configuration is refused: file, line, key and what is right
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "config_fixture.h"
#include "config/butler_keys.h"

static void
bad_file_changes_nothing (void **state)
{
    test_t *test = *state;
    load_config (test, "router\n    liveness = 9\nservice\n    x\n        retry = 1\n");
    assert_refused (test, "router\n    liveness = 5\n    heartbeat = 0\n", 3, "router/heartbeat");
    assert_int_equal (test->config->settings.liveness, 9);
    assert_int_equal (service_of (test, "x")->retry, 1);
    load_config (test, "router\n    liveness = 5\n");
    assert_null (butler_config_error (test->config));
}

static void
unknown_keys_and_sections_are_named_with_those_that_are_known (void **state)
{
    test_t *test = *state;
    assert_refused (test, "router\n    heartbeat = 100\n\n    livenes = 3\n", 4,
               "router/livenes: there is no such key; router has heartbeat, liveness, requests, bytes");
    assert_refused (test, "routr\n    liveness = 3\n", 1,
               "routr: there is no such section; there are server, log, frontend, backend, auth,"
               " router, service, client, worker, permission, butler_router, butler_worker");
    assert_refused (test, "liveness = 3\n", 1, "no such section");
    assert_refused (test, "router\n    liveness = 3\n        deeper = 1\n", 3, "no such key");
    assert_refused (test, "router\n    section\n        deeper = 1\n", 2, "router/section: there is no such key");
    assert_refused (test, "service\n    api.images\n        bind = 1\n", 3, "service has ttl, unknown, queue");
    assert_refused (test, "service\n    api.images = 1\n", 2, "service has ttl");
    assert_refused (test, "service\n    api\n        images\n            retry = x\n", 4, "'x' is no integer");
    assert_refused (test, "log\n    format = x\n", 2, "log has level, to");
    assert_refused (test, "butler_worker\n    methods = x\n", 2, "butler_worker has service, connect, key, router_key, jobs, kill_expired, run, method");
    assert_refused (test, "butler_worker\n    method = x\n        rum = x\n", 3, "butler_worker/method has run, doc");
    assert_refused (test, "butler_router\n    jump = x\n", 2, "butler_router has echo, bind, unbind, set, verbose");
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
    { "frontend", "security = curves", "'curves' is none of: auto, null, plain, curve" },
    { "backend", "security = NULL", "'NULL' is none of" },
    { "backend", "handover = yes", "'yes' is neither 0 nor 1" },
    { "auth", "certificate = ''", "a text of 0 bytes; it takes 1 to 1023" },
    { "auth", "allow = localhost", "auth/allow: 'localhost' is no address; it takes one like 10.0.0.0/8" },
    { "auth", "deny = 10.0.0.0/33", "auth/deny: '10.0.0.0/33' has no right number of bits" },
    { "auth", "deny = fe80::1%eth0", "is no address" },
    { "auth", "admin = a/b", "auth/admin: 'a/b' is no user's name; it takes 1 to 255 bytes" },
    { "auth", "user = alice", "auth has certificate, certificates, passwords, allow, deny, admin" },
    { "butler_router", "set = frontend/security null", "is settled when the first endpoint is bound" },
    { "butler_router", "set = auth/deny ::1", "stands in a configuration file alone" },
    { "butler_worker", "key = ''", "a text of 0 bytes" },
    { "butler_router", "echo", "butler_router/echo: it takes a text" },
    { "butler_router", "bind", "it takes frontend or backend, and an endpoint" },
    { "butler_router", "bind = frontend", "it takes frontend or backend, and an endpoint" },
    { "butler_router", "bind = sideways tcp://*:5555", "it takes frontend or backend" },
    { "butler_router", "bind = frontend tcp://*", "names no host or port" },
    { "butler_router", "unbind = frontend tcp://*:5555", "binds no such endpoint above" },
    { "butler_router", "set = router/heartbeat", "it takes a key's path and its value" },
    { "butler_router", "set = router/heartbeat 9", "butler_router/set: router/heartbeat: '9' is out of range" },
    { "butler_router", "set = router/heart 9", "there is no such key; router has heartbeat" },
    { "butler_router", "set = server/workdir /", "is read when butlerd starts" },
    { "butler_router", "verbose = loud", "it takes no value, or 1" },
    { "butler_worker", "service = ''", "a text of 0 bytes; it takes 1 to 250" },
    { "butler_worker", "service = mmi.x", "butler_worker/service: no service has such a name; it takes printable UTF-8" },
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
        assert_refused (test, text, 3, s_bad_values [index].words);
        free (text);
    }
}

//  ---- each key, with each kind of wrong value

static int
s_depth (const butler_key_t *key)
{
    return key->owner >= BUTLER_KEY_OF_METHOD? 2: 1;
}

//  The key's own line, and what stands behind its name; fresh
static char *
s_line (const butler_key_t *key, const char *after)
{
    return zsys_sprintf ("%*s%s%s%s\n", 4 * s_depth (key), "", strrchr (key->path, '/') + 1, *after? " ": "", after);
}

//  A file with that line in its section, and more below it; fresh
static char *
s_file (const butler_key_t *key, const char *line, const char *more)
{
    const char *parent = key->owner == BUTLER_KEY_OF_METHOD? "    method = m\n"
        : key->owner == BUTLER_KEY_OF_GRANT? "    NAME\n": "";
    return zsys_sprintf ("%.*s\n%s%s%s", (int) strcspn (key->path, "/"), key->path, parent, line, more);
}

//  What stands behind the key is refused: one line that has all of file, line, key and the remedy
static void
s_refuse (test_t *test, const butler_key_t *key, const char *after, const char *remedy)
{
    char *line = s_line (key, after), *text = s_file (key, line, "");
    write_config (test, text, strlen (text));
    if (butler_config_load (test->config, test->file) == 0)
        fail_msg ("%s\nwas taken", text);
    const char *error = butler_config_error (test->config);
    char *where = zsys_sprintf ("%s:%d: %s: ", test->file, 1 + s_depth (key), key->path);
    if (strncmp (error, where, strlen (where)) || !strstr (error + strlen (where), remedy) || strchr (error, '\n'))
        fail_msg ("%s\nis to begin '%s', to have '%s', and to be one line", error, where, remedy);
    free (where);
    free (text);
    free (line);
}

static void
s_refuse_numbers (test_t *test, const butler_key_t *key)
{
    static const char *const wrong [] = {
        "= many", "= 1.5", "= 0x10", "= +1", "= 1 2", "= 1k", "= -", "=", "= ''", "= 99999999999999999999999"
    };
    char *range = zsys_sprintf ("%lld to %lld%s%s", (long long) key->least, (long long) key->most,
                                key->unit? " ": "", key->unit? key->unit: "");
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++)
        s_refuse (test, key, wrong [index], range);
    const int64_t beside [] = { key->least - 1, key->most + 1 };
    for (int index = 0; index < 2; index++) {
        char *value = zsys_sprintf ("= %lld", (long long) beside [index]);
        s_refuse (test, key, value, range);
        free (value);
    }
    free (range);
}

static void
s_refuse_texts (test_t *test, const butler_key_t *key)
{
    char *range = zsys_sprintf ("it takes %lld to %lld", (long long) key->least, (long long) key->most);
    s_refuse (test, key, "= ''", range);
    s_refuse (test, key, "=", range);
    if (key->type == BUTLER_KEY_SERVICE) {      //  other texts end with the line that they stand in
        char *longer = zsys_sprintf ("= %0*d", (int) key->most + 1, 0);
        s_refuse (test, key, longer, range);
        s_refuse (test, key, "= butler.x", "it takes printable UTF-8");
        free (longer);
    }
    free (range);
}

static void
s_refuse_endpoints (test_t *test, const butler_key_t *key)
{
    static const char *const wrong [] = {
        "= tcp://:5555", "= tcp://host", "= tcp://host:", "= tcp://host:65536", "= tcp://host:http", "= tcp://",
        "= udp://host:1", "= 5555", "= ipc://", "= inproc://", "=", "= tcp://a:1 tcp://b:2", "= tcp://a:1, tcp://b:2"
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++)
        s_refuse (test, key, wrong [index], strstr (wrong [index], ":1")? "": "it takes ");
}

static void
s_refuse_commands (test_t *test, const butler_key_t *key)
{
    if (strcmp (key->path, "butler_router/verbose"))
        s_refuse (test, key, "", "it takes ");
    else
        s_refuse (test, key, "= 2", "it takes ");
    if (strstr (key->path, "bind")) {
        s_refuse (test, key, "= frontend", "it takes frontend or backend, and an endpoint");
        s_refuse (test, key, "= side tcp://*:1", "it takes frontend or backend, and an endpoint");
    }
}

static void
s_refuse_kinds (test_t *test, const butler_key_t *key)
{
    switch (key->type) {
        case BUTLER_KEY_INTEGER:
            s_refuse_numbers (test, key);
            break;
        case BUTLER_KEY_BOOLEAN:
            for (const char *const *wrong = (const char *const []) { "= 2", "= yes", "= -1", "= 01", "=", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, "neither 0 nor 1");
            break;
        case BUTLER_KEY_CHOICE:
            for (const char *const *wrong = (const char *const []) { "= other", "= 0", "= ,", "=", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, key->choices);
            break;
        case BUTLER_KEY_STRING:
        case BUTLER_KEY_SERVICE:
            s_refuse_texts (test, key);
            break;
        case BUTLER_KEY_ENDPOINTS:
        case BUTLER_KEY_PEERS:
            s_refuse_endpoints (test, key);
            break;
        case BUTLER_KEY_ADDRESSES:
            for (const char *const *wrong = (const char *const []) { "= host", "= 10.0.0.1/8", "= 10/8", "= *", "=", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, "it takes ");
            break;
        case BUTLER_KEY_USERS:
            for (const char *const *wrong = (const char *const []) { "= a/b", "= a b", "= everyone", "= \xff", "=", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, "is no user's name");
            break;
        case BUTLER_KEY_PATTERNS:
            for (const char *const *wrong = (const char *const []) { "=", "= a\xff", "= \xc2\x80", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, "it takes 1 to 254 bytes");
            s_refuse (test, key, "= butler.*", "matches reserved names alone");
            break;
        case BUTLER_KEY_METHOD:
            for (const char *const *wrong = (const char *const []) { "=", "= m (", "= m (a: b)", "= close", NULL }; *wrong; wrong++)
                s_refuse (test, key, *wrong, "");
            break;
        case BUTLER_KEY_COMMAND:
            s_refuse_commands (test, key);
    }
}

static void
each_key_refuses_each_kind_of_wrong_value (void **state)
{
    test_t *test = *state;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        s_refuse_kinds (test, key);
        if (key->type != BUTLER_KEY_COMMAND)
            s_refuse (test, key, "", "has no value; write NAME = VALUE");
    }
}

//  But for those that may stand again; and no key is a section as well
static void
each_key_refuses_to_stand_twice_or_to_be_a_section (void **state)
{
    test_t *test = *state;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        if (strcmp (key->path, "butler_router/unbind") == 0)    //  which needs a bind above it
            continue;
        const unsigned at = 1 + (unsigned) s_depth (key);
        char *value = zsys_sprintf ("= %s", key->fallback? key->fallback: key->sample);
        char *line = s_line (key, value), *twice = s_file (key, line, line);
        char *deeper = zsys_sprintf ("%*sdeeper = 1\n", 4 * (int) at, ""), *below = s_file (key, line, deeper);
        char *words = zsys_sprintf ("%s: stands in line %u already; remove one of them", key->path, at);
        if (key->type < BUTLER_KEY_ENDPOINTS)
            assert_refused (test, twice, at + 1, words);
        assert_refused (test, below, at + 1, "deeper: there is no such key");
        free (words);
        free (below);
        free (deeper);
        free (twice);
        free (line);
        free (value);
    }
}

static void
each_key_is_named_to_those_who_misspell_it (void **state)
{
    test_t *test = *state;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        const size_t size = strlen (key->path) - strlen (strrchr (key->path, '/'));
        char *names = butler_keys_list (key->path, size);
        char *words = zsys_sprintf ("%sx: there is no such key; %.*s has %s", key->path, (int) size, key->path, names);
        char *line = s_line (key, ""), *text = s_file (key, line, "");
        text [strlen (text) - 1] = 0;
        char *wrong = zsys_sprintf ("%sx = 1\n", text);
        assert_refused (test, wrong, 1 + (unsigned) s_depth (key), words);
        free (wrong);
        free (text);
        free (line);
        free (words);
        free (names);
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
        assert_refused (test, text, 2, "frontend/bind: '");
        free (text);
    }
    char path [400] = "backend\n    bind = ipc://";
    memset (path + strlen (path), 'x', 108);
    assert_refused (test, path, 2, "107 bytes");
    memset (path + strlen (path), 'x', 200);
    assert_refused (test, path, 2, "255 bytes");
}

static void
key_that_stands_twice_is_refused_with_both_lines (void **state)
{
    test_t *test = *state;
    assert_refused (test, "router\n    liveness = 3\n    liveness = 4\n", 3,
               "router/liveness: stands in line 2 already");
    assert_refused (test, "router\n    liveness = 3\nlog\nrouter\n    liveness = 3\n", 5, "line 2");
    assert_refused (test, "service\n    x\n        retry = 3\n    x\n        retry = 3\n", 5, "line 3");
    assert_refused (test, "frontend\n    bind = ipc://x\n    bind = ipc://x\n", 3, "'ipc://x' is bound by frontend already");
    assert_refused (test, "backend\n    bind = tcp://*:55\nbutler_router\n    bind = frontend tcp://*:55\n", 4,
               "butler_router/bind: 'tcp://*:55' is bound by backend already");
    load_config (test, "service\n    retry = 1\n    x\n        retry = 3\n    y\n        retry = 3\n");
}

static void
default_endpoint_that_the_other_socket_has_is_refused (void **state)
{
    test_t *test = *state;
    load_config (test, "backend\n    bind = tcp://127.0.0.1:5555\n");
    assert_int_equal (butler_config_listen (test->config), -1);
    assert_string_equal (butler_config_error (test->config),
        "frontend/bind: by default 'tcp://127.0.0.1:5555' is bound by backend already; name another");
    load_config (test, "backend\n    bind = ipc://x\n");
    assert_int_equal (butler_config_listen (test->config), 0);
    assert_string_equal (test->config->frontend [0], "tcp://127.0.0.1:5555");
}

static void
section_with_a_value_is_refused (void **state)
{
    test_t *test = *state;
    assert_refused (test, "router = 3\n", 1, "router: is a section");
    assert_refused (test, "frontend = tcp://*:5555\n", 1, "frontend: is a section");
}

static void
reserved_and_overlong_service_names_are_refused (void **state)
{
    test_t *test = *state;
    assert_refused (test, "service\n    butler.router\n        retry = 1\n", 3, "reserved");
    assert_refused (test, "service\n    mmi.x\n        retry = 1\n", 3, "reserved");
    for (int size = 250; size <= 251; size++) {
        char *text = zsys_sprintf ("service\n    %0*d\n        retry = 1\n", size, 0);
        if (size == 250)
            load_config (test, text);
        else
            assert_refused (test, text, 3, "1 to 250 bytes");
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
            load_config (test, text);
        else
            assert_refused (test, text, 18, "more than 16 endpoints");
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
    assert_refused (test, (char *) zchunk_data (many), 4096 * 2 + 3, "more than 4096 services");
    zchunk_destroy (&many);
}

//  A file of so many lines below its first is right, and one more is refused
static void
s_assert_limit (test_t *test, const char *head, const char *line, int most, const char *words)
{
    zchunk_t *many = zchunk_new (head, strlen (head));
    const unsigned before = strchr (head, '\n') == strrchr (head, '\n')? 1: 2;
    for (int count = 0; count <= most; count++) {
        if (count == most) {
            char *text = zsys_sprintf ("%.*s", (int) zchunk_size (many), (char *) zchunk_data (many));
            load_config (test, text);
            free (text);
        }
        char *one = zsys_sprintf (line, count);
        zchunk_extend (many, one, strlen (one));
        free (one);
    }
    zchunk_extend (many, "", 1);
    assert_refused (test, (char *) zchunk_data (many), before + (unsigned) most + 1, words);
    zchunk_destroy (&many);
}

static void
lists_of_security_have_limits (void **state)
{
    test_t *test = *state;
    s_assert_limit (test, "auth\n", "    allow = 10.0.0.%d\n", 64, "auth/allow: more than 64 of them");
    s_assert_limit (test, "auth\n", "    deny = 10.0.0.%d\n", 64, "auth/deny: more than 64 of them");
    s_assert_limit (test, "auth\n", "    admin = user%d\n", 64, "auth/admin: more than 64 of them");
    s_assert_limit (test, "permission\n", "    user%d\n", 4096, "more than 4096 users");
    s_assert_limit (test, "permission\n    x\n", "        call = s%d\n", 1024, "permission/x/call: more than 1024 of them");
    s_assert_limit (test, "permission\n    x\n", "        deny_serve = s%d\n", 1024, "more than 1024 of them");
}

static void
bad_syntax_is_refused (void **state)
{
    test_t *test = *state;
    assert_refused (test, "router\n  liveness = 3\n", 2, "4 spaces");
    assert_refused (test, "router\n\tliveness = 3\n", 2, "tab");
    assert_refused (test, "router\n    liveness: 3\n", 2, "NAME = VALUE");
    assert_refused (test, "router\n    liveness = '3\n", 2, "quote");
    assert_refused (test, "[router]\nliveness = 3\n", 1, "no such section");
    write_config (test, "router\0\n", 8);
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
    write_config (test, (char *) zchunk_data (large), zchunk_size (large));
    zchunk_destroy (&large);
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    assert_non_null (strstr (butler_config_error (test->config), "1 MiB"));
}

static void
worker_sections_that_lack_something_are_refused (void **state)
{
    test_t *test = *state;
    assert_refused (test, "router\nbutler_worker\n    run = cat\n", 2, "butler_worker: names no service");
    assert_refused (test, "butler_worker\n", 1, "names no service");
    assert_refused (test, "butler_worker\n    service = x\n", 1, "has nothing to run");
    assert_refused (test, "butler_worker\n    service = x\n    method = y\n", 3, "butler_worker/method: has nothing to run");
    assert_refused (test, "butler_worker\n    service = x\n    method = a\n        run = b\n    method = y\nlog\n", 5,
               "butler_worker/method: has nothing to run; write run = COMMAND");
    assert_refused (test, "butler_worker/jobs = 1\n", 1, "write butler_worker above it");
    assert_refused (test, "butler_worker = x\n", 1, "is a section");
    assert_refused (test, "butler_worker\n    service = x\n    jobs = 1\n    jobs = 2\n", 4, "line 3");
    assert_refused (test, "butler_worker\n    service = x\n    method = a\n        run = x\n    method = a (b: any)\n", 5, "'a'");
    assert_refused (test, "butler_worker\n    service = x\n    method = a\n        run = x\n        run = x\n", 5, "line 4");
    assert_refused (test, "butler_worker\n    service = x\n    method\n        run = x\n", 4, "write method = NAME above it");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (bad_file_changes_nothing),
        TEST (unknown_keys_and_sections_are_named_with_those_that_are_known),
        TEST (bad_values_are_told_with_what_is_right),
        TEST (each_key_refuses_each_kind_of_wrong_value),
        TEST (each_key_refuses_to_stand_twice_or_to_be_a_section),
        TEST (each_key_is_named_to_those_who_misspell_it),
        TEST (bad_endpoints_are_refused),
        TEST (key_that_stands_twice_is_refused_with_both_lines),
        TEST (reserved_and_overlong_service_names_are_refused),
        TEST (lists_have_limits),
        TEST (lists_of_security_have_limits),
        TEST (worker_sections_that_lack_something_are_refused),
        TEST (default_endpoint_that_the_other_socket_has_is_refused),
        TEST (section_with_a_value_is_refused),
        TEST (bad_syntax_is_refused),
        TEST (file_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name ("config_wrong", tests, NULL, NULL);
}
