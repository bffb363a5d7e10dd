#   secured.py - routers that ask who comes in, and peers that can show it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Keys and passwords made here, in Python, and written as zcert files; nothing shared with the C code."""

import os
import threading
import time

import zmq
import zmq.utils.monitor

from harness import TestCase, scaled, wait_until
from peers import LINGER, Client, Peer, Worker, text

STAFF = "staff"             # an admin of every router here: may call and serve everything

CERTIFICATE = """#   ZeroMQ CURVE Certificate
metadata
%scurve
    public-key = "%s"
"""


def write_whole(path, text, mode=0o644):
    """In one step for whoever looks: a router passes over names that begin with a dot."""
    folder, name = os.path.split(path)
    draft = os.path.join(folder, "." + name)
    with open(draft, "w") as file:
        file.write(text)
    os.chmod(draft, mode)
    os.replace(draft, path)


class Key:
    """A pair of keys, and the files that hold it."""

    def __init__(self, name):
        self.name = name
        self.public, self.secret = zmq.curve_keypair()

    def write_public(self, folder):
        path = os.path.join(folder, self.name)
        write_whole(path, CERTIFICATE % ("", self.public.decode()))
        return path

    def write_secret(self, folder, router=None, mode=0o600):
        """Names the router's public key too, as butler keygen --router does, where it is given."""
        path = os.path.join(folder, self.name + "_secret")
        metadata = '    router = "%s"\n' % router.public.decode() if router else ""
        write_whole(path, CERTIFICATE % (metadata, self.public.decode())
                    + '    secret-key = "%s"\n' % self.secret.decode(), mode)
        return path

    def towards(self, router):
        """What a socket needs to come in by this key where the router has that one."""
        def secure(socket):
            socket.curve_serverkey = router.public
            socket.curve_publickey, socket.curve_secretkey = self.public, self.secret
        return secure


def by_password(user, password):
    """What a socket needs to come in by a password."""
    def secure(socket):
        socket.plain_username, socket.plain_password = user.encode(), password.encode()
    return secure


class Intruder(Peer):
    """A DEALER that sees what becomes of its handshakes."""

    SUCCEEDED = zmq.EVENT_HANDSHAKE_SUCCEEDED
    FAILED = (zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
              | zmq.EVENT_HANDSHAKE_FAILED_AUTH)

    def __init__(self, context, endpoint, secure=None, routing_id=None):
        def watch(socket):
            if secure:
                secure(socket)
            self.monitor = socket.get_monitor_socket(self.SUCCEEDED | self.FAILED)
        super().__init__(context, zmq.DEALER, endpoint, routing_id, watch)

    def send(self, *frames):
        """To no avail where it has been turned away already."""
        try:
            self.socket.send_multipart([text(frame) for frame in frames], zmq.DONTWAIT)
        except zmq.Again:
            pass

    def came_in(self, seconds=10):
        """Whether its next handshake succeeds."""
        if not self.monitor.poll(scaled(seconds) * 1000):
            raise AssertionError("the handshake does not end")
        return zmq.utils.monitor.recv_monitor_message(self.monitor)["event"] == self.SUCCEEDED

    def close(self):
        self.socket.disable_monitor()
        self.monitor.close(0)
        super().close()


class Bystander(threading.Thread):
    """A good client and a good worker, who notice if anybody disturbs them."""

    SERVICE = "api.bystander"

    def __init__(self, router, secure):
        super().__init__(daemon=True)
        self.router, self.secure = router, secure
        self.calls = 0
        self.fault = None
        self.over = False

    def run(self):
        context = zmq.Context()
        try:
            client = Client(context, self.router.frontend, secure=self.secure)
            worker = Worker(context, self.router.backend, secure=self.secure)
            worker.ready(self.SERVICE, {"capacity": 1})
            self._appear(client)
            while not self.over:
                self._call(client, worker)
                time.sleep(0.002)       # the attacks are to have the machine
        except Exception as fault:      # whatever it is: the test tells it
            self.fault = fault
        finally:
            context.destroy(LINGER)

    def _appear(self, client):
        def here():
            client.request("mmi." + self.SERVICE)
            return client.recv()[-1] == b"200"
        wait_until(here, "the bystander's worker is registered")

    def _call(self, client, worker):
        body = b"call %d" % self.calls
        api_id = client.request(self.SERVICE, body)
        job = worker.job()
        if job.body != body:
            raise AssertionError("the bystander's worker got %r" % (job,))
        worker.reply(job, b"answer to " + body)
        answer = client.answer(api_id)
        if answer != b"answer to " + body:
            raise AssertionError("the bystander was answered %r" % answer)
        self.calls += 1

    def check(self, calls=5):
        """It still goes on."""
        reached = self.calls + calls
        wait_until(lambda: self.fault or self.calls >= reached, "the bystander goes on", 30)
        if self.fault:
            raise AssertionError("the bystander is disturbed: %s" % self.fault) from self.fault

    def __enter__(self):
        self.start()
        self.check()
        return self

    def __exit__(self, kind, fault, trace):
        try:
            if kind is None:
                self.check()
        finally:
            self.over = True
            self.join(scaled(30))


class Secured(TestCase):
    """A router with users: by keys, or, where a test says so, by passwords."""

    SECURITY = "curve"
    #   What the staff need where anybody's permissions are configured
    STAFF_MAY = {"permission/staff/call": "*", "permission/staff/serve": "*"}

    def setUp(self):
        super().setUp()
        self.certificates = os.path.join(self.folder, "clients")
        os.mkdir(self.certificates)
        self.passwords = os.path.join(self.folder, "passwords")
        self.router_key = Key("router")
        self.router_secret = self.router_key.write_secret(self.folder)
        self.keys = {}
        self.words = {}
        self.add(STAFF)

    def add(self, *users):
        """These may come in."""
        for user in users:
            if self.SECURITY == "curve":
                self.keys[user] = Key(user)
                self.keys[user].write_public(self.certificates)
            else:
                self.words[user] = "password-of-" + user + os.urandom(6).hex()
                self.write_passwords()

    def write_passwords(self, mode=0o600):
        write_whole(self.passwords, "".join("%s=%s\n" % pair for pair in self.words.items()), mode)

    def as_user(self, user):
        """What that user's sockets need."""
        if self.SECURITY == "curve":
            return self.keys[user].towards(self.router_key)
        return by_password(user, self.words[user])

    def auth(self):
        if self.SECURITY == "curve":
            return {"auth/certificate": self.router_secret, "auth/certificates": self.certificates,
                    "auth/admin": STAFF}
        return {"auth/passwords": self.passwords, "auth/admin": STAFF}

    def secured(self, settings=None, **options):
        """A butlerd that lets in whom add () named; it is asked by an admin."""
        router = self.router({**self.auth(), **(settings or {})}, **options)
        router.secure = self.as_user(STAFF)
        return router

    def reload(self, router, settings):
        line = router.reload({**self.auth(), **settings})
        self.assertIn("info event=reload", line)

    def intruder(self, endpoint, secure=None, routing_id=None):
        intruder = Intruder(self.context, endpoint, secure, routing_id)
        self.addCleanup(intruder.close)
        return intruder

    def bystander(self, router):
        return Bystander(router, self.as_user(STAFF))
