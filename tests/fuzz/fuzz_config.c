/*  fuzz_config.c - fuzzing: any text as a configuration, and any setting of one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include <sys/mman.h>
#include <stdio.h>
#include <unistd.h>
#include "config/butler_config.h"

//  A file in memory alone
static int s_file;
static char s_name [64];

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    s_file = memfd_create ("butler.cfg", 0);
    assert (s_file >= 0);
    snprintf (s_name, sizeof s_name, "/proc/self/fd/%d", s_file);
    return 0;
}

//  Values are what butler.cfg(5) allows
static void
s_check (const butler_config_t *config)
{
    const butler_settings_t *settings = &config->settings;
    assert (settings->heartbeat > 0 && settings->liveness > 0 && settings->requests > 0);
    assert (settings->client_limit > 0 && settings->max_deadline > 0 && settings->worker_capacity > 0);
    assert (config->frontend_count <= BUTLER_CONFIG_ENDPOINTS_MAX);
    assert (config->backend_count <= BUTLER_CONFIG_ENDPOINTS_MAX);
    assert (settings->override_count <= BUTLER_CONFIG_SERVICES_MAX);
    assert (config->workers <= BUTLER_CONFIG_WORKERS_MAX);
    for (size_t index = 0; index < settings->override_count; index++)
        assert (*settings->overrides [index].name);
    for (size_t index = 0; index < config->workers; index++)
        assert (config->worker [index].service && config->worker [index].jobs > 0);
}

//  A path, a value, and the text of a file, with a NUL between them
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    char *path = fuzz_string (fuzz_until (&rest, 0)), *value = fuzz_string (fuzz_until (&rest, 0));
    int rc = ftruncate (s_file, 0);
    assert (rc == 0);
    const ssize_t written = pwrite (s_file, rest.data, rest.size, 0);
    assert (written == (ssize_t) rest.size);
    butler_config_t *config = butler_config_new (), *running = butler_config_new ();
    rc = butler_config_load (config, s_name);
    assert (rc == 0 || strncmp (butler_config_error (config), s_name, strlen (s_name)) == 0);
    s_check (config);
    rc = butler_config_set (config, path, value);
    assert (rc == 0 || butler_config_error (config));
    rc = butler_config_listen (config);
    assert (rc == 0 || butler_config_error (config));
    s_check (config);
    free (butler_config_keep (config, running));
    s_check (config);
    butler_config_destroy (&config);
    butler_config_destroy (&running);
    free (path);
    free (value);
    return 0;
}
