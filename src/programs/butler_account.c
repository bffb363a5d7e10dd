/*  butler_account.c - the account that a program started as root goes on as
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_account.h"
#include <czmq.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIND_LOW CAP_TO_MASK (CAP_NET_BIND_SERVICE)

//  The user, or NULL and why not
static const struct passwd *
s_find (const char *name, char **fault)
{
    errno = 0;
    const struct passwd *user = getpwnam (name);
    if (!user)
        *fault = errno && errno != ENOENT && errno != ESRCH
            ? zsys_sprintf ("cannot look up '%s': %s", name, strerror (errno))
            : zsys_sprintf ("there is no user '%s'", name);
    else
    if (user->pw_uid == 0) {
        *fault = zsys_sprintf ("'%s' is the superuser; name another", name);
        user = NULL;
    }
    return user;
}

char *
butler_account_fault (const char *name)
{
    char *fault = NULL;
    s_find (name, &fault);
    return fault;
}

//  The powers of this thread alone: those to come have as many, those that are there keep theirs
static int
s_capabilities (long call, struct __user_cap_data_struct data [_LINUX_CAPABILITY_U32S_3])
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
    return (int) syscall (call, &header, data);
}

//  Changing the effective user has taken what was effective; what is permitted is still there
static int
s_keep_binding (void)
{
    struct __user_cap_data_struct data [_LINUX_CAPABILITY_U32S_3];
    if (s_capabilities (SYS_capget, data) == -1)
        return -1;
    const uint32_t kept = data [0].permitted & BIND_LOW;
    memset (data, 0, sizeof data);
    data [0].permitted = data [0].effective = kept;
    return s_capabilities (SYS_capset, data);
}

static int
s_become (const struct passwd *user)
{
    if (initgroups (user->pw_name, user->pw_gid) == -1
    ||  setresgid (user->pw_gid, user->pw_gid, user->pw_gid) == -1
    ||  setresuid (user->pw_uid, user->pw_uid, 0) == -1
    ||  s_keep_binding () == -1)
        return -1;
    if (setenv ("HOME", user->pw_dir, 1) == -1 || setenv ("USER", user->pw_name, 1) == -1)
        return -1;
    return setenv ("LOGNAME", user->pw_name, 1);
}

char *
butler_account_enter (const char *name)
{
    char *fault = NULL;
    const struct passwd *user = s_find (name, &fault);
    if (!user || (getuid () == user->pw_uid && geteuid () == user->pw_uid))
        return fault;
    if (geteuid () != 0)
        return zsys_sprintf ("only root can become '%s'; start it as root, or as that user", name);
    if (s_become (user) == -1)
        return zsys_sprintf ("cannot become '%s': %s", name, strerror (errno));
    return NULL;
}

//  True where nothing of root is left, and nothing of it can be had again
static bool
s_is_only (const struct passwd *user)
{
    uid_t uid [3];
    gid_t gid [3];
    struct __user_cap_data_struct data [_LINUX_CAPABILITY_U32S_3];
    if (getresuid (&uid [0], &uid [1], &uid [2]) == -1 || getresgid (&gid [0], &gid [1], &gid [2]) == -1
    ||  s_capabilities (SYS_capget, data) == -1)
        return false;
    for (int index = 0; index < 3; index++)
        if (uid [index] != user->pw_uid || gid [index] != user->pw_gid)
            return false;
    for (int index = 0; index < _LINUX_CAPABILITY_U32S_3; index++)
        if (data [index].permitted || data [index].effective)
            return false;
    return setuid (0) == -1 && seteuid (0) == -1 && setgid (0) == -1;
}

//  Who was this user from the beginning keeps what he was given, as by systemd's AmbientCapabilities
char *
butler_account_settle (const char *name)
{
    char *fault = NULL;
    uid_t real, effective, saved;
    const struct passwd *user = s_find (name, &fault);
    if (!user || getresuid (&real, &effective, &saved) == -1 || saved == user->pw_uid)
        return fault;
    if (setresuid (user->pw_uid, user->pw_uid, user->pw_uid) == -1)
        return zsys_sprintf ("cannot become '%s' for good: %s", name, strerror (errno));
    return s_is_only (user)? NULL: zsys_sprintf ("'%s' could become root again", name);
}
