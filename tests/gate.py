"""mcplumb gate, compare, lock and bisect, on the embedded fixture: its mutants are the upgrades that go wrong.

What is wrong with a gate, an environment or a server must end with one clear message, the right exit code, a report, and
nothing left running.
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml

import harness
from harness import BIN_DIR, SLACK

FIXTURE = BIN_DIR.resolve() / "mcplumb-fixture"
FAST = ["session.*", "ping.*", "tools.*"]

GATE = """\
gate: Demo
command: '"$FIXTURE" --port {port} $OPTIONS'
url: http://127.0.0.1:{port}/mcp
variables: {FIXTURE: "%s"}
only: %s
before: %s
after: %s
watch: {idle: 200ms, stream: 500ms}
%s
"""


def gate_text(before="{}", after="{}", more="", only=None):
    return GATE % (FIXTURE, json.dumps(only or FAST), before, after, more)


def mutant(name):
    return "{variables: {OPTIONS: --mutant %s}}" % name


def processes_of(folder):
    """Command lines of processes that were started in or with this folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                if os.fsencode(f"MCPLUMB_FOLDER={folder}") in environment and "Z" not in (entry / "stat").read_text().rsplit(")", 1)[1][:3]:
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                pass
    return found


class GateTest(unittest.TestCase):
    measures = False  # true: what is compared hangs on time and processor, so nothing may run beside it

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.file = self.path / "gate.yaml"

    def gate(self, text, *args, deadline=120, env=None, command="gate"):
        self.file.write_text(text)
        done = harness.run(command, self.file, "--work", self.path / "work", *args, deadline=deadline, env=env)
        self.assertEqual(processes_of(self.path), [], done)
        self.assertNotRegex(done.output, r"[\x00-\x08\x0b-\x1f\x7f]", "control bytes on the screen")
        return done

    def report(self, name):
        return json.loads((self.path / name).read_text())

    def work(self, title):
        """The folder below --work of the one gate file of this title."""
        (folder,) = (self.path / "work").glob(f"{title}-????????")
        return folder


class Exercised(GateTest):
    def changes(self, more, after="{}", *args):
        done = self.gate(gate_text(after=after, more=more, only=["ping.*"]), "--json", self.path / "report.json", *args)
        return done, {each["id"]: each for each in self.report("report.json")["changes"]}

    def test_a_tool_that_breaks_after_is_broken(self):
        command = """{command: '"$FIXTURE" --port {port} --mutant "tools/call - /result/structuredContent"'}"""
        more = "exercise: {tools: [test_structured_content, test_simple_text], not: test_simple_*, calls: 20, seed: 3}"
        done, changes = self.changes(more, command)
        self.assertEqual(done.exit, 7, done)
        self.assertEqual(changes["tools.test_structured_content.structured"]["effect"], "break")
        self.assertRegex(done.stdout, r"break +the tool test_structured_content shows a fault")
        runs = [json.loads((self.work("demo") / f"{side}.json").read_text()) for side in ("before", "after")]
        for run in runs:
            called = {json.loads(each["request"]["body"])["params"]["name"] for each in run["exchanges"]
                      if '"method":"tools/call"' in each["request"]["body"] and each["purpose"] == "exercise"}
            self.assertEqual(called, {"test_structured_content"})
            self.assertIn("tool.test_structured_content.latency", [each["id"] for each in run["observations"]])
        # The same arguments on both sides.
        arguments = [[json.loads(each["request"]["body"])["params"]["arguments"] for each in run["exchanges"]
                      if '"method":"tools/call"' in each["request"]["body"] and each["purpose"] == "exercise"][:5]
                     for run in runs]
        self.assertEqual(arguments[0], arguments[1])

    def test_the_same_tools_are_no_difference_and_flags_replace_the_file(self):
        done, changes = self.changes("exercise: {tools: all}", "{}", "--tools", "test_simple_text", "--calls", "8",
                                     "--resources", "safe", "--prompts", "safe")
        self.assertEqual((done.exit, changes), (0, {}), done)
        run = json.loads((self.work("demo") / "after.json").read_text())
        called = {each["tool"] for each in run["exercise"]["tools"] if each["fitting"] + each["breaking"] > 0}
        self.assertLessEqual(called, {"test_simple_text"})
        self.assertTrue(any(each["fitting"] for each in run["exercise"]["resources"] + run["exercise"]["prompts"]))

    def test_a_budget(self):
        budget = "expect: [request.tools/list.calls>=1, request.tools/list.max<60s]"
        done, changes = self.changes(budget)
        self.assertEqual((done.exit, changes), (0, {}), done)
        done, changes = self.changes(budget, "{}", "--expect", "request.tools/list.median<0.0001ms")
        self.assertEqual(done.exit, 1, done)
        self.assertRegex(done.stdout, r"\Asafe: no difference; but a budget does not hold, before\s+and\s+after")
        self.assertEqual(len(self.report("report.json")["unheld"]), 1)
        done = self.gate(gate_text(more="expect: [tool.*.p59<1s]"))
        self.assertEqual(done.exit, 2, done)
        self.assertIn("did you mean `p95`?", done.stderr)


