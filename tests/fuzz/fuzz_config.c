/*  fuzz_config.c - fuzzing: any text as a configuration, and any setting of one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include <sys/mman.h>
#include <stdio.h>
#include <unistd.h>
#include "base/butler_user_name.h"
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

static void
s_check_patterns (const butler_patterns_t *patterns)
{
    assert (patterns->count <= 1024);
    for (size_t index = 0; index < patterns->count; index++)
        assert (*patterns->pattern [index] && strlen (patterns->pattern [index]) <= 254);
}

//  What sockets take must be there, and what makes permissions void must not
static void
s_check_security (const butler_config_t *config)
{
    const butler_permissions_t *permissions = &config->settings.permissions;
    for (int socket = 0; socket < 2; socket++) {
        assert (config->security [socket] != 2 || (config->certificate && config->certificates));
        assert (config->security [socket] != 1 || config->passwords);
    }
    assert (!config->handover || permissions->grants == 0);
    assert (config->allow_count <= 64 && config->deny_count <= 64 && permissions->admins <= 64);
    assert (permissions->grants <= BUTLER_CONFIG_USERS_MAX);
    for (size_t index = 0; index < permissions->grants; index++) {
        const butler_grant_t *grant = &permissions->grant [index];
        assert (*grant->user && strlen (grant->user) < BUTLER_USER_SIZE && !strchr (grant->user, '/'));
        for (int what = 0; what < 2; what++) {
            s_check_patterns (&grant->allow [what]);
            s_check_patterns (&grant->deny [what]);
        }
    }
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
    s_check_security (config);
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
    rc = butler_config_set_early (running, path, value);
    assert (rc == 0 || butler_config_error (running));
    if (butler_config_check (running) == 0) {
        s_check (running);
        free (butler_config_keep (config, running));
        s_check (config);
    }
    butler_config_destroy (&config);
    butler_config_destroy (&running);
    free (path);
    free (value);
    return 0;
}
