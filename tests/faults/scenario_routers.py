#   scenario_routers.py - several routers, each worker at all of them: restarted one after the other, under load
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

import signal

from ground import PATIENT, scaled, wait_until
from history import Policy
from scenarios import scenario


def house(ground, workers, **settings):
    """Two routers, and workers at both; the last one is `butler work`."""
    routers = [ground.router(dict(settings)), ground.router(dict(settings))]
    #   Longer than one stands still here
    staff = [ground.library_worker(routers, liveness=2 * PATIENT) for _ in range(workers)]
    staff.append(ground.command_worker(routers))
    for router in routers:
        wait_until(lambda router=router: ground.count_workers(router) == len(staff), "the workers are registered", 20)
    return routers, staff


def answered(ground, routers):
    """Without what we ask ourselves."""
    return sum(ground.stats(router)["answered"] - ground.asked[router] for router in routers)


def wait_load(ground, routers, more):
    """Until the clients have had so many further answers."""
    before = answered(ground, routers)
    wait_until(lambda: answered(ground, routers) >= before + more, "the load goes on", 30)


@scenario("Workers are restarted one after the other, told by SIGTERM, under load: no request fails", 90)
def rolling_workers(ground):
    router = ground.router()
    raw = ground.workers(router, 2)
    staff = [ground.library_worker(router), ground.library_worker(router), ground.command_worker(router)] + raw
    wait_until(lambda: ground.count_workers(router) == len(staff), "the workers are registered", 20)
    clients = ground.all_clients(router, work=(0, 20))
    for _ in range(4 if ground.long else 1):
        for index, member in enumerate(staff[:3]):
            ground.sleep(0, 0.2)
            member.finish()
            staff[index] = (ground.library_worker, ground.library_worker, ground.command_worker)[index](router)
        for index, member in enumerate(staff[3:]):
            ground.sleep(0, 0.2)
            member.finish()
            staff[3 + index] = ground.worker(router, packed=index == 1)
        wait_until(lambda: ground.count_workers(router) == len(staff), "the new ones are registered", 20)
    ground.finish(Policy(exact=True), router, clients)


@scenario("One of two routers is restarted again and again, told by SIGTERM, under load: no request fails", 90)
def rolling_routers(ground):
    routers, staff = house(ground, 2)
    clients = [ground.library_client(routers, work=work, window=window)
               for work, window in ((0, 30), (5, 10), (30, 4), (0, 1))]
    for turn in range(8 if ground.long else 3):
        index = turn % 2
        wait_load(ground, routers, 200)
        ground.sleep(0, 0.3)
        routers[index].signal(signal.SIGTERM)
        if routers[index].finish() != 0:
            raise AssertionError("the router ended badly")
        if "abandoned=0" not in routers[index].wait_log("event=stopped"):
            raise AssertionError("the router abandoned something")
        ground.sleep(0, 0.3)
        routers[index] = ground.again(routers[index])
        #   Clients come to it only once the other one ends, and by then the workers are back
        wait_until(lambda: ground.count_workers(routers[index]) == len(staff), "the workers are back", 30)
    wait_load(ground, routers, 200)
    ground.finish(Policy(frail=True), None, clients)


@scenario("Workers and routers are restarted in turn, told by SIGTERM, under load: no request fails", 120,
          only_long=True)
def rolling_all(ground):
    routers, staff = house(ground, 3)
    clients = [ground.library_client(routers, work=work, window=window) for work, window in ((0, 30), (20, 6))]
    for turn in range(8):
        index, number = turn % 2, turn % len(staff)
        wait_load(ground, routers, 100)
        routers[index].signal(signal.SIGTERM)
        staff[number].finish()
        hire = ground.command_worker if number == len(staff) - 1 else ground.library_worker
        staff[number] = hire(routers)
        if routers[index].finish() != 0:
            raise AssertionError("the router ended badly")
        routers[index] = ground.again(routers[index])
        for router in routers:
            wait_until(lambda router=router: ground.count_workers(router) == len(staff), "all are back", 30)
    wait_load(ground, routers, 100)
    ground.finish(Policy(frail=True), None, clients)


@scenario("One of two routers is killed: clients go over to the other, and lose only what was open at it", 90,
          only_long=True)
def router_of_two_killed(ground):
    routers, staff = house(ground, 2)
    timeout = scaled(6)
    windows = (20, 5)
    clients = [ground.library_client(routers, work=5, window=window, timeout=timeout) for window in windows]
    wait_load(ground, routers, 200)
    routers[0].crash()
    wait_load(ground, routers[1:], 200)
    ground.finish(Policy(outcomes=("answered", "timeout"), most={"timeout": sum(windows)}), routers[1], clients)


@scenario("One of two routers stands still: clients go over to the other; what was open is answered when it goes on", 90)
def router_of_two_frozen(ground):
    routers, staff = house(ground, 2)
    windows = (20, 5)
    clients = [ground.library_client(routers, work=5, window=window) for window in windows]
    before = [answered(ground, [router]) for router in routers]
    wait_load(ground, routers, 200)
    #   Clients are at the first one, unless that was slow to take them
    grown = [answered(ground, [router]) - was for router, was in zip(routers, before)]
    busy, other = routers if grown[0] > grown[1] else reversed(routers)
    asked = ground.stats(other)["discoveries"]
    busy.signal(signal.SIGSTOP)
    try:
        #   A client goes over after three silent seconds, and up to half a one of chance; after another it asks
        #   whether it is heard there
        ground.wait_stat(other, "discoveries", asked + 1)
        ground.sleep(0, 0.5)
    finally:
        busy.signal(signal.SIGCONT)
    wait_load(ground, [other], 200)
    #   Workers that took it for dead answer there no more
    ground.finish(Policy(outcomes=("answered", "502"), most={"502": sum(windows)}), other, clients)