class Answers(GateTest):
    measures = True

    def test_both_eras_are_compared(self):
        rows = [("stateful", "dual", 0, {"verdicts.era-stateless": "safe"}),
                ("dual", "stateless", 7, {"verdicts.era-stateful": "break"}),
                ("dual", "stateful", 7, {"verdicts.era-stateless": "break"}),
                ("dual", "dual", 0, {})]
        for before, after, code, expected in rows:
            with self.subTest(before=before, after=after):
                era = "{variables: {OPTIONS: --era %s}}"
                done = self.gate(gate_text(era % before, era % after), "--json", self.path / "report.json")
                self.assertEqual(done.exit, code, done)
                changes = {each["id"]: each["effect"] for each in self.report("report.json")["changes"]}
                changes = {name: effect for name, effect in changes.items() if name.startswith("verdicts.")}
                self.assertEqual(changes, expected, done)

    def test_an_era_that_breaks_is_broken_though_the_other_works(self):
        after = "{variables: {OPTIONS: --era dual --mutant fault-500-initialize}}"
        done = self.gate(gate_text("{variables: {OPTIONS: --era dual}}", after), "--json", self.path / "report.json")
        self.assertEqual(done.exit, 7, done)
        self.assertRegex(done.stdout, r"break +no session can be opened any more \(in revision 2025-11-25\)")
        self.assertEqual(self.gate(gate_text(after, "{variables: {OPTIONS: --era dual}}")).exit, 0)

    def test_the_same_server_is_safe_and_its_runs_are_kept(self):
        done = self.gate(gate_text())
        self.assertEqual(done.exit, 0, done)
        self.assertRegex(done.stdout, r"\Asafe: no difference\n", done)
        run = json.loads((self.work("demo") / "before.json").read_text())
        seen = {each["id"]: each["value"] for each in run["observations"]}
        self.assertEqual(seen["answer.malformed-body"], "400 application/json, error -32700")
        self.assertEqual(seen["session.fresh-connections"], "20 of 20 answered 200")
        self.assertIn("exited with an idle stream open", seen["exit.term"])
        self.assertIn("cost.idle-cpu", seen)
        harness.say(f"one gate run: {done.seconds:.1f} s")

    def test_upgrades_that_break(self):
        rows = [
            ("session-terminated-400", "verdicts.session.terminated-404", "break"),
            ("malformed-500", "answer.malformed-body", "break"),
            ("tool-schema-null", "surface.tools.test_image_content.inputSchema", "break"),
            ("single-session", "session.second", "break"),
            ("get-404", "stream.get", "change"),
            ("no-x-accel-buffering", "header.x-accel-buffering", "change"),
            ("fault-500", "verdicts.handshake", "break"),
        ]
        for name, change, effect in rows:
            with self.subTest(mutant=name):
                done = self.gate(gate_text(after=mutant(name)), "--json", self.path / "gate.json")
                report = self.report("gate.json")
                effects = {each["id"]: each["effect"] for each in report["changes"]}
                self.assertEqual(effects.get(change), effect, done)
                self.assertEqual(done.exit, 7 if "break" in effects.values() else 0, done)
                self.assertEqual(report["exit_code"], done.exit)

    def test_a_redirect_to_the_port_of_the_day_is_no_change(self):
        done = self.gate(gate_text(before=mutant("f17-slash"), after=mutant("f17-slash")))
        self.assertNotIn("[answer.", done.stdout)

    def test_the_other_way_round_is_better(self):
        done = self.gate(gate_text(before=mutant("malformed-500")))
        self.assertEqual(done.exit, 0, done)
        self.assertRegex(done.stdout, r"better +POST with the body", done)

    def test_what_comes_and_goes_is_not_broken(self):
        # Broken in the first run after only, and broken whenever the whole is run.
        server = 'if test "$MCPLUMB_ENVIRONMENT" = after && %s; then o="--mutant session-terminated-400"; fi; exec "$FIXTURE" --port {port} $o'
        once = server % "mkdir {folder}/seen 2>&1"
        gate = gate_text().replace("""'"$FIXTURE" --port {port} $OPTIONS'""", json.dumps(once))
        done = self.gate(gate, "--json", self.path / "gate.json")
        self.assertEqual(done.exit, 0, done)
        changes = {each["id"]: each for each in self.report("gate.json")["changes"]}
        change = changes["verdicts.session.terminated-404"]
        self.assertEqual(change["effect"], "change", done)
        self.assertRegex(change["after"], r"fail \(broken in 1 of 12 runs\): status: expected", done)
        self.assertEqual(change["before"], "pass (broken in 0 of 11 runs)", done)
        kept = json.loads((self.work("demo") / "after.json").read_text())
        self.assertEqual([each["runs"] for each in kept["outcomes"] if each["id"] == "session.terminated-404"], [12])
        always = gate_text().replace("""'"$FIXTURE" --port {port} $OPTIONS'""", json.dumps(server % "true"))
        done = self.gate(always, "--json", self.path / "gate.json")
        self.assertEqual(done.exit, 7, done)
        change = {each["id"]: each for each in self.report("gate.json")["changes"]}["verdicts.session.terminated-404"]
        self.assertRegex(change["after"], r"fail \(broken in 3 of 3 runs\)", done)

    def test_a_change_is_no_regression_unless_strict(self):
        text = gate_text(after=mutant("no-x-accel-buffering"))
        self.assertEqual(self.gate(text).exit, 0)
        self.assertEqual(self.gate(text, "--strict").exit, 7)

    def test_what_is_tolerated_is_shown_with_its_reason(self):
        more = ("tolerate:\n  - {change: verdicts.session.*, because: clients never delete}\n"
                "  - {change: no.such, because: old}")
        done = self.gate(gate_text(after=mutant("session-terminated-400"), more=more))
        self.assertEqual(done.exit, 0, done)
        self.assertIn("clients never delete", done.stdout)
        self.assertRegex(done.stdout, r"no\.such; it can\s+go", done)

    def test_all_reports(self):
        files = [f"--{kind}={self.path / ('gate.' + kind)}" for kind in ("json", "junit", "markdown")]
        done = self.gate(gate_text(after=mutant("session-terminated-400")), *files, "--annotations")
        self.assertEqual(done.exit, 7, done)
        self.assertEqual(self.report("gate.json")["answer"], "broken")
        suites = xml.parse(self.path / "gate.junit").getroot()
        self.assertEqual(suites.get("failures"), "1")
        markdown = (self.path / "gate.markdown").read_text()
        self.assertIn("**broken: 1 thing broke", markdown)
        self.assertRegex(done.stdout, r"(?m)^::error title=mcplumb Demo::broken")
        self.assertIn("broken: 1 thing broke", done.stdout)

    def test_ready_may_be_a_line_of_the_log(self):
        done = self.gate(gate_text(more="ready: {log: listening on}"))
        self.assertEqual(done.exit, 0, done)
        more = "ready: {log: this never comes}\ndeadlines: {ready: 1s}"
        done = self.gate(gate_text(more=more))
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"(?s)this never comes.*listening on", done)


