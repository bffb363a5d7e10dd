#   sections.py - what bench/compare measures, and what it is to come to
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Brokers with their load ("peers"), the works they are given, and the ratios that are asked for."""

import collections

#   How a peer is run: its broker, its client's and worker's programs with their options, what else
#   is there meanwhile (crowd_commands ()), and what of the work is different for it
Peer = collections.namedtuple("Peer", "broker client worker crowd changes")

#   workers/clients, requests that each client has open, bytes of a body
Work = collections.namedtuple("Work", "name workers clients window body")

#   A ratio of medians, peer / base, of what a run measured. `most` is an upper bound, `least` a
#   lower one, neither: for information. `beside` names two more, whose ratio divides it.
Check = collections.namedtuple("Check", "peer base metric least most beside", defaults=(None, None, None))

Case = collections.namedtuple("Case", "work peers checks")
Section = collections.namedtuple("Section", "name title about cases")

RAW, OWN = "load", "load_butler"


def peer(broker, client=(RAW,), worker=(RAW,), crowd=None, **changes):
    return Peer(broker, list(client), list(worker), crowd, changes)


PEERS = {
    "butlerd": peer("butlerd"),
    "loop": peer("loop"),
    "proxy": peer("proxy", worker=[RAW, "--plain"]),
    "nats": peer("nats", ["load_nats"], ["load_nats"]),
    "gearmand": peer("gearmand", ["load_gearman"], ["load_gearman"]),
    "nats sync": peer("nats", ["load_nats", "--sync"], ["load_nats", "--sync"]),

    "butlerd packed": peer("butlerd", [RAW, "--packed"], [RAW, "--packed"]),
    "loop packed": peer("loop", [RAW, "--packed"], [RAW, "--packed"]),

    "client": peer("butlerd", client=[OWN]),
    "worker": peer("butlerd", worker=[OWN]),
    "both": peer("butlerd", [OWN], [OWN]),
    "both, 2 handler threads": peer("butlerd", [OWN], [OWN, "--threads", "2"]),
    "both, recv loop": peer("butlerd", [OWN], [OWN, "--loop"]),
    "both, rpc": peer("butlerd", [OWN, "--rpc"], [OWN]),
    "client, sync": peer("butlerd", [OWN, "--sync"]),
    "both, sync": peer("butlerd", [OWN, "--sync"], [OWN]),

    "butlerd, CURVE": peer("butlerd", secured=True),
    "butlerd packed, CURVE": peer("butlerd", [RAW, "--packed"], [RAW, "--packed"], secured=True),
    "proxy, CURVE": peer("proxy", worker=[RAW, "--plain"], secured=True),

    "in process, tcp": peer("tcp", ["inprocess", "raw"], []),
    "in process, ipc": peer("ipc", ["inprocess", "raw"], []),
    "in process, inproc": peer("inproc", ["inprocess", "raw"], []),
    "library, tcp": peer("tcp", ["inprocess", "butler"], []),
    "library, ipc": peer("ipc", ["inprocess", "butler"], []),
    "library, inproc": peer("inproc", ["inprocess", "butler"], []),
}

#   Room for all that the crowds ask for; nobody beats, so nobody may be missed
SCALING = {"router/heartbeat": 600000, "router/requests": 1000000, "router/bytes": 1 << 30,
           "service/unknown": "queue", "service/queue": 1000000, "service/queue_bytes": 1 << 30,
           "client/limit": 1000000}

#   A heartbeat each second, as usual; but half of the workers wait until all are there
BEATING = {"router/liveness": 100}


def crowds(broker, **options):
    """A broker alone, and with each of the crowds."""
    return {
        broker + " alone": peer(broker, settings=SCALING, **options),
        broker + " 10,000 workers": peer(broker, crowd="workers", settings=SCALING, **options),
        broker + " 10,000 services": peer(broker, crowd="services", settings=SCALING, **options),
        broker + " 100,000 waiting": peer(broker, crowd="requests", settings=SCALING, **options),
        broker + " 10,000 clients": peer(broker, crowd="clients", settings=SCALING, **options),
        broker + " 16 clients": peer(broker, settings=SCALING, clients=16, window=16, **options),
        broker + " 100,000 open": peer(broker, settings=SCALING, clients=16, window=6250, **options),
        broker + " beats": peer(broker, client=[], worker=[], crowd="beats", settings=BEATING),
    }


PEERS.update(crowds("butlerd"))
PEERS.update(crowds("loop"))
PEERS.update(crowds("proxy", worker=[RAW, "--plain"]))

ONE = Work("1/1", 1, 1, 256, 64)
FANS = [ONE, Work("4/8", 4, 8, 32, 64), Work("16/8", 16, 8, 32, 64), Work("16/64", 16, 64, 4, 64)]
LATENCY = Work("one at a time", 1, 1, 1, 64)


def router_cases():
    checks = [Check("butlerd", "loop", "req_s", least=0.97), Check("butlerd", "loop", "broker_us", most=1.07),
              Check("butlerd", "proxy", "req_s", least=0.92), Check("butlerd", "proxy", "broker_us", most=1.22),
              Check("butlerd", "nats", "req_s", least=1.5), Check("butlerd", "gearmand", "req_s")]
    return [Case(work, ["butlerd", "loop", "proxy", "nats", "gearmand"], checks) for work in FANS]


def packed_cases():
    peers = ["butlerd packed", "proxy", "butlerd", "loop packed", "nats"]
    checks = [Check("butlerd packed", "proxy", "req_s", least=1.3),
              Check("butlerd packed", "proxy", "broker_us", most=0.8),
              Check("butlerd packed", "butlerd", "req_s"),
              Check("butlerd packed", "loop packed", "req_s"),
              Check("butlerd packed", "nats", "req_s")]
    ahead = checks[:-1] + [Check("butlerd packed", "nats", "req_s", least=1.0)]
    informed = [check._replace(least=None, most=None) for check in checks[:-1]] + ahead[-1:]
    return ([Case(work, peers, checks) for work in FANS]
            + [Case(Work("1/1, 1000 open", 1, 1, 1000, 64), peers, informed),
               Case(Work("1/1, 1 KiB", 1, 1, 256, 1024), peers, informed)])


def library_cases():
    peers = ["butlerd", "client", "worker", "both", "both, 2 handler threads", "both, recv loop", "both, rpc",
             "butlerd packed"]
    checks = [Check("client", "butlerd", "req_s", least=0.7), Check("worker", "butlerd", "req_s", least=0.7),
              Check("both", "butlerd", "req_s", least=0.7),
              Check("both, 2 handler threads", "butlerd", "req_s", least=0.5),
              Check("both, recv loop", "butlerd", "req_s"),
              Check("both, rpc", "butlerd", "req_s", least=0.4),
              Check("both", "butlerd packed", "req_s")]
    return [Case(ONE, peers, checks),
            Case(LATENCY, ["butlerd", "client, sync", "both, sync"],
                 [Check("client, sync", "butlerd", "p50", most=1.2), Check("both, sync", "butlerd", "p50")])]


def scaling_cases():
    """Each dimension for itself, beside the same broker without it."""
    def case(name, brokers, bound=1.3, base="alone"):
        work, peers, checks = ONE._replace(name=name), [], []
        for broker in brokers:
            peers += ["%s %s" % (broker, base), "%s %s" % (broker, name)]
            checks.append(Check(peers[-1], peers[-2], "broker_us", most=bound if broker == "butlerd" else None))
        return Case(work, peers, checks)
    clients = case("10,000 clients", ["butlerd", "proxy"])
    apart = clients.checks[0]._replace(beside=("proxy 10,000 clients", "proxy alone"))
    clients.checks[0] = clients.checks[0]._replace(most=None)
    beats = Check("butlerd beats", "loop beats", "share", most=1.2)
    return [case("10,000 workers", ["butlerd", "loop"]), case("10,000 services", ["butlerd", "loop"]),
            case("100,000 waiting", ["butlerd", "loop"]),
            case("100,000 open", ["butlerd", "loop"], base="16 clients"),
            clients._replace(checks=[apart, *clients.checks]),
            Case(Work("beats", 10000, 0, 0, 0), ["butlerd beats", "loop beats"], [beats])]


def process_cases():
    peers = ["in process, inproc", "in process, tcp", "in process, ipc", "library, inproc", "library, tcp",
             "library, ipc", "butlerd"]
    checks = [Check("in process, inproc", "in process, tcp", "req_s", least=2.0),
              Check("library, inproc", "library, tcp", "req_s", least=2.0),
              Check("in process, ipc", "in process, tcp", "req_s"),
              Check("in process, inproc", "butlerd", "req_s")]
    return [Case(ONE, peers, checks)]


def large_cases():
    peers = ["butlerd", "proxy", "loop", "butlerd packed"]
    checks = [Check("butlerd", "proxy", "req_s", least=0.95), Check("butlerd", "proxy", "broker_us"),
              Check("butlerd packed", "proxy", "req_s", least=0.95)]
    return [Case(Work("64 KiB", 1, 1, 16, 65536), peers, checks),
            Case(Work("1 MiB", 1, 1, 4, 1 << 20), peers, checks)]


def security_cases():
    peers = ["butlerd, CURVE", "butlerd", "proxy, CURVE", "butlerd packed, CURVE", "butlerd packed"]
    checks = [Check("butlerd, CURVE", "butlerd", "req_s"), Check("butlerd, CURVE", "butlerd", "broker_us"),
              Check("butlerd, CURVE", "proxy, CURVE", "req_s"), Check("butlerd, CURVE", "proxy, CURVE", "broker_us"),
              Check("butlerd packed, CURVE", "butlerd packed", "req_s")]
    latency = [Check("butlerd, CURVE", "butlerd", "p50"), Check("butlerd, CURVE", "proxy, CURVE", "p50")]
    return [Case(ONE, peers, checks), Case(Work("1/1, 1 KiB", 1, 1, 256, 1024), peers, checks),
            Case(LATENCY, peers[:3], latency)]


SECTIONS = [
    Section("router", "The router", "Workers/clients; 256 requests of 64 bytes are open in all.", router_cases()),
    Section("latency", "One at a time", "A client that waits for each answer; times in microseconds.",
            [Case(LATENCY, ["butlerd", "proxy", "loop", "nats sync", "gearmand", "butlerd packed"],
                  [Check("butlerd", "proxy", "p50", most=1.05), Check("butlerd", "proxy", "p99", most=1.2),
                   Check("butlerd packed", "proxy", "p50")])]),
    Section("packed", "The packed envelope", "The same requests in one frame; the proxy carries the usual frames.",
            packed_cases()),
    Section("library", "The library", "libbutler's client and worker through butlerd, beside load on raw libzmq "
            "(`butlerd`) through the same.", library_cases()),
    Section("scaling", "What does not grow", "CPU time of a request while others are there: idle workers, each with "
            "a service of its own or not, silent clients, requests that wait for another service, and 100,000 open "
            "requests for this one.", scaling_cases()),
    Section("process", "In one process", "Router, worker and client in threads; CPU time is the whole process's.",
            process_cases()),
    Section("security", "CURVE", "Clients and workers show keys, and all that is said is encrypted. libzmq encrypts each "
            "frame for itself, so the packed envelope gains more.", security_cases()),
    Section("large", "Large bodies", "16 requests of 64 KiB, or 4 of 1 MiB, are open.", large_cases()),
]
