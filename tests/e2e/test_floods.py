#   test_floods.py - peers that never come in cost little, however many they are
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Failed handshakes by the thousand, garbage, peers that stop half-way. doc/SECURITY.md names these tests.

Ten thousand, a tenth of them where the build is slow, ten times as many with BUTLER_LONG=1."""

import concurrent.futures
import os
import random
import re
import socket
import struct
import time

import zmq

from harness import SLOW, main, scaled, wait_until
from secured import STAFF, Bystander, Intruder, Key, Secured, by_password

FLOOD = (10000 if SLOW == 1 else 1000) * (10 if os.environ.get("BUTLER_LONG") else 1)
AT_A_TIME = 20
GROWTH = 2 * 1024 * 1024    # three hundred bytes lost for each of ten thousand would show

READY = b"\4\x1c\5READY\13Socket-Type\0\0\0\6DEALER"


def greeting(mechanism):
    """ZMTP's 64 bytes."""
    return b"\xff" + bytes(7) + b"\1\x7f\3\0" + mechanism.ljust(20, b"\0") + bytes(32)


def command(name, body):
    body = struct.pack("B", len(name)) + name + body
    return b"\6" + struct.pack(">Q", len(body)) + body


def frame(body, more):
    return struct.pack(">BQ", 3 if more else 2, len(body)) + body


def connect(endpoint):
    host, port = endpoint[len("tcp://"):].split(":")
    return socket.create_connection((host, int(port)), timeout=scaled(10))


def read_to_the_end(peer):
    """All that comes until the other side closes; a reset is an end too."""
    got = b""
    try:
        while data := peer.recv(4096):
            got += data
    except ConnectionError:
        pass
    return got


