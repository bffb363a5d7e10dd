#   test_workers.py - what the router does with its workers
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Registration, forged replies, relaying and malformed messages."""

import json

from harness import TestCase, main, scaled, wait_until
from peers import HEARTBEAT, LEAVE, READY, RECONNECT, REPLY, read_error

BUSY = {"capacity": 1}


class Registration(TestCase):

    def test_heartbeat_of_an_unknown_worker_gets_reconnect(self):
        stranger = self.idle_worker(self.router())
        stranger.beat()
        self.assertEqual(stranger.recv(), [RECONNECT])

    def test_reply_of_an_unknown_worker_gets_reconnect(self):
        stranger = self.idle_worker(self.router())
        stranger.send(REPLY, b"\x01tokenid\x02", b"", b"1.0:1", b"forged")
        self.assertEqual(stranger.recv(), [RECONNECT])

    def test_ready_registers_under_one_service(self):
        router = self.router()
        self.worker(router, "api.images", BUSY)
        listed = self.ask(router, "workers", service="api.images")
        self.assertEqual(listed["total"], 1)
        self.assertEqual(len(listed["workers"]), 1)
        self.assertEqual(self.ask(router, "workers", service="api.other")["total"], 0)

    def test_second_ready_registers_anew_in_place(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images", b"held")
        worker.job()
        worker.ready("api.images", BUSY)
        self.assertEqual(read_error(client.answer(api_id))[0], 502, "as at its death")
        self.assertEqual(self.count_workers(router, "api.images"), 1)
        api_id = client.request("api.images", b"next")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_second_ready_may_change_the_service(self):
        router = self.router()
        worker = self.worker(router, "api.old", BUSY)
        worker.ready("api.new", BUSY)
        wait_until(lambda: self.count_workers(router, "api.new") == 1, "it is registered anew")
        self.assertEqual(self.count_workers(router, "api.old"), 0)
        client = self.client(router)
        client.request("api.new", b"body")
        self.assertEqual(worker.job().service, b"api.new")

    def test_second_ready_may_change_the_capacity(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        worker.ready("api.images", {"capacity": 3})
        client = self.client(router)
        for _ in range(3):
            client.request("api.images")
        self.assertEqual(len({worker.job().token for _ in range(3)}), 3)

    def assert_told(self, worker):
        frames = worker.recv()
        self.assertEqual(frames[0], HEARTBEAT)
        self.assertEqual(len(frames), 2)
        self.assertTrue(json.loads(frames[1])["refused"])

    def assert_refused(self, router, worker):
        self.assert_told(worker)
        self.assertEqual(self.ask(router, "workers")["total"], 0)

    def test_reserved_names_are_refused(self):
        router = self.router()
        for name in ("mmi.api", "butler.router", "butler.other"):
            with self.subTest(name):
                worker = self.idle_worker(router)
                worker.ready(name, BUSY)
                self.assert_refused(router, worker)

    def test_bad_properties_are_refused(self):
        router = self.router()
        for properties in (b"no JSON", b"[]", b"17", b"\xff", b'{"capacity": 0}',
                           b'{"capacity": -1}', b'{"capacity": "many"}', b'{"capacity": 1.5}',
                           b'{"capacity": 99999999999999999999}', b'{"capacity": 1, "threads": -1}',
                           b'{"capacity": 1, "retry": -1}', b'{"capacity": 1',
                           b'{"capacity": 1, "more": "' + b"x" * 16384 + b'"}',
                           b"[" * 8000 + b"]" * 8000):
            with self.subTest(properties[:40]):
                worker = self.idle_worker(router)
                worker.ready("api.images", properties)
                self.assert_refused(router, worker)

    def test_refused_worker_is_told_once(self):
        router = self.router()
        worker = self.idle_worker(router)
        worker.ready("mmi.api", BUSY)
        self.assert_refused(router, worker)
        for _ in range(3):
            worker.ready("mmi.api", BUSY)
            worker.beat()
        #   The router takes one socket's messages in order: what a stranger is
        #   answered now was decided after them
        self.client(router).before_fence()
        stranger = self.idle_worker(router)
        stranger.beat()
        stranger.recv()
        self.assertIsNone(worker.poll(scaled(0.3)), "ignored from now on")

    def test_log_does_not_tell_of_each(self):
        router = self.router()
        workers = [self.idle_worker(router) for _ in range(30)]
        for worker in workers:
            worker.ready("mmi.api", BUSY)
        for worker in workers:
            self.assert_told(worker)
        router.stop()               # then all its log is here
        self.assertEqual(sum("state=refused" in line for line in router.log), 10)

    def test_unknown_properties_are_no_fault(self):
        router = self.router()
        worker = self.worker(router, "api.images", {
            "capacity": 1, "api": "1.0", "methods": ["resize (name: string)"], "colour": {"a": [1]}})
        client = self.client(router)
        client.request("api.images", b"body")
        self.assertEqual(worker.job().body, b"body")

    def test_worker_learns_the_attempt_if_it_asks(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 1, "request": 2})
        client = self.client(router)
        api_id = client.request("api.images", b"body")
        job = worker.job()
        self.assertEqual((job.api_id, job.body), (api_id, b"body"))
        self.assertEqual(json.loads(job.extra), {"attempt": 0})
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_repeated_request_tells_its_attempt(self):
        router = self.router()
        asks = {"capacity": 1, "request": 2, "retry": 3}
        first, second = self.worker(router, "api.images", asks), self.worker(router, "api.images", asks)
        client = self.client(router)
        api_id = client.request("api.images", b"body")
        self.assertEqual(json.loads(first.job().extra), {"attempt": 0})
        first.close()
        job = second.job()
        self.assertEqual((job.body, json.loads(job.extra)), (b"body", {"attempt": 1}))
        second.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")


class Forgery(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()
        self.holder = self.worker(self.daemon, "api.images", BUSY)
        self.victim = self.client(self.daemon)

    def assert_only_the_true_reply_counts(self, forger, *forged):
        api_id = self.victim.request("api.images")
        job = self.holder.job()
        forger.send(*[{"TOKEN": job.token, "ID": api_id}.get(frame, frame) for frame in forged])
        if forger is not self.holder:
            self.daemon_has_read(forger)
        self.holder.reply(job, b"true")
        self.assertEqual(self.victim.answer(api_id), b"true")
        self.assertEqual(self.victim.before_fence(), [])

    def daemon_has_read(self, forger):
        """A second READY is in order behind the forged message."""
        forger.ready("api.read", {"capacity": 1})
        wait_until(lambda: self.count_workers(self.daemon, "api.read") == 1,
                   "the forged message has been read")

    def test_wrong_token_is_dropped(self):
        self.assert_only_the_true_reply_counts(
            self.holder, REPLY, b"\x01\0\0\0\0\0\0\0\0", b"", "ID", b"forged")

    def test_wrong_api_id_is_dropped(self):
        self.assert_only_the_true_reply_counts(
            self.holder, REPLY, "TOKEN", b"", b"1.0:another", b"forged")

    def test_token_of_another_worker_is_dropped(self):
        forger = self.worker(self.daemon, "api.forger", BUSY)
        self.assert_only_the_true_reply_counts(forger, REPLY, "TOKEN", b"", "ID", b"forged")

    def test_token_from_a_stranger_is_dropped(self):
        forger = self.idle_worker(self.daemon)
        self.assert_only_the_true_reply_counts(forger, REPLY, "TOKEN", b"", "ID", b"forged")

    def test_second_reply_is_dropped(self):
        api_id = self.victim.request("api.images")
        job = self.holder.job()
        self.holder.reply(job, b"true")
        self.holder.reply(job, b"twice")
        self.assertEqual(self.victim.answer(api_id), b"true")
        following = self.victim.request("api.images")
        job = self.holder.job()
        self.holder.reply(job, b"next")
        self.assertEqual(self.victim.answer(following), b"next")

    def test_old_token_does_not_end_a_new_request(self):
        first = self.victim.request("api.images", api_id=b"1.0:same")
        old = self.holder.job()
        self.holder.reply(old, b"first")
        self.assertEqual(self.victim.answer(first), b"first")
        self.victim.request("api.images", api_id=b"1.0:same")
        new = self.holder.job()
        self.holder.reply(old, b"forged")
        self.holder.reply(new, b"second")
        self.assertEqual(self.victim.answer(b"1.0:same"), b"second")


class Relay(TestCase):

    def relay(self, settings):
        router = self.router(settings)
        worker = self.worker(router, "api.images", BUSY, routing_id=b"a-known-id")
        peer = self.idle_worker(router)
        peer.send(REPLY, b"a-known-id", RECONNECT)
        return router, worker, peer

    def test_relay_is_off(self):
        router, worker, peer = self.relay({})
        peer.beat()
        self.assertEqual(peer.command(), [RECONNECT])
        client = self.client(router)
        client.request("api.images", b"body")
        self.assertEqual(worker.job().body, b"body", "nothing came before it")

    def test_relay_passes_reconnect_where_it_is_on(self):
        _, worker, _ = self.relay({"backend/relay": 1})
        self.assertEqual(worker.command(), [RECONNECT])


class Malformed(TestCase):

    def test_malformed_from_a_worker_is_counted_and_dropped(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        before = self.stat(router, "malformed")
        bad = [[b""], [READY], [READY, b""], [READY, b"s" * 251, b"{}"],
               [READY, b"a", b"{}", b"more"], [REPLY], [REPLY, b"t", b"", b"1.0:1"],
               [REPLY, b"\x01tokenid\x02", b"no null", b"1.0:1", b""], [b"\x06"], [b"\x07"],
               [b"\x03"], [b"a text"], [LEAVE, b"more"], [b"x"] * 40]
        for frames in bad:
            worker.send(*frames)
        api_id = client.request("api.images")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assertGreater(self.stat(router, "malformed"), before)


if __name__ == "__main__":
    main()
