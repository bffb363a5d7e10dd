#   test_endpoints.py - several endpoints and transports on each side of the router
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Frontend and backend each bound to more than one endpoint."""

import os

from harness import LOOPBACK, TestCase, main


class Endpoints(TestCase):

    def test_every_pair_of_endpoints_is_bridged(self):
        router = self.router(
            frontend=[LOOPBACK, LOOPBACK, "ipc://%s/front" % self.folder],
            backend=[LOOPBACK, "ipc://%s/back" % self.folder])
        self.assertEqual((len(router.frontends), len(router.backends)), (3, 2))
        for index, backend in enumerate(router.backends):
            router.backend = backend
            name = "api.%d" % index
            worker = self.worker(router, name, {"capacity": 1})
            for frontend in router.frontends:
                with self.subTest(frontend=frontend, backend=backend):
                    client = self.client(frontend)
                    api_id = client.request(name, frontend)
                    job = worker.job()
                    self.assertEqual(job.body.decode(), frontend)
                    worker.reply(job, b"fine")
                    self.assertEqual(client.answer(api_id), b"fine")

    def test_ephemeral_ports_are_reported(self):
        router = self.router()
        for endpoint in (router.frontend, router.backend):
            self.assertRegex(endpoint, r"^tcp://127\.0\.0\.1:[1-9][0-9]*$")

    def test_ipc_names_are_reported(self):
        path = os.path.join(self.folder, "front")
        router = self.router(frontend="ipc://" + path)
        self.assertEqual(router.frontend, "ipc://" + path)


if __name__ == "__main__":
    main()
