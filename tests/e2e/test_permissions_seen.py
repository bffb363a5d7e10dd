#   test_permissions_seen.py - what users see of what they may not use, and what becomes of it when that changes
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Discovery and butler.router, users without a name, permissions that change under way."""

import json

from harness import main, relative, scaled, wait_until
from peers import RECONNECT, read_error
from permitted import ALICE, BOB, BUSY, CALL, SEES, SERVICES, USERS, Permitted, permissions
from secured import STAFF


class Anonymous(Permitted):
    """A frontend without security, beside a backend with it."""

    def open_router(self, settings):
        router = self.secured(dict(self.STAFF_MAY, **{"frontend/security": "null", **settings}))
        router.secure = None
        return router

    def registered(self, router, service, user):
        worker = self.worker_of(router, user)
        worker.ready(service, BUSY)
        return worker

    def test_anonymous_may_what_is_allowed_to_him(self):
        router = self.open_router({"permission/anonymous/call": "api.public", "permission/everyone/call": "*"})
        worker = self.registered(router, "api.public", STAFF)
        client = self.client(router)
        wait_until(lambda: self.discover(client, "api.public") == b"200", "it is registered")
        self.assert_served(client, "api.public", worker, b"body")
        self.assert_forbidden(client.answer(client.request("api.images")), "api.images")

    def test_everyone_is_not_anonymous(self):
        router = self.open_router({"permission/everyone/call": "*"})
        client = self.client(router)
        self.assert_forbidden(client.answer(client.request("api.public")), "api.public")


class Sight(Permitted):
    """What a user may not use he does not see either."""

    def test_discovery_tells_of_what_one_may_call(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        for user in USERS:
            client = self.client_of(router, user)
            for service in SERVICES:
                with self.subTest(user=user, service=service):
                    self.assertEqual(self.discover(client, service), b"200" if service in CALL[user] else b"403")

    def test_refusals_do_not_tell_who_is_there(self):
        router = self.secured(permissions())
        self.worker(router, "api.images", BUSY, secure=self.as_user(STAFF))
        for dialect in (0, 1):
            client = self.client_of(router, "dave", dialect=dialect)
            for prefix in ("", "mmi."):
                answers = []
                for service in ("api.images", "api.nobody"):
                    api_id = client.request(prefix + service, expiration=relative(30000) if dialect else None)
                    answers.append([frame.replace(service.encode(), b"NAME").replace(api_id, b"ID")
                                    for frame in client.recv()])
                self.assertEqual(*answers)

    def test_probe_of_the_router_is_everyones(self):
        client = self.client_of(self.secured(permissions()), "dave")
        self.assertEqual(self.discover(client, "butler.router"), b"200")
        self.assertEqual(client.call("butler.router", "ping"), "pong")

    def listed(self, client, method, key):
        answer = client.call("butler.router", method)
        rows = answer[method]
        self.assertEqual(answer["total"], len(rows))
        return sorted(row[key] for row in rows)

    def test_lists_show_what_one_may_call_or_serve(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        for user in USERS:
            client = self.client_of(router, user)
            with self.subTest(user=user):
                self.assertEqual(self.listed(client, "services", "name"), SEES[user])
                self.assertEqual(self.listed(client, "workers", "service"), SEES[user])
                told = json.dumps([client.call("butler.router", method) for method in ("services", "workers")])
                for service in set(SERVICES) - set(SEES[user]):
                    self.assertNotIn(service, told)

    def test_admin_sees_all(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        client = self.client_of(router, STAFF)
        self.assertEqual(self.listed(client, "services", "name"), sorted(SERVICES))
        self.assertEqual(self.listed(client, "workers", "service"), sorted(SERVICES))
        self.assertEqual(client.call("butler.router", "stats")["workers"], len(SERVICES))

    def test_workers_of_what_one_may_not_call_are_as_those_of_nobody(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        client = self.client_of(router, "dave")
        answers = []
        for service in ("api.images", "api.nobody"):
            api_id = client.request("butler.router", '{"method": "workers", "args": ["%s"]}' % service)
            answers.append(client.answer(api_id).replace(service.encode(), b"NAME").replace(api_id, b"ID"))
        self.assertEqual(*answers)

    def test_numbers_of_the_router_are_for_admins(self):
        router = self.secured(permissions())
        client = self.client_of(router, "bob")
        code, kind, _ = read_error(client.answer(client.request("butler.router", '{"method": "stats"}')))
        self.assertEqual((code, kind), (403, "forbidden"))

    def test_lists_change_with_permissions(self):
        router = self.secured(permissions())
        self.staff_workers(router)
        client = self.client_of(router, "alice")
        self.reload(router, permissions(alice=BOB, bob=ALICE))
        self.assertEqual(self.listed(client, "services", "name"), SEES["bob"])


class Change(Permitted):
    """What becomes of what is under way when permissions change."""

    def test_worker_that_may_serve_no_more_is_told_and_gets_nothing(self):
        router = self.secured(permissions())
        worker = self.worker(router, "api.images", {"capacity": 2}, secure=self.as_user("alice"))
        staff = self.client_of(router, STAFF)
        held = staff.request("api.images", b"held")
        job = worker.job()
        self.reload(router, permissions(alice={"call": "*"}))
        self.assertEqual(read_error(staff.answer(held))[0], 502)
        self.assert_refused(worker)
        worker.reply(job, b"too late")
        waiting = staff.request("api.images", b"waiting", expiration=relative(scaled(300)))
        self.assertEqual(read_error(staff.answer(waiting))[0], 504)
        self.assertIsNone(worker.waiting())

    def test_answers_to_what_was_allowed_still_come(self):
        router = self.secured(permissions())
        worker = self.worker(router, "api.images", BUSY, secure=self.as_user(STAFF))
        client = self.client_of(router, "alice")
        api_id = client.request("api.images", b"body")
        job = worker.job()
        self.reload(router, permissions(alice={"serve": "api.nothing"}))
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assert_forbidden(client.answer(client.request("api.images")), "api.images")

    def test_worker_that_was_refused_may_come_again(self):
        router = self.secured(permissions())
        worker = self.worker_of(router, "dave")
        worker.ready("api.images", BUSY)
        self.assert_refused(worker)
        self.reload(router, dict(permissions(), **{"permission/dave/serve": "api.images"}))
        worker.beat()
        self.assertEqual(worker.command(), [RECONNECT])
        self.worker(router, "api.images", BUSY, secure=self.as_user("dave"))


if __name__ == "__main__":
    main()
