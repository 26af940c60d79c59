"""INT, TERM, HUP, PIPE and KILL at random moments of every command: nothing more is begun, nothing is left running or
half-written, and what was seen until then is no verdict: exit code 5. The obedient server has no fault, so no other code
but that of an undisturbed run, if the signal came when everything was decided, is right. PIPE disturbs nothing. KILL
leaves no program behind, not even one that called setsid.

Before anything is started a signal ends the program as it ends any other (128 + n in a shell).

  signals.py [moments [seed]]      moments for each command line and signal (default 1); the seed is printed
  signals.py 800                   as often as 40 moments 20 times; hours
"""

import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import harness
from harness import BIN_DIR, SLACK

MCPLUMB, FIXTURE = BIN_DIR / "mcplumb", BIN_DIR / "mcplumb-fixture"
MOMENTS = 1
SEED = random.SystemRandom().randrange(10**6)
AT_ONCE = 4
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGKILL)
MARK = "MCPLUMB_TEST_OF_SIGNALS"
AWAY = "setsid sleep 600 >/dev/null 2>&1 & sleep 0.2; "  # what leaves its group and its session
TEXTS = ("checks", "completion", "explain", "help", "man", "version")  # commands that print a text and judge nothing
SERVED = ["--serve", f"{AWAY}{shlex.quote(str(FIXTURE))} --port {{port}}", "--url", "http://127.0.0.1:{port}/mcp"]
STDIO = ["--", "sh", "-c", f"{AWAY}{shlex.quote(str(FIXTURE))} --transport stdio; :"]
QUICK = ["--only", "ping", "--only", "sessions", "--only", "tools", "--json", "run.json", "--junit", "junit.xml"]

