/*  butler_entrance.c - how one of the router's two sockets is secured: who may come in by it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_entrance.h"
#include "auth/butler_key_file.h"
#include "config/butler_endpoint.h"

static butler_security_t
s_wanted (const butler_bindings_t *bindings, const butler_config_t *config)
{
    return (butler_security_t) config->security [bindings->frontend? 0: 1];
}

//  A socket without security has a gate too where it matters who comes, and from where
static bool
s_wants_gate (const butler_bindings_t *bindings, const butler_config_t *config)
{
    return s_wanted (bindings, config) != BUTLER_SECURITY_NULL || config->allow_count || config->deny_count
        || config->settings.permissions.grants;
}

static butler_gate_policy_t
s_policy (const butler_bindings_t *bindings, const butler_config_t *config)
{
    return (butler_gate_policy_t) {
        .security = s_wanted (bindings, config),
        .certificates = config->certificates, .passwords = config->passwords,
        .allow = config->allow, .allow_count = config->allow_count,
        .deny = config->deny, .deny_count = config->deny_count,
    };
}

//  ---- before the first bind

static char *
s_show_certificate (zsock_t *socket, const butler_config_t *config)
{
    char *fault = NULL;
    butler_certificate_t certificate;
    if (butler_key_file_load (&certificate, config->certificate, &fault)) {
        char *text = zsys_sprintf ("auth/certificate: %s", fault);
        zstr_free (&fault);
        return text;
    }
    zsock_set_curve_server (socket, 1);
    zsock_set_curve_secretkey (socket, certificate.secret_key);
    butler_certificate_wipe (&certificate);
    return NULL;
}

static char *
s_make (butler_entrance_t *self, const butler_bindings_t *bindings, const butler_config_t *config, int bell)
{
    zsock_t *socket = bindings->socket;
    butler_entrance_fini (self);
    zsock_set_curve_server (socket, 0);     //  which is what undoes any security
    zmq_setsockopt (bindings->handle, ZMQ_ZAP_DOMAIN, NULL, 0);
    zsock_set_router_handover (socket, config->handover);
    if (!s_wants_gate (bindings, config))
        return NULL;
    char *fault = NULL;
    const butler_gate_policy_t policy = s_policy (bindings, config);
    self->gate = butler_gate_new (&policy, bell, &fault);
    if (!self->gate)
        return fault;
    self->security = policy.security;
    zsock_set_zap_domain (socket, butler_gate_domain (self->gate));
    if (self->security == BUTLER_SECURITY_PLAIN)
        zsock_set_plain_server (socket, 1);
    return self->security == BUTLER_SECURITY_CURVE? s_show_certificate (socket, config): NULL;
}

//  ---- and after it

static char *
s_change (butler_entrance_t *self, const butler_bindings_t *bindings, const butler_config_t *config)
{
    const char *side = bindings->frontend? "frontend": "backend";
    if (s_wanted (bindings, config) != self->security)
        return zsys_sprintf ("%s is bound already with security %s; that takes a restart",
                             side, butler_entrance_name (self));
    if (!self->gate)
        return s_wants_gate (bindings, config)? zsys_sprintf (
            "%s is bound already, and asks nobody who he is: auth and permission take a restart", side): NULL;
    char *fault = NULL;
    const butler_gate_policy_t policy = s_policy (bindings, config);
    return butler_gate_set_policy (self->gate, &policy, &fault)? fault: NULL;
}

char *
butler_entrance_settle (butler_entrance_t *self, const butler_bindings_t *bindings,
                        const butler_config_t *config, int bell)
{
    return bindings->room? s_change (self, bindings, config): s_make (self, bindings, config, bell);
}

void
butler_entrance_fini (butler_entrance_t *self)
{
    butler_gate_destroy (&self->gate);
    self->security = BUTLER_SECURITY_NULL;
}

const char *
butler_entrance_name (const butler_entrance_t *self)
{
    static const char *const names [] = { "null", "plain", "curve" };
    return names [self->security];
}

bool
butler_entrance_open_to_all (const butler_entrance_t *self, const butler_config_t *config, const char *endpoint)
{
    return self->security == BUTLER_SECURITY_NULL && !config->allow_count && !butler_endpoint_is_local (endpoint);
}
