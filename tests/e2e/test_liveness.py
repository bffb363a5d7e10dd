#   test_liveness.py - which workers live, which leave, and which are taken for dead
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Heartbeats, liveness, leaving, and workers of 0.3.0, which can't beat while they work."""

import time

from harness import SETTINGS, TestCase, main, relative, scaled, wait_until, within
from peers import HEARTBEAT, LEAVE, RECONNECT, read_error

BUSY = {"capacity": 1}


class Mortal(TestCase):

    def short_lived_worker(self, router, properties=None):
        """One that registered, and was taken for dead, as it said nothing more."""
        worker = self.idle_worker(router)
        worker.ready("api.images", properties)
        self.wait_stat(router, 1, "registrations")
        wait_until(lambda: self.count_workers(router, "api.images") == 0, "it is taken for dead")
        return worker


class Heartbeats(Mortal):

    def test_router_beats_at_the_interval(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        interval = SETTINGS["router/heartbeat"] / 1000

        def at_the_interval():
            while worker.poll(0):
                pass
            self.assertEqual(worker.recv(), [HEARTBEAT])
            started = time.monotonic()
            for _ in range(5):
                self.assertEqual(worker.recv(), [HEARTBEAT])
            took = time.monotonic() - started
            worker.beat()
            return within(took, 5 * interval * 0.8, 5 * interval * 1.5 + 0.2)
        #   A busy machine may keep some of them for a moment
        wait_until(at_the_interval, "the router beats at the interval")

    def test_beating_worker_lives(self):
        #   For longer than a silent one; and a beat may be late on a busy machine
        router = self.router({"router/liveness": 20})
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images")
        job = worker.job()
        interval = SETTINGS["router/heartbeat"] / 1000
        started = time.monotonic()
        while time.monotonic() - started < 30 * interval:
            worker.beat()
            frames = worker.poll(interval / 2)
            self.assertIn(frames, (None, [HEARTBEAT]))
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_silent_idle_worker_is_forgotten_and_told_to_reconnect(self):
        router = self.router({"router/liveness": 3})
        worker = self.short_lived_worker(router, BUSY)
        worker.beat()
        self.assertEqual(worker.command(), [RECONNECT])

    def test_dead_workers_service_waits_for_the_next(self):
        router = self.router({"router/liveness": 3})
        self.short_lived_worker(router, BUSY)
        client = self.client(router)
        client.request("api.images", b"patient")
        self.assertEqual(client.before_fence(), [])


class Leaving(TestCase):

    def test_leave_is_answered(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        worker.leave()
        self.assertEqual(worker.command(), [LEAVE])

    def test_leaving_worker_finishes_what_it_holds_and_gets_no_more(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2})
        client = self.client(router)
        held = client.request("api.images", b"held")
        job = worker.job()
        worker.leave()
        self.assertEqual(worker.command(), [LEAVE])
        client.request("api.images", b"for another")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(held), b"fine")
        client.before_fence()
        self.assertIsNone(worker.waiting())
        other = self.idle_worker(router)
        other.ready("api.images", BUSY)
        self.assertEqual(other.job().body, b"for another")

    def test_leaving_worker_that_dies_loses_its_request(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images")
        worker.job()
        worker.leave()
        worker.command()
        worker.close()
        self.assertEqual(read_error(client.answer(api_id))[0], 502)


class WithoutProperties(Mortal):
    """A worker as butler 0.3.0 has it: it can't beat while it works."""

    def test_busy_worker_may_be_silent_until_its_request_expires(self):
        router = self.router({"router/liveness": 3, "service/unknown": "queue"})
        client = self.client(router)
        api_id = client.request("api.images", expiration=relative(scaled(10000)))
        client.before_fence()
        #   It is there already, so that the worker is never idle, and dead if the request took long
        worker = self.idle_worker(router)
        worker.ready("api.images")
        job = worker.job()
        started = time.monotonic()
        interval = SETTINGS["router/heartbeat"] / 1000
        wait_until(lambda: time.monotonic() - started > 8 * interval, "it was silent for long")
        worker.reply(job, b"slow")
        self.assertEqual(client.answer(api_id), b"slow")

    def test_place_is_back_at_the_first_heartbeat_after_expiration(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)

        def given():
            #   Not where the router stood still meanwhile: then it had expired when it came
            unanswered = client.request("api.images", expiration=relative(100))
            self.assertEqual(read_error(client.answer(unanswered))[0], 504)
            return self.ask(router, "workers")["workers"][0]["holds"]
        wait_until(given, "the worker has a request that expired")
        worker.job()
        api_id = client.request("api.images", b"next")
        client.before_fence()
        self.assertIsNone(worker.waiting())
        worker.beat()
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_heartbeat_before_expiration_gives_no_second_request(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)
        first = client.request("api.images", b"first")
        client.request("api.images", b"second")
        job = worker.job()
        worker.beat()
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(first), b"fine")
        self.assertEqual(worker.job().body, b"second")

    def test_idle_silent_worker_is_forgotten(self):
        self.short_lived_worker(self.router({"router/liveness": 3}))

    def test_worker_gets_no_extension(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)
        client.request("api.images")
        frames = worker.command()
        self.assertEqual(len(frames), 6)
        self.assertRegex(frames[4], rb"^\d{1,15}$")
        self.assertEqual(worker.recv(), [HEARTBEAT])


if __name__ == "__main__":
    main()
