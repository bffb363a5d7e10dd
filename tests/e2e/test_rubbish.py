#   test_rubbish.py - no input stops the router, or makes it grow
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Ten thousand malformed messages on each socket, and TCP peers that speak no ZMTP."""

import json
import random
import socket

from harness import SLOW, TestCase, main, scaled, wait_until
from peers import HEARTBEAT, LEAVE, READY, RECONNECT, REPLY, Client, Peer, absolute, relative

import zmq

COUNT = 10000
GROWTH = 2 * 1024 * 1024   # a leak of a hundred bytes for each of twice as many would show

GREETING = b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(16) + b"\0" + bytes(31)


class Rubbish:
    """Messages of every wrong shape; the same ones each time."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def bytes(self, most):
        return bytes(self.random.getrandbits(8) for _ in range(self.random.randint(0, most)))

    def frame(self):
        return self.random.choice([
            b"", READY, HEARTBEAT, RECONNECT, REPLY, LEAVE, b"\x06", b"\0", b"1.0:1", b"0.3.0:1",
            b"MDPC01", b"MDPW02", b"\xb5\x7e\x01\0\0\0\0\0", b"api.images", b"mmi.api.images",
            b"butler.router", b"+1000", b"0", b"-1", b"9" * 16, b"{}", b"[" * 1000, b"404",
            b'{"capacity": 1e999}', b'{"method": "ping"}', self.bytes(20), self.bytes(300)])

    def frames(self):
        return [self.frame() for _ in range(self.random.randint(1, 12))]

    def request(self):
        return [b"", b"1.0:%d" % self.random.randint(1, 50), b"api.images",
                absolute(self.random.randint(-1000, 3000)), self.bytes(50)]

    def worker_message(self):
        return self.random.choice([
            [READY, b"api.rubbish", b'{"capacity": 2}'], [READY, b"api.rubbish"], [HEARTBEAT],
            [REPLY, self.bytes(9), b"", b"1.0:1", b"forged"], [LEAVE],
            [REPLY, self.bytes(9), RECONNECT]])

    def mutated(self, frames):
        """A valid message with one thing wrong."""
        frames = list(frames)
        index = self.random.randrange(len(frames))
        change = self.random.randrange(6)
        if change == 0:
            del frames[index]
        elif change == 1:
            frames.insert(index, self.frame())
        elif change == 2:
            frames[index] = self.frame()
        elif change == 3:
            frames[index] = frames[index][:self.random.randint(0, len(frames[index]))]
        elif change == 4 and frames[index]:
            at = self.random.randrange(len(frames[index]))
            frames[index] = (frames[index][:at] + bytes([self.random.getrandbits(8)])
                             + frames[index][at + 1:])
        else:
            frames[index] += self.bytes(10)
        return frames or [b""]

    def message(self, valid):
        return self.mutated(valid()) if self.random.random() < 0.6 else self.frames()