# Starts the server behind a link that is slow the first time, or always. PROGRAM SERVER PORT DELAYED, the last one empty for
# never, "always", or a folder that is made the first time.
SLOW_LINK = """\
import os, re, signal, socket, subprocess, sys, threading, time

_, program, port, slow = sys.argv
server = subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, text=True)
behind = int(re.search(r":(\\d+)", server.stdout.readline()).group(1))
signal.signal(signal.SIGTERM, lambda *_: (server.terminate(), os._exit(0)))
delay = 0
if slow and (slow == "always" or not os.path.exists(slow)):
    delay = 0.015
    if slow != "always":
        os.mkdir(slow)


def pump(source, sink):
    try:
        while data := source.recv(65536):
            time.sleep(delay)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        source.close(), sink.close()


with socket.create_server(("127.0.0.1", int(port)), backlog=100) as listener:
    while True:
        client = listener.accept()[0]
        try:
            other = socket.create_connection(("127.0.0.1", behind))
        except OSError:
            client.close()
            continue
        for pair in ((client, other), (other, client)):
            pair[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=pump, args=pair, daemon=True).start()
"""


class Times(GateTest):
    """What takes longer is measured again before it is said: the machine may have been busy."""
    measures = True

    def test_what_takes_longer_once_is_no_difference(self):
        script = self.path / "server.py"
        script.write_text(SLOW_LINK)
        for slow, notes, changes in ((str(self.path / "was-started"), {"time.session"}, set()),
                                     ("always", set(), {"time.session"})):
            with self.subTest(slow=slow):
                text = gate_text("{variables: {SLOW: ''}}", "{variables: {SLOW: %s}}" % slow, only=["ping.*"]).replace(
                    """command: '"$FIXTURE" --port {port} $OPTIONS'""",
                    f"command: exec {sys.executable} {script} \"$FIXTURE\" {{port}} \"$SLOW\"")
                done = self.gate(text, "--json", self.path / "gate.json")
                report = self.report("gate.json")
                self.assertEqual(done.exit, 0, done)
                self.assertLessEqual(changes, {each["id"] for each in report["changes"]}, done)
                if not changes:
                    self.assertEqual([each for each in report["changes"] if each["id"].startswith("time.")], [], done)
                noted = " ".join(each for each in report["notes"] if "differed at first" in each)
                self.assertEqual("time to open a session" in noted, bool(notes), done)


