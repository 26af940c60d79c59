"""Users' own suites and what the runner does with them, against the embedded server.

    python3 tests/suites.py
"""

import json
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from xml.etree import ElementTree

import harness


class Flaky:
    """A proxy in front of a server; closes the connection at `times` requests that hold `marker`, `after` some others."""

    def __init__(self, url, marker, times=1, after=0):
        self.after = after
        host = url.split("/")[2].split(":")
        self.target, self.marker, self.left = (host[0], int(host[1])), marker, times
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/mcp"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.relay, args=(client,), daemon=True).start()

    def relay(self, client):
        with client, socket.create_connection(self.target) as server:
            threading.Thread(target=self.pump, args=(server, client), daemon=True).start()
            while request := self.read_request(client):
                self.after -= self.marker in request
                if self.marker in request and self.left > 0 and self.after < 0:
                    self.left -= 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(request)

    @staticmethod
    def read_request(client):
        request = b""
        while b"\r\n\r\n" not in request:
            part = client.recv(65536)
            if not part:
                return b""
            request += part
        head, _, body = request.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length and (part := client.recv(65536)):
            body += part
        return head + b"\r\n\r\n" + body

    @staticmethod
    def pump(server, client):
        try:
            while part := server.recv(65536):
                client.sendall(part)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def wait_for_connections(server, count):
    """Until so many connections to the server are open, and a little longer: then requests are under way."""
    port = int(server.url.split(":")[2].split("/")[0])
    until = time.monotonic() + 20 * harness.SLACK
    while time.monotonic() < until:
        rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        if sum(row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows) >= count:
            break
        time.sleep(0.05)
    time.sleep(1)


class SuiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.fixture("--longest", "90000").__enter__()
        cls.addClassCleanup(cls.server.__exit__, None)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="mine.yaml"):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def check(self, text, *args, url=None, exits=0, **how):
        done = harness.run("check", url or self.server.url, "--suite", self.write(text), *args, **how)
        self.assertEqual(done.exit, exits, done)
        return done

    def outcomes(self, text, *args, **how):
        return harness.outcomes(self.check(text, *args, "--json", "-", **how))