class Throwing(TestCase):
    """What throws rubbish of one sort at a router, and looks whether it still stands."""

    RUBBISH = Rubbish
    #   Whoever registers by chance is soon forgotten, and our own worker not before it is done
    SETTINGS = {"router/liveness": 50, "service/ttl": 500, "log/level": "error"}

    def throw(self, router, endpoint, valid, count):
        """Send so many messages through peers that come and go; drain what they are answered."""
        thrown = 0
        while thrown < count:
            peer = Peer(self.context, zmq.DEALER, endpoint)
            for _ in range(min(500, count - thrown)):
                peer.send(*self.rubbish.message(valid))
                thrown += 1
                while peer.poll(0):
                    pass
            peer.socket.close(linger=int(scaled(10) * 1000))
        self.assertIsNone(router.status)
        self.settle(router)

    def settle(self, router):
        """Wait until the router has read all, which shows in what it counts."""
        before = []

        def unchanged():
            stats = self.ask(router, "stats")
            before.append([stats[name] for name in (
                "malformed", "duplicates", "registrations", "reconnects", "late_replies",
                "stray_replies", "registrations_refused")])
            return len(before) > 10 and before[-10] == before[-1]
        wait_until(unchanged, "the router has read all", 60)

    def assert_stands(self, side, valid):
        router = self.router(self.SETTINGS)
        self.rubbish = self.RUBBISH(17)
        endpoint = getattr(router, side)
        self.throw(router, endpoint, getattr(self.rubbish, valid), COUNT)
        grown = GROWTH
        for _ in range(4):      # a leak shows each time; what stands in a router that had to stand still, once
            warm = router.rss()
            malformed = self.stat(router, "malformed")
            self.throw(router, endpoint, getattr(self.rubbish, valid), 2 * COUNT)
            self.assertGreater(self.stat(router, "malformed"), malformed + COUNT // 2)
            grown = router.rss() - warm
            if grown < GROWTH or SLOW != 1:
                break
        if SLOW == 1:           # under a sanitizer or valgrind resident memory says nothing
            self.assertLess(grown, GROWTH, "the router grows")
        self.assert_serves(router)

    def assert_serves(self, router):
        worker = self.worker(router, "api.true", {"capacity": 1})
        client = self.client(router)
        api_id = client.request("api.true", b"body")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")


class RubbishOnSockets(Throwing):

    def test_ten_thousand_malformed_messages_on_the_frontend(self):
        self.assert_stands("frontend", "request")

    def test_ten_thousand_malformed_messages_on_the_backend(self):
        self.assert_stands("backend", "worker_message")

    def test_rubbish_for_the_routers_own_service(self):
        router = self.router(self.SETTINGS)
        rubbish = Rubbish(23)
        client = self.client(router)
        call = [b'{"method": "services", "args": [0, 10], "kwargs": {}}']
        for _ in range(2000):
            body = rubbish.mutated(call)[0]
            api_id = client.request("butler.router", body)
            self.assertTrue(client.answer(api_id))
        self.assertEqual(client.call("butler.router", "ping"), "pong")

    def test_arguments_of_any_size_and_sign(self):
        router = self.router(self.SETTINGS)
        self.worker(router, "api.one", {"capacity": 1})
        client = self.client(router)
        for value in (-1, 0, 2 ** 31, 2 ** 63 - 1, -2 ** 63, 10 ** 30, 1e300, None, "x", [], {}):
            body = json.dumps({"method": "services", "args": [value, value]})
            self.assertTrue(client.answer(client.request("butler.router", body)))
        self.assertEqual(client.call("butler.router", "ping"), "pong")


class Deaf(TestCase):
    """Peers that read nothing, and a look whether others are served."""

    def deaf(self, endpoint):
        peer = Peer(self.context, zmq.DEALER)
        self.addCleanup(peer.close)
        peer.socket.setsockopt(zmq.RCVHWM, 1)
        peer.socket.setsockopt(zmq.RCVBUF, 8192)
        peer.socket.connect(endpoint)
        return peer

    def assert_serves_others(self, router):
        worker = self.worker(router, "api.true", {"capacity": 1})
        client = self.client(router)
        for _ in range(10):
            api_id = client.request("api.true", b"body")
            worker.reply(worker.job(), b"fine")
            self.assertEqual(client.answer(api_id), b"fine")


class Deafness(Deaf):
    """A peer that reads nothing fills its own buffers, and no one else's."""

    SETTINGS = {"log/level": "error"}

    def test_client_that_reads_nothing_stops_nobody(self):
        router = self.router(self.SETTINGS)
        deaf = self.deaf(router.frontend)
        for number in range(COUNT):
            deaf.send(b"", b"1.0:%0240d" % number, b"mmi." + b"n" * 240, b"+60000", b"")
        self.assert_serves_others(router)

    def test_backend_peer_that_reads_nothing_stops_nobody(self):
        router = self.router(self.SETTINGS)
        deaf = self.deaf(router.backend)
        for _ in range(COUNT):
            deaf.send(HEARTBEAT)
        self.assert_serves_others(router)

    def test_worker_that_reads_nothing_stops_nobody(self):
        router = self.router(self.SETTINGS)
        deaf = self.deaf(router.backend)
        deaf.send(READY, b"api.deaf", b'{"capacity": 1000}')
        wait_until(lambda: self.count_workers(router, "api.deaf") == 1, "it is registered")
        client = self.client(router)
        ids = [client.request("api.deaf", bytes(20000), expiration=b"+%d" % (scaled(1) * 1000))
               for _ in range(900)]
        self.assert_serves_others(router)
        ended = {}
        for _ in ids:
            _, api_id, response = client.recv()
            ended[api_id] = response[:3]
        self.assertEqual(set(ended), set(ids))
        self.assertLessEqual(set(ended.values()), {b"504", b"502"})


class DeafnessToLargeBodies(Deaf):
    """What the router holds for peers that don't read is bounded in bytes, and they alone lose by it."""

    UNREAD = 8000000
    SETTINGS = {"router/unread": UNREAD, "log/level": "warning"}

    def unread(self, router):
        return self.ask(router, "stats")["unread_bytes"]

    def deaf_client(self, router):
        peer = self.deaf(router.frontend)
        return lambda number: peer.send(b"", b"1.0:%d" % number, b"api.large", relative(60000), b"")

    def test_client_that_reads_nothing_is_sent_only_so_much(self):
        router = self.router(self.SETTINGS)
        worker = self.worker(router, "api.large", {"capacity": 1000})
        before = router.rss()
        for request in [self.deaf_client(router) for _ in range(3)]:
            for number in range(150):
                request(number)
                worker.reply(worker.job(), bytes(1000000))
        wait_until(lambda: self.stat(router, "undeliverable") > 300, "answers are dropped")
        self.assertLessEqual(self.unread(router), self.UNREAD)
        if SLOW == 1:
            self.assertLess(router.rss() - before, 4 * self.UNREAD, "450 MB were answered")
        client = self.client(router)
        for _ in range(10):             # there is room for others, also for what is large
            api_id = client.request("api.large")
            worker.reply(worker.job(), bytes(1000000))
            self.assertEqual(len(client.answer(api_id)), 1000000)
        router.wait_log("event=unread")
        said = [line for line in router.log if "event=unread" in line]
        self.assertEqual(len(said), 1, said)
        self.assertIn("socket=frontend", said[0])

    def test_client_that_reads_at_last_is_told_what_became_of_the_rest(self):
        router = self.router(self.SETTINGS)
        worker = self.worker(router, "api.large", {"capacity": 1000})
        for dialect in (1, 0):
            client = self.client(router, dialect=dialect)
            client.socket.setsockopt(zmq.RCVHWM, 1)
            late = Client(self.context, router.frontend, dialect=dialect)
            self.addCleanup(late.close)
            late.socket.setsockopt(zmq.RCVHWM, 1)
            ids = []
            for _ in range(100):
                ids.append(late.request("api.large"))
                worker.reply(worker.job(), bytes(1000000))
            fence = client.request("api.large")
            worker.reply(worker.job(), b"small")
            self.assertEqual(client.answer(fence), b"small")
            answers = {}
            for _ in ids:
                _, api_id, response = late.recv()
                answers[api_id] = response
            self.assertEqual(sorted(answers), sorted(ids))
            whole = sum(len(answer) == 1000000 for answer in answers.values())
            refused = [answer for answer in answers.values() if answer.startswith(
                b"503:unavailable:" if dialect else b"500:exception:")]
            self.assertEqual(whole + len(refused), len(ids))
            self.assertTrue(whole)
        wait_until(lambda: self.unread(router) == 0, "all has been read")

    def test_worker_that_reads_nothing_is_sent_only_so_much(self):
        router = self.router(self.SETTINGS)
        deaf = self.deaf(router.backend)
        deaf.send(READY, b"api.deaf", b'{"capacity": 1000}')
        wait_until(lambda: self.count_workers(router, "api.deaf") == 1, "it is registered")
        client = self.client(router)
        ids = [client.request("api.deaf", bytes(1000000), expiration=relative(scaled(3000)))
               for _ in range(60)]
        wait_until(lambda: self.stat(router, "waiting") > 20, "requests wait")
        self.assertLessEqual(self.unread(router), self.UNREAD)
        self.assert_serves_others(router)
        ended = {}
        for _ in ids:
            _, api_id, response = client.recv()
            ended[api_id] = response[:3]
        self.assertEqual(set(ended), set(ids))
        router.wait_log("event=unread")
        self.assertEqual(len([line for line in router.log if "event=unread" in line]), 1)

    def test_requests_that_are_too_much_for_one_worker_go_to_another(self):
        router = self.router(self.SETTINGS)
        deaf = self.deaf(router.backend)
        deaf.send(READY, b"api.mixed", b'{"capacity": 1000}')
        wait_until(lambda: self.count_workers(router, "api.mixed") == 1, "it is registered")
        worker = self.worker(router, "api.mixed", {"capacity": 1000})
        client = self.client(router)
        for _ in range(60):
            client.request("api.mixed", bytes(1000000), expiration=relative(scaled(60000)))
        taken = 0
        while taken < 40:
            worker.reply(worker.job(), b"")
            taken += 1
        self.assertLessEqual(self.unread(router), self.UNREAD)


class Size(TestCase):

    def test_frame_above_the_limit_is_not_taken(self):
        router = self.router({"router/message": 100000, "log/level": "error"})
        worker = self.worker(router, "api.true", {"capacity": 1})
        greedy, client = self.client(router), self.client(router)
        greedy.request("api.true", bytes(100001))
        for size in (100000, 0):
            api_id = client.request("api.true", bytes(size))
            job = worker.job()
            self.assertEqual(len(job.body), size)
            worker.reply(job, b"fine")
            self.assertEqual(client.answer(api_id), b"fine")


class RubbishOnTcp(TestCase):

    def test_peers_that_speak_no_zmtp(self):
        router = self.router({"log/level": "error"})
        rubbish = Rubbish(5)
        kept = []
        self.addCleanup(lambda: [peer.close() for peer in kept])
        for endpoint in (router.frontend, router.backend):
            host, port = endpoint[len("tcp://"):].split(":")
            for number in range(200):
                data = [b"", b"GET / HTTP/1.0\r\n\r\n", rubbish.bytes(100), GREETING[:number % 64],
                        GREETING, GREETING + rubbish.bytes(100), b"\xff" * 100, bytes(100),
                        GREETING + b"\4\x19\5READY\13Socket-Type\0\0\0\6DEALER" + rubbish.bytes(200),
                        GREETING + b"\4\x19\5READY\13Socket-Type\0\0\0\6DEALER\1\0\1\0\1\0"][number % 10]
                peer = socket.create_connection((host, int(port)), timeout=scaled(10))
                try:
                    peer.sendall(data)
                except OSError:
                    pass        # it may hang up on us
                if number % 7 == 0:
                    kept.append(peer)
                else:
                    peer.close()
        worker = self.worker(router, "api.true", {"capacity": 1})
        client = self.client(router)
        api_id = client.request("api.true", b"body")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")


if __name__ == "__main__":
    main()
