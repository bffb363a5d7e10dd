#   test_permissions.py - who may call and serve which services
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Four users, four services, calls and registrations, over CURVE and over PLAIN."""

import pickle

from harness import main, wait_until
from packed import PROPERTIES, PackedClient, PackedWorker
from peers import read_error
from permitted import ALICE, BOB, BUSY, CALL, SERVE, SERVICES, USERS, Permitted, permissions, swapped


class Matrix(Permitted):
    """Each user, each service, both directions."""

    def test_users_call_what_they_may(self):
        router = self.secured(permissions())
        workers = self.staff_workers(router)
        self.assert_calls({user: self.client_of(router, user) for user in USERS}, workers, CALL)

    def test_users_serve_what_they_may(self):
        self.assert_serves(self.secured(permissions()), SERVE)

    def test_reload_swaps_what_two_users_may_call(self):
        router = self.secured(permissions())
        workers = self.staff_workers(router)
        clients = {user: self.client_of(router, user) for user in USERS}
        self.assert_calls(clients, workers, CALL)
        self.reload(router, permissions(alice=BOB, bob=ALICE))
        self.assert_calls(clients, workers, swapped(CALL))

    def test_reload_swaps_what_two_users_may_serve(self):
        router = self.secured(permissions())
        self.assert_serves(router, SERVE)
        self.reload(router, permissions(alice=BOB, bob=ALICE))
        self.assert_serves(router, swapped(SERVE))


class MatrixByPassword(Matrix):

    SECURITY = "plain"


class Answers(Permitted):
    """What a refusal looks like to those who speak otherwise."""

    def test_dialect_0_gets_an_exception(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        client = self.client_of(router, "dave", dialect=0)
        for service in SERVICES[:3]:
            code, kind, error = read_error(client.answer(client.request(service)))
            self.assertEqual((code, kind), (500, "exception"))
            exception = pickle.loads(error["object"].encode("latin-1"))
            self.assertTrue(str(exception).endswith(error["message"]), exception)
            self.assertIn(service, error["message"])

    def test_packed_peers_are_held_to_it_too(self):
        router = self.secured(permissions())
        worker = PackedWorker(self.context, router.backend, secure=self.as_user("carol"))
        self.addCleanup(worker.close)
        worker.ready("api.images", PROPERTIES)
        wait_until(lambda: self.count_workers(router, "api.images") == 1, "it is registered")
        forbidden = PackedWorker(self.context, router.backend, secure=self.as_user("dave"))
        self.addCleanup(forbidden.close)
        forbidden.ready("api.images", PROPERTIES)
        self.assert_refused(forbidden)
        for user, allowed in (("dave", False), ("alice", True)):
            client = PackedClient(self.context, router.frontend, secure=self.as_user(user))
            self.addCleanup(client.close)
            api_id = client.request("api.images", user.encode())
            if allowed:
                job = worker.job()
                self.assertEqual(job.body, b"alice")
                worker.reply(job, b"done")
                self.assertEqual(client.answer(api_id), b"done")
            else:
                self.assert_forbidden(client.answer(api_id), "api.images")

    def test_what_is_refused_is_counted(self):
        router = self.secured(permissions())
        before = self.ask(router, "stats")
        client = self.client_of(router, "dave")
        client.answer(client.request("api.images"))
        worker = self.worker_of(router, "dave")
        worker.ready("api.images", BUSY)
        self.assert_refused(worker)
        after = self.ask(router, "stats")
        self.assertEqual(after["forbidden"], before["forbidden"] + 1)
        self.assertEqual(after["registrations_refused"], before["registrations_refused"] + 1)


class Rules(Permitted):

    def assert_may_call(self, router, user, allowed, forbidden):
        client = self.client_of(router, user)
        for service in allowed:
            self.assertEqual(client.answer(client.request(service))[:3], b"404", service)
        for service in forbidden:
            self.assert_forbidden(client.answer(client.request(service)), service)

    def test_without_permissions_everyone_may_everything(self):
        router = self.secured()
        worker = self.worker(router, "api.images", BUSY, secure=self.as_user("dave"))
        self.assert_served(self.client_of(router, "carol"), "api.images", worker, b"body")

    def test_with_permissions_the_rest_is_denied(self):
        router = self.secured(dict(self.STAFF_MAY, **{"permission/alice/call": "api.one"}))
        self.assert_may_call(router, "alice", ["api.one"], ["api.on", "api.one.more", "api.two", "API.ONE"])
        self.assert_may_call(router, "bob", [], ["api.one", "*"])

    def test_denial_goes_before_permission(self):
        router = self.secured(dict(self.STAFF_MAY, **{
            "permission/alice/call": ["api.*", "api.text.secret"], "permission/alice/deny_call": "api.text.*",
            "permission/bob/call": "*", "permission/everyone/deny_call": "api.closed",
            "permission/everyone/call": "api.text.open"}))
        self.assert_may_call(router, "alice", ["api.images"], ["api.text.secret", "api.text.open", "api.closed"])
        self.assert_may_call(router, "bob", ["api.text.open", "anything"], ["api.closed"])

    def test_everyone_is_each_user(self):
        router = self.secured(dict(self.STAFF_MAY, **{
            "permission/everyone/call": "api.*", "permission/everyone/serve": "api.shared"}))
        for user in USERS:
            self.assert_may_call(router, user, ["api.images"], ["other"])
        self.worker(router, "api.shared", BUSY, secure=self.as_user("dave"))

    def test_asterisk_stands_anywhere(self):
        router = self.secured(dict(self.STAFF_MAY, **{"permission/alice/call": ["*.text.*", "a*b*c"]}))
        self.assert_may_call(router, "alice", ["api.text.x", ".text.", "abc", "axxbxbxc"],
                             ["api.text", "ab", "abcd", "xabc"])


if __name__ == "__main__":
    main()
