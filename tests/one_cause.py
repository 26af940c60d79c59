"""One cause, one failure: what only follows from a breach does not fail beside it."""

import unittest

import harness

FIXTURE = str(harness.BIN_DIR / "mcplumb-fixture")


def broken(done):
    return [o["id"] for o in done.json()["outcomes"] if o["verdict"] == "fail"]


def verdict(done, check):
    return next(o for o in done.json()["outcomes"] if o["id"] == check)


class OneCause(unittest.TestCase):
    def check(self, *args, mutant):
        with harness.fixture(*args, mutant=mutant) as server:
            return harness.run("check", server.url, "--json", "-", deadline=120)

    def test_a_server_without_ping(self):
        for transport in ("streamable-http", "http-sse"):
            done = self.check("--transport", transport, mutant="ping-not-found")
            self.assertEqual(broken(done), ["ping.respond"], done)
            self.assertRegex(verdict(done, "cancel.unknown")["reason"], r"^ping is answered with an error \(#\d+\)")
        done = harness.run("check", "--json", "-", "--", FIXTURE, "--transport", "stdio", "--mutant", "ping-not-found")
        self.assertEqual(broken(done), ["ping.respond"], done)

    def test_a_long_list_in_a_json_body(self):
        for mutant in ("tool-list-huge", None):
            done = self.check("--json", mutant=mutant)
            self.assertEqual(broken(done), [], done)
            self.assertEqual(verdict(done, "http.request.answered")["verdict"], "pass", done)

    def test_replies_to_all_clients(self):
        done = self.check("--transport", "http-sse", mutant="sse-to-all-clients")
        self.assertEqual(broken(done), ["sse.clients"], done)

    def test_a_wrong_id_on_the_stream_of_all_clients_is_still_one(self):
        done = self.check("--transport", "http-sse", mutant="response-twice")
        self.assertIn("rpc.response.exactly-one", broken(done), done)

    def test_an_unknown_version_is_served(self):
        done = self.check("--era", "stateless", mutant="version-any")
        self.assertEqual(broken(done), ["version.unsupported"], done)

    def test_no_version_header_is_looked_at(self):
        done = self.check(mutant="version-header-ignored")
        self.assertEqual(broken(done), ["http.version-header.garbage"], done)

    def test_a_uri_of_our_own_that_comes_back(self):
        with harness.fixture(mutant="read-garbage-served") as server:
            done = harness.run("check", server.url, "--only", "resources", "--resource", "test://static-text", "--json", "-")
        self.assertEqual(verdict(done, "resources.read.fields")["verdict"], "pass", done)
        self.assertEqual(broken(done), ["resources.read.garbage-uri"], done)

    def test_who_may_reach_it_comes_last(self):
        done = self.check(mutant="origin-ignored")
        self.assertEqual(broken(done), ["http.origin.refused"], done)
        areas = [o["suite"] for o in done.json()["outcomes"]]
        self.assertEqual(areas[-1], "security")

    def test_an_empty_list_that_was_not_declared_is_a_warning(self):
        done = self.check("--era", "stateless", "--bare", mutant="undeclared-served")
        self.assertEqual(verdict(done, "discover.undeclared.prompts")["verdict"], "warn")


if __name__ == "__main__":
    harness.main()
