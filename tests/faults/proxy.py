#   proxy.py - a network between two peers of the fault tests that does as it is told
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""A TCP proxy in a thread of its own: whoever connects to its endpoint is connected to a router's.

Up is towards the router, down is back. What is stopped is not lost: it is sent on later, as TCP does
after a partition. What is not stopped, delayed or choked passes at once.
"""

import asyncio
import socket
import struct
import threading

LINK = 65536                            # bytes that are read at a time
UP, DOWN = "up", "down"


class Link:
    """One connection: two sockets, and what passes between them."""

    def __init__(self, proxy, peer):
        self.proxy, self.peer = proxy, peer
        self.router = socket.socket()
        self.router.setblocking(False)
        self.tasks = [proxy.loop.create_task(self.run())]       # which may end before it has connected

    async def run(self):
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_connect(self.router, self.proxy.target)
        except OSError:
            self.cut()
            return
        for one in (self.peer, self.router):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tasks += [loop.create_task(self.pump(self.peer, self.router, UP)),
                       loop.create_task(self.pump(self.router, self.peer, DOWN))]

    async def pump(self, source, sink, way):
        """Ends the link when either side does."""
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue(64)
        sender = loop.create_task(self.send(queue, sink, way))
        self.tasks.append(sender)
        try:
            while True:
                rate = self.proxy.choked[way]
                data = await loop.sock_recv(source, int(rate / 20) + 1 if rate else LINK)
                if not data:
                    break
                await queue.put((loop.time() + self.proxy.delayed[way], data))
                if rate:
                    await asyncio.sleep(len(data) / rate)
            await queue.put((0, b""))
            await sender
        except OSError:
            pass
        self.cut()

    async def send(self, queue, sink, way):
        loop = asyncio.get_running_loop()
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            while self.proxy.stopped[way]:
                await asyncio.sleep(0.005)
            if not data:
                return
            try:
                await loop.sock_sendall(sink, data)
            except OSError:
                self.cut()
                return

    def halt(self):
        for task in self.tasks:
            if task is not asyncio.current_task(self.proxy.loop):
                task.cancel()

    def cut(self, sides=None):
        """By a reset: at both sides, or at one. The other then has a connection to nobody."""
        self.halt()
        for one in sides or (self.peer, self.router):
            if one.fileno() != -1:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.close()
        if not sides and self in self.proxy.links:
            self.proxy.links.remove(self)


class Proxy:

    def __init__(self, endpoint):
        host, port = endpoint.rsplit("/", 1)[1].rsplit(":", 1)
        self.target = (host, int(port))
        self.stopped = {UP: False, DOWN: False}
        self.delayed = {UP: 0.0, DOWN: 0.0}     # seconds
        self.choked = {UP: 0, DOWN: 0}          # bytes a second; 0: as many as come
        self.refuses = False                    # connections end as soon as they begin
        self.links = []
        self.open = []                          # sockets of connections to nobody
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.listener.setblocking(False)
        self.endpoint = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def frontend(self):
        return self.endpoint

    @property
    def backend(self):
        return self.endpoint

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.create_task(self._accept())
        self.loop.run_forever()
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self.loop.close()

    async def _accept(self):
        while True:
            peer, _ = await self.loop.sock_accept(self.listener)
            link = Link(self, peer)
            if self.refuses:
                link.cut()
                continue
            self.links.append(link)

    def _tell(self, function, *arguments):
        """In the proxy's thread; returns when it is done."""
        done = threading.Event()

        def call():
            function(*arguments)
            done.set()
        self.loop.call_soon_threadsafe(call)
        if not done.wait(10):
            raise AssertionError("the proxy does not answer")

    # ---- what the network does

    def part(self, *ways):
        """A partition: nothing passes on these ways; on both without any."""
        for way in ways or (UP, DOWN):
            self.stopped[way] = True

    def delay(self, seconds, *ways):
        for way in ways or (UP, DOWN):
            self.delayed[way] = seconds

    def choke(self, rate, *ways):
        for way in ways or (UP, DOWN):
            self.choked[way] = rate

    def cut(self, refuse=False):
        """All connections end at both sides, and none is made as long as it refuses."""
        self.refuses = refuse
        self._tell(lambda: [link.cut() for link in list(self.links)])

    def vanish(self, side, refuse=False):
        """The peers of the "router", or of the "peer", are gone without a word: its connections stay open,
        and nobody is there any more. The others' connections end, and are not made anew as long as it refuses."""
        self.refuses = refuse

        def act():
            for link in self.links:
                link.cut([link.peer if side == "router" else link.router])
            self.open += [link.router if side == "router" else link.peer for link in self.links]
            self.links.clear()
        self._tell(act)

    def heal(self):
        """All is as in the beginning."""
        self.refuses = False
        for way in (UP, DOWN):
            self.stopped[way], self.delayed[way], self.choked[way] = False, 0.0, 0

    def close(self):
        self.cut(refuse=True)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        for one in self.open + [self.listener]:
            one.close()