class Language(SuiteTest):
    def test_the_shortest_suite(self):
        done = self.check("checks:\n  - id: hello\n    call: test_simple_text\n    expect: {took: {max: 30s}}\n")
        self.assertRegex(done.stdout, r"mine +1 passed")

    def test_an_error_nobody_asked_for_fails(self):
        suite = "checks:\n  - {id: broken, call: test_error_handling}\n  - {id: gone, call: no_such_tool}\n"
        done = self.check(suite, exits=1)
        self.assertRegex(done.stdout, r"isError[\s\S]*the tool says:", done)
        found = self.outcomes(suite, exits=1)
        self.assertEqual({o["verdict"] for o in found.values()}, {"fail"})
        wanted = "checks:\n  - {id: broken, call: test_error_handling, expect: {result.isError: true}}\n"
        self.assertEqual(self.outcomes(wanted)["broken"]["verdict"], "pass")

    def test_headers_times_and_texts_are_judged(self):
        found = self.outcomes("""
checks:
  - id: good
    call: {tool: test_structured_content, arguments: {a: 2, b: 3}}
    expect:
      header.content-type: {present: true}
      took: {max: 60s}
      timing.headers-ms: {max: 60s}
      result.structuredContent: {type: object}
  - id: slow
    call: {tool: test_slow, arguments: {ms: 300}}
    expect: {took: {max: 20ms}, text: {matches: "never this"}}
""", exits=1)
        self.assertEqual(found["good"]["verdict"], "pass", found["good"])
        self.assertEqual([f["path"] for f in found["slow"]["findings"]], ["took", "text"])
        self.assertEqual(found["slow"]["findings"][0]["expected"], "at most 20ms")
        self.assertRegex(found["slow"]["findings"][0]["actual"], r"^\d+(\.\d+)? ms$")

    def test_a_value_is_captured_and_used_by_later_steps(self):
        found = self.outcomes("""
checks:
  - id: captured
    steps:
      - request: tools/list
        capture: {first: "result.tools[0].name", all: result.tools}
      - request: {method: tools/call, params: {name: "${first}"}}
        expect: {request.params.name: "${first}"}
      - for-each:
          in: "${all}"
          as: tool
          steps:
            - request: ping
              expect: {var.first: "${first}"}
""")
        self.assertEqual(found["captured"]["verdict"], "pass", found)
        self.assertGreater(found["captured"]["judged"], 4)

    def test_what_takes_time_is_asked_for_until_it_is_there(self):
        found = self.outcomes("""
checks:
  - id: waited
    steps:
      - call: {tool: slow_compute, arguments: {seconds: 0.4}, task: {ttl: 60000}}
        capture: {task: result.task}
      - repeat:
          times: 50
          until: {result.status: {not: {equals: working}}}
          steps:
            - pause: "${task.pollInterval}"
            - request: {method: tasks/get, params: {taskId: "${task.taskId}"}}
              capture: {task: result}
      - request: {method: tasks/result, params: {taskId: "${task.taskId}"}}
        expect: {var.task.status: completed, text: Computed it}
  - id: in-vain
    steps:
      - repeat:
          times: 3
          until: {result.never: {present: true}}
          steps:
            - pause: "${revision}"
            - request: ping
              expect: {result: {present: true}}
""")
        self.assertEqual(found["waited"]["verdict"], "pass", found)
        self.assertEqual(found["in-vain"]["judged"], 3, found)

    def test_variables(self):
        suite = """
variables: {tool: test_simple_text, a: 1, secret: null}
checks:
  - id: named
    call: {tool: "${tool}", arguments: {note: "${env:MCPLUMB_NOTE}", a: "${a}", s: "${secret}"}}
    expect: {request.params.arguments: {equals: {note: from outside, a: 5, s: "line one"}}}
"""
        secret = self.write("line one\n", "secret.txt")
        self.check(suite, "--var", "a=5", "--var", f"secret=@{secret}", env={"MCPLUMB_NOTE": "from outside"})
        for args, message in {
            (): r"mine\.yaml:2:\d+: error: the variable `secret` has no value; give it with --var secret=VALUE",
            ("--var", "secret=x", "--var", "numbr=1"): r"--var numbr is used by no suite",
            ("--var", "secret=x", "--var", "a=x"): r"--var a gives a text that is not a number",
            ("--var", "secret=x"): r"mine\.yaml:5:\d+: error: the environment variable MCPLUMB_NOTE is not set",
            ("--var", "secret"): r"--var 'secret' is not a variable",
            ("--var", "secret=@/no/such/file"): r"/no/such/file cannot be read",
        }.items():
            with self.subTest(args=args):
                environment = {} if "NOTE" in message else {"MCPLUMB_NOTE": "x"}
                done = self.check(suite, *args, exits=2, env=environment)
                self.assertRegex(done.stderr, message)

    def test_secrets_are_not_shown(self):
        suite = """
variables: {key: null}
checks:
  - id: shown
    call: {tool: test_simple_text, arguments: {a: "${env:MCPLUMB_KEY}", b: "${key}"}}
    expect: {text: "${key}"}
"""
        secret = self.write("from-a-file\n", "key.txt")
        for args in ([], ["-v"], ["--json", "-"], ["--junit", "-"]):
            done = self.check(suite, "--var", f"key=@{secret}", *args, env={"MCPLUMB_KEY": "from-outside"}, exits=1)
            self.assertIn("redacted", done.output)
            self.assertNotIn("from-a-file", done.output)
            self.assertNotIn("from-outside", done.output)

    def test_built_in_checks_are_used_as_the_suite_wants_them(self):
        suite = """
use:
  - ping
  - {check: "http.origin.*", skip: our gateway does this}
  - {check: stream.header.x-accel-buffering, level: must, because: we sit behind nginx}
checks:
  - {id: mine.ping, request: ping}
"""
        found = self.outcomes(suite)
        self.assertIn("ping.respond", found)
        self.assertEqual(found["mine.ping"]["verdict"], "pass")
        self.assertEqual(found["http.origin.refused"]["reason"], "our gateway does this")
        self.assertEqual(found["stream.header.x-accel-buffering"]["level"], "must")
        with harness.fixture(mutant="no-x-accel-buffering") as server:
            done = self.check(suite, url=server.url, exits=1)
            self.assertIn("level must here: we sit behind nginx", done.stdout)

    def test_tags_select(self):
        suite = "checks:\n  - {id: one, request: ping, tags: [quick]}\n  - {id: two, request: ping}\n"
        self.assertEqual(list(self.outcomes(suite, "--only", "tag:quick")), ["one"])
        self.assertEqual(list(self.outcomes(suite, "--skip", "tag:quick")), ["two"])
        done = self.check(suite, "--only", "tag:quik", exits=2)
        self.assertIn("did you mean `tag:quick`?", done.stderr)

    def test_a_check_has_a_deadline(self):
        found = self.outcomes("""
checks:
  - id: late
    deadline: 300ms
    steps:
      - pause: 400ms
      - {request: ping, expect: {status: 200}}
  - id: slow
    deadline: 200ms
    call: {tool: test_slow, arguments: {ms: 5000}}
""", exits=1)
        self.assertEqual(found["late"]["findings"][0]["path"], "deadline", found["late"])
        self.assertIn("deadline", found["slow"]["findings"][0]["actual"], found["slow"])

    def test_listing_needs_no_values(self):
        suite = self.write("use: [ping]\nvariables: {x: null}\nchecks:\n  - {id: a, request: 'ping', tags: ['${x}']}\n")
        done = harness.run("checks", "--suite", suite, "--json")
        self.assertEqual([c["id"] for c in done.json()][-1], "a")
        self.assertEqual(harness.run("explain", "a", "--suite", suite).exit, 0)