class Flood(Secured):

    def setUp(self):
        super().setUp()
        self.random = random.Random(7)
        self.strangers = Key("stranger")

    def raw(self, data):
        """A peer that sends this, and waits until it is cut off."""
        def attack(endpoint):
            with connect(endpoint) as peer:
                try:
                    peer.sendall(data)
                    peer.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                read_to_the_end(peer)
        return attack

    def handshake(self, secure):
        """A peer of libzmq's whose handshake fails."""
        def attack(endpoint):
            def once(socket):
                socket.reconnect_ivl = -1
                secure(socket)
            intruder = Intruder(self.context, endpoint, once)
            try:
                intruder.send(b"", b"1.0:1", b"api.bystander", b"+1000", b"intruder")
                if intruder.came_in(60):
                    raise AssertionError("it came in")
            finally:
                intruder.close()
        return attack

    def attacks(self):
        noise = self.random.randbytes
        return [
            self.handshake(self.strangers.towards(self.router_key)),
            self.handshake(self.keys[STAFF].towards(self.strangers)),
            self.handshake(lambda socket: None),
            self.handshake(by_password("staff", "guessed")),
            self.raw(b""), self.raw(b"GET / HTTP/1.0\r\n\r\n"), self.raw(noise(200)), self.raw(greeting(b"CURVE")[:40]),
            self.raw(greeting(b"CURVE")), self.raw(greeting(b"CURVE") + noise(500)),
            self.raw(greeting(b"CURVE") + command(b"HELLO", noise(194))),
            self.raw(greeting(b"CURVE") + command(b"INITIATE", noise(300))),
            self.raw(greeting(b"CURVE") + command(b"MESSAGE", noise(300))),
            self.raw(greeting(b"NULL") + READY + frame(b"", True) + frame(b"body", False)),
            self.raw(greeting(b"GSSAPI") + noise(100)), self.raw(greeting(noise(20)))]

    def flood(self, router, count):
        attacks = self.attacks()
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            ends = [pool.submit(attacks[number % len(attacks)], (router.frontend, router.backend)[number // 16 % 2])
                    for number in range(count)]
            for end in ends:
                end.result(scaled(300))

    def lines(self, router):
        return [line for line in router.log if "event=handshake" in line]

    def test_failed_handshakes_leave_the_router_serving(self):
        self.context.set(zmq.MAX_SOCKETS, 4000)
        router = self.secured()
        started = time.monotonic()
        with self.bystander(router) as bystander:
            self.flood(router, FLOOD // 4)
            bystander.check()
            before = router.rss()
            self.flood(router, FLOOD - FLOOD // 4)
            bystander.check()
            if SLOW == 1:
                self.assertLess(router.rss() - before, GROWTH, "the router grows")
        self.assertTrue(self.lines(router))
        #   A line for each reason and side, at most every ten seconds
        most = 12 * (1 + (time.monotonic() - started) / 10)
        self.assertLessEqual(len(self.lines(router)), most)
        self.assertIsNone(router.status)

    def test_log_counts_what_it_does_not_tell_one_by_one(self):
        router = self.secured()
        attack = self.handshake(lambda socket: None)
        for _ in range(50):
            attack(router.frontend)

        def told():
            return sum(int(re.search(r"count=(\d+)", line).group(1)) for line in self.lines(router))
        #   A peer that sees the mismatch first hangs up, which may be all too soon to be seen
        wait_until(lambda: told() >= 25, "they are counted", 15)
        self.assertLessEqual(told(), 50)
        self.assertLessEqual(len(self.lines(router)), 3)

    def test_who_has_no_key_does_not_hold_up_what_is_told_of_others(self):
        router = self.secured()
        for _ in range(50):         # a peer that sees the mismatch first hangs up, and leaves nothing to be told
            self.handshake(lambda socket: None)(router.frontend)
        router.wait_log("no key")
        started = time.monotonic()
        self.handshake(Key("stranger").towards(self.router_key))(router.frontend)
        router.wait_log("unknown key")
        self.assertLess(time.monotonic() - started, scaled(5), "the log waits for its next turn")


class HalfWay(Secured):
    """Peers that begin a handshake and do not end it."""

    def test_unfinished_handshakes_hold_up_nobody(self):
        router = self.secured()
        with self.bystander(router) as bystander:
            kept = [connect(endpoint) for endpoint in (router.frontend, router.backend) for _ in range(100)]
            self.addCleanup(lambda: [peer.close() for peer in kept])
            for number, peer in enumerate(kept):
                peer.sendall(greeting(b"CURVE")[:(0, 11, 64)[number % 3]])
            bystander.check(50)
            self.assertTrue(self.intruder(router.frontend, self.as_user(STAFF)).came_in())

    def test_message_without_end_is_cut_off_before_the_handshake(self):
        """Under CURVE nothing but the handshake's own commands is taken from who has not shown his key."""
        router = self.secured()
        before = router.rss()
        for endpoint in (router.frontend, router.backend):
            with connect(endpoint) as peer:
                peer.sendall(greeting(b"CURVE"))
                with self.assertRaises(OSError):
                    for _ in range(1000):
                        peer.sendall(frame(bytes(1000000), True))
        if SLOW == 1:
            self.assertLess(router.rss() - before, 16000000)

    def test_message_without_end_disturbs_nobody_else(self):
        """libzmq keeps the parts of a message until the last is there: doc/SECURITY.md tells to whom that is open."""
        router = self.router()
        with Bystander(router, None) as bystander:
            with connect(router.frontend) as peer:
                peer.sendall(greeting(b"NULL") + READY)
                for _ in range(100):
                    peer.sendall(frame(bytes(1000000), True))
                bystander.check(50)
            bystander.check(50)

    def test_frame_above_the_limit_is_not_taken_before_the_handshake(self):
        router = self.secured({"router/message": 1000000})
        before = router.rss()
        for endpoint in (router.frontend, router.backend):
            with connect(endpoint) as peer:
                peer.sendall(greeting(b"CURVE") + b"\6" + struct.pack(">Q", 1000000000))
                with self.assertRaises(OSError):
                    for _ in range(1000):
                        peer.sendall(bytes(1000000))
        if SLOW == 1:
            self.assertLess(router.rss() - before, 16000000)


class Reach(Secured):
    """What of the router there is to reach at all."""

    @staticmethod
    def listening(pid):
        """The endpoints at which a process listens, of any kind."""
        held = set()
        for name in os.listdir("/proc/%d/fd" % pid):
            try:
                held.add(os.readlink("/proc/%d/fd/%s" % (pid, name)))
            except FileNotFoundError:
                pass                    # it came and went
        found = []
        for table, state, ready, inode, where in (("tcp", 3, "0A", 9, 1), ("tcp6", 3, "0A", 9, 1),
                                                  ("unix", 3, "00010000", 6, -1)):
            with open("/proc/%d/net/%s" % (pid, table)) as lines:
                for line in list(lines)[1:]:
                    words = line.split()
                    if words[state] == ready and "socket:[%s]" % words[inode] in held:
                        found.append(words[where])
        return found

    def test_nothing_but_the_two_sockets_can_be_reached(self):
        """Neither the ZAP handler nor the router's insides, which are inproc."""
        #   Who has read keys shows root alone what it holds; without keys it has the same handler
        root = os.geteuid() == 0
        router = self.secured() if root else self.router({"permission/anonymous/call": "*"})
        self.assertTrue(self.intruder(router.frontend, self.as_user(STAFF) if root else None).came_in())
        ports = sorted("%04X" % int(endpoint.split(":")[-1]) for endpoint in (router.frontend, router.backend))
        self.assertEqual(sorted(place.split(":")[-1] for place in self.listening(router.pid)), ports)

    def test_zap_is_no_service(self):
        router = self.secured()
        client = self.client(router, secure=self.as_user(STAFF))
        for name in ("zeromq.zap.01", "inproc://zeromq.zap.01"):
            self.assertEqual(client.answer(client.request(name))[:3], b"404")
        client.send(b"", b"1.0", b"1", b"", b"127.0.0.1", b"", b"CURVE", bytes(32))
        client.send(b"1.0", b"1", b"", b"127.0.0.1", b"", b"NULL")
        self.assertEqual(client.before_fence(), [])


if __name__ == "__main__":
    main()
