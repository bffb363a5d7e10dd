#   test_packed.py - the packed envelope between peers and a router, alone and beside the other
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Clients and workers that pack, and those of butler 0.3.0, all on one router."""

import itertools
import json
import time

import test_rubbish
import zmq
from harness import TestCase, main, scaled, wait_until
from packed import (CANCEL, DISCOVERY, INLINE, PROPERTIES, RELATIVE, REPLY, REQUEST, PackedClient, PackedWorker, head,
                    pack_request, string)
from peers import read_error

SIZES = (0, 1, INLINE, INLINE + 1, 100000)
BUSY = {"capacity": 1}


class Packing(TestCase):

    def packed_client(self, router, **options):
        client = PackedClient(self.context, router.frontend, **options)
        self.addCleanup(client.close)
        return client

    def packed_worker(self, router, service, properties=None):
        """One that the router knows of when this returns."""
        worker = PackedWorker(self.context, router.backend)
        self.addCleanup(worker.close)
        known = self.count_workers(router, service)
        worker.ready(service, properties or PROPERTIES)
        wait_until(lambda: self.count_workers(router, service) == known + 1,
                   "a worker of %s is registered" % service)
        return worker

    def left(self, deadline):
        """Milliseconds from now, of either form."""
        if deadline & RELATIVE:
            return deadline - RELATIVE
        return deadline - time.time() * 1000


class Passage(Packing):

    def pass_packed(self, client, worker, size, apart):
        """Whether the deadline is as it came; it is less where the router stood still meanwhile."""
        body = b"b" * size
        api_id = client.request("api.images", body, trace=b"trace", apart=apart)
        job = worker.job()
        self.assertEqual(job[3:7], (api_id, b"api.images", b"trace", body))
        self.assertEqual(job.attempt, 0)
        worker.reply(job, body[::-1], apart=apart)
        found, response, beside = client.response()
        self.assertEqual((found, response), (api_id, body[::-1]))
        self.assertEqual(beside, size > INLINE if apart is None else apart)
        return job.deadline == RELATIVE | int(scaled(30000))

    def test_packed_client_and_packed_worker(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        for size in SIZES:
            for apart in (None, True, False):
                with self.subTest(size=size, apart=apart):
                    wait_until(lambda: self.pass_packed(client, worker, size, apart), "a deadline is as it came")

    def test_packed_client_and_worker_of_frames(self):
        router = self.router()
        worker, client = self.worker(router, "api.images"), self.packed_client(router)
        for size in SIZES:
            for apart in (None, True, False):
                with self.subTest(size=size, apart=apart):
                    body = b"b" * size
                    api_id = client.request("api.images", body, trace=b"trace", apart=apart)
                    job = worker.job()
                    self.assertEqual((job.api_id, job.service, job.body), (api_id, b"api.images", body))
                    self.assertIsNone(job.extra)
                    self.assertRegex(job.expiration, rb"^\d{13}$", "0.3.0 knows the absolute form alone")
                    worker.reply(job, body[::-1])
                    self.assertEqual(client.answer(api_id), body[::-1])

    def test_worker_of_frames_that_asks_gets_the_trace(self):
        router = self.router()
        worker = self.worker(router, "api.images", {"capacity": 1, "request": 2})
        client = self.packed_client(router)
        for size in SIZES:
            for trace in ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "gr\u00fc\u00df \\ \"dich\"",
                          '"' * 255):
                for waits in (False, True):
                    with self.subTest(size=size, trace=trace, waits=waits):
                        if waits:
                            before = client.request("api.images", b"before")
                        client.request("api.images", b"b" * size, trace=trace.encode())
                        if waits:
                            client.before_fence()
                            worker.reply(worker.job(), b"fine")
                            self.assertEqual(client.answer(before), b"fine")
                        job = worker.job()
                        self.assertEqual(job.body, b"b" * size)
                        self.assertEqual(json.loads(job.extra), {"attempt": 0, "traceparent": trace})
                        worker.reply(job, b"fine")
                        client.response()
        client.request("api.images", b"body")
        self.assertEqual(json.loads(worker.job().extra), {"attempt": 0})

    def test_client_of_frames_and_packed_worker(self):
        router = self.router()
        worker = self.packed_worker(router, "api.images")
        for dialect in (0, 1):
            client = self.client(router, dialect=dialect)
            for size in SIZES:
                with self.subTest(size=size, dialect=dialect):
                    body = b"b" * size
                    api_id = client.request("api.images", body)
                    job = worker.job()
                    self.assertEqual(job[3:7], (api_id, b"api.images", b"", body))
                    self.assertEqual(job.apart, size > INLINE)
                    self.assertFalse(job.deadline & RELATIVE)
                    self.assertGreater(self.left(job.deadline), 0)
                    worker.reply(job, body[::-1])
                    self.assertEqual(client.answer(api_id), body[::-1])

    def test_relative_deadline_of_frames_stays_relative(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.client(router)

        def same():
            api_id = client.request("api.images", expiration=b"+%d" % scaled(20000))
            job = worker.job()
            self.assertTrue(job.deadline & RELATIVE)
            worker.reply(job, b"fine")
            self.assertEqual(client.answer(api_id), b"fine")
            return job.deadline == RELATIVE | int(scaled(20000))
        #   Less where the router stood still meanwhile
        wait_until(same, "a deadline is as it came")

    def test_either_envelope_will_do_for_a_reply(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        api_id = client.request("api.images")
        super(PackedWorker, worker).reply(worker.job(), b"in frames")
        self.assertEqual(client.answer(api_id), b"in frames")

    def test_forged_reply_reaches_nobody(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        api_id = client.request("api.images")
        job = worker.job()
        worker.reply(job._replace(token=b"\x01\0\0\0\0\0\0\0\0"), b"forged")
        worker.reply(job._replace(api_id=b"1.0:other"), b"forged")
        worker.reply(job, b"fine")
        worker.reply(job, b"again")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assertEqual(client.before_fence(), [])


class Deadlines(Packing):

    def deliver_late(self, properties, expiration):
        """The deadline of a request that waited behind another, which comes first."""
        router = self.router()
        worker, client = self.packed_worker(router, "api.images", properties), self.packed_client(router)
        client.request("api.images", b"first")
        first = worker.job()
        client.request("api.images", b"second", expiration=expiration, trace=b"00-4bf92f-00f067-01")
        client.before_fence()
        started = time.monotonic()
        wait_until(lambda: time.monotonic() - started > 0.1, "some time has passed")
        client.before_fence()       # the router has seen that, too
        worker.reply(first, b"fine")
        job = worker.job()
        self.assertEqual((job.body, job.trace), (b"second", b"00-4bf92f-00f067-01"))
        self.assertEqual(job.attempt, 0)
        return job.deadline

    def test_request_that_waited_has_what_is_left(self):
        deadline = self.deliver_late(dict(PROPERTIES, deadline="relative"), RELATIVE | int(scaled(20000)))
        self.assertTrue(deadline & RELATIVE)
        self.assertLessEqual(self.left(deadline), scaled(20000) - 100)
        self.assertGreater(self.left(deadline), scaled(10000))

    def test_request_that_waited_has_an_absolute_deadline_for_others(self):
        deadline = self.deliver_late(PROPERTIES, RELATIVE | int(scaled(20000)))
        self.assertFalse(deadline & RELATIVE)
        self.assertLessEqual(self.left(deadline), scaled(20000) - 50)
        self.assertGreater(self.left(deadline), scaled(10000))

    def test_absolute_deadline_stays_the_same(self):
        given = int(time.time() * 1000 + scaled(20000))
        self.assertEqual(self.deliver_late(PROPERTIES, given), given)

    def test_deadline_is_clipped(self):
        router = self.router({"client/max_deadline": 5000})
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        for far in (RELATIVE | 9999999999, 999999999999999):
            api_id = client.request("api.images", expiration=far)
            job = worker.job()
            self.assertLessEqual(self.left(job.deadline), 5000)
            worker.reply(job, b"fine")
            self.assertEqual(client.answer(api_id), b"fine")


class Errors(Packing):

    def assert_error(self, response, code, kind):
        self.assertEqual(read_error(response)[:2], (code, kind))

    def test_404(self):
        client = self.packed_client(self.router())
        self.assert_error(client.answer(client.request("api.nobody")), 404, "service")
        old = self.packed_client(self.processes[0], dialect=0)
        self.assertEqual(old.answer(old.request("api.nobody")), b"404")

    def test_503(self):
        router = self.router({"client/limit": 1})
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        first = client.request("api.images")
        job = worker.job()
        self.assert_error(client.answer(client.request("api.images")), 503, "unavailable")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(first), b"fine")

    def test_504(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        for expired in (RELATIVE, 0, 1):
            self.assert_error(client.answer(client.request("api.images", expiration=expired)), 504, "expired")

        def given():
            #   Not where the router stood still meanwhile: then they had expired when they came
            running, waiting = [client.request("api.images", expiration=RELATIVE | 100) for _ in range(2)]
            ended = dict(client.response()[:2] for _ in range(2))
            self.assertEqual(set(ended), {running, waiting})
            for response in ended.values():
                self.assert_error(response, 504, "expired")
            return self.ask(router, "workers")["workers"][0]["holds"]
        wait_until(given, "the worker has a request that expired")
        worker.reply(worker.job(), b"late")
        self.assertEqual(client.before_fence(), [])

    def test_502(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        api_id = client.request("api.images")
        worker.job()
        worker.close()
        self.assert_error(client.answer(api_id), 502, "lost")

    def test_400_where_the_api_id_could_be_read(self):
        client = self.packed_client(self.router())
        right = pack_request(b"1.0:7", b"api.images", RELATIVE | 1000)
        for frames in ([pack_request(b"1.0:7", b"two\nlines", RELATIVE | 1000)],
                       [pack_request(b"1.0:7", b"api.images", RELATIVE | 1000, attempt=1)],
                       [pack_request(b"1.0:7", b"api.images", RELATIVE | 10 ** 10)],
                       [pack_request(b"1.0:7", b"api.images", 10 ** 15)],
                       [pack_request(b"1.0:7", b"api.images", RELATIVE | 1000, trace=b"\0")],
                       [right + b"body", b"body"], [right, b"body", b"more"], [right[:-1]]):
            client.send(*frames)
            self.assert_error(client.answer(b"1.0:7"), 400, "request")

    def test_what_has_no_readable_id_is_dropped(self):
        router = self.router()
        client = self.packed_client(router)
        right = pack_request(b"1.0:7", b"api.images", RELATIVE | 1000)
        for frames in ([right[:18]], [b"\xb5\x7e\x02" + right[3:]], [b"\xb5\x7e\x00" + right[3:]],
                       [head(REPLY) + string(b"1.0:7")], [head(DISCOVERY) + right[4:]], [head(99) + right[4:]],
                       [pack_request(b"no colon", b"api.images", RELATIVE | 1000)],
                       [pack_request(b"0.3.0:7", b"api.images", RELATIVE | 1000)]):
            client.send(*frames)
        self.assertEqual(client.before_fence(), [])
        self.assertEqual(self.stat(router, "malformed"), 8)


class Retry(Packing):

    def test_attempts_are_counted_for_packed_workers(self):
        router = self.router({"service/api.images/retry": 2})
        workers = [self.packed_worker(router, "api.images") for _ in range(3)]
        client = self.packed_client(router)
        api_id = client.request("api.images", b"body", trace=b"trace")
        jobs = []
        for worker in workers:
            jobs.append(worker.job())
            if len(jobs) < 3:
                worker.close()
        self.assertEqual([job.attempt for job in jobs], [0, 1, 2])
        self.assertEqual({(job.body, job.trace) for job in jobs}, {(b"body", b"trace")})
        self.assertEqual(len({job.token for job in jobs}), 3)
        workers[2].reply(jobs[2], b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_attempts_are_counted_over_both_envelopes(self):
        router = self.router({"service/api.images/retry": 1})
        first, client = self.worker(router, "api.images", BUSY), self.client(router)
        second = self.packed_worker(router, "api.images")
        api_id = client.request("api.images", b"body")
        first.job()
        first.close()
        job = second.job()
        self.assertEqual((job.attempt, job.body), (1, b"body"))
        second.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")


class Cancelling(Packing):

    def test_waiting_request_is_not_given_to_anybody(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        first = client.request("api.images", b"first")
        job = worker.job()
        second = client.request("api.images", b"second")
        third = client.request("api.images", b"third")
        client.cancel(second)
        self.assertEqual(client.before_fence(), [])
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(first), b"fine")
        job = worker.job()
        self.assertEqual((job.api_id, job.body), (third, b"third"))
        self.assertEqual(self.stat(router, "cancelled"), 1)

    def test_worker_of_a_running_request_is_told(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        api_id = client.request("api.images", b"body")
        job = worker.job()
        client.cancel(api_id)
        self.assertEqual(worker.cancelled(), (job.token, api_id))
        worker.reply(job, b"too late")
        wait_until(lambda: self.stat(router, "late_replies") == 1, "the reply has come")
        self.assertEqual(client.before_fence(), [])
        again = client.request("api.images", b"again", api_id=api_id)
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(again), b"fine")

    def test_worker_of_frames_is_told_by_a_notice(self):
        router = self.router()
        worker, client = self.worker(router, "api.images", BUSY), self.packed_client(router)
        client.cancel(client.request("api.images", b"body"))
        client.request("api.images", b"next")
        job = worker.job()
        self.assertEqual(worker.cancelled(), job.token)
        worker.reply(job, b"too late")
        self.assertEqual(worker.job().body, b"next")

    def test_malformed_cancel_is_not_answered(self):
        router = self.router()
        client = self.packed_client(router)
        client.send(head(CANCEL) + string(b"1.0:7") + b"more")
        client.send(head(CANCEL) + string(b"1.0:7"), b"more")
        self.assertEqual(client.before_fence(), [])
        self.assertEqual(self.stat(router, "malformed"), 2)

    def test_nobody_cancels_for_another(self):
        router = self.router()
        worker, client = self.packed_worker(router, "api.images"), self.packed_client(router)
        stranger = self.packed_client(router)
        api_id = client.request("api.images", b"body")
        job = worker.job()
        stranger.cancel(api_id)
        self.assertEqual(stranger.before_fence(), [])
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assertEqual(self.stat(router, "cancelled"), 0)


class Discovery(Packing):

    def test_packed_client_is_answered_packed(self):
        router = self.router()
        self.worker(router, "api.images")
        for dialect in (0, 1):
            client = self.packed_client(router, dialect=dialect)
            for name, code in (("api.images", b"200"), ("api.nobody", b"400"), ("butler.router", b"200"),
                               ("butler.packed", b"200"), ("butler.cancel", b"200"), ("butler.nothing", b"400")):
                self.assertEqual(client.find(name), code, name)

    def test_client_of_frames_learns_that_it_may_pack(self):
        router = self.router()
        client = self.client(router)
        for name, code in ((b"butler.packed", b"200"), (b"butler.nothing", b"400"), (b"butler", b"400"),
                           (b"butler.packed2", b"400")):
            api_id = client.request(b"mmi." + name)
            self.assertEqual(client.recv(), [b"", api_id, name, code])

    def test_the_probe_is_no_service(self):
        client = self.packed_client(self.router())
        self.assertEqual(client.answer(client.request("butler.packed"))[:3], b"404")

    def test_routers_own_service(self):
        router = self.router()
        self.packed_worker(router, "api.images")
        client = self.packed_client(router)
        self.assertEqual(client.call("butler.router", "ping"), "pong")
        self.assertEqual(client.call("butler.router", "workers", service="api.images")["total"], 1)
        body = json.dumps({"method": "stats", "padding": "p" * 3000})
        self.assertTrue(client.answer(client.request("butler.router", body, apart=True)))


class Load(Packing):

    ROUNDS, WINDOW = 300, 20

    def test_both_on_one_router(self):
        router = self.router()
        service, capacity = "api.images", {"capacity": 30}
        workers = [self.packed_worker(router, service, dict(capacity, packed=1)),
                   self.packed_worker(router, service, dict(capacity, packed=1, deadline="relative")),
                   self.worker(router, service, capacity), self.worker(router, service)]
        clients = [self.packed_client(router), self.packed_client(router, dialect=0),
                   self.client(router), self.client(router, dialect=0)]
        sizes = itertools.cycle((0, 1, 100, INLINE, INLINE + 1, 5000))
        opened = {client: {} for client in clients}
        left = dict.fromkeys(clients, self.ROUNDS)
        served = dict.fromkeys(workers, 0)
        poller = zmq.Poller()
        for peer in clients + workers:
            poller.register(peer.socket, zmq.POLLIN)
        owner = {peer.socket: peer for peer in clients + workers}
        while any(left.values()) or any(opened.values()):
            for client in clients:
                while left[client] and len(opened[client]) < self.WINDOW:
                    body = b"%d/%d " % (clients.index(client), left[client]) + b"b" * next(sizes)
                    opened[client][client.request(service, body)] = body
                    left[client] -= 1
            events = poller.poll(scaled(10) * 1000)
            self.assertTrue(events, "the router has stopped")
            for socket, _ in events:
                peer = owner[socket]
                if peer in served:
                    frames = peer.poll(0)
                    if frames == [b"\x02"]:
                        continue
                    peer.command = lambda seconds, frames=frames: frames
                    job = peer.job()
                    peer.reply(job, b"answer " + job.body)
                    served[peer] += 1
                elif isinstance(peer, PackedClient):
                    api_id, response, _ = peer.response()
                    self.assertEqual(response, b"answer " + opened[peer].pop(api_id))
                else:
                    empty, api_id, response = peer.recv()
                    self.assertEqual(response, b"answer " + opened[peer].pop(api_id))
        self.assertEqual(sum(served.values()), len(clients) * self.ROUNDS)
        self.assertTrue(all(served.values()), served)
        self.assertEqual(self.stat(router, "malformed"), 0)


class PackedRubbish(test_rubbish.Rubbish):
    """Random bytes behind B5 7E, and right messages with one thing wrong."""

    def frame(self):
        return self.random.choice([
            b"\xb5\x7e" + self.bytes(60), b"\xb5\x7e\x01" + self.bytes(60), head(REQUEST) + self.bytes(100),
            head(REPLY) + self.bytes(100), head(self.random.getrandbits(8)) + self.bytes(100),
            head(REQUEST) + self.bytes(10) + b"\xff" * self.random.randint(0, 300), self.bytes(20), b""])

    def frames(self):
        return [b"\xb5\x7e" + self.bytes(300)] + [self.frame() for _ in range(self.random.randint(0, 3))]

    def request(self):
        api_id = b"1.0:%d" % self.random.randint(1, 50)
        return [pack_request(api_id, b"api.images", RELATIVE | self.random.randint(0, 3000)) + self.bytes(50)]

    def worker_message(self):
        return [head(REPLY) + string(b"1.0:1") + self.bytes(20), self.bytes(8) + b"T"]


class RubbishOnSockets(test_rubbish.Throwing):

    RUBBISH = PackedRubbish

    def test_ten_thousand_malformed_messages_on_the_frontend(self):
        self.assert_stands("frontend", "request")

    def test_ten_thousand_malformed_messages_on_the_backend(self):
        self.assert_stands("backend", "worker_message")


if __name__ == "__main__":
    main()
