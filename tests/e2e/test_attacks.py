#   test_attacks.py - who is in, and takes what is others'
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Routing ids, tokens and requests that are not the attacker's, and keys that are withdrawn. doc/SECURITY.md names
these tests.

Each time the attacker gets nothing, and a good client with a good worker goes on beside it."""

import os
import time

from harness import main, relative, scaled, wait_until
from peers import HEARTBEAT, READY, REPLY, Worker, read_error
from secured import STAFF, Bystander, Secured

BUSY = {"capacity": 1}


class Inside(Secured):
    """mallory has a key of her own, and wants what is alice's."""

    MAY = {"permission/alice/call": "*", "permission/alice/serve": "api.images",
           "permission/mallory/call": "api.other", "permission/mallory/serve": "api.other"}
    SETTINGS = {}

    def setUp(self):
        super().setUp()
        self.add("alice", "mallory")
        self.router_ = self.secured({**self.STAFF_MAY, **self.MAY, **self.SETTINGS})
        self.alice, self.mallory = self.as_user("alice"), self.as_user("mallory")
        bystander = self.bystander(self.router_)
        bystander.__enter__()
        self.addCleanup(bystander.__exit__, None, None, None)

    def alices_worker(self, **options):
        return self.worker(self.router_, "api.images", BUSY, secure=self.alice, **options)

    def assert_answered(self, client, worker):
        """alice is served by hers, and by nobody else."""
        api_id = client.request("api.images", b"question")
        job = worker.job()
        self.assertEqual(job.body, b"question")
        worker.reply(job, b"alice's answer")
        self.assertEqual(client.answer(api_id), b"alice's answer")


class Ids(Inside):
    """Routing ids are chosen by peers themselves, and are no secret that anything rests upon."""

    def test_another_workers_id_in_silence(self):
        worker, client = self.alices_worker(routing_id=b"taken"), self.client(self.router_, secure=self.alice)
        thief = self.intruder(self.router_.backend, self.mallory, b"taken")
        self.assertTrue(thief.came_in())
        for _ in range(20):
            self.assert_answered(client, worker)
        self.assertIsNone(thief.poll(0))

    def test_another_workers_id_with_ready(self):
        worker, client = self.alices_worker(routing_id=b"taken"), self.client(self.router_, secure=self.alice)
        thief = self.intruder(self.router_.backend, self.mallory, b"taken")
        thief.send(READY, b"api.images", b'{"capacity": 9}')
        thief.send(READY, b"api.other", b'{"capacity": 9}')
        self.assertTrue(thief.came_in())
        for _ in range(20):
            self.assert_answered(client, worker)
        self.assertIsNone(thief.poll(0))
        self.assertEqual(self.count_workers(self.router_, "api.images"), 1)

    def test_another_clients_id(self):
        worker = self.alices_worker()
        client = self.client(self.router_, routing_id=b"taken", secure=self.alice)
        api_id = client.request("api.images", b"question")
        job = worker.job()
        for frames in ((), (b"", api_id, b"api.other", relative(30000), b""), (b"", api_id, b"butler.cancel", b"0", b"")):
            thief = self.intruder(self.router_.frontend, self.mallory, b"taken")
            if frames:
                thief.send(*frames)
            self.assertTrue(thief.came_in())
        worker.reply(job, b"alice's answer")
        self.assertEqual(client.answer(api_id), b"alice's answer")
        self.assertIsNone(thief.poll(scaled(0.1)))

    def test_id_of_a_client_that_is_gone_gets_none_of_its_answers(self):
        """Where the thief has said something; doc/SECURITY.md tells of those who wait in silence."""
        worker = self.alices_worker()
        client = self.client(self.router_, routing_id=b"taken", secure=self.alice)
        client.request("api.images", b"question", api_id=b"1.0:same")
        job = worker.job()
        client.close()

        def heir():
            """Who comes before the router knows that alice's connection is gone stays unheard, and tries again."""
            thief = self.client(self.router_, routing_id=b"taken", secure=self.mallory)
            thief.request("mmi.butler.router", api_id=b"1.0:probe")
            return thief if thief.poll(scaled(1)) else thief.close()
        thief = wait_until(heir, "the id is the thief's")
        worker.reply(job, b"alice's answer")
        self.wait_stat(self.router_, 1, "late_replies")
        self.assertEqual([frames for frames in thief.before_fence() if b"alice's answer" in frames], [])


