#   test_expiration.py - requests end when their clients no longer want the answer
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""504 on arrival, waiting and running; both forms of the expiration frame."""

import time

from harness import TestCase, absolute, main, relative, scaled, wait_until, within
from peers import read_error

BUSY = {"capacity": 1}


class Expiration(TestCase):

    def assert_expired(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (504, "expired"))
        return error["message"]

    def expire(self, client, expiration):
        """Seconds until a request is answered that nobody serves in its time."""
        started = time.monotonic()
        self.assert_expired(client.answer(client.request("api.images", expiration=expiration)))
        return time.monotonic() - started

    def assert_prompt(self, expire, least=0.2, most=0.5):
        """A request expires in that time, which `expire` tells, or None where it was none that counts. Where a
        busy machine keeps somebody from his work one may be late, or have aged before it came; not each."""
        def prompt():
            took = expire()
            return took is not None and within(took, least, most)
        wait_until(prompt, "a request expires when it is due")

    def holds(self, router):
        return self.ask(router, "workers")["workers"][0]["holds"]

    def held(self, router, worker):
        """What the worker still has of a request that has expired, or None: it had expired when it came, as
        it does where the router stood still meanwhile."""
        return worker.job() if self.holds(router) else None

    def expire_running(self, router, worker, client, expiration):
        """Seconds until a request expired that a worker had, or None where it had none."""
        took = self.expire(client, expiration)
        job = self.held(router, worker)
        if job is None:
            return None
        worker.reply(job, b"too late")
        wait_until(lambda: self.holds(router) == 0, "its place is free again")
        return took

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
        self.assert_prompt(lambda: self.expire(client, relative(200)))
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
        self.assert_prompt(lambda: self.expire(client, absolute(200)), least=0.15)

    def test_running_request_expires_when_due(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        self.assert_prompt(lambda: self.expire_running(router, worker, client, relative(200)))

    def test_request_that_waits_for_a_worker_expires_when_due(self):
        router = self.router({"service/unknown": "queue"})
        client = self.client(router)
        self.assert_prompt(lambda: self.expire(client, relative(200)))

    def test_late_reply_is_dropped_and_frees_the_place(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)

        def given():
            self.expire(client, relative(100))
            return self.held(router, worker)
        late = wait_until(given, "the worker has a request that expired")
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
        client = self.client(router, dialect=0)

        def expire(body, milliseconds):
            expired = self.stat(router, "expired")
            client.request("api.images", body, expiration=absolute(milliseconds))
            self.wait_stat(router, expired + 1, "expired")

        def given():
            expire(b"running", 100)
            return self.held(router, worker)
        expire(b"late", -5000)
        self.assertEqual(wait_until(given, "the worker has a request that expired").body, b"running")
        expire(b"waiting", 100)
        self.assertEqual(client.before_fence(), [])

    def test_relative_expiration_reaches_the_worker_absolute(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)

        def whole():
            #   Less by as long as the router stood still, where it did
            before = int(absolute(20000))
            api_id = client.request("api.images", expiration=relative(20000))
            job = worker.job()
            self.assertLessEqual(int(job.expiration), int(absolute(20000)) + 20)
            worker.reply(job, b"fine")
            self.assertEqual(client.answer(api_id), b"fine")
            return int(job.expiration) >= before - 20
        wait_until(whole, "the worker has all of the request's time")

    def test_worker_may_ask_for_relative_expirations(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2, "deadline": "relative"})
        client = self.client(router)
        client.request("api.images", expiration=relative(20000))
        client.request("api.images", expiration=absolute(20000))
        #   The router looks at its clock before it reads what has come
        for early in (0, scaled(2) * 1000):
            expiration = worker.job().expiration
            self.assertRegex(expiration, rb"^\+\d{1,10}$")
            self.assertLessEqual(int(expiration), 20000 + early)
            self.assertGreater(int(expiration), 20000 - scaled(5) * 1000)

    def test_relative_expiration_counts_what_waiting_took(self):
        router = self.router({"service/unknown": "queue"})
        client = self.client(router)
        client.request("api.images", expiration=relative(20000))
        client.before_fence()
        started = time.monotonic()      # the request has come by now
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
        self.assert_prompt(lambda: self.expire_running(router, worker, client, absolute(3600000)))

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
