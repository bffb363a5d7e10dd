#   test_expiration.py - requests end when their clients no longer want the answer
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""504 on arrival, waiting and running; both forms of the expiration frame."""

import time

from harness import TestCase, absolute, main, relative, scaled, wait_until
from peers import read_error

BUSY = {"capacity": 1}


class Expiration(TestCase):

    def assert_expired(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (504, "expired"))
        return error["message"]

    def test_expired_on_arrival_is_504_and_says_by_how_much(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        expiration = absolute(-90000)
        message = self.assert_expired(client.answer(
            client.request("api.images", b"late", expiration=expiration)))
        self.assertRegex(message, r"90|9\d\d\d\d")
        client.request("api.images", b"in time")
        self.assertEqual(worker.job().body, b"in time")

    def test_zero_expires_on_arrival(self):
        router = self.router()
        self.worker(router, "api.images", BUSY)
        client = self.client(router)
        for expiration in (b"0", b"1", b"+0"):
            with self.subTest(expiration):
                self.assert_expired(client.answer(
                    client.request("api.images", expiration=expiration)))

    def test_waiting_request_expires_when_due(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        running = client.request("api.images", b"running")
        job = worker.job()
        started = time.monotonic()
        waiting = client.request("api.images", b"waiting", expiration=relative(200))
        self.assert_expired(client.answer(waiting))
        self.assert_took(started, 0.2, 0.5)
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(running), b"fine")
        client.request("api.images", b"next")
        self.assertEqual(worker.job().body, b"next", "an expired request is never dispatched")

    def test_absolute_expiration_is_as_prompt(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        client.request("api.images")
        worker.job()
        started = time.monotonic()
        waiting = client.request("api.images", expiration=absolute(200))
        self.assert_expired(client.answer(waiting))
        self.assert_took(started, 0.15, 0.5)

    def test_running_request_expires_when_due(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        started = time.monotonic()
        running = client.request("api.images", expiration=relative(200))
        worker.job()
        self.assert_expired(client.answer(running))
        self.assert_took(started, 0.2, 0.5)

    def test_request_that_waits_for_a_worker_expires_when_due(self):
        router = self.router({"service/unknown": "queue"})
        client = self.client(router)
        started = time.monotonic()
        self.assert_expired(client.answer(
            client.request("api.images", expiration=relative(200))))
        self.assert_took(started, 0.2, 0.5)

    def test_late_reply_is_dropped_and_frees_the_place(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        running = client.request("api.images", expiration=relative(100))
        late = worker.job()
        self.assert_expired(client.answer(running))
        next_one = client.request("api.images", b"next")
        client.before_fence()
        self.assertIsNone(worker.waiting(), "its one place is still taken")
        worker.reply(late, b"too late")
        job = worker.job()
        self.assertEqual(job.body, b"next")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(next_one), b"fine", "one answer for each request")

    def test_dialect_0_is_sent_nothing(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client, other = self.client(router, dialect=0), self.client(router)
        client.request("api.images", b"late", expiration=absolute(-5000))
        client.request("api.images", b"running", expiration=absolute(100))
        self.assertEqual(worker.job().body, b"running")
        client.request("api.images", b"waiting", expiration=absolute(100))
        self.assertEqual(client.before_fence(), [])
        self.assert_expired(other.answer(other.request("api.images", expiration=relative(200))))
        self.assertEqual(client.before_fence(), [])

    def test_relative_expiration_reaches_the_worker_absolute(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        before = int(absolute(20000))
        client.request("api.images", expiration=relative(20000))
        expiration = int(worker.job().expiration)
        self.assertGreaterEqual(expiration, before - 20)
        self.assertLessEqual(expiration, int(absolute(20000)) + 20)

    def test_worker_may_ask_for_relative_expirations(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2, "deadline": "relative"})
        client = self.client(router)
        client.request("api.images", expiration=relative(20000))
        client.request("api.images", expiration=absolute(20000))
        for _ in range(2):
            expiration = worker.job().expiration
            self.assertRegex(expiration, rb"^\+\d{1,10}$")
            self.assertLessEqual(int(expiration), 20000)
            self.assertGreater(int(expiration), 20000 - scaled(5) * 1000)

    def test_relative_expiration_counts_what_waiting_took(self):
        router = self.router({"service/unknown": "queue"})
        client = self.client(router)
        started = time.monotonic()
        client.request("api.images", expiration=relative(20000))
        client.before_fence()
        wait_until(lambda: time.monotonic() - started > 0.3, "the request has waited a while")
        worker = self.worker(router, "api.images", {"capacity": 1, "deadline": "relative"})
        self.assertLessEqual(int(worker.job().expiration), 19720)

    def test_far_expirations_are_clipped(self):
        router = self.router({"client/max_deadline": 10000})
        worker = self.worker(router, "api.images", {"capacity": 4})
        client = self.client(router)
        for expiration in (relative(9999999999), absolute(3600000), b"9" * 15):
            with self.subTest(expiration):
                client.request("api.images", expiration=expiration)
                self.assertLessEqual(int(worker.job().expiration), int(absolute(10000)) + 20)

    def test_clipped_request_expires_at_the_limit(self):
        router = self.router({"client/max_deadline": 200})
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        started = time.monotonic()
        api_id = client.request("api.images", expiration=absolute(3600000))
        worker.job()
        self.assert_expired(client.answer(api_id))
        self.assert_took(started, 0.2, 0.5)

    def test_many_expire_together(self):
        router = self.router()
        self.worker(router, "api.images", BUSY)
        client = self.client(router)
        open_ids = {client.request("api.images", expiration=relative(300)) for _ in range(500)}
        while open_ids:
            _, api_id, response = client.recv()
            self.assert_expired(response)
            open_ids.remove(api_id)
        self.assertEqual(client.before_fence(), [])


if __name__ == "__main__":
    main()
