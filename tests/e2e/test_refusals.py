#   test_refusals.py - what the router answers when a request is not served
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Errors of the router in both dialects: 400, 404, 502, 503. (504: test_expiration.)"""

import pickle
import time

from harness import TestCase, absolute, main, relative, scaled
from peers import read_error

BUSY = {"capacity": 1}


class NotFound(TestCase):

    def test_unknown_service_is_404_in_dialect_1(self):
        client = self.client(self.router())
        response = client.answer(client.request("api.nothing"))
        self.assertEqual(response[:3], b"404")
        if response != b"404":
            code, kind, error = read_error(response)
            self.assertEqual((code, kind), (404, "service"))
            self.assertIn("api.nothing", error["message"])

    def test_unknown_service_is_a_bare_404_in_dialect_0(self):
        client = self.client(self.router(), dialect=0)
        self.assertEqual(client.answer(client.request("api.nothing")), b"404")

    def test_any_name_comes_back_as_valid_json(self):
        client = self.client(self.router())
        for name in ('say "hello"', "C:\\path\\", '{"name": 1}', "grüße", "日本語", "😀", "a" * 250, "ü" * 125, "/ ' %s"):
            with self.subTest(name):
                code, kind, error = read_error(client.answer(client.request(name)))
                self.assertEqual((code, kind), (404, "service"))
                self.assertEqual(error["message"], "no worker serves '%s'" % name)
                self.assertEqual(error["service"], name)

    def test_reserved_names_are_nobodys(self):
        client = self.client(self.router())
        self.assertEqual(client.answer(client.request("butler.nothing"))[:3], b"404")

    def test_many_unknown_names_leave_nothing_behind(self):
        router = self.router()
        client = self.client(router)
        for number in range(2000):
            self.assertEqual(client.answer(client.request("api.%d" % number))[:3], b"404")
        self.assertEqual(self.ask(router, "services")["total"], 0)


class Malformed(TestCase):

    def assert_400(self, client, *frames):
        client.send(b"", *frames)
        code, kind, error = read_error(client.answer(frames[0]))
        self.assertEqual((code, kind), (400, "request"))
        self.assertTrue(error["message"])

    def test_dialect_1_is_told(self):
        client = self.client(self.router())
        soon = relative(1000)
        for case, frames in {
                "no body": [b"1.0:1", b"api.images", soon],
                "no expiration": [b"1.0:1", b"api.images"],
                "only an id": [b"1.0:1"],
                "a frame too many": [b"1.0:1", b"api.images", soon, b"", b""],
                "many frames": [b"1.0:1", b"api.images", soon] + [b"x"] * 30,
                "empty service": [b"1.0:1", b"", soon, b""],
                "long service": [b"1.0:1", b"s" * 251, soon, b""],
                "service with control characters": [b"1.0:1", b"api\nimages", soon, b""],
                "service that is no UTF-8": [b"1.0:1", b"api\xff", soon, b""],
                "empty expiration": [b"1.0:1", b"api.images", b"", b""],
                "expiration that is no number": [b"1.0:1", b"api.images", b"soon", b""],
                "negative expiration": [b"1.0:1", b"api.images", b"-1", b""],
                "expiration of 16 digits": [b"1.0:1", b"api.images", b"1" * 16, b""],
                "relative expiration of 11 digits": [b"1.0:1", b"api.images", b"+" + b"1" * 11, b""],
                "bare plus": [b"1.0:1", b"api.images", b"+", b""],
                "fraction": [b"1.0:1", b"api.images", b"+1.5", b""]}.items():
            with self.subTest(case):
                self.assert_400(client, *frames)

    def test_dialect_0_is_told_nothing(self):
        client = self.client(self.router(), dialect=0)
        client.send(b"", b"0.3.0:1", b"api.images", b"soon", b"")
        client.send(b"", b"0.3.0:1", b"api.images")
        self.assertEqual(client.before_fence(), [])

    def test_relative_expiration_belongs_to_dialect_1(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router, dialect=0)
        client.request("api.images", b"relative", expiration=relative(5000))
        client.request("api.images", b"absolute", expiration=absolute(5000))
        self.assertEqual(worker.job().body, b"absolute")

    def test_what_has_no_readable_id_is_dropped(self):
        client = self.client(self.router())
        for frames in ([b""], [b"", b""], [b"", b"no colon", b"s", b"+1", b""],
                       [b"", b"1.0:" + b"i" * 252, b"s", b"+1", b""],
                       [b"", b"1.0:\n", b"s", b"+1", b""], [b"", b"1:", b"s", b"+1", b""],
                       [b"1.0:1", b"s", b"+1000", b""], [b"\x07"], [b"\xb5\x7e\x01"],
                       [b"", b"MDPC01", b"s", b"body"]):
            client.send(*frames)
        messages = client.before_fence()
        self.assertEqual(messages, [])

    def test_malformed_is_counted(self):
        router = self.router()
        client = self.client(router)
        before = self.stat(router, "malformed")
        client.send(b"garbage")
        client.before_fence()
        self.assertEqual(self.stat(router, "malformed"), before + 1)


class Lost(TestCase):

    QUICK = {"router/liveness": 3}

    def interval(self):
        return scaled(0.1)

    def assert_lost(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (502, "lost"))
        self.assertTrue(error["message"])

    def test_silent_workers_request_is_502_within_liveness(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2})
        client = self.client(router)
        held, other = client.request("api.images"), client.request("api.images")
        worker.job()
        started = time.monotonic()
        worker.reply(worker.job(), b"the last that is heard of it")
        client.answer(other)
        #   Not before: it is to live for as long as the machine needs for that
        router.reload(self.QUICK)
        self.assert_lost(client.answer(held))
        self.assert_took(started, 2.9 * self.interval(), 5)

    def test_disconnected_workers_request_is_502_at_once(self):
        router = self.router({"router/liveness": 100})
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        api_id = client.request("api.images")
        worker.job()
        worker.close()
        started = time.monotonic()
        self.assert_lost(client.answer(api_id))
        self.assert_took(started, 0, 5)         # half of its liveness

    def test_all_requests_of_a_dead_worker_are_answered(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 50})
        client = self.client(router)
        open_ids = {client.request("api.images") for _ in range(50)}
        for _ in range(50):
            worker.job()
        worker.close()
        while open_ids:
            _, api_id, response = client.recv()
            self.assert_lost(response)
            open_ids.remove(api_id)

    def test_dialect_0_gets_an_exception_that_pickle_loads(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router, dialect=0)
        api_id = client.request("api.images")
        worker.job()
        worker.close()
        code, kind, error = read_error(client.answer(api_id))
        self.assertEqual((code, kind), (500, "exception"))
        exception = pickle.loads(error["object"].encode("latin-1"))
        self.assertIsInstance(exception, Exception)
        self.assertTrue(str(exception).endswith(error["message"]), exception)
        self.assertEqual(type(exception).__module__, "builtins")


class Unavailable(TestCase):

    def assert_unavailable(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (503, "unavailable"))
        self.assertTrue(error["message"])

    def test_full_queue_refuses_the_newest(self):
        router = self.router({"service/queue": 2})
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        running, first, second, third = [client.request("api.images") for _ in range(4)]
        self.assert_unavailable(client.answer(third))
        for api_id in (running, first, second):
            worker.reply(worker.job(), b"fine")
            self.assertEqual(client.answer(api_id), b"fine")

    def test_full_queue_refuses_who_has_most_waiting(self):
        router = self.router({"service/queue": 3})
        worker = self.worker(router, "api.images", BUSY)
        greedy, modest = self.client(router), self.client(router)
        ids = [greedy.request("api.images", b"greedy") for _ in range(4)]
        greedy.before_fence()
        modest_id = modest.request("api.images", b"modest")
        self.assert_unavailable(greedy.answer(ids[3]))
        bodies = []
        for _ in range(4):
            job = worker.job()
            bodies.append(job.body)
            worker.reply(job, b"fine")
        self.assertEqual(bodies.count(b"modest"), 1)
        self.assertEqual(modest.answer(modest_id), b"fine")

    def test_queue_is_limited_in_bytes(self):
        router = self.router({"service/queue_bytes": 100000})
        self.worker(router, "api.images", BUSY)
        client = self.client(router)
        client.request("api.images")
        client.request("api.images", bytes(60000))
        over = client.request("api.images", bytes(60000))
        self.assert_unavailable(client.answer(over))

    def test_one_service_may_have_a_queue_of_its_own(self):
        router = self.router({"service/queue": 100, "service/api.small/queue": 1})
        self.worker(router, "api.small", BUSY)
        self.worker(router, "api.large", BUSY)
        client = self.client(router)
        for _ in range(2):
            client.request("api.small")
        for _ in range(5):
            client.request("api.large")
        over = client.request("api.small")
        self.assert_unavailable(client.answer(over))

    def test_client_over_its_limit_is_refused(self):
        router = self.router({"client/limit": 2})
        worker = self.worker(router, "api.images", {"capacity": 10})
        client, other = self.client(router), self.client(router)
        first, _, third = [client.request("api.images") for _ in range(3)]
        self.assert_unavailable(client.answer(third))
        other.request("api.images", b"other")
        jobs = [worker.job() for _ in range(3)]
        self.assertEqual(jobs[2].body, b"other")
        worker.reply(jobs[0], b"fine")
        self.assertEqual(client.answer(first), b"fine")
        client.request("api.images", b"room again")
        self.assertEqual(worker.job().body, b"room again")

    def test_router_over_its_limit_refuses(self):
        router = self.router({"router/requests": 2})
        self.worker(router, "api.images", {"capacity": 10})
        client = self.client(router)
        _, _, third = [client.request("api.images") for _ in range(3)]
        self.assert_unavailable(client.answer(third))

    def test_dialect_0_gets_an_exception(self):
        router = self.router({"client/limit": 1})
        self.worker(router, "api.images", BUSY)
        client = self.client(router, dialect=0)
        client.request("api.images")
        code, kind, error = read_error(client.answer(client.request("api.images")))
        self.assertEqual((code, kind), (500, "exception"))
        exception = pickle.loads(error["object"].encode("latin-1"))
        self.assertTrue(str(exception).endswith(error["message"]), exception)


if __name__ == "__main__":
    main()
