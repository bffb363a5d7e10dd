/*  butler_keys.c - the configuration's keys: one table says all about each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_keys.h"
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "config/butler_config.h"

#define DAY  INT64_C (86400000)             //  ms
#define TERA (INT64_C (1) << 40)

#define IN(type, field) \
    .offset = offsetof (type, field), .size = sizeof (((type *) NULL)->field)
#define IN_CONFIG(field)    IN (butler_config_t, field)
#define IN_SETTINGS(field)  IN (butler_config_t, settings.field)
#define IN_SERVICE(field)   IN (butler_service_settings_t, field), .owner = BUTLER_KEY_OF_SERVICE
#define IN_WORKER(field)    IN (butler_config_worker_t, field), .owner = BUTLER_KEY_OF_WORKER
#define IN_METHOD(field)    IN (butler_config_method_t, field), .owner = BUTLER_KEY_OF_METHOD
#define IN_GRANT(list, what) \
    IN (butler_grant_t, list [what].pattern), .owner = BUTLER_KEY_OF_GRANT, .mark = offsetof (butler_grant_t, list [what].count)

//  Why SET does not take it
#define AT_START "is read when butlerd starts; set it in its file and start it again"
#define BY_BIND  "can't be set in a router that runs; send it BIND or UNBIND"
#define IN_FILE  "stands in a configuration file alone; LOAD one that names it"
#define BY_FIRST "is settled when the first endpoint is bound; set it before, or in the file and start again"
#define OF_DAEMON "is for butlerd; set it in its file and send it SIGHUP"

const butler_key_section_t butler_key_sections [] = {
    { "server", "The daemon itself", "Routers in other programs read server/drain alone." },
    { "log", "What is logged, an event a line", NULL },
    { "frontend", "Where clients connect; without security, open it to a network only where you trust all who are there", NULL },
    { "backend", "Where workers connect; the same holds", NULL },
    { "auth", "Who may come in, on both sockets",
      "Peers within the router's own process are not asked. Of a router that has neither this section nor permission "
      "sections, everybody who reaches it may do everything." },
    { "router", "The router, and what all its peers may make it hold", NULL },
    { "service", "Every service; in a section by its name, one of them",
      "What a service's own section (service/NAME/KEY) does not name is as for every service. Up to 4096 services "
      "may have sections of their own." },
    { "client", "Each client", NULL },
    { "worker", "Each worker", NULL },
    { "permission", "Who may call and who may serve what; in a section by the user's name",
      "Without such sections everybody who comes in may do everything; with one, nobody may what none allows him. A user has "
      "his own section and that of everyone, and what either denies is denied. The section of anonymous is for those who "
      "come in by a socket without security, whom that of everyone does not cover. Up to 4096 users may have a section. "
      "A name has no blanks, no slash, and none of = # ' and \"." },
    { "butler_router", "A script: commands for the router, in order",
      "They are understood when the file is read: a wrong one is an error of the file. What they set or bind "
      "wins over what stands above them." },
    { "butler_worker", "A worker inside butlerd, whose methods run programs; again for each further one",
      "A program gets the request on its stdin, and what it writes to stdout is the answer, all as butler (1) "
      "says of butler work, but what it writes to stderr is logged, an event a line. Routers in other programs check these sections, and start no workers." },
    { NULL, NULL, NULL }
};

//  A section's keys stand together
const butler_key_t butler_keys [] = {
    { "server/drain", BUTLER_KEY_INTEGER, 0, DAY, NULL, "5000", "ms",
      "to finish what runs when told to stop", NULL, IN_CONFIG (drain),
      .more = "New requests are refused meanwhile: after SIGTERM or SIGINT, or the router's command DRAIN." },
    { "server/io_threads", BUTLER_KEY_INTEGER, 1, 64, NULL, "1", NULL,
      "threads that move bytes between the router and the network", AT_START, IN_CONFIG (io_threads), .restart = true,
      .more = "One is enough for about a gigabyte per second." },
    { "server/user", BUTLER_KEY_STRING, 1, 255, NULL, NULL, NULL,
      "user to run as, where butlerd is started as root", AT_START, IN_CONFIG (user), .restart = true,
      .more = "All files are opened as this user, from the log on: configuration and keys are read again on SIGHUP, and "
      "endpoints of ipc:// are made in its folders. Only the ports are bound by root. Without it butlerd stays who it was "
      "started as.", .sample = "nobody" },
    { "server/workdir", BUTLER_KEY_STRING, 1, 1023, NULL, ".", NULL,
      "folder to run in; the names in ipc:// endpoints are relative to it", AT_START, IN_CONFIG (workdir), .restart = true,
      .more = "It is itself relative to the folder that butlerd was started in." },

    { "log/level", BUTLER_KEY_CHOICE, 0, 0, "error, warning, info, debug", "info", NULL,
      "how much is logged", NULL, IN_CONFIG (log_level),
      .more = "butlerd tells the endpoints that it binds, and that it is ready, at every level." },
    { "log/to", BUTLER_KEY_STRING, 1, 1023, NULL, "stderr", NULL,
      "stderr, syslog, or a file, which is opened anew on SIGHUP", OF_DAEMON, IN_CONFIG (log_to),
      .more = "A file is appended to; its name is relative to server/workdir." },

    { "frontend/bind", BUTLER_KEY_ENDPOINTS, 0, 0, NULL, "tcp://127.0.0.1:5555", NULL,
      "again for each further endpoint, up to 16", BY_BIND, IN_CONFIG (frontend),
      .mark = offsetof (butler_config_t, frontend_count),
      .more = "tcp://HOST:PORT with an address of this machine, the name of an interface, or * for all of them, and a "
      "port, or * for any that is free; ipc://PATH of at most 107 bytes; inproc://NAME within a process. The default is "
      "butlerd's, where the file names no endpoint." },
    { "frontend/security", BUTLER_KEY_CHOICE, 0, 0, "auto, null, plain, curve", "auto", NULL,
      "how peers show who they are, and whether others can read along", BY_FIRST, IN_CONFIG (security_choice [0]), .early = true,
      .more = "curve: by keys, and all is encrypted. plain: by user name and password, which whoever is between can read, as "
      "all else. null: not at all; all peers are anonymous. auto is curve where auth/certificate is named, "
      "else plain where auth/passwords is, else null." },

    { "backend/bind", BUTLER_KEY_ENDPOINTS, 0, 0, NULL, "tcp://127.0.0.1:5556", NULL,
      "again for each further endpoint, up to 16", BY_BIND, IN_CONFIG (backend),
      .mark = offsetof (butler_config_t, backend_count), .more = "As frontend/bind." },
    { "backend/security", BUTLER_KEY_CHOICE, 0, 0, "auto, null, plain, curve", "auto", NULL,
      "as frontend/security", BY_FIRST, IN_CONFIG (security_choice [1]), .early = true },
    { "backend/handover", BUTLER_KEY_BOOLEAN, 0, 1, NULL, "0", NULL,
      "a worker that connects with the routing id of another takes its place", BY_FIRST, IN_CONFIG (handover),
      .early = true, .restart = true,
      .more = "Workers of butler 0.3.0 that keep an id of their own are back at once so. But it lets each peer of the backend take "
      "another's requests, whoever that is: so it is an error beside permission sections." },
    { "backend/relay", BUTLER_KEY_BOOLEAN, 0, 1, NULL, "0", NULL,
      "any peer on the backend may have a heartbeat or reconnect passed on to a worker", NULL,
      IN_SETTINGS (relay),
      .more = "Workers of butler 0.3.0 with a heartbeat socket of their own need it. It lets each peer of the backend "
      "speak for the router." },

    { "auth/certificate", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a file with the router's secret key", BY_FIRST, IN_CONFIG (certificate), .early = true, .restart = true,
      .more = "butler keygen makes one. A file that others can read is refused. Its name, as those below, is relative to server/workdir.",
      .sample = "router_secret" },
    { "auth/certificates", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a folder with the public keys of those who may come in by curve", BY_FIRST, IN_CONFIG (certificates), .early = true,
      .more = "A file is a user, and has his name. Whose file is put there may come in, and whose file is removed is out, within "
      "a second. Nobody can have the names everyone and anonymous.", .sample = "clients" },
    { "auth/passwords", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a file with a line NAME=PASSWORD for each who may come in by plain", BY_FIRST, IN_CONFIG (passwords), .early = true,
      .more = "A line that begins with # is a comment. A file that others can read is refused. Changes hold within a second.",
      .sample = "passwords" },
    { "auth/allow", BUTLER_KEY_ADDRESSES, 0, 64, NULL, NULL, NULL,
      "an address or a network that peers may come from; again for each further one, up to 64", IN_FILE,
      IN_CONFIG (allow), .mark = offsetof (butler_config_t, allow_count),
      .more = "Where one is named, nobody else comes in over TCP, whatever he shows. What IPv6 has of IPv4 (::ffff:10.0.0.1) counts as "
      "IPv4, of which ::/0 has nothing.", .sample = "192.168.0.0/16" },
    { "auth/deny", BUTLER_KEY_ADDRESSES, 0, 64, NULL, NULL, NULL,
      "one that nobody comes in from, even where auth/allow has it; likewise", IN_FILE,
      IN_CONFIG (deny), .mark = offsetof (butler_config_t, deny_count), .sample = "192.168.1.7" },
    { "auth/admin", BUTLER_KEY_USERS, 0, 64, NULL, NULL, NULL,
      "a user who sees all that butler.router tells; again for each further one, up to 64", IN_FILE,
      IN_SETTINGS (permissions.admin), .mark = offsetof (butler_config_t, settings.permissions.admins),
      .more = "Others see what they may use. Without permission sections everybody sees all.", .sample = "alice" },

    { "router/heartbeat", BUTLER_KEY_INTEGER, 10, 3600000, NULL, "1000", "ms",
      "after so long without a message to a worker, it is sent a heartbeat", NULL, IN_SETTINGS (heartbeat) },
    { "router/liveness", BUTLER_KEY_INTEGER, 1, 100, NULL, "3", NULL,
      "silent intervals after which a worker is dead", NULL, IN_SETTINGS (liveness),
      .more = "What it held is then answered or given to another." },
    { "router/requests", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "100000", NULL,
      "requests, waiting and running, of all services", NULL, IN_SETTINGS (requests),
      .more = "One more is refused." },
    { "router/bytes", BUTLER_KEY_INTEGER, 0, TERA, NULL, "268435456", "bytes",
      "held for what waits, of all services", NULL, IN_SETTINGS (bytes),
      .more = "What may be repeated counts as well; what runs, and what a peer has not read yet, does not." },
    { "router/unread", BUTLER_KEY_INTEGER, 0, TERA, NULL, "268435456", "bytes",
      "of bodies over 8192 bytes that were sent to clients and not read, and as many to workers", NULL, IN_SETTINGS (unread),
      .more = "A peer may have a quarter as much as is free for all, or one message. An answer beyond that "
      "is replaced by 503; a request goes to another worker, or waits. Smaller bodies are bounded by "
      "number: of a client's answers twice client/limit are held for it, of a worker's requests twice worker/capacity." },
    { "router/message", BUTLER_KEY_INTEGER, 1024, TERA, NULL, "67108864", "bytes",
      "of one frame of a message; a peer that sends more is disconnected", NULL, IN_SETTINGS (message),
      .more = "A client then waits in vain for its answer. It holds for endpoints that are bound after it was set." },
    { "router/services", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "20000", NULL,
      "services that have workers, or are remembered", NULL, IN_SETTINGS (services),
      .more = "When there are as many, the oldest that no worker has any longer makes room for a new one." },
    { "router/workers", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "100000", NULL,
      "workers that may be registered", NULL, IN_SETTINGS (workers) },

    { "service/ttl", BUTLER_KEY_INTEGER, 0, 365 * DAY, NULL, "3600000", "ms",
      "that a name is remembered after its last worker", NULL, IN_SERVICE (ttl),
      .more = "Requests for it wait meanwhile." },
    { "service/unknown", BUTLER_KEY_CHOICE, 0, 0, "reject, queue", "reject", NULL,
      "what becomes of requests for a service that no worker ever offered", NULL, IN_SERVICE (unknown_queue),
      .more = "It is answered with 404 at once, or waits until it expires." },
    { "service/queue", BUTLER_KEY_INTEGER, 0, 10000000, NULL, "10000", NULL,
      "requests that may wait", NULL, IN_SERVICE (queue) },
    { "service/queue_bytes", BUTLER_KEY_INTEGER, 0, TERA, NULL, "67108864", "bytes",
      "that may wait", NULL, IN_SERVICE (queue_bytes) },
    { "service/retry", BUTLER_KEY_INTEGER, 0, 1000, NULL, NULL, NULL,
      "further workers for a request whose worker died; without it, what the worker asks for", NULL, IN_SERVICE (retry),
      .mark = offsetof (butler_service_settings_t, retry_set),
      .more = "One after the other, while the request has not expired: its methods are safe to repeat. With 0 no request is "
      "ever given to two workers, whatever the worker asks for.", .sample = "0" },

    { "client/limit", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "1000", NULL,
      "requests of one client, waiting or running", NULL, IN_SETTINGS (client_limit), .more = "One more is refused." },
    { "client/max_deadline", BUTLER_KEY_INTEGER, 1, 365 * DAY, NULL, "3600000", "ms",
      "that a request may live; later deadlines are clipped", NULL, IN_SETTINGS (max_deadline) },

    { "worker/capacity", BUTLER_KEY_INTEGER, 1, 1000000, NULL, "1024", NULL,
      "requests that one worker may hold at a time", NULL, IN_SETTINGS (worker_capacity),
      .more = "One that offers more is given no more than these. One that leaves its capacity to libbutler is, while "
      "requests wait, given as many as keep it busy: butler workers --json tells the limit." },
    { "worker/properties", BUTLER_KEY_INTEGER, 2, 1048576, NULL, "16384", "bytes",
      "that a worker may say of itself when it registers", NULL, IN_SETTINGS (worker_properties) },
    { "worker/heartbeat", BUTLER_KEY_INTEGER, 10, 3600000, NULL, "60000", "ms",
      "the longest interval of heartbeats that a worker may have", NULL, IN_SETTINGS (worker_heartbeat),
      .more = "One that is silent is taken for dead after router/liveness of its own intervals, where those are longer." },

    { "permission/NAME/call", BUTLER_KEY_PATTERNS, 0, 1024, NULL, NULL, NULL,
      "a service that he may call; again for each further one, up to 1024", IN_FILE, IN_GRANT (allow, BUTLER_MAY_CALL),
      .more = "* stands for any bytes, none and dots too: api.* has api.images and api.text.upper. What he may neither call nor serve, he "
      "does not see either. Each user may call butler.router, which tells him no more than that; names that begin with mmi. or "
      "butler. stand in no pattern.", .sample = "api.*" },
    { "permission/NAME/serve", BUTLER_KEY_PATTERNS, 0, 1024, NULL, NULL, NULL,
      "a service that his workers may serve; likewise", IN_FILE, IN_GRANT (allow, BUTLER_MAY_SERVE), .sample = "api.alice.*" },
    { "permission/NAME/deny_call", BUTLER_KEY_PATTERNS, 0, 1024, NULL, NULL, NULL,
      "one that he may not call, whatever else allows it; likewise", IN_FILE, IN_GRANT (deny, BUTLER_MAY_CALL), .sample = "api.secret" },
    { "permission/NAME/deny_serve", BUTLER_KEY_PATTERNS, 0, 1024, NULL, NULL, NULL,
      "one that his workers may not serve, whatever else allows it; likewise", IN_FILE, IN_GRANT (deny, BUTLER_MAY_SERVE),
      .sample = "api.alice.old" },

    { "butler_router/echo", BUTLER_KEY_COMMAND, 0, 0, NULL, NULL, NULL,
      "TEXT, which is logged when the file is taken", IN_FILE, .owner = BUTLER_KEY_OF_CONFIG, .sample = "the router starts" },
    { "butler_router/bind", BUTLER_KEY_COMMAND, 0, 0, NULL, NULL, NULL,
      "frontend|backend ENDPOINT", IN_FILE, .owner = BUTLER_KEY_OF_CONFIG, .sample = "frontend ipc://frontend" },
    { "butler_router/unbind", BUTLER_KEY_COMMAND, 0, 0, NULL, NULL, NULL,
      "frontend|backend ENDPOINT, as the file has it above", IN_FILE, .owner = BUTLER_KEY_OF_CONFIG, .sample = "frontend ipc://frontend" },
    { "butler_router/set", BUTLER_KEY_COMMAND, 0, 0, NULL, NULL, NULL,
      "PATH VALUE, as the router's command SET takes them", IN_FILE, .owner = BUTLER_KEY_OF_CONFIG, .sample = "router/heartbeat 500" },
    { "butler_router/verbose", BUTLER_KEY_COMMAND, 0, 0, NULL, NULL, NULL,
      "log all that happens; it needs no value", IN_FILE, .owner = BUTLER_KEY_OF_CONFIG, .sample = "1" },

    { "butler_worker/service", BUTLER_KEY_SERVICE, 1, 250, NULL, NULL, NULL,
      "the name that it serves", IN_FILE, IN_WORKER (service), .sample = "api.text" },
    { "butler_worker/connect", BUTLER_KEY_PEERS, 0, 0, NULL, NULL, NULL,
      "a router's backend; without it, that of this router", IN_FILE, IN_WORKER (connect),
      .mark = offsetof (butler_config_worker_t, connect_count), .more = "Again for each further router, up to 16.", .sample = "tcp://127.0.0.1:5556" },
    { "butler_worker/key", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a file with the secret key that it shows to the routers that connect names", IN_FILE, IN_WORKER (key),
      .more = "This router takes its own workers without one.", .sample = "worker_secret" },
    { "butler_worker/router_key", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "the public key of those routers, or a file with it; without it, the one that the file of key names", IN_FILE,
      IN_WORKER (router_key), .more = "A key itself stands in quotes, as it may have a # in it.", .sample = "router" },
    { "butler_worker/jobs", BUTLER_KEY_INTEGER, 1, 1024, NULL, "1", NULL,
      "programs that run at a time", IN_FILE, IN_WORKER (jobs), .sample = "1" },
    { "butler_worker/kill_expired", BUTLER_KEY_BOOLEAN, 0, 1, NULL, "0", NULL,
      "kill a program whose request has expired, or was cancelled: nobody awaits its answer", IN_FILE, IN_WORKER (kill_expired),
      .more = "Otherwise it runs on, and holds one of the places that jobs gives." },
    { "butler_worker/run", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a line for /bin/sh, run for each direct request", IN_FILE, IN_WORKER (run), .sample = "wc -w" },
    { "butler_worker/method", BUTLER_KEY_METHOD, 0, 0, NULL, NULL, NULL,
      "a method by its signature, or by its name alone; again for each further one", IN_FILE, IN_WORKER (method),
      .more = "What runs for it stands below it, indented.", .sample = "length (text: string)" },
    { "butler_worker/method/run", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "a line for /bin/sh, run for each call of the method", IN_FILE, IN_METHOD (run), .sample = "jq '.args[0] | length'" },
    { "butler_worker/method/doc", BUTLER_KEY_STRING, 1, 1023, NULL, NULL, NULL,
      "what the method does, in one line", IN_FILE, IN_METHOD (doc), .sample = "Counts characters" },
    { .path = NULL }
};

const butler_key_t *
butler_keys_find (const char *path)
{
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (strcmp (key->path, path) == 0)
            return key;
    return NULL;
}

bool
butler_keys_is_section (const char *path, size_t size)
{
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (strncmp (key->path, path, size) == 0 && key->path [size] == '/')
            return true;
    return false;
}

char *
butler_keys_list (const char *section, size_t size)
{
    char *list = NULL;
    for (const butler_key_section_t *one = butler_key_sections; size == 0 && one->name; one++)
        butler_string_list (&list, one->name, strlen (one->name));
    for (const butler_key_t *key = butler_keys; size && key->path; key++) {
        const char *name = key->path + size + 1;
        if (strncmp (key->path, section, size) == 0 && key->path [size] == '/' && !strchr (name, '/'))
            butler_string_list (&list, name, strlen (name));
    }
    return list;
}
