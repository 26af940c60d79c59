"""`check --migrate`: what is listed for servers of each era, and that nothing is listed without reason."""

import tempfile
import unittest

import harness

# What the obedient fixture of the stateful era has that 2026-07-28 has not; the suite alone shows it.
STATEFUL = {"M-DISCOVER", "M-ALONE", "M-SESSION", "M-LISTEN", "M-RESULT-TYPE", "M-CACHE", "M-HEADERS", "M-VERSION",
            "M-METHOD-STATUS", "M-NOT-FOUND", "M-LOGGING", "M-PING"}


def migration(*target):
    done = harness.run("check", "--migrate", "--json", "-", *target, deadline=300)
    return done, done.json()["migration"]


class Migrate(unittest.TestCase):
    def test_a_stateful_server(self):
        with harness.fixture() as server:
            done, found = migration(server.url, "--tool", "progress=test_elicitation")
        rules = {item["rule"]: item for item in found["items"]}
        self.assertFalse(found["arrived"])
        self.assertLessEqual(STATEFUL, set(rules), done)
        exchanges = done.json()["exchanges"]
        for item in found["items"]:
            self.assertTrue(item["evidence"] and item["todo"], item)
            self.assertIn("/specification/2026-07-28/", item["spec"])
        first = exchanges[rules["M-DISCOVER"]["exchanges"][0]]
        self.assertIn("server/discover", first["request"]["body"])
        harness.say(f"stateful: {len(rules)} items: {', '.join(rules)}")

    def test_a_stateful_server_over_stdio(self):
        _, found = migration("--", str(harness.BIN_DIR / "mcplumb-fixture"), "--transport", "stdio")
        rules = {item["rule"] for item in found["items"]}
        self.assertLessEqual({"M-DISCOVER", "M-RESULT-TYPE", "M-CACHE", "M-PING"}, rules)
        self.assertFalse(rules & {"M-SESSION", "M-HEADERS", "M-BUFFERING", "M-METHOD-STATUS"}, rules)

    def test_servers_that_have_arrived(self):
        for era in ("stateless", "dual"):
            with self.subTest(era=era), harness.fixture("--era", era) as server:
                done, found = migration(server.url)
                self.assertEqual(found, {"arrived": True, "items": []}, done)

    def test_what_is_broken_is_left_to_do(self):
        with harness.fixture("--era", "stateless", mutant="ping-served") as server:
            done, found = migration(server.url)
        broken = {each["id"] for each in done.json()["outcomes"] if each["verdict"] in ("fail", "warn")}
        self.assertTrue(broken, done)
        self.assertEqual({item["rule"] for item in found["items"]}, broken, done)

    def test_the_terminal_shows_the_list_and_report_shows_it_again(self):
        with tempfile.NamedTemporaryFile(suffix=".json") as file, harness.fixture() as server:
            done = harness.run("check", "--migrate", server.url, "--only", "lifecycle.*", "--json", file.name)
            again = harness.run("report", file.name)
        self.assertEqual(done.exit, 0, done)
        for text in ("things must change", "M-DISCOVER", "seen", "to do", "/2026-07-28/server/discover", "The checks:"):
            self.assertIn(text, done.stdout)
            self.assertIn(text, again.stdout)

    def test_without_a_session_nothing_is_said(self):
        done, found = migration("http://127.0.0.1:9/mcp")
        self.assertEqual(done.exit, 3, done)
        self.assertIn("no session", found["problem"])

    def test_what_it_does_not_go_with(self):
        for more in (["--matrix"], ["--revision", "2025-06-18"]):
            self.assertEqual(harness.run("check", "http://127.0.0.1:9/mcp", "--migrate", *more).exit, 2, more)


if __name__ == "__main__":
    harness.main()
