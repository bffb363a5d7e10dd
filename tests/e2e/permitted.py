#   permitted.py - users with permissions, for the tests of these
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Four users and four services: who may what, and how one sees that it is so."""

import json

from harness import scaled, wait_until
from peers import HEARTBEAT, REPLY, read_error
from secured import STAFF, Secured

BUSY = {"capacity": 1}

USERS = ("alice", "bob", "carol", "dave")
SERVICES = ("api.images", "api.text.plain", "api.text.secret", "api.public")

ALICE = {"call": ["api.images", "api.text.*"], "deny_call": "api.text.secret", "serve": "api.images"}
BOB = {"call": "*", "deny_call": "api.images", "serve": "api.text.*", "deny_serve": "api.text.plain"}
OTHERS = {"permission/carol/serve": "api.*", "permission/everyone/call": "api.public"}

CALL = {"alice": ("api.images", "api.text.plain", "api.public"),
        "bob": ("api.text.plain", "api.text.secret", "api.public"),
        "carol": ("api.public",), "dave": ("api.public",)}
SERVE = {"alice": ("api.images",), "bob": ("api.text.secret",), "carol": SERVICES, "dave": ()}

#   What each sees in the router's lists
SEES = {user: sorted(set(CALL[user]) | set(SERVE[user])) for user in CALL}


def permissions(alice=ALICE, bob=BOB):
    settings = dict(OTHERS, **Secured.STAFF_MAY)
    for user, grant in (("alice", alice), ("bob", bob)):
        settings.update({"permission/%s/%s" % (user, key): value for key, value in grant.items()})
    return settings


def swapped(table):
    """The same with alice's and bob's places exchanged."""
    return dict(table, alice=table["bob"], bob=table["alice"])


class Permitted(Secured):
    """What tests of permissions have at hand."""

    def setUp(self):
        super().setUp()
        self.add(*USERS)

    def client_of(self, router, user, **options):
        return self.client(router, secure=self.as_user(user), **options)

    def worker_of(self, router, user):
        return self.idle_worker(router, secure=self.as_user(user))

    @staticmethod
    def discover(client, service):
        """How a question whether it is there is answered."""
        client.request("mmi." + service)
        return client.recv()[-1]

    def staff_workers(self, router):
        return {service: self.worker(router, service, BUSY, secure=self.as_user(STAFF)) for service in SERVICES}

    def assert_forbidden(self, response, service):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (403, "forbidden"))
        self.assertIn(service, error["message"])

    def assert_served(self, client, service, worker, body):
        """Its request is the next that this worker gets; whatever came before it would show."""
        api_id = client.request(service, body)
        job = worker.job()
        self.assertEqual((job.service, job.body), (service.encode(), body))
        worker.reply(job, b'"done"')
        self.assertEqual(client.answer(api_id), b'"done"')

    def assert_calls(self, clients, workers, allowed):
        for user, client in clients.items():
            for service in SERVICES:
                with self.subTest(user=user, calls=service):
                    body = ("%s calls %s" % (user, service)).encode()
                    if service in allowed[user]:
                        self.assert_served(client, service, workers[service], body)
                    else:
                        self.assert_forbidden(client.answer(client.request(service, body)), service)
            for worker in workers.values():
                worker.beat()

    def assert_refused(self, worker):
        frames = worker.command()
        self.assertEqual((len(frames), frames[0]), (2, HEARTBEAT))
        self.assertTrue(json.loads(frames[1])["refused"])

    def assert_serves(self, router, allowed):
        staff = self.client_of(router, STAFF)
        refused = []
        for user in USERS:
            for service in SERVICES:
                for worker in refused:      # one that were silent for long would be told again
                    worker.beat()
                with self.subTest(user=user, serves=service):
                    worker = self.worker_of(router, user)
                    worker.ready(service, BUSY)
                    if service not in allowed[user]:
                        self.assert_refused(worker)
                        refused.append(worker)
                        continue
                    wait_until(lambda: self.count_workers(router, service) == 1, "it is registered")
                    self.assert_served(staff, service, worker, b"work for " + user.encode())
                    worker.close()
                    wait_until(lambda: self.count_workers(router, service) == 0, "it is gone")
        self.assert_ignored(router, refused)

    def assert_ignored(self, router, refused):
        """Whatever workers say who have been refused, they are told no more."""
        for worker in refused:
            for service in SERVICES:
                worker.ready(service, BUSY)
            worker.beat()
            worker.send(REPLY, bytes(9), b"", b"1.0:1", b"forged")
        stranger = self.worker_of(router, STAFF)
        stranger.beat()
        stranger.recv()
        for worker in refused:
            self.assertIsNone(worker.poll(scaled(0.03)), "ignored from now on")
        self.assertEqual(self.ask(router, "workers")["total"], 0)
