#   packed.py - clients and workers in Python that speak the packed envelope
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Written with struct, byte by byte, from PROTOCOL.md alone; nothing shared with the C code."""

import collections
import itertools
import struct

from pace import scaled
from peers import Client, Worker, text

REQUEST, REPLY, DISCOVERY, CANCEL = range(1, 5)
INLINE = 2048               # the largest body that our senders put inside
RELATIVE = 1 << 63
PROPERTIES = {"capacity": 1, "packed": 1}

#   A request as a worker gets it; apart: its body came in a frame of its own
Job = collections.namedtuple("Job", "token attempt deadline api_id service trace body apart")

_numbers = itertools.count(1)


def string(value):
    """A part: one byte of length, and so many bytes."""
    return struct.pack("B", len(value)) + value


def head(kind):
    return struct.pack("BBBB", 0xb5, 0x7e, 1, kind)


def pack_request(api_id, service, deadline, attempt=0, trace=b""):
    return (head(REQUEST) + struct.pack(">HQ", attempt, deadline)
            + string(api_id) + string(service) + string(trace))


class Reader:
    """The parts of a packed frame, one after the other."""

    def __init__(self, frame, kind):
        if frame[:4] != head(kind):
            raise AssertionError("%r is no packed message of kind %d" % (frame, kind))
        self.rest = frame[4:]

    def take(self, size):
        if len(self.rest) < size:
            raise AssertionError("a packed message ends too early")
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def string(self):
        return self.take(self.number(1))

    def body(self, frames):
        """What stands behind the parts, or the one frame that follows instead."""
        if not frames:
            return self.rest
        if len(frames) > 1 or self.rest:
            raise AssertionError("there are two bodies")
        return frames[0]


class PackedClient(Client):

    def send_body(self, packed, body, *between, apart=None):
        """Inside, or in a frame of its own; `apart` says which, else the size does."""
        if len(body) > INLINE if apart is None else apart:
            self.send(packed, *between, body)
        else:
            self.send(packed + body, *between)

    def request(self, service, body=b"", api_id=None, expiration=None, attempt=0, trace=b"", apart=None):
        """Send a request; its api:id. `expiration`: the number that stands in the frame, or as in frames."""
        if api_id is None:
            api_id = b"%s:packed-%d" % (self.version, next(_numbers))
        if expiration is None:
            expiration = RELATIVE | int(scaled(30000)) if self.version == b"1.0" else 999999999999999
        if isinstance(expiration, bytes):
            expiration = RELATIVE | int(expiration) if expiration.startswith(b"+") else int(expiration)
        packed = pack_request(api_id, text(service), expiration, attempt, trace)
        self.send_body(packed, text(body), apart=apart)
        return api_id

    @staticmethod
    def in_time():
        return RELATIVE | int(scaled(30000))

    def cancel(self, api_id):
        self.send(head(CANCEL) + string(api_id))

    def response(self, seconds=10):
        """(api:id, response, whether it came in a frame of its own) of the next message."""
        frames = self.recv(seconds)
        reader = Reader(frames[0], REPLY)
        return reader.string(), reader.body(frames[1:]), len(frames) > 1

    def answer(self, api_id, seconds=10):
        found, response, _ = self.response(seconds)
        if found != api_id:
            raise AssertionError("%r is no answer to %r" % (found, api_id))
        return response

    def find(self, name):
        """The code that discovery answers."""
        api_id = self.request(b"mmi." + text(name))
        frames = self.recv()
        reader = Reader(frames[0], DISCOVERY)
        if len(frames) > 1 or [reader.string(), reader.string()] != [api_id, text(name)]:
            raise AssertionError("%r does not answer mmi.%s" % (frames, name))
        code = reader.string()
        if reader.rest:
            raise AssertionError("%r stands behind a discovery" % reader.rest)
        return code

    def before_fence(self):
        """All that the router sent before it answered a probe that is sent now."""
        api_id = self.request(b"mmi.butler.router")
        messages = []
        while True:
            frames = self.recv()
            if frames[0][:4] == head(DISCOVERY) and Reader(frames[0], DISCOVERY).string() == api_id:
                return messages
            messages.append(frames)


class PackedWorker(Worker):

    def job(self, seconds=10):
        """The next request, which must come next and packed."""
        frames = self.command(seconds)
        reader = Reader(frames[0], REQUEST)
        attempt, deadline = reader.number(2), reader.number(8)
        names = [reader.string() for _ in range(3)]
        return Job(frames[1], attempt, deadline, *names, reader.body(frames[2:]), len(frames) > 2)

    def cancelled(self, seconds=10):
        """(token, api:id) of the next message, which must be CANCEL."""
        frames = self.command(seconds)
        reader = Reader(frames[0], CANCEL)
        api_id = reader.string()
        if len(frames) != 2 or reader.rest:
            raise AssertionError("%r is no CANCEL" % frames)
        return frames[1], api_id

    def reply(self, job, response, apart=None):
        packed = head(REPLY) + string(job.api_id)
        PackedClient.send_body(self, packed, response, job.token, apart=apart)
