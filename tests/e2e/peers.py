#   peers.py - clients, workers and a router in Python, written from PROTOCOL.md alone
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Independent peers for the end-to-end tests: raw frames, nothing shared with the C code."""

import collections
import itertools
import json
import re
import time

import zmq

from pace import Deadline, scaled

READY, HEARTBEAT, RECONNECT, REPLY, LEAVE = (bytes([code]) for code in range(1, 6))

#   A request as a worker gets it
Job = collections.namedtuple("Job", "token api_id service expiration body extra")

#   ms. Not none: libzmq aborts where a connection breaks just when a socket ends with half a message on its way
LINGER = 100

_numbers = itertools.count(1)


def text(value):
    return value if isinstance(value, bytes) else str(value).encode()


def relative(milliseconds):
    """An expiration of so many ms from now, as dialect 1 writes it."""
    return b"+%d" % milliseconds


def absolute(milliseconds):
    """An expiration of so many ms from now, by the wall clock."""
    return b"%d" % (time.time() * 1000 + milliseconds)


def read_error(response):
    """(code, kind, object) of an error in a response: b"502:lost:{...}"."""
    parts = response.split(b":", 2)
    if len(parts) != 3 or len(parts[0]) != 3 or not parts[0].isdigit():
        raise AssertionError("%r is no error" % response)
    error = json.loads(parts[2])
    missing = {"name", "message", "traceback"} - set(error)
    if missing:
        raise AssertionError("%r lacks %s" % (response, ", ".join(missing)))
    return int(parts[0]), parts[1].decode(), error


class Peer:
    """A socket that is never waited for without end. `secure`, a function, sets its keys or its password."""

    def __init__(self, context, kind, endpoint=None, routing_id=None, secure=None):
        self.socket = context.socket(kind)
        self.socket.linger = LINGER
        if routing_id is not None:
            self.socket.setsockopt(zmq.IDENTITY, routing_id)
        if secure:
            secure(self.socket)
        if endpoint:
            self.socket.connect(endpoint)

    def send(self, *frames):
        """Send these frames as they are."""
        if not self.socket.poll(scaled(10) * 1000, zmq.POLLOUT):
            raise AssertionError("the peer takes no message")
        self.socket.send_multipart([text(frame) for frame in frames])

    def recv(self, seconds=10):
        """The next message's frames; its lack fails the test."""
        frames = self.poll(scaled(seconds))
        if frames is None:
            raise AssertionError("no message came")
        return frames

    def poll(self, seconds=0):
        """The next message's frames, or None."""
        if not self.socket.poll(int(seconds * 1000)):
            return None
        return self.socket.recv_multipart()

    def close(self):
        self.socket.close()


class Client(Peer):
    """A client: a DEALER, or a REQ, whose empty frame libzmq adds and takes."""

    def __init__(self, context, endpoint, routing_id=None, kind=zmq.DEALER, dialect=1, secure=None):
        super().__init__(context, kind, endpoint, routing_id, secure)
        self.prefix = [] if kind == zmq.REQ else [b""]
        self.version = b"1.0" if dialect == 1 else b"0.3.0"

    def request(self, service, body=b"", api_id=None, expiration=None):
        """Send a request; its api:id."""
        if api_id is None:
            api_id = b"%s:%d" % (self.version, next(_numbers))
        if expiration is None:
            expiration = absolute(scaled(30000))
        self.send(*self.prefix, api_id, service, expiration, body)
        return api_id

    def answer(self, api_id, seconds=10):
        """The response to a request, which must be the next message: its last frame."""
        frames = self.recv(seconds)
        expected = self.prefix + [api_id]
        if frames[:-1] != expected:
            raise AssertionError("%r is no answer to %r" % (frames, api_id))
        return frames[-1]

    def cancel(self, api_id, expiration=b"0"):
        """Give up on a request."""
        self.request(b"butler.cancel", api_id=api_id, expiration=expiration)

    def before_fence(self):
        """All that the router sent before it answered a probe that is sent now."""
        api_id = b"1.0:fence-%d" % next(_numbers)
        self.request(b"mmi.butler.router", api_id=api_id)
        messages = []
        while True:
            frames = self.recv()
            if len(frames) == len(self.prefix) + 3 and frames[len(self.prefix)] == api_id:
                return messages
            messages.append(frames)

    def call(self, service, method, /, *args, **kwargs):
        """A call in dialect 1; the result, read as JSON."""
        body = {"method": method, "args": args, "kwargs": kwargs}
        response = self.answer(self.request(service, json.dumps(body), expiration=self.in_time()))
        return json.loads(response)

    @staticmethod
    def in_time():
        """The expiration of a call, whatever the clocks say."""
        return relative(scaled(30000))


