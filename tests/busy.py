"""On a machine that is much too busy the obedient server gets no verdict and no cause that comes from times.

    python3 tests/busy.py [RUNS]     so many runs (8), under more than ten times the load that the machine can carry

The load is polite to whatever else runs here: it is nice, and what is tested is nicer still, so that it gets next to
nothing. On top of that mcplumb, the server, or both are stopped for moments, as a scheduler may do it: so the test does
not depend on the machine. Prints what each run found.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import harness

RUNS = 8
LOAD = "while True: pass"
TOOLS = ["--tool", 'progress=test_tool_with_progress {"steps":3,"interval_ms":150}',
         "--tool", 'slow=test_tool_with_progress {"steps":3,"interval_ms":300}']
CHECKS = ["--only", "streams", "--only", "ping.*", "--only", "http.get.*", "--only", "progress.*"]


class Stops:
    """Stops processes by turns until the with-block ends: they run for a while, and then they do not."""

    def __init__(self, pids, seed):
        self.pids, self.random, self.over = pids, random.Random(seed), threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def work(self):
        while not self.over.wait(self.random.uniform(0.02, 0.4)):
            for number in (signal.SIGSTOP, signal.SIGCONT):
                for pid in self.pids:
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass  # it is over
                if number == signal.SIGSTOP:
                    time.sleep(self.random.uniform(0.1, 0.8))


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

    def look(self, i):
        fixture, who = ["--json"] if i % 5 == 4 else [], ("nobody", "mcplumb", "server", "both")[i % 4]
        with harness.fixture(*fixture) as server, tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "run.json")
            began = time.monotonic()
            process = subprocess.Popen([harness.BIN_DIR / "mcplumb", "check", server.url, *TOOLS, *CHECKS, "--json", report],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            pids = {"nobody": [], "mcplumb": [process.pid], "server": [server.process.pid],
                    "both": [process.pid, server.process.pid]}[who]
            with Stops(pids, i):
                try:
                    process.wait(300 * harness.SLACK)
                finally:
                    process.kill()
            with open(report, encoding="utf-8") as file:
                run = json.load(file)
        wrong = [f"{o['verdict']} {o['id']}" for o in run["outcomes"] if o["verdict"] in ("fail", "warn")]
        undecided = [o for o in run["outcomes"] if o["verdict"] == "inconclusive"]
        causes = [f"{d['confidence']} {d['rule']}" for d in run["diagnoses"]]
        harness.say(f"stops {who:8} {time.monotonic() - began:5.1f} s  wrong {wrong}  causes {causes}  "
                    f"inconclusive {[o['id'] for o in undecided]}")
        for o in undecided:
            self.assertRegex(o["reason"], r"too busy|seen once|deadline", o)
        return wrong + causes

    def test_nothing_flips(self):
        for i in range(RUNS):
            with self.subTest(run=i):
                self.assertEqual(self.look(i), [])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        RUNS = int(sys.argv.pop(1))
    harness.main()