GATE = f"""\
gate: Signals
prepare: ['sleep 0.2', 'test {{version}} -gt 0']
command: '{AWAY}{shlex.quote(str(FIXTURE))} --era dual --port {{port}}'
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


def command_lines(url, run):
    """What is tried of each command."""
    bisect = ["gate.yaml", "--package", "fixture", "--good", "1", "--bad", "5", "--versions", "1,2,3,4,5"]
    one = {
        "list": [SERVED, STDIO],
        "healthz": [SERVED, STDIO],
        "probe": [SERVED, STDIO],
        "read": [["test://static-text", "-o", "text", *STDIO]],
        "prompt": [["test_simple_prompt", *SERVED]],
        "call": [["test_slow", "ms=300", *STDIO], [url, "test_slow", "ms=500"], [url, "slow_compute", "seconds=1", "--task"]],
        "init": [["--output", "new.yaml", *STDIO]],
        "lock": [["-o", "surface.json", *SERVED]],
        "check": [[*QUICK, *SERVED], [*QUICK, *STDIO],
                  ["--only", "ping", "--matrix", "--json", "run.json", *SERVED],
                  ["--only", "ping", "--repeat", "3", "--json", "run.json", *STDIO],
                  ["--suite", "suite.yaml", "--jobs", "3", "--json", "run.json", url]],
        "exercise": [["--json", "run.json", *STDIO]],
        "gate": [["gate.yaml", "--json", "run.json", "--junit", "junit.xml"]],
        "bisect": [bisect],
        "compare": [[run, run, "--json", "run.json"]],
        "report": [[run, "--junit", "junit.xml"]],
        "checks": [[]],
        "explain": [["ping.respond"]],
        "completion": [["bash"]],
        "help": [["check"]],
        "man": [[]],
        "version": [[]],
    }
    return {command: [[command, *map(str, line)] for line in lines] for command, lines in one.items()}


class Started:
    """mcplumb in a folder of its own, whose name is the mark of its processes."""

    def __init__(self, base, args):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=base))
        (self.folder / "gate.yaml").write_text(GATE)
        (self.folder / "suite.yaml").write_text(SUITE)
        self.process = subprocess.Popen([MCPLUMB, *args], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, "NO_COLOR": "1", MARK: str(self.folder)})

    def ended(self):
        try:
            output, _ = self.process.communicate(timeout=60 * SLACK)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it did not end: {self.process.args}") from None
        return self.process.returncode, output

    def left(self, patience):
        """Its processes that live still, after this time at the latest."""
        until = time.monotonic() + patience
        while (found := processes(self.folder)) and time.monotonic() < until:
            time.sleep(0.02)
        return found


class Signals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(harness.fixture())
        run = pathlib.Path(cls.base, "kept.json")
        harness.run("check", cls.server.url, "--only", "ping", "--json", run)
        cls.lines = command_lines(cls.server.url, run)

    def whole(self, args):
        """An undisturbed run: how long it takes, and its exit code."""
        began = time.monotonic()
        code, output = Started(self.base, args).ended()
        self.assertIn(code, (0, 5, 8), output)
        return time.monotonic() - began, code

    def disturbed(self, args, number, moment, code):
        run = Started(self.base, args)
        time.sleep(moment)
        run.process.send_signal(number)
        got, output = run.ended()
        what = f"{number.name} after {moment:.3f} s: {' '.join(args)}\nexit {got}\n{output[-3000:]}"
        killed = number == signal.SIGKILL
        allowed = (code, -number) if number in (signal.SIGPIPE, signal.SIGKILL) else (5, code, -number)
        self.assertIn(got, allowed, what)
        self.assertEqual(run.left(5 * SLACK if killed else 0), [], what)
        if args[0] not in TEXTS:
            self.assertNotRegex(output, r"(?m)^broken|things? broke|first bad|does not conform", what)
        for file in run.folder.rglob("*.json"):
            json.loads(file.read_text())
        for file in run.folder.rglob("*.xml"):
            xml.etree.ElementTree.parse(file)
        if not killed:
            self.no_half_work(args, run.folder, got, got == -number, code, output, what)
        shutil.rmtree(run.folder)

    def no_half_work(self, args, folder, got, early, code, output, what):
        self.assertEqual(list(folder.rglob("*.part-*")), [], what)
        if early:  # nothing had been begun
            self.assertTrue(output == "" or args[0] in TEXTS, what)
            self.assertFalse((folder / "run.json").exists(), what)
        elif got != code:
            for flag, path in (("--json", "run.json"), ("--junit", "junit.xml")):
                if flag in args:
                    self.assertTrue((folder / path).exists(), what)

    def test_no_command_is_left_out(self):
        self.assertEqual(set(self.lines), set(harness.commands()))

    def test_every_command(self):
        harness.say(f"signals: seed {SEED}, {MOMENTS} moments for each command line and signal")
        chance = random.Random(SEED)
        every = [line for lines in self.lines.values() for line in lines]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wholes = list(pool.map(self.whole, every))
            tries = [(args, number, chance.uniform(0, took), code) for args, (took, code) in zip(every, wholes)
                     for number in SIGNALS for _ in range(MOMENTS)]
            chance.shuffle(tries)
            done = [(each, pool.submit(self.disturbed, *each)) for each in tries]
            for (args, number, moment, _), future in done:
                with self.subTest(command=args[0], signal=number.name, moment=round(moment, 3)):
                    future.result()
        harness.say(f"signals: {len(tries)} signals sent")

    def test_nohup_keeps_its_promise(self):
        """A signal that was ignored when the program was started is ignored."""
        previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            run = Started(self.base, ["check", "--only", "ping", *SERVED])
        finally:
            signal.signal(signal.SIGHUP, previous)
        time.sleep(0.1)
        run.process.send_signal(signal.SIGHUP)
        code, output = run.ended()
        self.assertEqual(code, 0, output)


# Programs that close nothing and obey nothing. They say by a file when they are being ended.
STUBBORN = ["--", "sh", "-c", f"trap '' INT TERM HUP; {shlex.quote(str(FIXTURE))} --transport stdio; : >ending; sleep 600"]
STUBBORN_SERVED = ["--serve", f"trap ': >ending' TERM; {shlex.quote(str(FIXTURE))} --port {{port}}; sleep 600; sleep 600",
                   "--url", "http://127.0.0.1:{port}/mcp"]


class WhileEnding(unittest.TestCase):
    """A signal that comes when all is decided, and a stubborn program is still being ended."""

    def setUp(self):
        self.base = self.enterContext(tempfile.TemporaryDirectory())

    def interrupted(self, args, times):
        """Exit code, output, and how long it took from the signal on."""
        run = Started(self.base, args)
        until = time.monotonic() + 60 * SLACK
        while not (run.folder / "ending").exists():
            self.assertLess(time.monotonic(), until, args)
            self.assertIsNone(run.process.poll(), args)
            time.sleep(0.02)
        began = time.monotonic()
        for _ in range(times):
            run.process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        code, output = run.ended()
        self.assertEqual(run.left(0), [], args)
        return code, output, time.monotonic() - began, run.folder

    def judged(self, case):
        args, times = case
        code, output, took, folder = self.interrupted(args, times)
        with self.subTest(args=args, times=times):
            self.assertEqual(code, 5, output)
            self.assertIn("interrupted", output)
            if times > 1:
                self.assertLess(took, 1.5 * SLACK, output)
            if (folder / "run.json").exists():
                self.assertTrue(json.loads((folder / "run.json").read_text())["interrupted"])

    def test_it_leaves_no_verdict_and_the_second_kills_at_once(self):
        lines = [["list"], ["healthz"], ["probe"], ["read", "test://static-text"], ["prompt", "test_simple_prompt"],
                 ["call", "test_simple_text"], ["init"], ["lock", "-o", "surface.json"],
                 ["check", "--only", "ping", "--json", "run.json"]]
        programs = {"stdio": STUBBORN, "served": STUBBORN_SERVED}
        cases = [([*line, *program], times) for line in lines for program in programs.values() for times in (1, 2)]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(self.judged, case) for case in cases]:
                done.result()


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].isdigit():
        MOMENTS = int(sys.argv.pop(1))
        if len(sys.argv) > 1 and sys.argv[1].isdigit():
            SEED = int(sys.argv.pop(1))
    harness.main()
