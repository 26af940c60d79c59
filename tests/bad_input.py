"""What goes wrong outside of mcplumb: hostile servers, hosts that are not there, wrong flags.

Each row says how it must end: the exit code, words of the one message that names the cause, the longest time, and
(everywhere) less than 64 MiB of memory, no crash and no terminal escape of the server's on the screen.
"""

import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import unittest

import harness
from harness import MIB, SANITIZED, SLACK

MEMORY = 64 * MIB
DEADLINES = ["--deadline", "1s", "--total-deadline", "15s"]

# fault mutant: (exit codes, words of the message as a regular expression, seconds)
FAULTS = {
    "fault-500": ({1}, r"\b500\b", 2),
    "fault-500-initialize": ({1}, r"\b500\b", 2),
    "fault-500-after-initialize": ({1}, r"\b500\b", 10),
    "fault-html": ({4}, r"text/html", 2),
    "fault-500-sometimes": ({1}, r"\b500\b", 20),
    "fault-401": ({4}, r"\b401\b", 2),
    "fault-json-as-text": ({1}, r"text/plain", 2),
    "fault-broken-json": ({1}, r"JSON", 2),
    "fault-broken-json-after-initialize": ({1}, r"JSON", 10),
    "fault-wrong-id": ({1}, r"\bid\b", 2),
    "fault-cut-stream": ({1, 3}, r"mid-event|cut|ended before|closed", 1),  # decided, so nothing is waited for
    "fault-cut-stream-after-initialize": ({1}, r"mid-event|cut|ended before|closed", 10),
    "fault-early-end": ({1, 3}, r"ended|without", 1),
    "fault-early-end-after-initialize": ({1}, r"ended|without", 10),
    "fault-reset": ({1, 3}, r"reset|cut|closed", 2),
    "fault-empty-reply": ({3}, r"[Ee]mpty|no reply|without", 2),
    "fault-hang": ({3}, r"deadline|within|timed out", 4),
    "fault-hang-after-initialize": ({1, 3, 5}, r"deadline|within|timed out", 20),
    "fault-endless-stream": ({1, 3, 5}, r"large|bound|more than|deadline|within", 5),
    "fault-endless-body": ({1, 3, 5}, r"large|bound|more than|deadline|within", 5),
    "fault-huge-line": ({1, 3, 5}, r"large|long|bound|more than", 5),
    "fault-gzip-bomb": ({1, 3, 5}, r"large|bound|more than|encod|gzip|compress", 5),
    "fault-redirect": ({1, 3}, r"30[1278]|redirect", 2),
    "fault-redirect-loop": ({1, 3}, r"30[1278]|redirect", 2),
    "fault-header-flood": ({8}, r"header", 3),
    "fault-header-huge": ({1, 3}, r"header", 3),
    "fault-deep-json": ({5}, r"deep", 2),
    "fault-slow-headers": ({3}, r"deadline|within|timed out", 4),
    "fault-garbage": ({3}, r"HTTP", 2),
    "fault-escape": ({0, 1, 5}, r"mcplumb|Target", 20),
}

