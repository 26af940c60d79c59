"""The suite against servers as users run them, compared with what is known about each.

    python3 tests/real_servers.py [everything|python-mcp]

What is no pass stands in baselines/NAME.json, with the reason; any difference is news, a pass too.
MCPLUMB_UPDATE_BASELINES=1 rewrites the verdicts, keeps known reasons, and leaves new ones empty: an empty one fails.
"""

import json
import os
import pathlib
import sys
import unittest

import harness

TOOLS = {
    "everything": 'progress=trigger-long-running-operation {"duration":1,"steps":4}',
    "python-mcp": 'progress=count {"to":5,"interval_ms":100}',
}
UPDATE = bool(os.environ.get("MCPLUMB_UPDATE_BASELINES"))
CHOSEN = list(TOOLS)


def baseline_path(name):
    return pathlib.Path(__file__).parent / "baselines" / f"{name}.json"


def read_baseline(name):
    path = baseline_path(name)
    return json.loads(path.read_text())["expected"] if path.exists() else {}


def actual_verdicts(found):
    """Everything that is no pass; the reason of a skip is mcplumb's own."""
    return {check: {"verdict": o["verdict"], "reason": o.get("reason", "") if o["verdict"] == "skip" else ""}
            for check, o in found.items() if o["verdict"] != "pass"}


def in_words(outcome):
    found = [f"{f['path']}: expected {f['expected']}, actual {f['actual']}" for f in outcome["findings"]]
    return "; ".join(filter(None, [outcome["verdict"], outcome.get("reason", ""), *found[:2]]))


class RealServers(unittest.TestCase):
    def test_check(self):
        for name in CHOSEN:
            with self.subTest(server=name), harness.real_server(name) as server:
                done = harness.run("check", server.url, "--tool", TOOLS[name], "--json", "-", deadline=120)
                found = harness.outcomes(done)
                if UPDATE:
                    self.update(name, found)
                expected = read_baseline(name)
                failing = any(each["verdict"] == "fail" for each in expected.values())
                self.assertEqual(done.exit, 1 if failing else 0, done.stderr)
                self.compare(name, expected, found)
                harness.say(f"{name}: {len(found)} checks in {done.seconds:.1f} s, {len(expected)} of them no pass")

    def test_probe(self):
        for name in CHOSEN:
            with self.subTest(server=name), harness.real_server(name) as server:
                done = harness.run("probe", server.url)
                self.assertIn(done.exit, (0, 1), done)
                self.assertIn("2025-11-25", done.stdout, done)
                self.assertLess(done.seconds, 5 * harness.SLACK, done)

    def compare(self, name, expected, found):
        for check, outcome in found.items():
            known = expected.get(check, {"verdict": "pass"})
            if outcome["verdict"] != known["verdict"]:
                with self.subTest(server=name, check=check):
                    self.fail(f"expected {known['verdict']}, and it is: {in_words(outcome)}")
        for check, known in expected.items():
            with self.subTest(server=name, check=check):
                self.assertIn(check, found, "the baseline names a check that did not run")
                self.assertTrue(known.get("reason"), "the baseline gives no reason")

    def update(self, name, found):
        old = read_baseline(name)
        new = actual_verdicts(found)
        for check, entry in new.items():
            if not entry["reason"] and old.get(check, {}).get("verdict") == entry["verdict"]:
                entry["reason"] = old[check]["reason"]
            if not entry["reason"]:
                harness.say(f"{name} {check} needs a reason: {in_words(found[check])}")
        text = json.dumps({"server": name, "expected": dict(sorted(new.items()))}, indent=1, ensure_ascii=False)
        baseline_path(name).write_text(text + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in TOOLS:
        CHOSEN = [sys.argv.pop(1)]
    unittest.main()
