#   test_requests.py - a request's way through the router and back, frame by frame
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What client and worker see of a request that is answered."""

import random

import zmq

from harness import TestCase, absolute, main, relative, wait_until
from peers import HEARTBEAT, READY, read_error


class Bursts(TestCase):
    """A router with nothing else to do, whose timer does not run, must find every message by itself."""

    BURSTS = 60

    def assert_all_answered(self, send, recv):
        chance = random.Random(1)
        for _ in range(self.BURSTS):
            left = chance.randint(1, 600)
            for _ in range(left):
                send()
            for _ in range(left):
                recv()

    def test_questions_that_the_router_answers_itself(self):
        client = self.client(self.router())
        self.assert_all_answered(lambda: client.request("mmi.api.images"), client.recv)

    def test_heartbeats_that_it_answers_by_reconnect(self):
        stranger = self.idle_worker(self.router())
        self.assert_all_answered(lambda: stranger.send(HEARTBEAT), stranger.recv)


class Requests(TestCase):

    def test_request_reaches_worker_as_six_frames(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 1})
        client = self.client(router)
        expiration = absolute(30000)
        client.send(b"", b"1.0:17", b"api.images", expiration, b"body")
        frames = worker.command()
        self.assertEqual(len(frames), 6)
        self.assertEqual(len(frames[0]), 9, "a token is nine bytes")
        self.assertEqual(frames[1:], [b"", b"1.0:17", b"api.images", expiration, b"body"])

    def test_reply_reaches_client_as_three_frames(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 1})
        client = self.client(router)
        client.request("api.images", api_id=b"1.0:18")
        worker.reply(worker.job(), b"response")
        self.assertEqual(client.recv(), [b"", b"1.0:18", b"response"])

    def test_dialect_0_frames_are_the_same(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router, dialect=0)
        expiration = absolute(30000)
        client.send(b"", b"0.3.0:0f9c", b"api.images", expiration, b"body")
        job = worker.job()
        self.assertEqual(job[1:], (b"0.3.0:0f9c", b"api.images", expiration, b"body", None))
        worker.reply(job, b"bare bytes")
        self.assertEqual(client.recv(), [b"", b"0.3.0:0f9c", b"bare bytes"])

    def test_req_socket_is_served(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router, kind=zmq.REQ)
        api_id = client.request("api.images", b"body")
        worker.reply(worker.job(), b"response")
        self.assertEqual(client.recv(), [api_id, b"response"])

    def test_body_and_response_are_opaque(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)
        everything = bytes(range(256)) * 8192
        for body in (b"", b"\0", b"404", b"500:exception:no JSON", everything):
            with self.subTest(size=len(body)):
                api_id = client.request("api.images", body)
                job = worker.job()
                self.assertEqual(job.body, body)
                worker.reply(job, body)
                self.assertEqual(client.answer(api_id), body)

    def test_each_dispatch_has_a_token_of_its_own(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 3})
        client = self.client(router, routing_id=b"nine-char")
        tokens = set()
        for _ in range(3):
            client.request("api.images")
            job = worker.job()
            tokens.add(job.token)
            worker.reply(job, b"")
            client.recv()
        self.assertEqual(len(tokens), 3)
        self.assertNotIn(b"nine-char", tokens, "nobody learns who called")

    def test_replies_return_in_the_workers_order(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 2})
        client = self.client(router)
        first, second = client.request("api.images"), client.request("api.images")
        jobs = [worker.job(), worker.job()]
        worker.reply(jobs[1], b"second")
        self.assertEqual(client.answer(second), b"second")
        worker.reply(jobs[0], b"first")
        self.assertEqual(client.answer(first), b"first")

    def test_clients_get_their_own_replies(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 8})
        clients = [self.client(router) for _ in range(4)]
        for number, client in enumerate(clients):
            client.request("api.images", b"%d" % number, api_id=b"1.0:same")
        for _ in clients:
            job = worker.job()
            worker.reply(job, b"for " + job.body)
        for number, client in enumerate(clients):
            self.assertEqual(client.recv(), [b"", b"1.0:same", b"for %d" % number])

    def test_duplicate_of_an_open_request_is_dropped(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 4})
        client = self.client(router)
        client.request("api.images", b"one", api_id=b"1.0:1")
        client.request("api.images", b"two", api_id=b"1.0:1")
        client.request("api.images", b"three", api_id=b"1.0:2")
        jobs = [worker.job(), worker.job()]
        self.assertEqual([job.body for job in jobs], [b"one", b"three"])
        worker.reply(jobs[0], b"done")
        self.assertEqual(client.answer(b"1.0:1"), b"done")

    def test_api_id_may_be_used_again_after_the_answer(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        client = self.client(router)
        for body in (b"one", b"two"):
            client.request("api.images", body, api_id=b"1.0:1")
            worker.reply(worker.job(), body)
            self.assertEqual(client.answer(b"1.0:1"), body)

    def test_client_may_call_itself_like_a_command(self):
        router = self.router()
        worker = self.worker(router, "api.images", routing_id=READY)
        client = self.client(router, routing_id=HEARTBEAT)
        api_id = client.request("api.images", b"body")
        job = worker.job()
        self.assertEqual(len(job.token), 9)
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_routing_ids_of_255_bytes(self):
        router = self.router()
        worker = self.worker(router, "api.images", routing_id=b"w" * 255)
        client = self.client(router, routing_id=b"c" * 255)
        api_id = client.request("api.images", b"body")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_longest_names_are_served(self):
        router = self.router()
        name = "s" * 250
        worker = self.worker(router, name)
        client = self.client(router)
        api_id = client.request(name, api_id=b"1.0:" + b"i" * 251)
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_longest_names_are_found(self):
        router = self.router()
        name = "s" * 250
        self.worker(router, name)
        client = self.client(router)
        for asked, code in ((name, b"200"), ("x" * 250, b"400")):
            api_id = client.request("mmi." + asked)
            self.assertEqual(client.recv(), [b"", api_id, asked.encode(), code])
            ended = self.butler("find", "-e", router.frontend, asked)
            self.assertEqual(ended.returncode, 0 if code == b"200" else 4, ended.stderr)
        code, _, error = read_error(client.answer(client.request("mmi." + "s" * 251)))
        self.assertEqual((code, error["name"]), (400, "Malformed"))

    def test_service_names_may_be_utf8(self):
        router = self.router()
        worker = self.worker(router, "bücher/größe")
        client = self.client(router)
        api_id = client.request("bücher/größe".encode())
        self.assertEqual(worker.job().service, "bücher/größe".encode())
        self.assertEqual(client.before_fence(), [])
        self.assertTrue(api_id)

    def test_client_that_went_away_disturbs_nobody(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 1})
        gone, client = self.client(router), self.client(router)
        gone.request("api.images", b"gone")
        job = worker.job()
        gone.close()
        worker.reply(job, b"for nobody")
        api_id = client.request("api.images")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_thousands_of_requests_come_and_go(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 100})
        client = self.client(router)
        ended = set()
        for number in range(3000):
            client.request("api.images", api_id=b"1.0:n%d" % number, expiration=relative(60000))
            if number >= 100:
                worker.reply(worker.job(), b"fine")
                ended.add(client.recv()[1])
        for _ in range(100):
            worker.reply(worker.job(), b"fine")
            ended.add(client.recv()[1])
        self.assertEqual(len(ended), 3000)


class Discovery(TestCase):

    def test_dialect_1_gets_id_name_and_code(self):
        router = self.router()
        self.worker(router, "api.images")
        client = self.client(router)
        client.request("mmi.api.images", api_id=b"1.0:1")
        self.assertEqual(client.recv(), [b"", b"1.0:1", b"api.images", b"200"])
        client.request("mmi.api.nothing", api_id=b"1.0:2")
        self.assertEqual(client.recv(), [b"", b"1.0:2", b"api.nothing", b"400"])

    def test_dialect_0_gets_name_and_code(self):
        router = self.router()
        self.worker(router, "api.images")
        client = self.client(router, dialect=0)
        client.request("mmi.api.images")
        self.assertEqual(client.recv(), [b"", b"api.images", b"200"])
        client.request("mmi.api.nothing")
        self.assertEqual(client.recv(), [b"", b"api.nothing", b"400"])

    def test_router_itself_is_there(self):
        router = self.router()
        client = self.client(router)
        client.request("mmi.butler.router", api_id=b"1.0:1")
        self.assertEqual(client.recv(), [b"", b"1.0:1", b"butler.router", b"200"])

    def test_service_whose_worker_went_is_not_there(self):
        router = self.router()
        self.worker(router, "api.images", {"capacity": 1}).close()
        client = self.client(router)

        def code():
            client.request("mmi.api.images")
            return client.recv()[-1]
        wait_until(lambda: code() == b"400", "it is not there")

    def test_discovery_reserves_nothing(self):
        router = self.router()
        client = self.client(router)
        client.request("mmi.mmi.api")
        self.assertEqual(client.recv()[2:], [b"mmi.api", b"400"])
        client.request("mmi.")
        self.assertNotEqual(client.recv()[-1], b"200")


if __name__ == "__main__":
    main()
