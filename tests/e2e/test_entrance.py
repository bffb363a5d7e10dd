#   test_entrance.py - who must not come in stays outside
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Wrong keys, passwords and addresses. doc/SECURITY.md names these tests.

Each time the attacker gets nothing, and a good client with a good worker goes on beside it."""

from harness import main, relative
from peers import READY
from secured import STAFF, Bystander, Key, Secured, by_password

ADDRESS = "127.0.0.9"       # where a peer of the tests may come from


def coming_from(address, endpoint):
    """The same endpoint, reached from that address of this machine."""
    return endpoint.replace("tcp://", "tcp://%s:0;" % address)


class Outside(Secured):
    """What those get who must not come in."""

    def assert_kept_out(self, router, secure, endpoints=None, bystander=None):
        """Neither request nor registration arrives, and nothing comes back."""
        for endpoint, frames in zip(endpoints or (router.frontend, router.backend), (
                [b"", b"1.0:intruder", Bystander.SERVICE, relative(30000), b"from an intruder"],
                [READY, Bystander.SERVICE, b'{"capacity": 1}'])):
            intruder = self.intruder(endpoint, secure)
            intruder.send(*frames)
            self.assertFalse(intruder.came_in())
            self.assertIsNone(intruder.poll(0))
        if bystander:
            bystander.check()
            self.assertEqual(self.count_workers(router, Bystander.SERVICE), 1)

    def told(self, router, secure):
        """What the log says of them. A peer that sees a mismatch first hangs up, and leaves nothing to be told."""
        for _ in range(100):
            if any("event=handshake" in line for line in router.log):
                break
            self.intruder(router.frontend, secure).came_in()
        return router.wait_log("event=handshake")


class OutsideOfCurve(Outside):

    def setUp(self):
        super().setUp()
        self.add("alice")
        self.router_ = self.secured()

    def assert_stays_outside(self, secure, reason):
        with self.bystander(self.router_) as bystander:
            self.assert_kept_out(self.router_, secure, bystander=bystander)
        self.assertIn(reason, self.told(self.router_, secure))

    def test_wrong_router_key(self):
        self.assert_stays_outside(self.keys["alice"].towards(Key("another router")), "deciphered")

    def test_no_key(self):
        self.assert_stays_outside(None, "no key")

    def test_password_where_a_key_is_asked_for(self):
        self.assert_stays_outside(by_password("alice", "word"), "no key")

    def test_unknown_key(self):
        self.assert_stays_outside(Key("alice").towards(self.router_key), "unknown key")

    def test_known_public_key_without_its_secret_one(self):
        forged = Key("alice")
        forged.public = self.keys["alice"].public
        self.assert_stays_outside(forged.towards(self.router_key), "handshake")

    def test_the_routers_own_key_opens_nothing(self):
        self.assert_stays_outside(self.router_key.towards(self.router_key), "unknown key")

    def test_known_key(self):
        intruder = self.intruder(self.router_.frontend, self.as_user("alice"))
        self.assertTrue(intruder.came_in())


class OutsideOfPlain(Outside):

    SECURITY = "plain"

    def setUp(self):
        super().setUp()
        self.add("alice")
        self.router_ = self.secured()

    def assert_stays_outside(self, secure):
        with self.bystander(self.router_) as bystander:
            self.assert_kept_out(self.router_, secure, bystander=bystander)
        self.told(self.router_, secure)

    def test_wrong_password(self):
        for word in ("wrong", self.words["alice"][:-1], self.words["alice"] + "x", self.words[STAFF]):
            with self.subTest(word):
                self.assert_stays_outside(by_password("alice", word))

    def test_unknown_user(self):
        for user in ("mallory", "alice=" + self.words["alice"], "everyone", "anonymous", "#", "alice\n"):
            with self.subTest(user):
                self.assert_stays_outside(by_password(user, self.words["alice"]))

    def test_no_password(self):
        self.assert_stays_outside(None)

    def test_key_where_a_password_is_asked_for(self):
        self.assert_stays_outside(Key("alice").towards(self.router_key))


class OutsideOfNull(Outside):

    def test_key_where_none_is_asked_for_is_not_sent_to_who_has_none(self):
        """Who pins a router's key speaks to no router that can't prove it."""
        router = self.router()
        with Bystander(router, None) as bystander:
            self.assert_kept_out(router, Key("alice").towards(self.router_key), bystander=bystander)


class Addresses(Outside):

    def assert_all_out(self, router, secure):
        self.assert_kept_out(router, secure)
        self.assert_kept_out(router, secure, [coming_from(ADDRESS, endpoint)
                                              for endpoint in (router.frontend, router.backend)])

    def test_denied_addresses_are_out_whatever_their_keys(self):
        router = self.secured({"auth/deny": "127.0.0.0/8"})
        self.assert_all_out(router, self.as_user(STAFF))
        self.assertIn("127.0.0.", router.wait_log("event=handshake"))

    def test_denied_addresses_are_out_where_no_keys_are_asked_for(self):
        self.assert_all_out(self.router({"auth/deny": "127.0.0.0/8"}), None)

    def test_where_some_are_allowed_all_others_are_out(self):
        self.assert_all_out(self.secured({"auth/allow": "10.0.0.0/8"}), self.as_user(STAFF))

    def test_allowed_address_comes_in_and_its_neighbour_does_not(self):
        router = self.secured({"auth/allow": ["127.0.0.1", "127.0.0.8/29"], "auth/deny": "127.0.0.12/30"})
        with self.bystander(router) as bystander:
            secure = self.as_user(STAFF)
            for address, allowed in (("127.0.0.9", True), ("127.0.0.11", True), ("127.0.0.12", False),
                                     ("127.0.0.15", False), ("127.0.0.16", False), ("127.0.0.2", False)):
                with self.subTest(address):
                    endpoints = [coming_from(address, endpoint) for endpoint in (router.frontend, router.backend)]
                    if allowed:
                        self.assertTrue(self.intruder(endpoints[0], secure).came_in())
                        self.assertTrue(self.intruder(endpoints[1], secure).came_in())
                    else:
                        self.assert_kept_out(router, secure, endpoints, bystander)

    def test_addresses_are_denied_while_it_runs(self):
        router = self.secured()
        intruder = self.intruder(router.frontend, self.as_user(STAFF))
        self.assertTrue(intruder.came_in())
        self.reload(router, {"auth/deny": "127.0.0.0/8"})
        self.assert_all_out(router, self.as_user(STAFF))


if __name__ == "__main__":
    main()
