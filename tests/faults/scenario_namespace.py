#   scenario_namespace.py - packets are lost: partitions, vanished peers and random loss in network namespaces
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

import netns
from ground import ENOUGH, SLOW, scaled, wait_until
from history import Policy
from netns import DOWN, UP
from scenarios import scenario

BIND = "tcp://%s:*" % netns.HERE
INTERVAL = int(100 * SLOW)
LIVENESS = 6
DEAD = INTERVAL * LIVENESS / 1000


def house(ground, liveness=LIVENESS, retry=ENOUGH):
    """A router, two workers beside it and two at the other end of the wire."""
    wire = netns.Wire(ground)
    router = ground.router({"router/heartbeat": INTERVAL, "router/liveness": liveness, "service/retry": retry},
                           BIND, BIND)
    near = ground.workers(router, 2, properties={"capacity": 8})
    ground.beyond = wire
    far = [ground.worker(router, liveness=liveness, packed=True),
           ground.library_worker(router, liveness=liveness)]
    ground.beyond = None
    wait_until(lambda: ground.count_workers(router) == 4, "the workers are registered", 30)
    return wire, router, near, far


def mixed_clients(ground, wire, router, expires=4):
    """Some beside the router, some at the other end, whose requests expire after so many seconds."""
    near = ground.clients(router, 2, work=(0, 20))
    ground.beyond = wire
    far = [ground.client(router, work=(0, 20), window=4, expires=scaled(expires), patience=scaled(2)),
           ground.library_client(router, window=4, timeout=scaled(expires + 2))]
    ground.beyond = None
    return near, far


@scenario("Packets are dropped, one-way and both, for short and for long: near clients lose nothing", 120)
def packets_parted(ground):
    wire, router, _, _ = house(ground)
    near, far = mixed_clients(ground, wire, router)
    ways = [(UP,), (DOWN,), (UP, DOWN)] * (3 if ground.long else 1)
    ground.random.shuffle(ways)
    for number, way in enumerate(ways):
        ground.sleep(0.1, 0.3)
        wire.part(*way)
        ground.sleep(0.1 if number else 2 * DEAD, 2.5 * DEAD)
        wire.heal()
    wait_until(lambda: ground.count_workers(router) == 4, "the workers are back", 60)
    lenient = {client.name: ("timeout", "504") for client in far}
    _, stats = ground.finish(Policy(retry=ENOUGH, lenient=lenient), router, near + far)
    print("workers lost %d, retried %d, late replies %d" % (
        stats["workers_lost"], stats["retried"], stats["late_replies"]))
    if not stats["workers_lost"]:
        raise AssertionError("nobody was taken for dead")


@scenario("Peers vanish without a word, as machines do that lose their power: connections to nobody", 90)
def peers_vanish(ground):
    wire, router, _, far_workers = house(ground)
    near, far = mixed_clients(ground, wire, router)
    ground.wait_stat(router, "answered", 200)
    wire.part()
    for member in far_workers + far:
        member.kill()
    wait_until(lambda: ground.count_workers(router) == 2, "the others are taken for dead", 20)
    wire.heal()
    ground.beyond = wire
    ground.library_worker(router)
    ground.beyond = None
    wait_until(lambda: ground.count_workers(router) == 3, "the new worker is registered", 20)
    dead = tuple(client.name for client in far)
    ground.finish(Policy(retry=ENOUGH, dead=dead), router, near)


@scenario("The router vanishes without a word, and another comes to its place: all that are far come back", 90)
def router_vanishes(ground):
    settings = {"router/heartbeat": INTERVAL, "router/liveness": LIVENESS, "service/unknown": "queue"}
    wire = netns.Wire(ground)
    router = ground.router(settings, BIND, BIND)
    ground.beyond = wire
    ground.worker(router, liveness=LIVENESS, packed=True)
    ground.library_worker(router, liveness=LIVENESS)
    clients = [ground.client(router, packed=packed, work=(0, 20), window=4, expires=scaled(2), patience=scaled(1))
               for packed in (False, True)]
    clients.append(ground.library_client(router, window=4, timeout=scaled(3)))
    ground.beyond = None
    ground.wait_stat(router, "answered", 200, 30)
    wire.part()
    router.crash()
    ground.sleep(0.1, 1.5)
    router = ground.again(router, settings)
    wire.heal()
    #   Their next packets meet a machine that knows nothing of them
    wait_until(lambda: ground.count_workers(router) == 2, "the workers are back", 30)
    for client in clients:
        before = ground.stats(router)["answered"] - ground.asked[router]
        wait_until(lambda before=before: ground.stats(router)["answered"] - ground.asked[router] > before + 50,
                   "the load goes on", 30)
    ground.finish(Policy(outcomes=("answered", "timeout", "502", "504")), router, clients)


@scenario("Packets are lost by chance: it takes longer, and all is answered", 120)
def packets_lost(ground):
    wire, router, _, _ = house(ground, liveness=100)
    #   Which packets are lost no seed decides; one that is lost again and again comes within seconds
    near, far = mixed_clients(ground, wire, router, expires=20)
    wire.lose(20 if ground.long else 8)
    for client in far:
        before = ground.stats(router)["answered"]
        ground.wait_stat(router, "answered", before + 150, 60)
    ground.sleep(1, 2)
    wire.heal()
    lenient = {client.name: ("timeout", "504") for client in far} if ground.long else {}
    ground.finish(Policy(retry=ENOUGH, lenient=lenient), router, near + far)