class Costs(GateTest):
    """What is kept for each session and each request is told, and divided by how often."""
    measures = True

    def costs(self, before, after, code):
        side = "{variables: {OPTIONS: %s}}"
        text = gate_text(*(side % (f"--keeps {each}" if each else '""') for each in (before, after)), only=["ping.*"])
        done = self.gate(text, "--json", self.path / "gate.json")
        self.assertEqual(done.exit, code, done)
        report = self.report("gate.json")
        return done, report, {each["id"]: each for each in report["changes"]}

    def test_memory_that_is_kept(self):
        done, _, changes = self.costs("", "session-memory", 0)
        for name in ("cost.session.memory", "cost.ended-session.memory"):
            self.assertEqual(changes[name]["effect"], "change", done)
            kept = int(re.match(r"\d+", changes[name]["after"]).group())
            self.assertTrue(600 < kept < 800, done)
        self.assertNotIn("cost.request.memory", changes, done)
        _, _, changes = self.costs("", "request-memory", 0)
        self.assertIn("cost.request.memory", changes)
        self.assertEqual(self.costs("session-memory", "", 0)[2]["cost.session.memory"]["effect"], "better")

    def test_what_runs_out_breaks(self):
        for keeps, change, effect in (("session-process", "cost.ended-session.processes", "break"),
                                      ("session-descriptor", "cost.ended-session.descriptors", "break"),
                                      ("session-descriptor", "cost.session.descriptors", "change"),
                                      ("request-descriptor", "cost.request.descriptors", "break")):
            with self.subTest(keeps=keeps, change=change):
                done, _, changes = self.costs("", keeps, 7)
                self.assertEqual(changes[change]["effect"], effect, done)
                self.assertRegex(changes[change]["after"], r"^1 \(")

    def test_what_grows_alike_is_noted(self):
        done, report, changes = self.costs("session-memory", "session-memory", 0)
        self.assertEqual([each for each in changes if each.startswith("cost.")], [], done)
        self.assertRegex(" ".join(report["notes"]), r"memory kept for each session that is not ended: \d+ KiB")
        self.assertIn("noticed", done.stdout)


class Causes(GateTest):
    """What a gate measures makes causes known that no single request shows."""
    measures = True

    def causes(self, name, only=None):
        text = gate_text(after=mutant(name), only=only, more="deadlines: {exit: 2s, request: 2s}")
        done = self.gate(text, "--json", self.path / "gate.json")
        report = self.report("gate.json")
        return done, {each["rule"]: each for each in report["causes"]}, {each["id"] for each in report["changes"]}

    def expect(self, name, rule, words, change, only=None):
        done, causes, changes = self.causes(name, only)
        self.assertEqual(done.exit, 7, done)
        self.assertEqual(set(causes), {rule}, done)
        self.assertEqual(causes[rule]["confidence"], "certain", done)
        self.assertRegex(" ".join(causes[rule]["evidence"]), re.compile(words, re.DOTALL))
        self.assertIn(change, changes, done)

    def test_a_server_that_term_does_not_end(self):
        self.expect("f10-sigterm-hang", "R-HANG", r"after 2\.\d s the process still ran.*stream was still open.*"
                    r"new connections were refused.*Waiting for connections to close", "exit.term")

    def test_a_server_that_spins(self):
        # Measured so that it holds on a busy machine, too: growth_test.cpp.
        self.expect("f31-spin", "R-SPIN", r"used \d\.\d+ cores? .*cancel scope", "cost.idle-cpu")

    def test_a_server_that_one_bad_session_takes_down(self):
        self.expect("f07-poison-early", "R-POISONED", r"requests were answered well.*among them a malformed body.*"
                    r"got the same reply: 500.*shutting down", "verdicts.service", only=["ping.*"])

    def test_a_server_whose_loop_is_blocked(self):
        self.expect("f13-body-replay", "R-STARVED", r"not answered either.*the process used \d\.\d+ core",
                    "verdicts.handshake")


