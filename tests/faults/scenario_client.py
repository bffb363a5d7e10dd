#   scenario_client.py - clients die, stop reading, cancel
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

from ground import scaled, wait_until
from history import Policy
from scenarios import scenario


def die_with_requests(ground, workers, work, dies_when):
    """Some clients die with requests in this state; the others notice nothing."""
    router = ground.router()
    ground.workers(router, workers)
    others = ground.all_clients(router, work=(0, 5), window=2)
    victims = []
    for _ in range(6 if ground.long else 3):
        victim = ground.client(router, packed=ground.random.random() < 0.5, work=work, window=50)
        victims.append(victim.name)
        dies_when(router, victim)
        victim.kill()
    _, stats = ground.finish(Policy(dead=tuple(victims)), router, others)
    return stats


@scenario("Clients die whose requests wait")
def client_dies_waiting(ground):
    def dies(router, victim):
        ground.wait_stat(router, "waiting", 20)
        ground.sleep(0, 0.1)
    stats = die_with_requests(ground, 1, (20, 40), dies)
    if not stats["undeliverable"]:
        raise AssertionError("no answer met a client that was gone")


@scenario("Clients die whose requests run")
def client_dies_running(ground):
    def dies(router, victim):
        ground.wait_stat(router, "running", 8)
        ground.sleep(0, 0.1)
    stats = die_with_requests(ground, 4, (100, 300), dies)
    if not stats["undeliverable"]:
        raise AssertionError("no answer met a client that was gone")


@scenario("Clients die while answers come")
def client_dies_answered(ground):
    def dies(router, victim):
        ground.sleep(0.1, 0.4)
    die_with_requests(ground, 2, (0, 3), dies)


@scenario("A client that stands still gets all answers when it goes on; others notice nothing")
def client_stands_still(ground):
    router = ground.router()
    ground.all_workers(router)
    still = [ground.client(router, packed=packed, window=500, work=(0, 2)) for packed in (False, True)]
    others = ground.all_clients(router, work=(0, 5))
    for _ in range(3):
        for client in still:
            ground.sleep(0.1, 0.3)
            client.freeze()
        ground.sleep(0.3, 0.8)
        for client in still:
            client.thaw()
    ground.finish(Policy(exact=True), router, still + others)


@scenario("A client that sends and sends, and does not read: it loses answers, others nothing")
def client_does_not_read(ground):
    router = ground.router({"client/limit": 50})
    ground.workers(router, 4, properties={"capacity": 100})
    deaf = ground.client(router, packed=ground.random.random() < 0.5, window=1000000, work=(0, 0),
                         size=(0, 2000), reads_after=scaled(1), expires=scaled(3), patience=scaled(1))
    others = ground.all_clients(router, work=(0, 5), window=4)

    #   How many answers find room before, the system decides
    def is_over():
        now = ground.stats(router)
        return now["refused"] and now["undeliverable"] + now["unsent"] >= 500
    wait_until(is_over, "it loses answers", 40)
    deaf.finish(40)
    #   Refused: over its share. In vain: its answer was dropped
    _, stats = ground.finish(Policy(lenient={deaf.name: ("503", "timeout", "504")}), router, others)
    print("undeliverable %d, unsent %d, refused %d" % (
        stats["undeliverable"], stats["unsent"], stats["refused"]))


@scenario("Clients cancel some of their requests, at any time, while workers die")
def client_cancels(ground):
    retry = ground.random.choice((0, 3))
    router = ground.router({"service/retry": retry})

    def hire():
        return ground.worker(router, packed=ground.random.random() < 0.7, properties={"capacity": 3})
    workers = [hire() for _ in range(3)]
    ground.library_worker(router, threads=2, capacity=4)
    ground.command_worker(router)
    wait_until(lambda: ground.count_workers(router) == 5, "the workers are registered", 20)
    clients = ground.clients(router, 4, cancels=0.3, work=(0, 30), window=30)
    clients += ground.all_clients(router)
    for _ in range(20 if ground.long else 8):
        ground.sleep(0.05, 0.4)
        index = ground.random.randrange(len(workers))
        workers[index].kill()
        workers[index] = hire()
    _, stats = ground.finish(Policy(exact=True, retry=retry, outcomes=("answered", "502")), router, clients)
    if not stats["cancelled"]:
        raise AssertionError("nothing was cancelled")


@scenario("Clients of libbutler cancel some of their requests: each is told once, and what they leave is cleared away")
def library_client_cancels(ground):
    router = ground.router()
    ground.all_workers(router)
    clients = [ground.library_client(router, every=every, work=work, window=40)
               for every, work in ((3, 20), (10, 0), (0, 2))]
    ground.sleep(1, 2)
    history, _ = ground.finish(Policy(), router, clients)
    cancelled = history.count()["cancelled"]

    def look():
        """(those that were cancelled and never sent, in time, too late)"""
        stats = ground.stats(router)
        #   Some were cancelled before the connection was there: neither they nor their cancellations were sent. None
        #   expires but the clients' own questions, where the router stood still.
        never = len(history.sent) + ground.asked[router] - (stats["accepted"] - stats["expired"])
        return never, stats["cancelled"], stats["stray_cancels"]
    try:
        #   A cancellation may be the last that a client sends
        wait_until(lambda: sum(look()) == cancelled, "the router knows of each", 10)
    finally:
        print("%d cancelled: %d never sent, %d in time, %d too late" % (cancelled, *look()))
    if not look()[1]:
        raise AssertionError("none was cancelled in time")


@scenario("Clients of the same routing id follow each other: the old is gone before the new comes")
def identity_old_gone_first(ground):
    retry = ground.random.choice((0, 1))
    router = ground.router({"service/retry": retry})
    ground.all_workers(router)
    packed = ground.random.random() < 0.5
    names, policy = [], Policy(retry=retry)
    for _ in range(5):
        client = ground.client(router, packed=packed, routing_id=b"the one", insists=True, work=(0, 50), window=30)
        names.append(client.name)
        ground.wait_stat(router, "running", 4)
        ground.sleep(0, 0.2)
        client.kill()
    last = ground.client(router, packed=packed, routing_id=b"the one", insists=True, requests=200)
    names.append(last.name)
    policy.dead = tuple(names[:-1])
    policy.heirs = {name: names[:index] for index, name in enumerate(names)}
    ground.finish(policy, router, [last])


@scenario("Clients of the same routing id follow each other: the new comes before the old is gone")
def identity_new_comes_first(ground):
    router = ground.router()
    ground.all_workers(router)
    packed = ground.random.random() < 0.5
    names = []
    client = ground.client(router, packed=packed, routing_id=b"the one", insists=True, work=(0, 50), window=30)
    for _ in range(3):
        names.append(client.name)
        ground.wait_stat(router, "running", 4)
        if ground.random.random() < 0.5:
            client.freeze()             # or it goes on, and the new one must not disturb it
        heir = ground.client(router, packed=packed, routing_id=b"the one", insists=True, work=(0, 50), window=30)
        ground.sleep(0.2, 1.2)
        client.kill()
        client = heir
    names.append(client.name)
    policy = Policy(dead=tuple(names[:-1]), heirs={name: names[:index] for index, name in enumerate(names)})
    ground.finish(policy, router, [client])