class Retries(SuiteTest):
    SUITE = "checks:\n  - {id: shaky, retry: 2, call: test_simple_text}\n  - {id: solid, request: ping}\n"

    def flaky(self, times=1, **how):
        proxy = Flaky(self.server.url, b"test_simple_text", times)
        self.addCleanup(proxy.__exit__)
        return proxy.url

    def test_a_pass_at_the_second_try_is_flaky(self):
        done = self.check(self.SUITE, url=self.flaky())
        self.assertRegex(done.stdout, r"flaky +shaky", done)
        self.assertRegex(done.stdout, r"try 1: .*\n[\s\S]*POST", done)
        self.assertIn("1 flaky", done.stdout)
        found = self.outcomes(self.SUITE, url=self.flaky())
        self.assertTrue(found["shaky"]["flaky"])
        self.assertEqual(len(found["shaky"]["earlier"]), 1)
        self.assertNotIn("flaky", found["solid"])
        self.assertIn("<flakyFailure", self.check(self.SUITE, "--junit", "-", url=self.flaky()).stdout)

    def test_strict_does_not_accept_it(self):
        self.check(self.SUITE, "--strict", url=self.flaky(), exits=1)

    def test_it_is_tried_so_often_and_no_more(self):
        self.assertEqual(len(self.outcomes(self.SUITE, url=self.flaky(2))["shaky"]["earlier"]), 2)
        found = self.outcomes(self.SUITE, url=self.flaky(3), exits=1)
        self.assertEqual(found["shaky"]["verdict"], "fail", found["shaky"])

    def test_a_wrong_answer_is_not_tried_again(self):
        found = self.outcomes("checks:\n  - {id: wrong, retry: 5, call: test_error_handling}\n", exits=1)
        self.assertNotIn("earlier", found["wrong"])

    def test_without_retries_the_first_failure_counts(self):
        self.check("checks:\n  - {id: shaky, call: test_simple_text}\n", url=self.flaky(), exits=1)
        self.check("checks:\n  - {id: shaky, call: test_simple_text}\n", "--retries", "1", url=self.flaky())