class Stdio(GateTest):
    """A command that speaks over its standard streams."""

    TEXT = """\
gate: Pipes
command: '"$FIXTURE" --transport stdio $OPTIONS'
transport: stdio
variables: {FIXTURE: "%s"}
only: ["ping.*", "tools.*"]
before: {}
after: {%s}
watch: {idle: 200ms}
deadlines: {request: 2s}
%s
"""

    def text(self, after="", more=""):
        return self.TEXT % (FIXTURE, after, more)

    def test_the_same_program_is_safe(self):
        done = self.gate(self.text())
        self.assertEqual(done.exit, 0, done)
        self.assertRegex(done.stdout, r"\Asafe: no difference\n", done)
        run = json.loads((self.work("pipes") / "before.json").read_text())
        seen = {each["id"]: each["value"] for each in run["observations"]}
        self.assertEqual(seen["answer.ping"], "a result")
        self.assertEqual(seen["answer.unknown-method"], "error -32601")
        self.assertEqual(seen["answer.malformed-line"], "error -32700, and the session goes on")
        self.assertEqual(seen["exit.input"], "exited")
        self.assertIn("cost.idle-cpu", seen)

    def test_upgrades_that_break(self):
        rows = [("variables: {OPTIONS: --mutant tool-schema-null}", "surface.tools.test_image_content.inputSchema", "break"),
                ("variables: {OPTIONS: --mutant stdio-ignores-eof}", "exit.input", "break"),
                ("command: 'echo cannot import name X >&2; exit 3'", "verdicts.handshake", "break")]
        for after, change, effect in rows:
            with self.subTest(after=after):
                done = self.gate(self.text(after), "--json", self.path / "gate.json")
                effects = {each["id"]: each["effect"] for each in self.report("gate.json")["changes"]}
                self.assertEqual(effects.get(change), effect, done)
                self.assertEqual(done.exit, 7, done)

    def test_http_keys_make_no_sense(self):
        for line in ("url: http://h/mcp", "headers: {A: b}", "ready: {log: up}"):
            done = self.gate(self.text(more=line))
            self.assertEqual(done.exit, 2, done)
            self.assertRegex(done.output, line.split(":")[0] + r"` makes no sense with `transport: stdio`")
        done = self.gate(self.text().replace("transport: stdio", "transport: pipe"))
        self.assertEqual(done.exit, 2, done)


