"""Every transport and every way of starting a server, well behaved and not.

Each bad one must end with the right exit code and one message that names the cause, within its deadlines, and leave no
process behind.
"""

import http.server
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import harness
from harness import SLACK

FIXTURE = str(harness.BIN_DIR / "mcplumb-fixture")
STDIO = f"exec {shlex.quote(FIXTURE)} --transport stdio"
QUICK = ["--deadline", "2s", "--start-deadline", "4s"]

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"])
print("started", file=sys.stderr, flush=True)
while True:
    time.sleep(1)
"""

# name: (shell command, exit codes, words of the report)
CHILDREN = {
    "dies at once": ("echo \"ModuleNotFoundError: No module named 'mcp'\" >&2; exit 1", {3},
                     r"exited with status 1 without answering[\s\S]*ModuleNotFoundError: No module named 'mcp'"),
    "prints its usage": ("echo 'usage: server [-h] URL'; exit 2", {3}, r"exited with status 2[\s\S]*usage: server \[-h\] URL"),
    "crashes": ("kill -SEGV $$", {3}, r"signal 11 \(SIGSEGV\)"),
    "never answers": ("exec sleep 1000", {3}, r"no response within the deadline of 4 s \(0 lines on stdout so far\)"),
    "closes its stdout": ("exec >&-; exec sleep 1000", {3}, r"closed its stdout without answering"),
    "writes no JSON for ever": ("yes hello", {1, 3}, r"lines on stdout are not JSON-RPC messages, the first is: hello"),
    "one endless line": ("cat /dev/zero | tr '\\0' x", {5}, r"a line on stdout is larger than 4 MiB, mcplumb.s own limit"),
    "half a message": ("read line; printf '{\"jsonrpc\":\"2.0\",\"id\":1,'", {3}, r"exited with status 0 without answering"),
    "an HTML page": ("read line; echo '<html>'; exec sleep 1000", {3}, r"1 lines on stdout so far, the last: <html>"),
    "ignores TERM, with a child": (f"exec {shlex.quote(sys.executable)} -c {shlex.quote(STUBBORN)}", {3},
                                   r"no response within the deadline[\s\S]*we sent KILL"),
}


def alive(marker):
    """Processes whose environment holds the marker."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if marker.encode() in (folder / "environ").read_bytes() and state != "Z":
                found.append((folder.name, (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
        except (OSError, IndexError):
            continue
    return found


class Transports(unittest.TestCase):
    def setUp(self):
        self.marker = f"MCPLUMB_TEST_RUN={os.getpid()}-{time.monotonic_ns()}"
        name, value = self.marker.split("=")
        self.env = {name: value}

    def run_it(self, *args, deadline=60.0):
        done = harness.run(*args, deadline=deadline, env=self.env)
        self.assertNotRegex(done.output, r"[\x00-\x08\x0b-\x1f\x7f]", "control bytes on the screen")
        self.assert_nothing_left(done)
        return done

    def assert_nothing_left(self, done):
        for _ in range(100):
            left = alive(self.marker)
            if not left:
                return
            time.sleep(0.05)
        for pid, _ in left:
            os.kill(int(pid), signal.SIGKILL)
        self.fail(f"left running: {left}\n{done}")

    # ---- well behaved

    def check_passes(self, *target, transport):
        done = self.run_it("check", "--json", "-", *target, deadline=120)
        run = done.json()
        wrong = [o["id"] for o in run["outcomes"] if o["verdict"] in ("fail", "inconclusive")]
        self.assertEqual((done.exit, wrong), (0, []), done.stderr)
        self.assertEqual(run["server"]["transport"], transport)
        self.assertGreater(run["summary"]["pass"], 40)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(done.stdout)
            file.flush()
            again = harness.run("report", file.name, "--json", "-")
            self.assertEqual(again.json(), run, "a run read back is another one")
            self.assertEqual(harness.run("report", file.name, "--verbose").exit, 0)
        return run

    def test_stdio(self):
        run = self.check_passes("--", FIXTURE, "--transport", "stdio", transport="stdio")
        self.assertTrue(all(p.get("exit_status") == 0 for p in run["processes"]), run["processes"])

    def test_http_sse(self):
        with harness.fixture("--transport", "http-sse") as server:
            run = self.check_passes(server.url, transport="http-sse")
            self.assertEqual([a["transport"] for a in run["attempts"]], ["streamable-http", "http-sse"])
            forced = self.run_it("check", server.url, "--transport", "http-sse", "--only", "ping", "--json", "-")
            self.assertNotIn("attempts", forced.json())
            self.assertEqual(forced.json()["exchanges"][0]["request"]["method"], "GET")

    def test_http_sse_where_a_post_opens_the_stream_too(self):
        with harness.fixture("--transport", "http-sse", mutant="fault-sse-any-method") as server:
            healthy = self.run_it("healthz", server.url)
            self.assertEqual(healthy.exit, 0, healthy)
            run = self.run_it("check", server.url, "--only", "ping", "--json", "-").json()
            self.assertEqual(run["server"]["transport"], "http-sse")
            self.assertRegex(run["attempts"][0]["problem"], r"answered with an `endpoint` event")

    # ---- slow starts

    def test_a_slow_start_of_either_era_is_waited_for(self):
        for era in ("dual", "stateful", "stateless"):
            with self.subTest(era=era):
                slow = f"sleep 3.5; {STDIO} --era {era}"
                done = self.run_it("check", "--json", "-", "--only", "rpc.response.*", "--only", "result.*", "--only",
                                   "discover.*", "--only", "lifecycle.initialize.*", "--", "sh", "-c", slow, deadline=240)
                wrong = [o["id"] for o in harness.outcomes(done).values() if o["verdict"] in ("fail", "warn", "inconclusive")]
                self.assertEqual((done.exit, wrong), (0, []), done)

    def test_a_start_that_takes_too_long_is_inconclusive(self):
        with tempfile.TemporaryDirectory() as folder:
            # The first process starts at once, and all others never.
            program = f"if mkdir {folder}/first; then {STDIO}; else exec sleep 1000; fi"
            done = self.run_it("check", "--deadline", "1s", "--start-deadline", "2s", "--json", "-", "--only",
                               "lifecycle.version.*", "--", "sh", "-c", program, deadline=120)
        verdicts = {o["id"]: o["verdict"] for o in harness.outcomes(done).values()}
        self.assertNotIn("fail", verdicts.values(), done)
        self.assertEqual(verdicts["lifecycle.version.counter-offer"], "inconclusive", done)

    def test_probe(self):
        stdio = self.run_it("probe", "--", FIXTURE, "--transport", "stdio")
        self.assertEqual(stdio.exit, 0, stdio)
        self.assertRegex(stdio.stdout, r"stdio, negotiated 2025-11-25")
        with harness.fixture("--transport", "http-sse") as server:
            sse = self.run_it("probe", server.url)
            self.assertEqual(sse.exit, 0, sse)
            self.assertRegex(sse.stdout, r"http-sse, negotiated")
            self.assertRegex(sse.stdout, r"streamable-http, #1: HTTP 40\d")

    def test_serve(self):
        command = f"sleep 0.3; exec {shlex.quote(FIXTURE)} --port {{port}}"
        done = self.run_it("check", "--serve", command, "--url", "http://127.0.0.1:{port}/mcp", "--only", "ping",
                           "--json", "-")
        self.assertEqual(done.exit, 0, done)
        process = done.json()["processes"][0]
        self.assertIn("listening on http://127.0.0.1:", process["log"]["head"])
        self.assertIsNotNone(process["terminated"])

    def test_a_failure_over_stdio_shows_the_message_its_answer_and_a_line_to_repeat_it(self):
        done = self.run_it("check", "--only", "ping.empty-result", "--only", "ping.respond", "--", FIXTURE, "--transport",
                           "stdio", "--mutant", "ping-not-found")
        self.assertEqual(done.exit, 1, done)
        self.assertRegex(done.stdout, r'> \{"id":\d+,"jsonrpc":"2.0","method":"ping"\}')
        self.assertRegex(done.stdout, r"< \+[\d.]+ ms  \{.*-32601")
        repeat = next(line for line in done.stdout.splitlines() if "repeat" in line).split("repeat", 1)[1].strip()
        again = subprocess.run(["bash", "-c", repeat], capture_output=True, text=True, timeout=60)
        self.assertIn("-32601", again.stdout.splitlines()[-1])

    # ---- programs over stdio that are not

    def test_children(self):
        for name, (command, exits, words) in CHILDREN.items():
            for verb in ("check", "probe"):
                with self.subTest(child=name, verb=verb):
                    done = self.run_it(verb, *QUICK, "--", "sh", "-c", command)
                    self.assertIn(done.exit, exits, done)
                    self.assertRegex(" ".join(done.stdout.split()), words.replace(r"[\s\S]*", ".*"), done)

    def test_command_not_found(self):
        done = self.run_it("check", "--", "mcplumb-no-such-command", "--flag")
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"the command mcplumb-no-such-command was not found in any folder of PATH")
        self.assertLess(done.seconds, 10 * SLACK)

    def test_a_banner_is_named_with_its_line(self):
        done = self.run_it("check", "--", "sh", "-c", f"echo '** Welcome to my server **'; {STDIO}")
        self.assertEqual(done.exit, 1, done)
        self.assertIn("** Welcome to my server **", done.stdout)
        self.assertIn("stdio.stdout-clean", done.stdout)

    def test_a_flood_on_stderr_does_no_harm(self):
        done = self.run_it("check", "--only", "ping", "--json", "-", "--", "sh", "-c",
                           f"yes noise | head -c 20000000 >&2; {STDIO}")
        self.assertEqual(done.exit, 0, done)
        log = done.json()["processes"][0]["log"]
        self.assertEqual(log["size"], 20000000)
        self.assertLess(len(log["head"]) + len(log["tail"]), 100_000)

    def test_interrupted_runs_leave_nothing(self):
        for target in (["--", "sh", "-c", STDIO],
                       ["--serve", f"{FIXTURE} --port {{port}}", "--url", "http://127.0.0.1:{port}/mcp"]):
            with self.subTest(target=target[0]):
                process = subprocess.Popen([harness.BIN_DIR / "mcplumb", "check", "--slow", *target],
                                           env={**os.environ, **self.env}, stdout=subprocess.PIPE, text=True)
                while len(alive(self.marker)) < 2:
                    time.sleep(0.02)
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=60 * SLACK)
                self.assertIn(process.returncode, (3, 5), out)
                self.assert_nothing_left(out)

    # ---- servers started by --serve that are not

    def serve(self, command, *more):
        return self.run_it("check", *QUICK, "--serve", command, "--url", "http://127.0.0.1:{port}/mcp", *more)

    def test_serve_a_port_that_never_answers(self):
        script = ("import socket, time; s = socket.socket(); s.bind(('127.0.0.1', {port})); s.listen(); "
                  "print('ready', flush=True); time.sleep(1000)")
        done = self.serve(f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}")
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"accepts connections at http://127.0.0.1:\d+, but\s+answered no HTTP")
        self.assertIn("ready", done.stdout)

    def test_serve_something_that_dies_at_once(self):
        done = self.serve("echo 'no such module: app' >&2; exit 7")
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"the server exited with status 7 before it answered")
        self.assertIn("no such module: app", done.stdout)
        self.assertLess(done.seconds, 3.5 * SLACK)

    def test_serve_a_command_that_does_not_exist(self):
        done = self.serve("mcplumb-no-such-command --port {port}")
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"exited with status 127")
        self.assertIn("not found", done.stdout)

    def test_serve_something_that_never_listens(self):
        done = self.serve("exec sleep 1000")
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(done.stdout, r"did not listen at http://127.0.0.1:\d+ within 4\s+s")

    def test_serve_on_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/mcp"
            done = self.run_it("check", *QUICK, "--serve", "exec sleep 1000", "--url", url)
        self.assertEqual(done.exit, 3, done)
        self.assertRegex(" ".join(done.stdout.split()), r"something else listens at http://127.0.0.1:\d+ already")

    # ---- HTTP+SSE

    def test_an_endpoint_of_another_origin_is_refused(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_error(405)

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b"event: endpoint\ndata: http://evil.example/messages\n\n")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/sse"
            found = self.run_it("check", url)
            forced = self.run_it("check", url, "--transport", "http-sse")
        finally:
            server.shutdown()
            server.server_close()
        words = r"points to another origin, http://evil.example:80"
        self.assertEqual(forced.exit, 1, forced)
        self.assertRegex(" ".join(forced.stdout.split()), words)
        self.assertEqual(found.exit, 1, found)
        self.assertRegex(" ".join(found.stdout.split()), "No session: the endpoint event " + words)
        self.assertRegex(found.stdout, r"Attempt +streamable-http, #1: HTTP 405")  # the first attempt stays


if __name__ == "__main__":
    harness.main()
