/*  config_fixture.h - for tests: a configuration's file in a folder of its own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef CONFIG_FIXTURE_H
#define CONFIG_FIXTURE_H

#include "own_folder.h"
#include <czmq.h>
#include "config/butler_config.h"

//  Each test has a folder of its own, and a configuration in it
typedef struct {
    char folder [32];
    char file [48];
    butler_config_t *config;
} test_t;

static inline int
setup_config (void **state)
{
    test_t *test = (test_t *) calloc (1, sizeof *test);
    own_folder_make (test->folder);
    snprintf (test->file, sizeof test->file, "%s/butler.cfg", test->folder);
    test->config = butler_config_new ();
    *state = test;
    return 0;
}

static inline int
teardown_config (void **state)
{
    test_t *test = *state;
    own_folder_remove (test->folder);
    butler_config_destroy (&test->config);
    free (test);
    return 0;
}

static inline void
write_config (test_t *test, const char *text, size_t size)
{
    FILE *file = fopen (test->file, "w");
    assert_non_null (file);
    assert_int_equal (fwrite (text, 1, size, file), size);
    fclose (file);
}

static inline void
load_config (test_t *test, const char *text)
{
    write_config (test, text, strlen (text));
    if (butler_config_load (test->config, test->file) == -1)
        fail_msg ("%s", butler_config_error (test->config));
}

//  The text is refused, in that line (0: none), and the error has these words
static inline void
assert_refused (test_t *test, const char *text, unsigned line, const char *words)
{
    write_config (test, text, strlen (text));
    assert_int_equal (butler_config_load (test->config, test->file), -1);
    const char *error = butler_config_error (test->config);
    char *where = line? zsys_sprintf ("%s:%u: ", test->file, line): zsys_sprintf ("%s: ", test->file);
    if (strncmp (error, where, strlen (where)) || !strstr (error, words))
        fail_msg ("%s\nis to begin '%s' and have '%s'", error, where, words);
    free (where);
}

static inline const butler_service_settings_t *
service_of (const test_t *test, const char *name)
{
    return butler_settings_service (&test->config->settings, name, strlen (name));
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, setup_config, teardown_config)

#endif