class Gone(Inside):
    """The ids of workers that are gone, before the router has noticed, which their silence tells at last."""

    SETTINGS = {"router/liveness": 30}      # a busy machine keeps those silent, too, who are there

    def test_id_of_a_worker_that_is_gone_does_not_speak_for_it(self):
        #   An id that the router has not noticed to be free would leave its next owner unheard, so each has another
        workers = {taken: self.alices_worker(routing_id=taken) for taken in (b"taken-1", b"taken-2", b"taken-3")}
        clients = [self.client(self.router_, secure=self.alice) for _ in workers]
        asked = [(client, client.request("api.images", b"question")) for client in clients]
        thieves = []
        for (taken, worker), say in zip(workers.items(), (
                    lambda thief, job: thief.send(REPLY, job.token, b"", job.api_id, b"mallory's answer"),
                    lambda thief, job: thief.send(HEARTBEAT),
                    lambda thief, job: thief.send(READY, b"api.images", b'{"capacity": 9}'))):
            job = worker.job()
            worker.close()
            thief = Worker(self.context, self.router_.backend, taken, secure=self.mallory)
            self.addCleanup(thief.close)
            say(thief, job)
            thieves.append(thief)
        for client, api_id in asked:
            self.assertEqual(read_error(client.answer(api_id, seconds=30))[0], 502)
        wait_until(lambda: self.count_workers(self.router_, "api.images") == 0, "alice's workers are gone")
        lost = clients[0].request("api.images", b"question", expiration=relative(scaled(200)))
        self.assertEqual(read_error(clients[0].answer(lost))[0], 504)
        for thief in thieves:
            while (frames := thief.poll(0)) is not None:
                self.assertNotIn(b"question", frames)


class Forgeries(Inside):
    """What is not one's own: requests, tokens, replies."""

    def test_reply_by_another_workers_token(self):
        worker, client = self.alices_worker(), self.client(self.router_, secure=self.alice)
        forger = self.worker(self.router_, "api.other", BUSY, secure=self.mallory)
        api_id = client.request("api.images", b"question")
        job = worker.job()
        before = self.stat(self.router_, "stray_replies") + self.stat(self.router_, "late_replies")
        forger.reply(job, b"mallory's answer")
        for index in range(len(job.token)):         # and by those beside it
            token = bytearray(job.token)
            token[index] ^= 1
            forger.send(REPLY, bytes(token), b"", api_id, b"mallory's answer")
        wait_until(lambda: self.stat(self.router_, "stray_replies") + self.stat(self.router_, "late_replies")
                   >= before + 1 + len(job.token), "all are dropped")
        worker.reply(job, b"alice's answer")
        self.assertEqual(client.answer(api_id), b"alice's answer")
        self.assertEqual(client.before_fence(), [])

    def test_reply_of_who_has_not_registered(self):
        worker, client = self.alices_worker(), self.client(self.router_, secure=self.alice)
        api_id = client.request("api.images", b"question")
        job = worker.job()
        forger = self.idle_worker(self.router_, secure=self.mallory)
        forger.reply(job, b"mallory's answer")
        forger.command()                            # RECONNECT: it has been read
        worker.reply(job, b"alice's answer")
        self.assertEqual(client.answer(api_id), b"alice's answer")

    def test_cancel_of_another_clients_request(self):
        worker, client = self.alices_worker(), self.client(self.router_, secure=self.alice)
        running = client.request("api.images", b"running")
        waiting = client.request("api.images", b"waiting")
        other = self.client(self.router_, secure=self.mallory)
        other.cancel(running)
        other.cancel(waiting)
        other.before_fence()
        for api_id, body in ((running, b"running"), (waiting, b"waiting")):
            job = worker.job()
            self.assertEqual(job.body, body)
            worker.reply(job, b"alice's answer")
            self.assertEqual(client.answer(api_id), b"alice's answer")

    def test_same_request_id_as_another_clients(self):
        worker, client = self.alices_worker(), self.client(self.router_, secure=self.alice)
        api_id = client.request("api.images", b"question")
        other = self.client(self.router_, secure=self.mallory)
        other.request("api.other", b"mallory's", api_id=api_id, expiration=relative(30000))
        self.assertEqual(other.answer(api_id)[:3], b"404")
        worker.reply(worker.job(), b"alice's answer")
        self.assertEqual(client.answer(api_id), b"alice's answer")
        self.assertEqual(other.before_fence(), [])