class NoAnswer(GateTest):
    """What does not work before has no answer, whatever comes after: with the code of what was met."""

    MORE = "deadlines: {request: 1s, run: 20s, ready: 5s}"

    def test_no_session_before(self):
        rows = [("fault-500", 5, "500"), ("fault-401", 4, "401|invalid_token"), ("fault-html", 4, "sign-in"),
                ("fault-hang", 3, "deadline|no reply|within"), ("fault-500-after-initialize", 5, "every request after it fails: HTTP 500")]
        for name, code, words in rows:
            for after in (mutant(name), "{}"):
                with self.subTest(mutant=name, after=after):
                    done = self.gate(gate_text(mutant(name), after, more=self.MORE), "--json", self.path / "gate.json")
                    self.assertEqual(done.exit, code, done)
                    self.assertRegex(done.stdout, r"\Aunknown: before does not work as it is: ", done)
                    self.assertRegex(self.report("gate.json")["line"], words, done)
                    kept = [self.work("demo") / f"{side}.json" for side in ("before", "after")]
                    again = harness.run("compare", *kept, "--strict")
                    self.assertEqual(again.exit, code, again)
                    self.assertRegex(again.stdout, r"\Aunknown: ", again)

    def test_no_session_after_is_broken(self):
        for name in ("fault-500", "fault-401", "fault-hang"):
            done = self.gate(gate_text(after=mutant(name), more=self.MORE))
            self.assertEqual(done.exit, 7, done)
            self.assertRegex(done.stdout, r"\Abroken: ", done)

    def test_nothing_that_could_be_judged(self):
        done = self.gate(gate_text(only=["progress.increasing"]))
        self.assertEqual(done.exit, 5, done)
        self.assertRegex(done.stdout, r"\Aunknown: .*\n", done)
        self.assertIn("no check was judged in the run before", done.stdout)

    def test_a_header_that_cannot_be_sent(self):
        for header, words in (("{Authorization: \"Bearer 123456789\\n\"}", "holds a line break"),
                              ("\n  Authorization: |\n    Bearer 123456789", r"behind `\|` ends in a line break"),
                              ("{'X Y': z}", "name is one word"), ("{Content-Length: 5}", "mcplumb sets it itself")):
            done = self.gate(gate_text(more=f"headers: {header}"))
            self.assertEqual(done.exit, 2, done)
            self.assertRegex(done.output, r"gate\.yaml:\d+:\d+: error: .*" + words, done)
            self.assertNotIn("123456789", done.output)


    def test_names_that_nothing_knows(self):
        for more, words in (("tools: {progres: echo}", r"`tools`: .*did you mean `progress`"),
                            ("skip: [toools]", r"toools selects no check; did you mean `tools`")):
            done = self.gate(gate_text(more=more))
            self.assertEqual(done.exit, 2, done)
            self.assertRegex(done.output, words, done)

    def test_its_own_limit_is_an_option(self):
        done = self.gate(gate_text(only=["ping.*"]), "--max-reply", "2k")
        self.assertEqual(done.exit, 5, done)
        self.assertRegex(done.stdout, r"2 KiB,\s+mcplumb's own limit; --max-reply\s+raises it", done)

    def test_two_gates_of_one_title_share_nothing(self):
        other = self.path / "other.yaml"
        for file in (self.file, other):
            file.write_text(gate_text(only=["ping.*"]))
            self.assertEqual(harness.run("gate", file, "--work", self.path / "work", deadline=120).exit, 0)
        folders = sorted((self.path / "work").iterdir())
        self.assertEqual(len(folders), 2, folders)
        for folder in folders:
            self.assertTrue((folder / "before.json").exists(), folder)
        # Moved together with its work folder, a gate finds it again.
        moved = self.path / "moved"
        moved.mkdir()
        for each in (self.file, self.path / "work"):
            each.rename(moved / each.name)
        harness.run("gate", moved / self.file.name, "--work", moved / "work", deadline=120)
        self.assertEqual(sorted(each.name for each in (moved / "work").iterdir()), [each.name for each in folders])