class Baselines(SuiteTest):
    SUITE = "checks:\n  - {id: broken, call: test_error_handling}\n  - {id: fine, request: ping}\n"

    def baseline(self, **verdicts):
        expected = {id: {"verdict": verdict, "reason": "known"} for id, verdict in verdicts.items()}
        return self.write(json.dumps({"expected": expected}), "known.json")

    def test_what_is_known_does_not_fail_the_run(self):
        done = self.check(self.SUITE, "--baseline", self.baseline(broken="fail"))
        self.assertRegex(done.stdout, r"known +known")
        self.check(self.SUITE, "--baseline", self.baseline(), exits=1)

    def test_a_stale_entry_is_named(self):
        done = self.check(self.SUITE, "--baseline", self.baseline(broken="fail", fine="warn", gone="fail"), exits=6)
        self.assertRegex(done.stdout, r"fine: expected warn, and it is pass\n +gone: expected fail, and there is no such check")
        done = self.check(self.SUITE, "--baseline", self.baseline(broken="fail", fine="warn"), "--junit", "-", exits=6)
        self.assertIn("the baseline has stale entries", done.stdout)

    def test_it_is_written_and_then_needs_reasons(self):
        path = str(self.folder / "new.json")
        done = self.check(self.SUITE, "--baseline", path, "--update-baseline")
        self.assertIn("write a reason for each of: broken", done.stderr)
        done = self.check(self.SUITE, "--baseline", path, exits=2)
        self.assertRegex(done.stderr, r"new\.json:\d+:\d+: error: say why `broken` is expected to fail")
        text = pathlib.Path(path).read_text().replace('"reason": ""', '"reason": "old"')
        pathlib.Path(path).write_text(text)
        self.check(self.SUITE, "--baseline", path)
        self.check(self.SUITE, "--baseline", path, "--update-baseline")
        self.assertEqual(pathlib.Path(path).read_text(), text)

    def test_a_partial_run_is_not_written(self):
        path = self.baseline(broken="fail")
        before = pathlib.Path(path).read_text()
        for args in (["--only", "fine"], ["--skip", "fine"], ["--fail-fast"]):
            done = self.check(self.SUITE, "--baseline", path, "--update-baseline", *args, exits=2)
            self.assertIn("needs a whole run", done.stderr)
        with socket.create_server(("127.0.0.1", 0)) as unused:
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/mcp"
        done = self.check(self.SUITE, "--baseline", path, "--update-baseline", url=url, exits=3)
        self.assertIn("left as it is", done.stderr)
        self.assertEqual(pathlib.Path(path).read_text(), before)

    def test_what_only_left_out_is_not_stale(self):
        self.check(self.SUITE, "--baseline", self.baseline(broken="fail", fine="warn"), "--only", "broken")

    def test_a_complete_one_knows_everything(self):
        path = self.write('{"complete": true}', "all.json")
        self.check("use: [prompts]\n" + self.SUITE, "--baseline", path, "--update-baseline")
        self.assertNotIn("news", self.check("use: [prompts]\n" + self.SUITE, exits=1).stdout)