class Worker(Peer):
    """A worker: says nothing of its own accord, not even a heartbeat."""

    def __init__(self, context, endpoint, routing_id=None, secure=None):
        super().__init__(context, zmq.DEALER, endpoint, routing_id, secure)

    def ready(self, service, properties=None):
        """`properties`: a dict, bytes as they are, or None for a worker of 0.3.0."""
        frames = [READY, service]
        if properties is not None:
            frames.append(properties if isinstance(properties, bytes) else json.dumps(properties))
        self.send(*frames)

    def beat(self):
        self.send(HEARTBEAT)

    def leave(self):
        self.send(LEAVE)

    def command(self, seconds=10):
        """The next message that is no bare heartbeat."""
        deadline = Deadline(seconds)
        while True:
            frames = self.poll(deadline.left)
            if frames is None:
                raise AssertionError("the router sent this worker nothing")
            if frames != [HEARTBEAT]:
                return frames

    def waiting(self):
        """The next message that is no bare heartbeat and is here already, or None."""
        while True:
            frames = self.poll(0)
            if frames != [HEARTBEAT]:
                return frames

    def job(self, seconds=10):
        """The next request, which must come next; checked to have a request's frames."""
        frames = self.command(seconds)
        if len(frames) not in (6, 7) or frames[1] != b"":
            raise AssertionError("%r is no request" % frames)
        return Job(frames[0], *frames[2:6], frames[6] if len(frames) == 7 else None)

    def cancelled(self, seconds=10):
        """The token of the request that the next message says nobody waits for."""
        frames = self.command(seconds)
        if len(frames) != 2 or frames[0] != HEARTBEAT:
            raise AssertionError("%r is no notice" % frames)
        notice = json.loads(frames[1])
        if list(notice) != ["cancel"] or not re.fullmatch("[0-9a-f]{18}", notice["cancel"]):
            raise AssertionError("%r cancels nothing" % frames)
        return bytes.fromhex(notice["cancel"])

    def reply(self, job, response):
        self.send(REPLY, job.token, b"", job.api_id, response)


class PyRouter:
    """The router's two sockets, to hold against our own client and worker."""

    def __init__(self, context, frontend, backend):
        self.front = context.socket(zmq.ROUTER)
        self.back = context.socket(zmq.ROUTER)
        for socket, endpoint in ((self.front, frontend), (self.back, backend)):
            socket.linger = LINGER
            socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
            socket.bind(endpoint)
        self.frontend = self.front.getsockopt_string(zmq.LAST_ENDPOINT)
        self.backend = self.back.getsockopt_string(zmq.LAST_ENDPOINT)
        self.workers = {}           # routing id -> when we last sent it something
        self.mute = False           # send workers no heartbeats

    def close(self):
        self.front.close()
        self.back.close()

    def recv_client(self, seconds=10):
        """(routing id, frames) of the next message from a client."""
        return self._recv(self.front, seconds)

    def recv_worker(self, seconds=10, heartbeats=False):
        """(routing id, frames) of the next message from a worker; beats while it waits."""
        deadline = Deadline(seconds)
        while True:
            self._beat()
            if self.back.poll(min(100, int(deadline.left * 1000) + 1)):
                peer, frames = self._recv(self.back, 1)
                self.workers.setdefault(peer, 0)
                if heartbeats or frames != [HEARTBEAT]:
                    return peer, frames
            if deadline.over:
                raise AssertionError("no worker sent anything")

    def send_client(self, peer, *frames):
        self.front.send_multipart([peer] + [text(frame) for frame in frames])

    def send_worker(self, peer, *frames):
        self.workers[peer] = time.monotonic()
        self.back.send_multipart([peer] + [text(frame) for frame in frames])

    def dispatch(self, peer, service, body, api_id=b"1.0:1", expiration=None, token=b"\x01tokenid\x02"):
        """Send a worker a request; its token."""
        self.send_worker(peer, token, b"", api_id, service,
                         expiration or absolute(scaled(30000)), body)
        return token

    @staticmethod
    def _recv(socket, seconds):
        if not socket.poll(scaled(seconds) * 1000):
            raise AssertionError("no message came")
        peer, *frames = socket.recv_multipart()
        return peer, frames

    def _beat(self):
        for peer, last in list(self.workers.items()):
            if not self.mute and time.monotonic() - last > 0.5:
                try:
                    self.send_worker(peer, HEARTBEAT)
                except zmq.ZMQError:
                    del self.workers[peer]