class GoesWrong(GateTest):
    def expect(self, done, code, words):
        self.assertEqual(done.exit, code, done)
        self.assertRegex(done.output, re.compile(words, re.DOTALL), done)

    def test_a_server_that_ends_at_once_is_a_regression_with_its_log(self):
        done = self.gate(gate_text(after="{command: 'echo cannot import name X >&2; exit 3'}"))
        self.expect(done, 7, r"broken.*exited with status 3.*last lines of after.*cannot import name X")

    def test_a_server_that_never_is_ready(self):
        after = "{command: 'echo still loading; sleep 600'}"
        done = self.gate(gate_text(after=after, more="deadlines: {ready: 1s}"))
        self.expect(done, 7, r"did not listen.*still loading")
        done = self.gate(gate_text(before=after, more="deadlines: {ready: 1s}"))
        self.expect(done, 3, r"unknown.*did not listen.*still loading")

    def test_an_environment_that_cannot_be_prepared(self):
        prepare = "{prepare: ['echo all is well', 'echo no matching distribution >&2; exit 1']}"
        done = self.gate(gate_text(before=prepare))
        self.expect(done, 5, r"unknown.*could not be prepared.*exited with status 1.*no matching distribution")
        done = self.gate(gate_text(after=prepare))
        self.expect(done, 5, r"unknown.*could not be prepared.*no matching distribution")

    def test_preparing_has_a_deadline(self):
        done = self.gate(gate_text(before="{prepare: sleep 600}", more="deadlines: {prepare: 1s}"))
        self.expect(done, 5, r"sleep 600.*did not end within 1 s")
        self.assertLess(done.seconds, 30 * SLACK)

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            text = gate_text().replace("{port}", str(port))
            self.expect(self.gate(text), 3, rf"something else listens at http://127\.0\.0\.1:{port}")

    def test_nothing_is_left_of_a_server_that_ignores_term(self):
        command = "{command: 'trap \"\" TERM; \"$FIXTURE\" --port {port} & while :; do sleep 1; done'}"
        done = self.gate(gate_text(after=command, more="deadlines: {exit: 1s}"), deadline=180)
        self.expect(done, 7, r"did not exit within 1\.0 s")

    def test_mistakes_in_the_file(self):
        rows = [
            ("", r"gate\.yaml"),
            ("gate: [", r"gate\.yaml:\d+:\d+: error"),
            (gate_text().replace("command:", "comand:"), r"gate\.yaml:2:1: error: unknown key `comand`.*did you mean `command`.*\^"),
            (gate_text().replace("url: http", "url: ftp"), r"gate\.yaml:3:6: error: `url` is not an http"),
            (gate_text(more="tolerate: [{change: x}]"), r"gate\.yaml:\d+:\d+: error:.*needs `because`"),
            (gate_text(more="deadlines: {ready: soon}"), r"gate\.yaml:\d+:\d+: error: `ready` must be a duration"),
            (gate_text(more="prepare: pip install mcp=={version}"), r"`before` needs `version`.*\{version\}"),
            (gate_text(more="prepare: echo {verson}"), r"unknown placeholder \{verson\}.*did you mean `version`"),
            (gate_text(before="[]"), r"`before` must be a map, not a list"),
            (gate_text(more="suites: [no-such-suite.yaml]"), r"no-such-suite\.yaml.*No such file"),
            (gate_text(only=["no.such.check"]), r"no\.such\.check"),
        ]
        for text, words in rows:
            with self.subTest(words=words):
                self.expect(self.gate(text), 2, words)
        done = harness.run("gate", self.path / "absent.yaml")
        self.expect(done, 2, r"absent\.yaml.*No such file")

    def test_a_report_that_cannot_be_written_is_known_at_once(self):
        done = self.gate(gate_text(), "--json", "/no/such/folder/x")
        self.expect(done, 2, r"/no/such/folder/x")
        self.assertLess(done.seconds, 5 * SLACK)

    def interrupt(self, text, waiting_for):
        """Runs the gate, sends INT once `waiting_for` exists, and returns what came of it."""
        self.file.write_text(text)
        command = [BIN_DIR / "mcplumb", "gate", self.file, "--work", self.path / "work", "--json", self.path / "gate.json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env={**os.environ, "NO_COLOR": "1"})
        deadline = time.monotonic() + 30 * SLACK
        while not waiting_for.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60 * SLACK)
        self.assertEqual(process.returncode, 5, output)
        self.assertEqual(processes_of(self.path), [], output)
        return self.report("gate.json")

    def test_ctrl_c_while_preparing(self):
        mark = self.path / "mark"
        report = self.interrupt(gate_text(before="{prepare: 'touch %s; sleep 600'}" % mark), mark)
        self.assertIn("interrupted", report["line"])

    def test_ctrl_c_while_checking(self):
        mark = self.path / "mark"
        after = "{command: 'touch %s; sleep 600'}" % mark
        report = self.interrupt(gate_text(after=after), mark)
        self.assertEqual(report["answer"], "unknown")


