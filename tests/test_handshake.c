/*  test_handshake.c - clients that routers let in, and clients that they don't
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "secure_router.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "butler_client.h"
#include "butler_client_actor.h"
#include "checked_build.h"
#include "peers/butler_client_internal.h"

#define SOON (CHECKED_BUILD? 6000: 3000)    //  ms within which a failure is told: at once, but on a busy machine
#define LATE 60000                          //  ms that a request may take, where nothing else ends it
#define NO_REASON "something else listens there"    //  is said where a router hung up without one

//  What a client shows
typedef enum { NOTHING, KEY, UNKNOWN_KEY, KEY_FOR_ANOTHER, PASSWORD, WRONG_PASSWORD } shown_t;

typedef struct {
    secure_router_t secure;
    zsock_t *router;
    butler_client_t *client;
} self_t;

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    secure_router_init (&self->secure);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    butler_client_destroy (&self->client);
    zsock_destroy (&self->router);
    secure_router_fini (&self->secure);
    free (self);
    return 0;
}

static void
s_show (self_t *self, shown_t shown)
{
    int rc = 0;
    switch (shown) {
        case NOTHING:
            break;
        case KEY:
            rc = butler_client_set_curve (self->client, self->secure.known_file, NULL);
            break;
        case UNKNOWN_KEY:
            rc = butler_client_set_curve (self->client, self->secure.unknown_file, NULL);
            break;
        case KEY_FOR_ANOTHER:
            rc = butler_client_set_curve (self->client, self->secure.known_file,
                                          zcert_public_txt (self->secure.unknown));
            break;
        case PASSWORD:
            rc = butler_client_set_plain (self->client, SECURE_USER, SECURE_PASSWORD);
            break;
        case WRONG_PASSWORD:
            rc = butler_client_set_plain (self->client, SECURE_USER, "wrong-" SECURE_PASSWORD);
    }
    assert_int_equal (rc, 0);
}

//  Shows this to a router that asks for that
static void
s_meet (self_t *self, secure_router_kind_t kind, shown_t shown)
{
    self->router = secure_router_open (&self->secure, kind, false);
    self->client = butler_client_new (NULL);
    s_show (self, shown);
    assert_int_equal (butler_client_connect (self->client, self->secure.endpoint), 0);
    butler_client_set_timeout (self->client, LATE);
    butler_courier_set_interval (&self->client->courier, LATE);     //  whether it lives is not the question
}

static uint64_t
s_submit (self_t *self)
{
    const uint64_t number = butler_client_submit_direct (self->client, "s", "body", 4);
    assert_true (number > 0);
    return number;
}

//  The request that comes, while the client goes on, is answered
static void
s_serve (self_t *self, uint64_t number)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (self->router, 0)) {
        assert_int_equal (butler_client_recv (self->client, 10), 0);
        assert_true (zclock_mono () < limit);
    }
    zmsg_t *request = raw_router_recv (self->router);
    raw_router_answer (self->router, request, "1", NULL);
    zmsg_destroy (&request);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), 200);
}

static void
assert_no_secret (self_t *self, const char *text)
{
    assert_null (strstr (text, SECURE_PASSWORD));
    assert_null (strstr (text, zcert_secret_txt (self->secure.known)));
    assert_null (strstr (text, zcert_secret_txt (self->secure.unknown)));
}

//  The last request failed at this endpoint; why
static const char *
s_reason (self_t *self, const char *endpoint)
{
    assert_int_equal (butler_client_status (self->client), -1);
    assert_string_equal (butler_client_error_name (self->client), "HandshakeFailed");
    const char *message = butler_client_error_message (self->client);
    assert_non_null (strstr (message, endpoint));
    assert_no_secret (self, message);
    return message;
}

//  And it says that
static void
assert_told (self_t *self, const char *endpoint, const char *says)
{
    const char *message = s_reason (self, endpoint);
    if (!strstr (message, says))
        fail_msg ("'%s' does not say '%s'", message, says);
}

//  A call fails at once; why
static const char *
s_fail_once (self_t *self)
{
    const int64_t begun = zclock_mono ();
    assert_null (butler_client_send (self->client, "s", "body", 4));
    assert_in_range (zclock_mono () - begun, 0, SOON);
    return s_reason (self, self->secure.endpoint);
}

//  And the error says that. A router may hang up before it can be seen what it asks for, but not each time.
static void
s_fail (self_t *self, const char *says)
{
    const char *reason = s_fail_once (self);
    for (int tries = 0; tries < 5 && !strstr (reason, says) && strstr (reason, NO_REASON); tries++)
        reason = s_fail_once (self);
    assert_told (self, self->secure.endpoint, says);
}

//  Its router is gone, and it knows
static void
s_lose (self_t *self)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (butler_client_socket (self->client)), .events = ZMQ_POLLOUT };
    const int64_t limit = zclock_mono () + PATIENCE;
    zsock_destroy (&self->router);
    while (zmq_poll (&item, 1, 0) > 0) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (1);
    }
}

static void
s_part (self_t *self)
{
    butler_client_destroy (&self->client);
    zsock_destroy (&self->router);
}

static void
who_shows_what_is_asked_for_is_served (void **state)
{
    self_t *self = *state;
    static const struct {
        secure_router_kind_t kind;
        shown_t shown;
    } rows [] = { { OPEN, NOTHING }, { CURVE, KEY }, { PLAIN, PASSWORD } };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        s_meet (self, rows [index].kind, rows [index].shown);
        s_serve (self, s_submit (self));
        s_part (self);
    }
}

static void
who_does_not_is_told_what_may_be_wrong (void **state)
{
    self_t *self = *state;
    static const struct {
        secure_router_kind_t kind;
        shown_t shown;
        const char *says;
    } rows [] = {
        { CURVE, NOTHING, "asks for a key (CURVE) or a password (PLAIN), and none was given" },
        { PLAIN, NOTHING, "asks for a key (CURVE) or a password (PLAIN), and none was given" },
        { CURVE, UNKNOWN_KEY, "does not know this key (public key " },
        { CURVE, KEY_FOR_ANOTHER, "the router's public key is not " },
        { CURVE, PASSWORD, "has no security, or asks for a key (CURVE)" },
        { PLAIN, KEY, "has no security, or asks for a password (PLAIN)" },
        { PLAIN, WRONG_PASSWORD, "does not know the user 'alice', or the password is another" },
        { OPEN, KEY, "has no security, or asks for a password (PLAIN)" },
        { OPEN, PASSWORD, "has no security, or asks for a key (CURVE)" },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        s_meet (self, rows [index].kind, rows [index].shown);
        s_fail (self, rows [index].says);
        s_fail (self, rows [index].says);       //  and whenever it tries again
        s_part (self);
    }
}

static void
key_that_is_not_known_is_named (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, UNKNOWN_KEY);
    s_fail (self, zcert_public_txt (self->secure.unknown));
    s_part (self);
    s_meet (self, CURVE, KEY_FOR_ANOTHER);
    s_fail (self, zcert_public_txt (self->secure.unknown));
}

static void
all_that_waits_ends (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    uint64_t number [20];
    for (int index = 0; index < 20; index++)
        number [index] = s_submit (self);
    const int64_t begun = zclock_mono ();
    for (int index = 0; index < 20; index++) {
        assert_int_equal (butler_client_recv (self->client, PATIENCE), number [index]);
        assert_told (self, self->secure.endpoint, "none was given");
    }
    assert_in_range (zclock_mono () - begun, 0, SOON);
    assert_int_equal (butler_client_pending (self->client), 0);
}

//  As in a program's own loop, which knows the newest socket alone
static void
loop_of_ones_own_is_told_in_time (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, KEY_FOR_ANOTHER);
    s_submit (self);
    const int64_t begun = zclock_mono ();
    while (butler_client_recv (self->client, 0) == 0) {
        zmq_pollitem_t item = { .socket = zsock_resolve (butler_client_socket (self->client)), .events = ZMQ_POLLIN };
        zmq_poll (&item, 1, butler_client_wait (self->client));
        assert_in_range (zclock_mono () - begun, 0, SOON);
    }
    assert_told (self, self->secure.endpoint, "public key");
}

static void
router_that_was_corrected_serves (void **state)
{
    self_t *self = *state;
    static const struct {
        secure_router_kind_t before, after;
        shown_t shown;
        const char *says;
    } rows [] = { { OPEN, CURVE, KEY, "no security" }, { CURVE, OPEN, NOTHING, "none was given" },
                  { CURVE, PLAIN, PASSWORD, "a key" } };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        s_meet (self, rows [index].before, rows [index].shown);
        s_fail (self, rows [index].says);
        zsock_destroy (&self->router);
        self->router = secure_router_open (&self->secure, rows [index].after, true);
        s_serve (self, s_submit (self));
        s_part (self);
    }
}

//  What failed before a call was made is not its failure
static void
client_that_was_corrected_is_served (void **state)
{
    self_t *self = *state;
    static const shown_t before [] = { NOTHING, KEY_FOR_ANOTHER, UNKNOWN_KEY, PASSWORD };
    for (size_t index = 0; index < sizeof before / sizeof *before; index++) {
        for (int used = 0; used < 2; used++) {
            s_meet (self, CURVE, before [index]);
            if (used)
                s_fail (self, "");
            s_show (self, KEY);
            s_serve (self, s_submit (self));
            s_part (self);
        }
    }
}

static void
credentials_that_are_set_late_hold_for_the_next_connection (void **state)
{
    self_t *self = *state;
    s_meet (self, OPEN, NOTHING);
    s_serve (self, s_submit (self));
    s_show (self, KEY);
    s_serve (self, s_submit (self));        //  the connection is there
    s_lose (self);
    self->router = secure_router_open (&self->secure, CURVE, true);
    s_serve (self, s_submit (self));
}

static void
next_router_is_asked (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    zsock_t *first = self->router;
    self->router = secure_router_open (&self->secure, OPEN, false);
    assert_int_equal (butler_client_connect (self->client, self->secure.endpoint), 0);
    const int64_t begun = zclock_mono ();
    s_serve (self, s_submit (self));
    assert_in_range (zclock_mono () - begun, 0, SOON);
    zsock_destroy (&first);
}

static void
call_fails_once_each_router_was_tried (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    zsock_t *first = self->router;
    self->router = secure_router_open (&self->secure, PLAIN, false);
    assert_int_equal (butler_client_connect (self->client, self->secure.endpoint), 0);
    s_fail (self, "none was given");
    zsock_destroy (&first);
}

//  Where the other is down, the reason stands in the error all the same
static void
reason_is_told_when_time_is_over (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    char endpoint [64];
    strcpy (endpoint, self->secure.endpoint);
    assert_int_equal (butler_client_connect (self->client, "tcp://127.0.0.1:1"), 0);
    const uint64_t number = s_submit (self);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (self->client->courier.channels.current == 0) {       //  until it has gone over to the other
        assert_int_equal (butler_client_recv (self->client, 10), 0);
        assert_true (zclock_mono () < limit);
    }
    butler_courier_turn (&self->client->courier, zclock_mono () + LATE);
    assert_int_equal (butler_client_recv (self->client, 0), number);
    assert_told (self, endpoint, "none was given");
}

static void
request_that_was_sent_is_not_touched (void **state)
{
    self_t *self = *state;
    s_meet (self, OPEN, NOTHING);
    raw_router_await (butler_client_socket (self->client));
    const uint64_t sent = s_submit (self);
    zmsg_t *request = raw_router_recv (self->router);
    zmsg_destroy (&request);
    s_lose (self);
    self->router = secure_router_open (&self->secure, CURVE, true);
    const uint64_t waiting = s_submit (self);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), waiting);
    assert_told (self, self->secure.endpoint, "none was given");
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_courier_turn (&self->client->courier, zclock_mono () + LATE);
    assert_int_equal (butler_client_recv (self->client, 0), sent);
    assert_int_equal (butler_client_status (self->client), 0);
    assert_string_equal (butler_client_error_name (self->client), "TimeoutError");
}

//  A router that is about to end may close a connection that was about to be made
static void
connection_that_is_closed_once_is_no_failure (void **state)
{
    self_t *self = *state;
    zsock_t *closer = zsock_new (ZMQ_STREAM);
    assert_true (zsock_bind (closer, "%s", raw_router_anywhere ()) > 0);
    snprintf (self->secure.endpoint, sizeof self->secure.endpoint, "%s", zsock_endpoint (closer));
    self->client = butler_client_new (NULL);
    s_show (self, KEY);
    assert_int_equal (butler_client_connect (self->client, self->secure.endpoint), 0);
    butler_client_set_timeout (self->client, LATE);
    const uint64_t number = s_submit (self);
    zsock_set_rcvtimeo (closer, PATIENCE);
    zmsg_t *hello = zmsg_recv (closer);
    assert_non_null (hello);
    zmsg_destroy (&hello);
    zsock_destroy (&closer);
    self->router = secure_router_open (&self->secure, CURVE, true);
    s_serve (self, number);
}

//  Who listens says this to each who comes, and hangs up
static void
s_be_hung_up_on (self_t *self, bool shows, const char *banner)
{
    const int listener = socket (AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    assert_int_equal (bind (listener, (struct sockaddr *) &address, size), 0);
    assert_int_equal (listen (listener, 8), 0);
    getsockname (listener, (struct sockaddr *) &address, &size);
    snprintf (self->secure.endpoint, sizeof self->secure.endpoint, "tcp://127.0.0.1:%d", ntohs (address.sin_port));
    self->client = butler_client_new (NULL);
    if (shows)
        s_show (self, KEY);
    assert_int_equal (butler_client_connect (self->client, self->secure.endpoint), 0);
    butler_client_set_timeout (self->client, LATE);
    const uint64_t number = s_submit (self);
    uint64_t ended = 0;
    while (!ended) {
        struct pollfd item = { .fd = listener, .events = POLLIN };
        if (poll (&item, 1, 10) > 0) {
            const int peer = accept (listener, NULL, NULL);
            assert_int_equal (send (peer, banner, strlen (banner), MSG_NOSIGNAL), strlen (banner));
            close (peer);
        }
        ended = butler_client_recv (self->client, 0);
    }
    close (listener);
    assert_int_equal (ended, number);
}

static void
what_is_no_router_is_told (void **state)
{
    self_t *self = *state;
    s_be_hung_up_on (self, true, "SSH-2.0-OpenSSH, or whatever else there may be, and it talks and talks and ends\r\n");
    assert_told (self, self->secure.endpoint, "does not speak as a router does");
}

//  A router that asks for a key may close the connection before it can be seen that it does
static void
who_shows_nothing_is_told_where_nothing_can_be_seen (void **state)
{
    self_t *self = *state;
    s_be_hung_up_on (self, false, "");
    assert_told (self, self->secure.endpoint, "none was given");
}

static void
wrong_credentials_change_nothing (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, KEY);
    errno = 0;
    assert_int_equal (butler_client_set_curve (self->client, "/nonexistent", NULL), -1);
    assert_int_equal (errno, EINVAL);
    assert_non_null (strstr (butler_client_error (self->client), "/nonexistent"));
    assert_int_equal (butler_client_status (self->client), -1);
    assert_int_equal (butler_client_set_plain (self->client, "", "p"), -1);
    assert_string_equal (butler_client_error_service (self->client), "");
    s_serve (self, s_submit (self));
}

static void
nothing_is_watched_within_the_process (void **state)
{
    self_t *self = *state;
    self->router = zsock_new (ZMQ_ROUTER);
    assert_int_equal (zsock_bind (self->router, "inproc://handshake"), 0);
    zsock_set_rcvtimeo (self->router, PATIENCE);
    self->client = butler_client_new ("inproc://handshake");
    assert_null (self->client->courier.channels.channel [0].handshake);
    s_serve (self, s_submit (self));
    s_show (self, KEY);                     //  which nobody asks for there
    s_serve (self, s_submit (self));
}

//  ---- what it costs

static int
s_descriptors (void)
{
    int count = 0;
    DIR *folder = opendir ("/proc/self/fd");
    while (readdir (folder))
        count++;
    closedir (folder);
    return count;
}

//  libzmq closes a little later
static void
assert_settled (int most)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (s_descriptors () > most && zclock_mono () < limit)
        zclock_sleep (10);
    assert_in_range (s_descriptors (), 0, most);
}

static void
failures_leave_nothing (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    s_fail_once (self);
    const int before = s_descriptors ();
    for (int count = 0; count < 5; count++)
        s_fail_once (self);
    assert_settled (before + 2);            //  of what the router has not closed yet
    butler_client_destroy (&self->client);
    assert_settled (before - 1);
    self->client = butler_client_new (NULL);
}

//  Tries anew for each request, but not in a storm
static void
attempts_are_paced (void **state)
{
    self_t *self = *state;
    s_meet (self, CURVE, NOTHING);
    s_fail_once (self);
    const uint32_t epoch = self->client->courier.channels.epoch;
    const int64_t begun = zclock_mono ();
    for (int count = 0; count < 5; count++)
        s_fail_once (self);
    assert_in_range (self->client->courier.channels.epoch - epoch, 1, 5);
    assert_true (zclock_mono () - begun >= 400);
}

//  ---- the actor

static void
s_expect (zactor_t *actor, const char *begins)
{
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    if (strncmp (answer, begins, strlen (begins)))
        fail_msg ("'%s' does not begin with '%s'", answer, begins);
    zstr_free (&answer);
}

static void
s_call (self_t *self, zactor_t *actor, const char *status, const char *says)
{
    zstr_sendx (actor, "SEND", "tag", "s", "body", NULL);
    if (streq (status, "200")) {
        zmsg_t *request = raw_router_recv (self->router);
        raw_router_answer (self->router, request, "1", NULL);
        zmsg_destroy (&request);
    }
    zmsg_t *answer = zmsg_recv (actor);
    assert_non_null (answer);
    assert_frame (answer, 0, "tag");
    assert_frame (answer, 1, status);
    char *text = zframe_strdup (frame_at (answer, 2));
    assert_non_null (strstr (text, says));
    assert_no_secret (self, text);
    free (text);
    zmsg_destroy (&answer);
}

static void
actor_takes_credentials_and_tells_failures (void **state)
{
    self_t *self = *state;
    zactor_t *actor = zactor_new (butler_client_actor, NULL);
    zsock_set_rcvtimeo (actor, PATIENCE);
    self->router = secure_router_open (&self->secure, CURVE, false);
    zstr_sendx (actor, "SET", "timeout", "60000", NULL);
    s_expect (actor, "OK");
    zstr_sendx (actor, "CONNECT", self->secure.endpoint, NULL);
    s_expect (actor, "OK");
    s_call (self, actor, "-1", "HandshakeFailed: ");
    zstr_sendx (actor, "CURVE", self->secure.known_file, "nonsense", NULL);
    s_expect (actor, "ERROR the router's key: 'nonsense' is neither");
    zstr_sendx (actor, "CURVE", NULL);
    s_expect (actor, "ERROR CURVE takes: KEYFILE [ROUTERKEY]");
    zstr_sendx (actor, "CURVE", self->secure.known_file, NULL);
    s_expect (actor, "OK");
    s_call (self, actor, "200", "1");
    zsock_set_rcvtimeo (actor, -1);
    zactor_destroy (&actor);        //  what it sends over a connection that is gone, before it knows that, is lost
    zsock_destroy (&self->router);
    self->router = secure_router_open (&self->secure, PLAIN, true);
    actor = zactor_new (butler_client_actor, NULL);
    zsock_set_rcvtimeo (actor, PATIENCE);
    zstr_sendx (actor, "SET", "timeout", "60000", NULL);
    s_expect (actor, "OK");
    zstr_sendx (actor, "PLAIN", SECURE_USER, NULL);
    s_expect (actor, "ERROR PLAIN takes: USER PASSWORD");
    zstr_sendx (actor, "PLAIN", SECURE_USER, "", NULL);
    s_expect (actor, "ERROR the password is empty");
    zstr_sendx (actor, "PLAIN", SECURE_USER, "wrong-" SECURE_PASSWORD, NULL);
    s_expect (actor, "OK");
    zstr_sendx (actor, "CONNECT", self->secure.endpoint, NULL);
    s_expect (actor, "OK");
    s_call (self, actor, "-1", "does not know the user 'alice'");
    zstr_sendx (actor, "PLAIN", SECURE_USER, SECURE_PASSWORD, NULL);
    s_expect (actor, "OK");
    s_call (self, actor, "200", "1");
    zsock_set_rcvtimeo (actor, -1);
    zactor_destroy (&actor);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (who_shows_what_is_asked_for_is_served),
        S_TEST (who_does_not_is_told_what_may_be_wrong),
        S_TEST (key_that_is_not_known_is_named),
        S_TEST (all_that_waits_ends),
        S_TEST (loop_of_ones_own_is_told_in_time),
        S_TEST (router_that_was_corrected_serves),
        S_TEST (client_that_was_corrected_is_served),
        S_TEST (credentials_that_are_set_late_hold_for_the_next_connection),
        S_TEST (next_router_is_asked),
        S_TEST (call_fails_once_each_router_was_tried),
        S_TEST (reason_is_told_when_time_is_over),
        S_TEST (request_that_was_sent_is_not_touched),
        S_TEST (connection_that_is_closed_once_is_no_failure),
        S_TEST (what_is_no_router_is_told),
        S_TEST (who_shows_nothing_is_told_where_nothing_can_be_seen),
        S_TEST (wrong_credentials_change_nothing),
        S_TEST (nothing_is_watched_within_the_process),
        S_TEST (failures_leave_nothing),
        S_TEST (attempts_are_paced),
        S_TEST (actor_takes_credentials_and_tells_failures),
    };
    return cmocka_run_group_tests_name ("handshakes of clients", tests, NULL, NULL);
}