class Removed(Secured):
    """A certificate that is taken out of the folder."""

    def setUp(self):
        super().setUp()
        self.add("mallory")
        self.router_ = self.secured()
        self.mallory = self.as_user("mallory")

    def remove(self):
        os.unlink(os.path.join(self.certificates, "mallory"))
        return time.monotonic()

    def assert_within_a_second(self, act):
        """That `act`, which removes it and returns when, has taken no longer. Where a busy machine stops one of us
        meanwhile it does: then again."""
        for _ in range(5):
            if time.monotonic() - act() <= scaled(1):
                return
            self.keys["mallory"].write_public(self.certificates)
            wait_until(lambda: self.intruder(self.router_.frontend, self.mallory).came_in(), "it is in again")
        self.fail("it takes more than a second each time")

    def test_its_connections_are_refused_within_a_second(self):
        client = self.client(self.router_, secure=self.mallory)
        self.assertEqual(client.call("butler.router", "ping"), "pong")

        def refused():
            response = client.answer(client.request("api.nothing", expiration=relative(30000)))
            return response[:3] == b"403"

        def act():
            removed = self.remove()
            wait_until(refused, "it is refused")
            return removed
        with self.bystander(self.router_):
            self.assert_within_a_second(act)
            for service in ("butler.router", "mmi." + Bystander.SERVICE, Bystander.SERVICE):
                client.request(service, b'{"method": "ping"}', expiration=relative(30000))
                self.assertEqual(client.recv()[-1][:3], b"403")
            self.assertFalse(self.intruder(self.router_.frontend, self.mallory).came_in())

    def test_its_workers_get_nothing_more(self):
        staff = self.client(self.router_, secure=self.as_user(STAFF))

        def act():
            nonlocal worker, job
            worker = self.worker(self.router_, "api.images", {"capacity": 5}, secure=self.mallory)
            held = staff.request("api.images", b"held", expiration=relative(30000))
            job = worker.job()
            removed = self.remove()
            self.assertEqual(read_error(staff.answer(held))[0], 502)
            return removed
        worker = job = None
        self.assert_within_a_second(act)
        self.assertEqual(self.count_workers(self.router_, "api.images"), 0)
        worker.reply(job, b"too late")
        worker.ready("api.images", BUSY)
        waiting = staff.request("api.images", b"waiting", expiration=relative(scaled(300)))
        self.assertEqual(read_error(staff.answer(waiting))[0], 504)
        while (frames := worker.poll(0)) is not None:
            self.assertNotIn(b"waiting", frames)

    def test_it_comes_back_where_its_file_does(self):
        self.remove()
        wait_until(lambda: not self.intruder(self.router_.frontend, self.mallory).came_in(), "it is out")
        self.router_.wait_log("event=users socket=frontend count=1")
        self.keys["mallory"].write_public(self.certificates)
        wait_until(lambda: self.intruder(self.router_.frontend, self.mallory).came_in(), "it is in")
        self.router_.wait_log("event=users socket=frontend count=2")

    def test_another_key_under_its_name_is_another_key(self):
        old = self.mallory
        self.add("mallory")
        wait_until(lambda: not self.intruder(self.router_.frontend, old).came_in(), "the old one is out")
        #   Its file may have been read when half of it was written
        wait_until(lambda: self.intruder(self.router_.frontend, self.as_user("mallory")).came_in(), "the new one is in")


if __name__ == "__main__":
    main()