class CompareAndLock(GateTest):
    def check(self, name, **how):
        with harness.fixture(**how) as server:
            harness.run("check", server.url, "--json", self.path / name)
            lock = harness.run("lock", server.url, "-o", self.path / f"lock-{name}")
            self.assertEqual(lock.exit, 0, lock)

    def test_compare(self):
        self.check("a.json")
        self.check("b.json", mutant="tool-description-null")
        same = harness.run("compare", self.path / "a.json", self.path / "a.json")
        self.assertEqual((same.exit, same.stdout.splitlines()[0]), (0, "safe: no difference"), same)
        done = harness.run("compare", self.path / "a.json", self.path / "b.json")
        self.assertEqual(done.exit, 7, done)
        self.assertRegex(done.stdout, r"break +Every tool|break ", done)
        for text, words in [("", r"empty|JSON"), ("{}", r"format"), ('{"format": 99}', "99")]:
            (self.path / "bad.json").write_text(text)
            bad = harness.run("compare", self.path / "a.json", self.path / "bad.json")
            self.assertEqual(bad.exit, 2, bad)
            self.assertRegex(bad.stderr, words)

    def test_lock(self):
        self.check("a.json")
        lock = self.path / "lock-a.json"
        again = self.path / "again.json"
        with harness.fixture() as server:
            done = harness.run("lock", server.url, "--lock", lock, "-o", again)
            self.assertEqual(done.exit, 0, done)
            self.assertEqual(lock.read_text(), again.read_text(), "two locks of one server differ")
        with harness.fixture(mutant="tool-schema-null") as server:
            done = harness.run("lock", server.url, "--lock", lock)
            self.assertEqual(done.exit, 7, done)
            self.assertIn("has no inputSchema any more", done.stdout)
            self.assertEqual(harness.run("lock", server.url).exit, 2)
        done = harness.run("lock", server.url, "--lock", lock)
        self.assertEqual(done.exit, 3, done)
        lock.write_text("{}")
        done = harness.run("lock", "http://127.0.0.1:9/mcp", "--lock", lock)
        self.assertEqual(done.exit, 2, done)
        self.assertIn("not a surface lock", done.stderr)


    def test_check_with_a_lock(self):
        self.check("a.json")
        lock = self.path / "lock-a.json"
        few = ["--only", "ping.*", "--lock", lock]
        with harness.fixture() as server:
            done = harness.run("check", server.url, *few)
            self.assertEqual(done.exit, 0, done)
            self.assertRegex(done.stdout, r"lock-a\.json safe: no difference", done)
            self.assertEqual(harness.run("check", server.url, *few, "--matrix").exit, 2)
        with harness.fixture(mutant="tool-schema-null") as server:
            done = harness.run("check", server.url, *few)
            self.assertEqual(done.exit, 7, done)
            self.assertIn("has no inputSchema any more", done.stdout)
            done = harness.run("check", server.url, *few, "--json", "-")
            self.assertEqual(done.exit, 7, done)
            done.json()
            self.assertIn("has no inputSchema any more", done.stderr)
        done = harness.run("check", server.url, *few)
        self.assertEqual(done.exit, 3, done)
        lock.write_text("[]")
        done = harness.run("check", server.url, *few)
        self.assertEqual(done.exit, 2, done)
        self.assertIn("not a surface lock", done.stderr)


class Bisect(GateTest):
    """Versions 1 to 9; the server breaks at 6, and 5 cannot be installed."""

    TEXT = """\
gate: Steps
prepare: 'test {version} != 5 && echo {version} >> {folder}/../tried'
command: 'if test {version} -ge 6; then MUTANT="--mutant session-terminated-400"; fi; exec "$FIXTURE" --port {port} $MUTANT'
url: http://127.0.0.1:{port}/mcp
variables: {FIXTURE: "%s"}
only: ["session.*"]
before: {version: 1}
after: {version: 9}
watch: {idle: 100ms, stream: 100ms}
""" % FIXTURE

    def bisect(self, *args, good="1", bad="9", versions="1,2,3,4,5,6,7,8,9"):
        return self.gate(self.TEXT, "--package", "steps", "--good", good, "--bad", bad, "--versions", versions, *args,
                         command="bisect")

    def tried(self):
        return (self.work("steps") / "tried").read_text().split()

    def test_the_first_bad_version_is_found_and_nothing_is_run_twice(self):
        done = self.bisect()
        self.assertEqual(done.exit, 7, done)
        self.assertRegex(done.stdout, r"first bad: steps 6 \(4 is good\); or one of these.*: 5", done)
        self.assertLessEqual(len(self.tried()), 6, done)
        tried = self.tried()
        again = self.bisect()
        self.assertEqual(again.exit, 7, again)
        self.assertEqual(self.tried(), tried, "kept runs were made again")

    def test_nothing_to_find(self):
        done = self.bisect(bad="4")
        self.assertEqual(done.exit, 5, done)
        self.assertRegex(done.stdout, r"4 breaks nothing that worked in 1", done)

    def test_versions_that_make_no_sense(self):
        for how, words in [({"good": "9", "bad": "1"}, r"does not come before"),
                           ({"bad": "77"}, r"no version 77")]:
            done = self.bisect(**how)
            self.assertEqual(done.exit, 2, done)
            self.assertRegex(done.output, words)
        self.TEXT = gate_text()
        done = self.bisect()
        self.assertEqual(done.exit, 2, done)
        self.assertIn("{version}", done.output)


def load_tests(loader, _tests, _pattern):
    """`gate.py measured` runs what measures, `gate.py beside` the rest; without either all of it runs."""
    classes = [each for each in vars(sys.modules[__name__]).values()
               if isinstance(each, type) and issubclass(each, GateTest) and each is not GateTest]
    wanted = [each for each in classes if PART is None or each.measures == (PART == "measured")]
    return unittest.TestSuite(loader.loadTestsFromTestCase(each) for each in wanted)


PART = sys.argv.pop(1) if sys.argv[1:2] in (["measured"], ["beside"]) else None

if __name__ == "__main__":
    harness.main()
