#   test_queue.py - which worker gets a request, and which request a worker gets
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Waiting for a worker, turns by client, capacity, threads, and least recently used."""

import time

from harness import TestCase, absolute, main, relative, wait_until
from peers import read_error

BUSY = {"capacity": 1}


class Waiting(TestCase):

    def test_request_waits_while_all_workers_are_busy(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        first, second = client.request("api.images"), client.request("api.images", b"second")
        job = worker.job()
        client.before_fence()
        self.assertIsNone(worker.waiting())
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(first), b"fine")
        job = worker.job()
        self.assertEqual(job.body, b"second")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(second), b"fine")

    def test_request_for_a_known_service_waits_for_the_next_worker(self):
        router = self.router()
        leaver = self.worker(router, "api.images", BUSY)
        leaver.leave()
        leaver.command()
        client = self.client(router)
        api_id = client.request("api.images", b"patient")
        self.assertEqual(client.before_fence(), [])
        worker = self.worker(router, "api.images", BUSY)
        job = worker.job()
        self.assertEqual(job.body, b"patient")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_request_for_an_unknown_service_may_wait(self):
        router = self.router({"service/unknown": "queue"})
        client = self.client(router)
        api_id = client.request("api.images", b"early")
        self.assertEqual(client.before_fence(), [])
        worker = self.worker(router, "api.images", BUSY)
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_service_is_forgotten_after_its_ttl(self):
        router = self.router({"service/ttl": 300})
        client = self.client(router)

        def refused():
            response = client.answer(client.request("api.images", expiration=relative(50)))
            self.assertIn(response[:3], (b"404", b"504"))
            return response[:3] == b"404"

        def remembered():
            wait_until(lambda: self.count_workers(router, "api.images") == 0, "nobody serves it")
            leaver = self.worker(router, "api.images", BUSY)
            leaver.leave()
            leaver.command()
            leaver.close()
            return not refused()
        #   Where the machine stands still for longer than the ttl it is forgotten before anybody asks
        wait_until(remembered, "the service is remembered at first")
        wait_until(refused, "the service is forgotten")

    def test_clients_take_turns(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        greedy, modest = self.client(router), self.client(router)
        greedy.request("api.images", b"running")
        running = worker.job()
        for number in range(4):
            greedy.request("api.images", b"greedy %d" % number)
        greedy.before_fence()
        for number in range(2):
            modest.request("api.images", b"modest %d" % number)
        modest.before_fence()
        order = []
        worker.reply(running, b"")
        for _ in range(6):
            job = worker.job()
            order.append(job.body)
            worker.reply(job, b"")
        self.assertEqual([body for body in order if body.startswith(b"greedy")],
                         [b"greedy %d" % number for number in range(4)])
        self.assertEqual([body for body in order if body.startswith(b"modest")],
                         [b"modest 0", b"modest 1"])
        self.assertLessEqual(order.index(b"modest 0"), 1, order)
        self.assertLessEqual(order.index(b"modest 1"), 3, order)

    def test_services_do_not_wait_for_each_other(self):
        router = self.router()
        self.worker(router, "api.slow", BUSY)
        quick = self.worker(router, "api.quick", BUSY)
        client = self.client(router)
        for _ in range(10):
            client.request("api.slow")
        api_id = client.request("api.quick")
        quick.reply(quick.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")


class Choice(TestCase):

    def workers(self, router, properties, count):
        return [self.worker(router, "api.images", properties) for _ in range(count)]

    def taker(self, client, workers):
        """Which worker gets the next request, and its job."""
        client.request("api.images")
        found = []

        def arrived():
            for index, worker in enumerate(workers):
                frames = worker.waiting()
                if frames:
                    found.append((index, frames))
            return found
        wait_until(arrived, "a worker gets the request")
        index, frames = found[0]
        return index, frames

    def reply(self, worker, frames):
        worker.send(b"\x04", frames[0], b"", frames[2], b"fine")

    def test_least_recently_used_worker_is_next(self):
        router = self.router()
        workers = self.workers(router, BUSY, 3)
        client = self.client(router)
        order = []
        for _ in range(6):
            index, frames = self.taker(client, workers)
            order.append(index)
            self.reply(workers[index], frames)
            client.recv()
        self.assertEqual(order, [0, 1, 2, 0, 1, 2])

    def test_worker_without_properties_holds_one(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)
        client.request("api.images", b"one")
        client.request("api.images", b"two")
        worker.job()
        client.before_fence()
        self.assertIsNone(worker.waiting())

    def test_worker_holds_as_many_as_its_capacity(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 3})
        client = self.client(router)
        for _ in range(5):
            client.request("api.images")
        jobs = [worker.job() for _ in range(3)]
        client.before_fence()
        self.assertIsNone(worker.waiting())
        worker.reply(jobs[1], b"fine")
        worker.job()
        client.before_fence()
        self.assertEqual(client.before_fence(), [])
        self.assertIsNone(worker.waiting())

    def test_worker_with_idle_threads_goes_first(self):
        router = self.router()
        workers = [self.worker(router, "api.images", {"capacity": 4, "threads": 1}),
                   self.worker(router, "api.images", {"capacity": 4, "threads": 3})]
        client = self.client(router)
        order = [self.taker(client, workers)[0] for _ in range(4)]
        self.assertEqual(sorted(order), [0, 1, 1, 1])
        rest = [self.taker(client, workers)[0] for _ in range(4)]
        self.assertEqual(sorted(rest), [0, 0, 0, 1])

    def test_busy_threads_do_not_refuse(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2, "threads": 1})
        client = self.client(router)
        for body in (b"one", b"two"):
            client.request("api.images", body)
            self.assertEqual(worker.job().body, body)

    def test_new_worker_takes_what_waits(self):
        router = self.router()
        busy = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        for body in (b"running", b"waiting 1", b"waiting 2"):
            client.request("api.images", body)
        busy.job()
        fresh = self.worker(router, "api.images", {"capacity": 5})
        self.assertEqual([fresh.job().body, fresh.job().body], [b"waiting 1", b"waiting 2"])


class Retry(TestCase):

    def lose(self, worker):
        """Take a request and die of it."""
        job = worker.job()
        worker.close()
        return job

    def test_without_retry_no_request_is_given_twice(self):
        router = self.router()
        first = self.worker(router, "api.images", BUSY)
        second = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images", b"once")
        self.lose(first)
        self.assertEqual(read_error(client.answer(api_id))[0], 502)
        client.request("api.images", b"next")
        self.assertEqual(second.job().body, b"next")

    def test_configured_retry_gives_it_to_another_worker(self):
        router = self.router({"service/api.images/retry": 1})
        first = self.worker(router, "api.images", BUSY)
        second = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images", b"body")
        lost = self.lose(first)
        job = second.job()
        self.assertEqual(job[1:], lost[1:])
        self.assertNotEqual(job.token, lost.token, "attempts differ")
        second.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_worker_may_ask_for_retry(self):
        router = self.router()
        properties = {"capacity": 1, "retry": 1}
        first = self.worker(router, "api.images", properties)
        second = self.worker(router, "api.images", properties)
        client = self.client(router)
        api_id = client.request("api.images", b"body")
        self.lose(first)
        second.reply(second.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_configuration_overrules_the_workers_retry(self):
        router = self.router({"service/api.images/retry": 0})
        first = self.worker(router, "api.images", {"capacity": 1, "retry": 5})
        self.worker(router, "api.images", {"capacity": 1, "retry": 5})
        client = self.client(router)
        api_id = client.request("api.images")
        self.lose(first)
        self.assertEqual(read_error(client.answer(api_id))[0], 502)

    def test_retry_ends_after_its_attempts(self):
        router = self.router({"service/api.images/retry": 2})
        workers = [self.worker(router, "api.images", BUSY) for _ in range(4)]
        client = self.client(router)
        api_id = client.request("api.images")
        for worker in workers[:3]:
            self.lose(worker)
        self.assertEqual(read_error(client.answer(api_id))[0], 502)
        self.assertIsNone(workers[3].waiting())

    def test_retried_request_keeps_its_old_place(self):
        router = self.router({"service/api.images/retry": 1})
        first = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        for body in (b"one", b"two", b"three"):
            client.request("api.images", body)
        self.lose(first)
        wait_until(lambda: self.count_workers(router, "api.images") == 0, "the worker is dead")
        second = self.worker(router, "api.images", {"capacity": 3})
        self.assertEqual([second.job().body for _ in range(3)], [b"one", b"two", b"three"])

    def test_retried_request_expires_when_due(self):
        router = self.router({"service/api.images/retry": 1})
        first = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        started = time.monotonic()
        #   Absolute: a relative one is cut short where the router takes a pause of the machine for a stop
        api_id = client.request("api.images", expiration=absolute(1500))
        self.lose(first)
        self.assertEqual(read_error(client.answer(api_id))[0], 504)
        self.assert_took(started, 1.49, 5)

    def test_body_survives_the_first_worker(self):
        router = self.router({"service/api.images/retry": 1})
        first = self.worker(router, "api.images", BUSY)
        second = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        for body in (b"", b"small", bytes(range(256)) * 2000):
            with self.subTest(size=len(body)):
                client.request("api.images", body)
                self.lose(first)
                job = second.job()
                self.assertEqual(job.body, body)
                second.reply(job, b"")
                client.recv()
            first, second = second, self.worker(router, "api.images", BUSY)


if __name__ == "__main__":
    main()
