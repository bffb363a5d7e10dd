#   test_router_service.py - butler.router, the router's own service
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""ping, services, workers, stats, butler.describe."""

import json
import pickle

from harness import TestCase, main
from peers import read_error

BUSY = {"capacity": 1}


class RouterService(TestCase):

    def test_ping_is_pong(self):
        router = self.router()
        client = self.client(router)
        api_id = client.request("butler.router", '{"method": "ping"}')
        self.assertEqual(client.answer(api_id), b'"pong"')

    def test_dialect_0_gets_a_bare_string(self):
        client = self.client(self.router(), dialect=0)
        api_id = client.request("butler.router", '{"method": "ping", "args": [], "kwargs": {}}')
        self.assertEqual(client.answer(api_id), b"pong")

    def test_services_are_listed(self):
        router = self.router()
        self.worker(router, "api.one", BUSY)
        self.worker(router, "api.two", {"capacity": 4})
        self.worker(router, "api.two", {"capacity": 4})
        listed = self.ask(router, "services")
        self.assertEqual(listed["total"], 2)
        by_name = {service["name"]: service for service in listed["services"]}
        self.assertEqual(by_name["api.one"]["workers"], 1)
        self.assertEqual(by_name["api.two"]["workers"], 2)

    def test_services_tell_what_waits_and_runs(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)
        for _ in range(3):
            client.request("api.images")
        worker.job()
        client.before_fence()
        service, = self.ask(router, "services")["services"]
        self.assertEqual((service["running"], service["waiting"]), (1, 2))

    def test_lists_come_in_pages(self):
        router = self.router()
        for number in range(5):
            self.worker(router, "api.%d" % number, BUSY)
        names = []
        for offset in (0, 2, 4, 6):
            page = self.ask(router, "services", offset=offset, limit=2)
            self.assertEqual(page["total"], 5)
            names += [service["name"] for service in page["services"]]
        self.assertEqual(sorted(names), ["api.%d" % number for number in range(5)])
        names = [page["service"] for offset in range(5)
                 for page in self.ask(router, "workers", offset=offset, limit=1)["workers"]]
        self.assertEqual(sorted(names), ["api.%d" % number for number in range(5)])

    def test_routing_ids_are_not_disclosed(self):
        router = self.router()
        self.worker(router, "api.images", BUSY, routing_id=b"secret-id")
        for method in ("workers", "services", "stats"):
            self.assertNotIn("secret-id", json.dumps(self.ask(router, method)))

    def test_arguments_may_be_positional(self):
        router = self.router()
        self.worker(router, "api.images", BUSY)
        client = self.client(router)
        self.assertEqual(client.call("butler.router", "workers", "api.images")["total"], 1)

    def test_methods_describe_themselves(self):
        described = self.ask(self.router(), "butler.describe")
        names = {method["name"] for method in described["methods"]}
        self.assertLessEqual({"ping", "services", "workers", "stats"}, names)
        self.assertEqual(described["service"], "butler.router")

    def test_unknown_method_is_404(self):
        router = self.router()
        client, old = self.client(router), self.client(router, dialect=0)
        body = '{"method": "nothing"}'
        self.assertEqual(client.answer(client.request("butler.router", body))[:3], b"404")
        self.assertEqual(old.answer(old.request("butler.router", body)), b"404")

    def test_wrong_arguments_are_a_type_error(self):
        router = self.router()
        client, old = self.client(router), self.client(router, dialect=0)
        body = '{"method": "ping", "args": [1, 2]}'
        code, kind, error = read_error(client.answer(client.request("butler.router", body)))
        self.assertEqual((code, kind, error["name"]), (500, "exception", "TypeError"))
        self.assertIn("ping()", error["message"])
        _, _, error = read_error(old.answer(old.request("butler.router", body)))
        exception = pickle.loads(error["object"].encode("latin-1"))
        self.assertIsInstance(exception, TypeError)

    def test_body_that_is_no_call_is_400(self):
        router = self.router()
        client = self.client(router)
        for body in (b"", b"no JSON", b"[]", b'{"method": 17}', b'{"method": "ping", "args": {}}',
                     b"\xff\xfe", b"[" * 100000):
            with self.subTest(body[:20]):
                code, _, _ = read_error(client.answer(client.request("butler.router", body)))
                self.assertEqual(code, 400)


if __name__ == "__main__":
    main()