class Many(SuiteTest):
    """Several runs, several revisions, several processes."""

    SUITE = "checks:\n  - {id: hello, call: test_simple_text}\n  - {id: pinged, request: ping}\n"

    def test_matrix(self):
        done = self.check("use: [ping]\n" + self.SUITE, "--matrix")
        self.assertRegex(done.stdout, r"2025-11-25 +2025-06-18 +2025-03-26 +2024-11-05")
        self.assertRegex(done.stdout, r"passed +\d+ +\d+ +\d+ +\d+")
        written = self.check(self.SUITE, "--matrix", "--json", "-").json()
        self.assertEqual([column["revision"] for column in written["matrix"]][:3],
                         ["2026-07-28", "2025-11-25", "2025-06-18"])
        self.assertIn("server/discover", written["matrix"][0]["problem"])
        self.assertEqual(written["matrix"][4]["run"]["server"]["revision"], "2024-11-05")
        path = self.write(json.dumps(written), "matrix.json")
        self.assertIn("2025-03-26", harness.run("report", path).stdout)
        self.assertIn('name="2024-11-05.mine"', harness.run("report", path, "--junit", "-").stdout)

    def test_matrix_of_what_is_not_there(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/mcp"
        done = self.check(self.SUITE, "--matrix", url=url, exits=3)
        self.assertIn("refused", done.stdout)

    def test_repeat(self):
        found = self.check(self.SUITE, "--repeat", "3", "--json", "-").json()
        self.assertEqual([r["exit_code"] for r in found["repetitions"]], [0, 0, 0])
        self.assertEqual(found["outcomes"][0]["runs"], 3)

    def test_until_fail_stops_at_the_first_bad_run_and_keeps_it(self):
        proxy = Flaky(self.server.url, b"test_simple_text", 1, after=2)
        self.addCleanup(proxy.__exit__)
        found = self.check(self.SUITE, "--until-fail", "--repeat", "20", "--json", "-", url=proxy.url, exits=1).json()
        self.assertEqual([r["exit_code"] for r in found["repetitions"]], [0, 0, 1])
        hello = found["outcomes"][0]
        self.assertTrue(hello["flaky"])
        self.assertEqual((hello["verdict"], hello["broken_runs"], hello["runs"]), ("fail", 1, 3))
        self.assertIn("exchange", hello["findings"][0])

    def test_jobs_find_the_same(self):
        verdicts = {}
        for jobs in ("1", "3"):
            done = harness.run("check", self.server.url, "--jobs", jobs, "--json", "-")
            self.assertEqual(done.exit, 0, done)
            verdicts[jobs] = {id: o["verdict"] for id, o in harness.outcomes(done).items()}
            numbers = [e["number"] for e in done.json()["exchanges"]]
            self.assertEqual(numbers, list(range(len(numbers))))
        self.assertEqual(list(verdicts["1"]), list(verdicts["3"]))
        differ = {id: (v, verdicts["3"][id]) for id, v in verdicts["1"].items() if verdicts["3"][id] != v}
        # What watches traffic may find none of its kind in a smaller share of it.
        self.assertEqual({id: pair for id, pair in differ.items() if "skip" not in pair}, {})

    def test_jobs_report_failures(self):
        with harness.fixture(mutant="session-terminated-400") as server:
            done = harness.run("check", server.url, "--jobs", "2", "--only", "sessions")
            self.assertEqual(done.exit, 1, done)
            self.assertIn("session.terminated-404", done.stdout)

    def test_jobs_and_ctrl_c(self):
        suite = self.write("defaults: {alone: false}\nchecks:\n" + "".join(
            f"  - {{id: slow{i}, request: {{method: tools/call, params: {{name: test_slow, arguments: {{ms: 20000}}}}}}}}\n"
            for i in range(4)))
        process = subprocess.Popen([harness.BIN_DIR / "mcplumb", "check", self.server.url, "--suite", suite, "--jobs", "2",
                                    "--deadline", "60s", "--json", str(self.folder / "run.json")],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_connections(self.server, 2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30 * harness.SLACK), 5)
        run = json.loads((self.folder / "run.json").read_text())
        self.assertTrue(run["interrupted"])


class Stopping(SuiteTest):
    SLOW = "checks:\n  - {id: quick, request: ping}\n  - {id: slow, call: {tool: test_slow, arguments: {ms: 60000}}}\n"

    def start(self, *args):
        """Starts a check that hangs in its second request, and waits until it does."""
        suite = self.write(self.SLOW + "  - {id: later, request: ping}\n")
        process = subprocess.Popen([harness.BIN_DIR / "mcplumb", "check", self.server.url, "--suite", suite, "--deadline",
                                    "90s", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def test_an_interrupted_run_writes_its_reports(self):
        run, junit = self.folder / "run.json", self.folder / "junit.xml"
        process = self.start("--json", str(run), "--junit", str(junit))
        wait_for_connections(self.server, 1)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20 * harness.SLACK)
        self.assertEqual(process.returncode, 5, out)
        self.assertIn("No verdict: the run was interrupted.", out)
        written = json.loads(run.read_text())
        self.assertTrue(written["interrupted"])
        verdicts = {o["id"]: o["verdict"] for o in written["outcomes"]}
        self.assertEqual((verdicts["quick"], verdicts["slow"], verdicts["later"]), ("pass", "inconclusive", "skip"))
        ElementTree.fromstring(junit.read_text())
        self.assertIn("the run was interrupted", junit.read_text())
        self.assertEqual(written["exchanges"][-1]["request"]["method"], "DELETE")

    def test_a_second_ctrl_c_ends_it_at_once(self):
        process = self.start()
        wait_for_connections(self.server, 1)
        process.send_signal(signal.SIGINT)
        until = time.monotonic() + 20 * harness.SLACK
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        self.assertIn(process.returncode, (5, -signal.SIGINT))

    def test_fail_fast_leaves_out_the_rest(self):
        found = self.outcomes("checks:\n  - {id: a, call: no_such_tool}\n  - {id: b, request: ping}\n", "--fail-fast",
                              exits=1)
        self.assertEqual(found["b"]["reason"], "left out after a failed")
        self.assertTrue(found["b"]["left_out"])


if __name__ == "__main__":
    harness.main()
