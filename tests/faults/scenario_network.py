#   scenario_network.py - partitions, half-open connections, delay, choke and cuts, made by a proxy
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

from ground import ENOUGH, SLOW, scaled, wait_until
from history import Policy
from proxy import DOWN, UP, Proxy
from scenarios import scenario

#   Whoever says nothing for so long is taken for dead by these
INTERVAL = int(100 * SLOW)
LIVENESS = 6
DEAD = INTERVAL * LIVENESS / 1000


def between(ground, router, side):
    """A network of its own between the router and those who come to it through the proxy."""
    proxy = Proxy(getattr(router, side))
    ground.proxies.append(proxy)
    return proxy


def house(ground, retry=ENOUGH):
    """A router, two workers beside it, and two behind a network that may fail."""
    router = ground.router({"router/heartbeat": INTERVAL, "router/liveness": LIVENESS, "service/retry": retry})
    proxy = between(ground, router, "backend")
    ground.workers(router, 2, properties={"capacity": 8})
    ground.worker(proxy, liveness=LIVENESS, packed=True)
    ground.library_worker(proxy, liveness=LIVENESS)
    wait_until(lambda: ground.count_workers(router) == 4, "the workers are registered", 20)
    return router, proxy


def wait_workers(ground, router, count=4):
    wait_until(lambda: ground.count_workers(router) == count, "the workers are back", 40)


@scenario("Workers are behind a partition, one-way and both, shorter and longer than liveness: all is answered", 90)
def workers_parted(ground):
    router, proxy = house(ground)
    clients = ground.all_clients(router, work=(0, 20))
    ways = [(UP,), (DOWN,), (UP, DOWN)] * (3 if ground.long else 1)
    ground.random.shuffle(ways)
    for number, way in enumerate(ways):
        ground.sleep(0.1, 0.3)
        proxy.part(*way)
        #   The first is long enough that nobody behind it lives for those beyond
        ground.sleep(0.1 if number else 2 * DEAD, 2.5 * DEAD)
        proxy.heal()
        wait_workers(ground, router)
    _, stats = ground.finish(Policy(exact=True, retry=ENOUGH), router, clients)
    print("workers lost %d, retried %d, late replies %d, stray %d" % (
        stats["workers_lost"], stats["retried"], stats["late_replies"], stats["stray_replies"]))
    if not stats["workers_lost"]:
        raise AssertionError("nobody was taken for dead")


@scenario("Connections of workers become half-open, on either side: whoever is left alone notices by the silence", 90)
def workers_half_open(ground):
    router, proxy = house(ground)
    clients = ground.all_clients(router, work=(0, 20))
    for side in ("router", "peer") * (3 if ground.long else 1):
        ground.sleep(0.1, 0.4)
        before = ground.stats(router)["registrations"]
        proxy.vanish(side)
        wait_until(lambda before=before: ground.stats(router)["registrations"] >= before + 2,
                   "both workers register anew", 30)
        wait_workers(ground, router)
    ground.finish(Policy(exact=True, retry=ENOUGH), router, clients)


@scenario("Connections of clients become half-open: what was open has no answer, all that follows has", 90)
def clients_half_open(ground):
    router = ground.router()
    proxy = between(ground, router, "frontend")
    ground.all_workers(router)
    clients = [ground.client(proxy, packed=packed, work=(0, 20), window=4, expires=scaled(1), patience=scaled(1))
               for packed in (False, True)]
    clients.append(ground.library_client(proxy, timeout=scaled(2), window=4))
    #   From the router's side: clients come again. From theirs there is no heartbeat that could tell them, so
    #   one router is not enough; see client_of_two_half_open
    for _ in range(4 if ground.long else 2):
        ground.sleep(0.1, 0.4)
        proxy.vanish("router")
        before = ground.stats(router)["answered"] - ground.asked[router]
        wait_until(lambda before=before: ground.stats(router)["answered"] - ground.asked[router] > before + 50,
                   "the load goes on", 20)
    ground.finish(Policy(outcomes=("answered", "timeout", "504")), router, clients)


@scenario("The connection to one of two routers is half-open, then parted one-way: the client goes to the other", 90)
def client_of_two_half_open(ground):
    routers = [ground.router(), ground.router()]
    proxies = [between(ground, router, "frontend") for router in routers]
    ground.library_worker(routers)
    for router in routers:
        wait_workers(ground, router, 1)
    #   Longer than it takes to notice a silence, which costs what is open once
    client = ground.library_client(proxies, timeout=scaled(6), window=10)

    def served(router):
        return ground.stats(router)["answered"] - ground.asked[router]

    def wait_served(router):
        before = served(router)
        wait_until(lambda: served(router) > before + 50, "this router has the load", 20)
    wait_until(lambda: any(served(router) > 50 for router in routers), "a router has the load", 20)
    #   The first one, unless that was slow to take it
    first = 0 if served(routers[0]) > served(routers[1]) else 1
    #   Where the other is slow, the client would go back: there is nobody before that
    proxies[first].vanish("peer", refuse=True)
    wait_served(routers[1 - first])
    proxies[first].heal()
    proxies[1 - first].part(ground.random.choice((UP, DOWN)))
    wait_served(routers[first])
    proxies[1 - first].heal()
    ground.finish(Policy(outcomes=("answered", "timeout"), most={"timeout": 2 * 10}), None, [client])


@scenario("All is slow, both ways, but nothing is lost: nobody is taken for dead, and all is answered", 90)
def slow_network(ground):
    router = ground.router({"router/heartbeat": INTERVAL, "router/liveness": 5 * LIVENESS})
    backend, frontend = between(ground, router, "backend"), between(ground, router, "frontend")
    ground.worker(backend, packed=True)
    ground.library_worker(backend)
    wait_workers(ground, router, 2)
    backend.delay(DEAD / 3)
    frontend.delay(DEAD / 3, UP)
    frontend.choke(20000, DOWN)
    backend.choke(20000, UP)
    clients = ground.all_clients(frontend, requests=100 if ground.long else 40, window=20)
    for client in clients:
        client.wait()
    _, stats = ground.finish(Policy(exact=True), router, clients)
    if stats["workers_lost"]:
        raise AssertionError("a worker was taken for dead")


@scenario("Connections are cut at any time, and made again, at once or after a while", 90)
def connections_cut(ground):
    router, backend = house(ground)
    frontend = between(ground, router, "frontend")
    direct = ground.clients(router, 2)
    cut = [ground.client(frontend, packed=packed, work=(0, 20), expires=scaled(1), patience=scaled(1))
           for packed in (False, True)]
    cut.append(ground.library_client(frontend, timeout=scaled(2)))
    for _ in range(12 if ground.long else 5):
        ground.sleep(0.05, 0.4)
        for proxy in (frontend, backend):
            if ground.random.random() < 0.6:
                proxy.cut(refuse=ground.random.random() < 0.5)
        ground.sleep(0, 0.4)
        frontend.heal()
        backend.heal()
    wait_workers(ground, router)
    lenient = {client.name: ("timeout", "504") for client in cut}
    ground.finish(Policy(retry=ENOUGH, lenient=lenient), router, direct + cut)