SUITE = """\
suite: mine
title: Mine
checks:
  - id: mine.one
    title: One
    level: must
    spec: basic
    cure: None.
    steps:
      - request: {method: ping}
        expect: {statsu: 200}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class BadInput(unittest.TestCase):
    def expect(self, done, exits, words, seconds=2.0):
        self.assertIn(done.exit, exits, done)
        self.assertRegex(done.output, words, done)
        self.assertLess(done.seconds, seconds * SLACK, done)
        self.assertNotRegex(done.output, r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", "control bytes on the screen")
        self.assertNotRegex(done.output, r"terminate called|Sanitizer|runtime error:", done)
        if not SANITIZED:
            self.assertLess(done.peak_bytes, MEMORY, done)

    def expect_usage(self, words, *args, **how):
        done = harness.run(*args, **how)
        self.expect(done, {2}, words)
        self.assertEqual(done.stdout, "", "a usage error belongs to stderr")


# These show on HTTP+SSE and stdio only; transports.py meets programs and endpoints of that kind.
OF_OTHER_TRANSPORTS = {"fault-endpoint-relative", "fault-endpoint-absolute", "fault-dies-at-once",
                       "fault-dies-after-initialize", "fault-stderr-flood", "fault-binary-output", "fault-other-order",
                       "fault-ignores-signals", "fault-sse-any-method"}


class Faults(BadInput):
    def test_each_fault_has_its_row(self):
        known = {name for name in harness.fixture_mutants() if name.startswith("fault-")} - OF_OTHER_TRANSPORTS
        self.assertEqual(sorted(known ^ set(FAULTS)), [])

    def test_check_ends_well(self):
        for fault, (exits, words, seconds) in FAULTS.items():
            with self.subTest(fault=fault), harness.fixture(mutant=fault) as server:
                done = harness.run("check", server.url, *DEADLINES)
                self.expect(done, exits, words, seconds)

    def test_probe_ends_well(self):
        for fault, (exits, words, seconds) in FAULTS.items():
            with self.subTest(fault=fault), harness.fixture(mutant=fault) as server:
                done = harness.run("probe", server.url, "--deadline", "1s")
                self.expect(done, exits | {0}, r"(?s).", max(seconds, 10))
                if not fault.endswith("-after-initialize") and fault != "fault-escape":
                    self.assertNotEqual(done.exit, 0, done)


class Unreachable(BadInput):
    def test_refused_port(self):
        url = f"http://127.0.0.1:{free_port()}/mcp"
        self.expect(harness.run("check", url), {3}, r"(?i)refused")
        self.expect(harness.run("probe", url), {3}, r"(?i)refused")

    def test_unknown_host(self):
        self.expect(harness.run("check", "http://no-such-host.invalid/mcp"), {3}, r"(?i)resolve.*no-such-host", 11)

    def test_a_host_that_does_not_answer(self):
        with socket.socket() as listener:  # the kernel accepts, nobody reads
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
            self.expect(harness.run("check", url, "--deadline", "500ms"), {3}, r"deadline|within|timed out|500 ?ms")

    def test_tls_to_a_plain_port(self):
        with harness.fixture() as server:
            url = server.url.replace("http://", "https://")
            self.expect(harness.run("check", url), {3}, r"TLS|SSL")

    def test_plain_http_to_a_silent_closer(self):
        listener = socket.create_server(("127.0.0.1", 0))

        def close_all():
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=close_all, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        try:
            self.expect(harness.run("check", url, "--deadline", "1s"), {3}, r"(?i)empty|reset|closed|without|cut")
        finally:
            listener.close()


class NoVerdict(BadInput):
    @unittest.skipIf(SANITIZED, "UBSan opens a pipe to look at memory, and calls what it cannot look at a fault")
    def test_a_machine_without_more_files_is_no_wrong_usage(self):
        done = subprocess.run(["sh", "-c", f"ulimit -n 9; exec '{harness.BIN_DIR}/mcplumb' healthz -- cat"],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
        self.assertEqual(done.returncode, 5, done)
        self.assertRegex(done.stderr, r"Too many open files; allow more of them \(ulimit -n\)")

    @unittest.skipIf(SANITIZED, "UBSan opens a pipe to look at memory, and calls what it cannot look at a fault")
    def test_a_machine_without_more_files_is_no_unreachable_server(self):
        """From too few for one connection up to enough, and for a server by name."""
        cures = re.compile(r"Too many open files;\s+allow\s+more\s+of\s+them\s+\(ulimit\s+-n\)")
        with harness.fixture() as server, tempfile.TemporaryDirectory() as folder:
            named = server.url.replace("127.0.0.1", "localhost")
            for args in (["healthz"], ["list"], ["check", "--only", "ping.respond"], ["probe"], ["lock", "-o", "surface.json"]):
                codes = {}
                for most in range(4, 13):
                    command = ["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh", str(harness.BIN_DIR / "mcplumb"), *args]
                    for url in (server.url, named):
                        done = subprocess.run([*command, url], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                              timeout=60, cwd=folder)
                        with self.subTest(args=args, most=most, url=url):
                            codes[most] = done.returncode
                            self.assertIn(done.returncode, (0, 5), done)
                            if done.returncode == 5 and "Protocol " not in done.stdout:  # there was no session at all
                                self.assertRegex(done.stdout + done.stderr, cures)
                self.assertEqual(codes[5], 5, codes)


class Usage(BadInput):
    URL = "http://127.0.0.1:9/mcp"

    def test_flags(self):
        rows = [
            (["check"], r"url"),
            (["chekc", self.URL], r"no command chekc; did you mean `check`"),
            (["help", "chekc"], r"no command chekc; did you mean `check`"),
            ([], r"no command was given.*mcplumb probe http"),
            (["--"], r"no command was given"),
            (["--jsn"], r"mcplumb has no option --jsn"),
            (["--json", "x", "check", self.URL], r"options stand behind the command: mcplumb check"),
            (["check", self.URL, "--no-such-flag"], r"check has no option --no-such-flag\n.*mcplumb help check"),
            (["check", self.URL, "--jsn"], r"--jsn; did you mean `--json`"),
            (["probe", self.URL, "--only", "ping.*"], r"probe has no option --only; commands that have it: check"),
            (["check", self.URL, "--json"], r"--json needs a value: --json FILE"),
            (["check", "--json", "--junit", "x", self.URL], r"--json needs a value"),
            (["check", self.URL, "--json", ""], r"--json needs a path, and was given an empty text"),
            (["check", self.URL, "--json="], r"--json needs a"),
            (["check", self.URL, "--lock", ""], r"--lock needs a path"),
            (["check", self.URL, "--suite", ""], r"--suite needs a path"),
            (["check", "--config", "", self.URL], r"--config needs a path"),
            (["healthz", self.URL, "--unix-socket", ""], r"--unix-socket needs a path"),
            (["gate", ""], r"cannot be read"),
            (["report", ""], r"cannot be read"),
            (["check", self.URL, "extra"], r"`extra` is a word too many for check"),
            (["check", self.URL, "--strict=x"], r"--strict takes no value"),
            (["check", self.URL, "--jobs", "99"], r"--jobs: `99` is not a whole number from 1 to 64"),
            (["check", self.URL, "--seed", "x"], r"--seed: `x` is not a whole number"),
            (["check", self.URL, "--era", "statefl"], r"--era: .*did you mean `stateful`"),
            (["check", self.URL, "--tool", "bogus=echo"], r"no check knows the role bogus.*mcplumb help check"),
            (["check", self.URL, "--skip", "toools"], r"--skip toools selects no check; did you mean `tools`"),
            (["bisect", "x", "--index", "nmp"], r"--index: .*did you mean `npm`"),
            (["explain"], r"explain needs id"),
            (["explain", "sessions"], r"sessions is an area .*--only sessions --list"),
            (["explain", "R-LIFE"], r"did you mean `R-LIFESPAN`"),
            (["check", self.URL, "--total", "5s"], r"did you mean `--total-deadline`"),
            (["list", self.URL, "tools,promps"], r"promps cannot be listed; did you mean `prompts`"),
            (["check", "127.0.0.1:9/mcp"], r"did you mean http://127\.0\.0\.1:9/mcp"),
            (["check", "ftp://127.0.0.1/mcp"], r"not an http or https URL"),
            (["check", self.URL, "--deadline", "soon"], r"--deadline soon"),
            (["check", self.URL, "--deadline", "-1s"], r"--deadline"),
            (["check", self.URL, "--revision", "2025-13-45"], r"2025-13-45.*2025-11-25"),
            (["check", self.URL, "--tool", "progress"], r"ROLE=NAME"),
            (["check", self.URL, "--tool", "progress=x {broken"], r"JSON"),
            (["check", "--tool", "progress", self.URL], r"--tool 'progress' is not ROLE=NAME"),
            (["check", "--only", "no.such.check", self.URL], r"no\.such\.check"),
            (["check", "--only", "ping.*", "tools.*", self.URL], r"word too many behind the value of --only; .*--only a,b"),
            (["check", self.URL, "-H", "Authorization:", "Bearer", "abc"], r"behind the value of --header.*in quotes"),
            (["check", self.URL, "--only", "ping.respond,toools"], r"--only toools selects no check"),
            (["check", self.URL, "-H", "no header"], r"Name: value"),
            (["check", self.URL, "-H", "X-A: b\r\nX-C: d"], r"line break"),
            (["check", self.URL, "--only", "no.such.check"], r"no\.such\.check"),
            (["check", self.URL, "--json", "-", "--junit", "-"], r"stdout"),
            (["check", self.URL, "--color", "sometimes"], r"sometimes"),
            (["explain", "ping.respnod"], r"did you mean.*ping\.respond"),
            (["report", "/no/such/file.json"], r"/no/such/file\.json.*No such file"),
        ]
        for args, words in rows:
            with self.subTest(args=args):
                self.expect_usage(re.compile(words, re.DOTALL), *args)

    def test_every_mistake_is_an_error_of_mcplumb(self):
        for args in ([], ["x"], ["check", "x", "y"], ["check", "-Q"], ["check", self.URL, "--jobs", "0"], ["gate"],
                     ["check", self.URL, "--matrix", "--repeat", "2"], ["check", self.URL, "--server", "x"],
                     ["completion", "x"], ["help", "x"], ["--x"]):
            with self.subTest(args=args):
                self.expect_usage(r"\Amcplumb: error: \S", *args)

    def test_a_misplaced_value_is_not_shown(self):
        for args in ([self.URL, "-H", "Authorization:", "Bearer", "canary-7"],
                     ["-H", "A:", "Bearer", "canary-7", self.URL], [self.URL, "--tokn=canary-7"]):
            with self.subTest(args=args):
                self.assertNotIn("canary-7", harness.run("check", *args).output)

    def test_forgotten_dashes(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "server.py")
            script.write_text("")
            rows = [
                (["check", "npx", "-y", "some-server"], r"\n  mcplumb check -- npx -y some-server\n"),
                (["probe", "python3", "server.py", "--flag"], r"\n  mcplumb probe -- python3 server.py --flag\n"),
                (["check", "-v", "python3", "a b"], r"\n  mcplumb check … -- python3 'a b'\n"),
                (["healthz", script], rf"\n  mcplumb healthz -- python3 {script}\n"),
                (["call", "python3", "x.py"], r"\n  mcplumb call TOOL ARGUMENTS -- python3 x.py\n.*call URL TOOL"),
                (["list", "python3", "x.py"], r"\n  mcplumb list KINDS -- python3 x.py\n"),
                (["lock", "no-such-program", "x"], r"\n  mcplumb lock -- no-such-program x\n"),
                (["python3", "server.py", "--flag"], r"\n  mcplumb probe -- python3 server.py --flag\n"),
                ([script], rf"\n  mcplumb probe -- python3 {script}\n"),
                (["no-such-program", "x"], r"no command no-such-program.*mcplumb probe -- PROGRAM ARGUMENTS"),
                (["check", "no-such-program"], r"did you mean http://no-such-program .*-- no-such-program"),
            ]
            for args, words in rows:
                with self.subTest(args=args):
                    self.expect_usage(re.compile(words, re.DOTALL), *args)

    def test_urls_that_cannot_be_asked(self):
        rows = [("http://h:p/a b", "blank"), ("http://h:99999/", "port"), ("http://h:0/", "port"),
                ("http://[::1/", "IPv6"), ("http:///x", "no host"), ("http://h/\x01", "control"),
                ("ws://h/", "write http:// in place of it"),
                ("file:///x/server.py", r"begins with http://.*-- /x/server.py"), ("ftp://", "begins with http://"),
                ("localhost:8000/mcp", r"did you mean http://localhost:8000/mcp \?")]
        for url, words in rows:
            for args in (["check", url], ["healthz", url], ["call", url, "x"], ["list", url], ["probe", "--url", url],
                         ["exercise", url]):
                with self.subTest(args=args):
                    self.expect_usage(words, *args)
            if url.startswith("http:"):
                self.expect_usage(words, "healthz", self.URL, "--proxy", url)
                self.expect_usage(words, "healthz", self.URL, "--proxy", "env", env={"http_proxy": url})

    def test_headers_that_cannot_be_sent(self):
        for name in ("Content-Length", "transfer-encoding", "TE", "Upgrade", "Expect", "Proxy-Connection", "Keep-Alive"):
            with self.subTest(name=name):
                self.expect_usage(rf"-H {name}: .*mcplumb sets it itself", "check", self.URL, "-H", f"{name}: 5")
        self.expect_usage(r"-H Connection: .*close", "check", self.URL, "-H", "Connection: upgrade")
        self.expect_usage(r"control character", "check", self.URL, "-H", "X: \x01")

    def test_files_that_never_end(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "pipe")
            os.mkfifo(path)
            done = harness.run("report", path)
            self.expect(done, {2}, r"pipe cannot be read: .*within 10 s", seconds=12)
            self.expect_usage(r"--ca-file .*pipe", "check", self.URL, "--ca-file", path)
            self.assertRegex(harness.run("report", "/dev/zero").output, r"/dev/zero is larger than 64 MiB")
            self.expect_usage(r"Is a directory", "report", folder)
            self.expect_usage(r"Is a directory", "gate", folder)
            # A pipe that delivers is as good as a file.
            writer = threading.Thread(target=path.write_text, args=("{}",))
            writer.start()
            self.expect_usage(r"no \"format\"", "report", path)
            writer.join()

    def test_reports_that_cannot_be_written(self):
        # Said before the server is asked anything: nobody listens there, and that is not the message.
        for flag in ("--json", "--junit"):
            with self.subTest(flag=flag):
                self.expect_usage(r"/no/such/folder/x.*No such file", "check", self.URL, flag, "/no/such/folder/x")

    def test_suite_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mine.yaml")
            rows = [
                (SUITE, r"mine\.yaml:11:\d+: error:.*statsu.*did you mean.*status"),
                ("suite: [", r"mine\.yaml:\d+:\d+: error"),
                ("", r"mine\.yaml"),
                ("\0\xff", r"mine\.yaml"),
                ("[" * 100_000, r"mine\.yaml"),
                ("a: &a [*a]\n" * 3, r"mine\.yaml"),
            ]
            for text, words in rows:
                with self.subTest(text=text[:40]):
                    path.write_text(text, encoding="latin-1")
                    self.expect_usage(re.compile(words, re.DOTALL), "check", self.URL, "--suite", path)
            self.expect_usage(r"absent\.yaml.*No such file", "check", self.URL, "--suite", f"{folder}/absent.yaml")
            self.expect_usage(r"cannot be read", "check", self.URL, "--suite", folder)

    def test_a_key_that_is_given_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mine.json")
            lock = '{"kind": "surface", "format": 1,%s "server": {"name": "n"}, "tools": []}'
            path.write_text(lock % ' "tools": [{"name": "gone"}],')
            self.expect_usage(r"mine\.json has the key `tools` twice", "lock", self.URL, "--lock", path)
            self.expect_usage(r"mine\.json has the key `tools` twice", "check", self.URL, "--lock", path)
            self.expect_usage(r"has the key `outcomes` twice", "report", "-", stdin='{"format": 1, "outcomes": [], "outcomes": []}')
            entry = f'{{"url": "{self.URL}"}}'
            path.write_text(f'{{"mcpServers": {{"one": {entry},\n "one": {entry}}}}}')
            self.expect_usage(r"mine\.json:2:2: error: the key `one` is given twice", "list", "--config", path)

    def test_a_byte_order_mark(self):
        """Editors write one; it is no part of what was written."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mine")
            path.write_text("checks:\n  - {id: own.one, call: {tool: echo}}\n", encoding="utf-8-sig")
            self.expect(harness.run("check", self.URL, "--suite", path), {3}, r"refused")
            path.write_text('{"format": 99}', encoding="utf-8-sig")
            self.expect_usage(r"99", "report", path)

    def test_runs_that_are_none(self):
        for text, words in [("", r"empty"), ("{}", r"format"), ('{"format": 99}', r"99"), ("[" * 100_000, r"deep"),
                            ('{"format": 1, "outcomes": 7}', r"/\w+")]:
            with self.subTest(text=text[:40]):
                self.expect_usage(words, "report", "-", stdin=text)


if __name__ == "__main__":
    harness.main()
