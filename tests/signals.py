"""INT, TERM and HUP at many moments of every command: nothing more is begun, nothing is left running or half-written,
and what was seen until then is no verdict: exit code 5. The obedient server has no fault, so no other code but that of
an undisturbed run, if the signal came when everything was decided, is right.

Before anything is started a signal ends the program as it ends any other (128 + n in a shell).

  signals.py [moments]      moments per command and signal (default 3)
"""

import json
import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import harness
from harness import BIN_DIR, SLACK

MCPLUMB, FIXTURE = BIN_DIR / "mcplumb", BIN_DIR / "mcplumb-fixture"
MOMENTS = 3
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MARK = "MCPLUMB_TEST_OF_SIGNALS"
SERVED = ["--serve", f"sleep 0.2; {shlex.quote(str(FIXTURE))} --port {{port}}", "--url", "http://127.0.0.1:{port}/mcp"]
STDIO = ["--", "sh", "-c", f"sleep 0.2; {shlex.quote(str(FIXTURE))} --transport stdio; :"]
QUICK = ["--only", "ping", "--only", "sessions", "--only", "tools", "--json", "run.json", "--junit", "junit.xml"]

GATE = f"""\
gate: Signals
prepare: ['sleep 0.2', 'test {{version}} -gt 0']
command: '{shlex.quote(str(FIXTURE))} --era dual --port {{port}}'
url: http://127.0.0.1:{{port}}/mcp
versions: echo fixture=={{version}}
only: ["ping.*", "tools.*"]
before: {{version: 1}}
after: {{version: 5}}
watch: {{idle: 100ms, stream: 100ms}}
"""

SUITE = "defaults: {alone: false}\nchecks:\n" + "".join(f"  - {{id: slow{i}, call: {{tool: test_slow, arguments: {{ms: 300}}}}}}\n" for i in range(6))


def processes(mark):
    """Command lines of living processes that inherited this mark."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                if (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            pass
    return found


class Signals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = pathlib.Path(folder.name)
        self.numbers = 0
        self.random = random.Random(1)

    def start(self, args):
        """In a folder of its own; its name is the mark of its processes."""
        self.numbers += 1
        self.folder = self.base / str(self.numbers)
        self.folder.mkdir()
        (self.folder / "gate.yaml").write_text(GATE)
        (self.folder / "suite.yaml").write_text(SUITE)
        return subprocess.Popen([MCPLUMB, *args], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env={**os.environ, "NO_COLOR": "1", MARK: str(self.folder)})

    def ended(self, process):
        try:
            output, _ = process.communicate(timeout=60 * SLACK)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("it did not end") from None
        return process.returncode, output

    def whole(self, args):
        """An undisturbed run: how long it takes, and its exit code."""
        began = time.monotonic()
        code, output = self.ended(self.start(args))
        took = time.monotonic() - began
        self.assertIn(code, (0, 5), output)
        return took, code

    def disturbed(self, args, number, moment, code):
        process = self.start(args)
        time.sleep(moment)
        process.send_signal(number)
        got, output = self.ended(process)
        what = f"{signal.Signals(number).name} after {moment:.3f} s: {' '.join(map(str, args))}\nexit {got}\n{output}"
        self.assertIn(got, (5, code, -number), what)
        self.assertEqual(processes(self.folder), [], what)
        self.assertEqual(list(self.folder.rglob("*.part-*")), [], what)
        self.assertNotRegex(output, r"(?m)^broken|things? broke|first bad|does not conform", what)
        for file in self.folder.rglob("*.json"):
            if file.read_text():
                json.loads(file.read_text())
        if got == -number:  # so early that nothing had been begun
            self.assertTrue(output == "" or args[0] == "checks", what)
            self.assertFalse((self.folder / "run.json").exists(), what)
        elif got != code:
            for flag, path in (("--json", "run.json"), ("--junit", "junit.xml")):
                if flag in args:
                    self.assertTrue((self.folder / path).exists(), what)

    def try_all(self, args):
        args = [str(word) for word in args]
        took, code = self.whole(args)
        for number in SIGNALS:
            for i in range(MOMENTS):
                with self.subTest(command=args[0], signal=number, part=i):
                    self.disturbed(args, number, took * (i + self.random.random()) / MOMENTS, code)

    def test_check_over_http(self):
        self.try_all(["check", *QUICK, *SERVED])

    def test_check_over_stdio(self):
        self.try_all(["check", *QUICK, *STDIO])

    def test_check_in_all_revisions(self):
        self.try_all(["check", "--only", "ping", "--matrix", "--json", "run.json", *SERVED])

    def test_check_again_and_again(self):
        self.try_all(["check", "--only", "ping", "--repeat", "3", "--json", "run.json", *STDIO])

    def test_check_side_by_side(self):
        with harness.fixture() as server:
            self.try_all(["check", "--suite", "suite.yaml", "--jobs", "3", "--json", "run.json", server.url])

    def test_probe(self):
        self.try_all(["probe", *SERVED])
        self.try_all(["probe", *STDIO])

    def test_commands_that_ask_one_thing(self):
        for args in (["list", *SERVED], ["list", *STDIO], ["healthz", *SERVED], ["healthz", *STDIO],
                     ["init", "--output", "new.yaml", *STDIO], ["lock", "-o", "surface.json", *SERVED]):
            self.try_all(args)
        with harness.fixture() as server:
            self.try_all(["call", server.url, "test_slow", "ms=500"])
            self.try_all(["call", server.url, "slow_compute", "seconds=1", "--task"])

    def test_gate(self):
        self.try_all(["gate", "gate.yaml", "--json", "run.json", "--junit", "junit.xml"])

    def test_bisect(self):
        self.try_all(["bisect", "gate.yaml", "--package", "fixture", "--good", "1", "--bad", "5", "--versions", "1,2,3,4,5"])

    def test_commands_without_a_server(self):
        with harness.fixture() as server:
            run = self.base / "kept.json"
            harness.run("check", server.url, "--only", "ping", "--json", run)
        for args in (["compare", run, run, "--json", "run.json"], ["report", run, "--junit", "junit.xml"], ["checks"]):
            self.try_all(args)

    def test_nohup_keeps_its_promise(self):
        """A signal that was ignored when the program was started is ignored."""
        previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            process = self.start(["check", "--only", "ping", *SERVED])
        finally:
            signal.signal(signal.SIGHUP, previous)
        time.sleep(0.1)
        process.send_signal(signal.SIGHUP)
        code, output = self.ended(process)
        self.assertEqual(code, 0, output)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].isdigit():
        MOMENTS = int(sys.argv.pop(1))
    unittest.main()
