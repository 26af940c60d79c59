"""Our client against the official conformance tool: every scenario that needs no authorization.

    python3 tests/official_client.py
"""

import json
import pathlib
import tempfile
import unittest

import harness
import official

# Required of a client of the revision, and what the tool added since.
MORE = {"2025-11-25": ["json-schema-2020-12-preservation"], "2026-07-28": ["json-schema-2020-12-preservation"]}
LEFT_OUT = "auth/"  # mcplumb sends the credentials that it is given, and obtains none


def scenarios(revision):
    return [name for name in official.required(revision, "client") if not name.startswith(LEFT_OUT)] + MORE[revision]


def play(name, revision, folder):
    """What the tool noted about one scenario: its checks, and what it printed."""
    done = official.run("client", "--command", f"{harness.BIN_DIR / 'mcplumb'} conformance-client", "--scenario", name,
                        "--spec-version", revision, "--output-dir", folder)
    noted = [json.loads(file.read_text()) for file in pathlib.Path(folder).rglob("checks.json")]
    return done, noted[0] if noted else []


class OfficialClient(unittest.TestCase):
    def test_scenarios(self):
        passed = total = 0
        for revision in MORE:
            for name in scenarios(revision):
                total += 1
                with self.subTest(revision=revision, scenario=name), tempfile.TemporaryDirectory() as folder:
                    done, checks = play(name, revision, folder)
                    said = f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
                    bad = [check for check in checks if check["status"] in ("FAILURE", "WARNING")]
                    good = [check for check in checks if check["status"] == "SUCCESS"]
                    self.assertEqual((done.returncode, bad), (0, []), said)
                    self.assertTrue(good, f"nothing was looked at\n{said}")
                    passed += 1
                    harness.say(f"{revision} {name}: {len(good)} checks")
        harness.say(f"{passed} of {total} scenarios passed")

    def test_it_says_who_launches_it(self):
        done = harness.run("conformance-client", "http://127.0.0.1:9/mcp", env={"MCP_CONFORMANCE_SCENARIO": ""})
        self.assertEqual(done.exit, 2, done)
        self.assertIn("official conformance tool", done.stderr)
        self.assertNotIn("conformance-client", harness.run("--help").stdout)


if __name__ == "__main__":
    harness.main()
