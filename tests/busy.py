"""On a machine that is much too busy the obedient server gets no verdict and no cause that comes from times.

    python3 tests/busy.py [RUNS]     so many runs (6), under more than ten times the load that the machine can carry

The load is polite to whatever else runs here: it is nice, and what is tested is nicer still, so that it gets next to
nothing. Prints what each run found.
"""

import os
import subprocess
import sys
import time
import unittest

import harness

RUNS = 6
LOAD = "while True: pass"
TOOLS = ["--tool", 'progress=test_tool_with_progress {"steps":3,"interval_ms":150}',
         "--tool", 'slow=test_tool_with_progress {"steps":3,"interval_ms":300}']
CHECKS = ["--only", "streams", "--only", "ping.*", "--only", "http.get.*", "--only", "progress.*"]


class Busy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.load = [subprocess.Popen(["nice", "-n", "5", sys.executable, "-c", LOAD]) for _ in range(6 * os.cpu_count())]
        os.nice(12)  # for what is started from here on
        time.sleep(1)

    @classmethod
    def tearDownClass(cls):
        for each in cls.load:
            each.kill()
            each.wait()

    def look(self, *fixture):
        with harness.fixture(*fixture) as server:
            done = harness.run("check", server.url, *TOOLS, *CHECKS, "--json", "-", deadline=300)
        run = done.json()
        wrong = [f"{o['verdict']} {o['id']}" for o in run["outcomes"] if o["verdict"] in ("fail", "warn")]
        open_ones = [o["id"] for o in run["outcomes"] if o["verdict"] == "inconclusive"]
        causes = [f"{d['confidence']} {d['rule']}" for d in run["diagnoses"]]
        harness.say(f"{' '.join(fixture) or 'events':10} {done.seconds:5.1f} s  wrong {wrong}  causes {causes}  "
                    f"inconclusive {open_ones}")
        for o in run["outcomes"]:
            if o["verdict"] == "inconclusive":
                self.assertRegex(o["reason"], r"too busy|seen once|deadline", o)
        return wrong + causes

    def test_nothing_flips(self):
        for i in range(RUNS):
            with self.subTest(run=i):
                self.assertEqual(self.look(*(["--json"] if i % 3 == 2 else [])), [])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        RUNS = int(sys.argv.pop(1))
    unittest.main()
