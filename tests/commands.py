"""The everyday commands against the embedded server: call, list, read, prompt, init, healthz, completion and man."""

import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness

FIXTURE = str(harness.BIN_DIR / "mcplumb-fixture")


def write(folder, name, text):
    path = pathlib.Path(folder, name)
    path.write_text(text)
    return str(path)


class Case(unittest.TestCase):
    def expect(self, done, exit, words=r"", where="output"):
        text = getattr(done, where)
        self.assertEqual(done.exit, exit, done)
        self.assertRegex(text, re.compile(words, re.DOTALL), done)
        self.assertNotRegex(done.output, r"[\x00-\x08\x0b-\x1f\x7f]", "control bytes on the screen")
        self.assertNotRegex(done.output, r"terminate called|Sanitizer|runtime error:", done)
        return done


class OverHttp(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(harness.fixture())
        cls.url = cls.server.url

    def test_call(self):
        call = lambda *words: harness.run("call", self.url, *words)
        self.expect(call("test_simple_text"), 0, r"^This is a simple text response for testing\.\n$", "stdout")
        self.expect(call("test_structured_content", "a=2", "b=0.5"), 0, r'^\{\n  "sum": 2\.5\n\}\n$', "stdout")
        self.expect(call("test_structured_content", '{"a": 1, "b": 2}'), 0, r'"sum": 3', "stdout")
        self.expect(call("json_schema_2020_12_tool", "at=[1, 2]"), 0)
        self.expect(call("test_multiple_content_types"), 0, r"\[image image/png, \d+ bytes\].*A static text", "stdout")
        self.expect(call("test_error_handling"), 1, r"isError", "stderr")

    def test_call_with_arguments_of_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, "arguments.json", '{"a": 40, "b": 2}')
            self.expect(harness.run("call", self.url, "test_structured_content", "@" + path), 0, r'"sum": 42')
            done = harness.run("call", self.url, "test_structured_content", "@-", stdin='{"a": 1, "b": 0}')
            self.expect(done, 0, r'"sum": 1')
            path = write(folder, "message", "from a file")
            self.expect(harness.run("call", self.url, "test_sampling", "prompt=@" + path), 1, r"does not offer sampling")

    def test_call_raw(self):
        done = self.expect(harness.run("call", self.url, "test_structured_content", "a:=1", "b:=2", "--json"), 0)
        self.assertEqual(done.json()["structuredContent"], {"sum": 3})

    def test_progress_and_logs_go_to_stderr(self):
        done = harness.run("call", self.url, "test_tool_with_progress", "steps=3", "interval_ms=1")
        self.expect(done, 0, r"progress 1/3.*progress 3/3", "stderr")
        self.assertEqual(done.stdout, "done\n")
        done = harness.run("call", self.url, "test_tool_with_logging", "--log-level", "debug")
        self.expect(done, 0, r"log info .*Tool processing data", "stderr")

    def test_arguments_are_checked_before_the_call(self):
        rows = [
            (["test_structured_content", "a=two"], r'a must be a number, but is the text "two".*Nothing was called'),
            (["test_slow", "ms=-5"], r"ms must be at least 0, but is the number -5"),
            (["test_slow", "ms=1.5"], r"ms must be an integer"),
            (["json_schema_2020_12_tool", 'at=["x"]'], r"at/0 must be a number"),
            (["test_simple_texd"], r"no tool `test_simple_texd`; did you mean `test_simple_text`\?"),
            (["test_slow", "broken"], r"'broken' is not an argument; write name=value"),
            (["test_slow", "ms:=x"], r"the argument ms is not JSON"),
            (["test_slow", "ms=1", "ms=2"], r"ms is given twice"),
            (["test_slow", "[1]"], r"is not an argument"),
            (["test_slow", "{broken"], r"not JSON"),
            (["test_slow", "@/no/such/file"], r"/no/such/file cannot be read"),
            (["test_slow", "--log-level", "loud"], r"loud is not a level"),
            ([], r"which tool\?"),
        ]
        for words, message in rows:
            with self.subTest(words=words):
                self.expect(harness.run("call", self.url, *words), 2, message, "stderr")
        done = harness.run("call", self.url, "test_slow", "mss=1", "ms=0")
        self.expect(done, 0, r"names no argument `mss`; .*`?ms", "stderr")

    def test_tools_that_clients_must_leave_out(self):
        with harness.fixture("--era", "stateless", mutant="annotation-twice") as server:
            words = ("call", server.url, "test_header_params", "region=eu")
            refused = harness.run(*words)
            self.assertEqual(refused.exit, 2, refused)
            self.assertIn("is there twice", refused.stderr)
            self.assertIn("Nothing was called", refused.stderr)
            self.assertNotEqual(harness.run(*words, "--no-validate").exit, 2)

    def test_a_task_is_followed_to_its_result(self):
        for era in ("stateful", "stateless"):
            with self.subTest(era=era), harness.fixture("--era", era) as server:
                call = functools.partial(harness.run, "call", server.url)
                done = call("slow_compute", "seconds=0.3", "label=pi", "--task")
                self.expect(done, 0, r"task working.*task completed", "stderr")
                self.assertEqual(done.stdout, "Computed pi\n")
                self.expect(call("failing_job"), 1, r"The job failed")
                self.expect(call("protocol_error_job", "--task"), 1, r"task failed.*error 1001: The job broke down", "stderr")
                self.expect(call("slow_compute", "seconds=1", "--task", "--total-deadline", "500ms"), 5,
                            r"--total-deadline passed; the task was cancelled", "stderr")
        self.expect(harness.run("call", self.url, "greet", "--task"), 2, r"cannot be called as a task", "stderr")

    def test_a_task_without_id_is_no_result(self):
        for era, edit in (("stateful", "tools/call - /result/task/taskId"), ("stateless", "tools/call - /result/taskId")):
            with self.subTest(era=era), harness.fixture("--era", era, mutant=edit) as server:
                done = harness.run("call", server.url, "slow_compute", "seconds=0", "--task")
                self.expect(done, 1, r"a task that has no taskId", "stderr")
                self.assertEqual(done.stdout, "")

    def test_call_without_validation(self):
        done = harness.run("call", self.url, "no_such_tool", "--no-validate")
        self.expect(done, 1, r"error -32602", "stderr")

    def test_list(self):
        done = self.expect(harness.run("list", self.url), 0, r"tools \(\d+, about \d+ tokens\)\n.*resources \(3\)\n.*prompts \(4\)\n")
        self.assertRegex(done.stdout, r"test_slow +\[ms\] +Takes its time")
        self.assertRegex(done.stdout, r"test_prompt_with_arguments +arg1 \[arg2\]")
        for width in (40, 60, 100, 200):
            done = harness.run("list", self.url, env={"COLUMNS": str(width)})
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), width, done)
        done = self.expect(harness.run("list", self.url, "tools", "-v"), 0, r"interval_ms  integer 0\.\.")
        self.expect(harness.run("list", self.url, "tolls"), 2, r"did you mean `tools`\?")

    def test_coverage_of_a_catalogue(self):
        rows = """
- {id: ping.respond, level: MUST, who: server, title: Ping is answered, observe: Send one.}
- {id: ping.never-seen, level: SHOULD, who: server, title: Nobody judges this, observe: Look.}
- {id: ping.of-clients, level: MUST, who: client, title: A duty of clients, observe: Look.}
"""
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, "rows.yaml", rows)
            done = self.expect(harness.run("checks", "--coverage", path), 0, r"1 of the 2 requirements .* covered \(50 %\)")
            self.assertRegex(done.stdout, r"not covered\n  SHOULD +ping\.never-seen")
            done = self.expect(harness.run("checks", "--coverage", path, path), 0)
            self.assertEqual(done.stdout.count("requirements on servers"), 2, done.stdout)
            found = self.expect(harness.run("checks", "--coverage", path, "--json"), 0).json()
            self.assertEqual(found[0]["total"]["covered"], 1, found)
            path = write(folder, "rows.yaml", "- {id: ping.respond}")
            self.expect(harness.run("checks", "--coverage", path), 2, r"rows\.yaml:1")

    def test_list_as_json_has_all_pages(self):
        done = harness.run("list", self.url, "prompts", "tools", "--json")
        found = self.expect(done, 0).json()
        self.assertEqual(set(found), {"prompts", "tools"})
        self.assertEqual(len(found["prompts"]), 4)
        self.assertIn("json_schema_2020_12_tool", [tool["name"] for tool in found["tools"]])

    def test_read(self):
        self.expect(harness.run("read", self.url, "test://static-text"), 0, r"\w", "stdout")
        self.expect(harness.run("read", self.url, "test://static-binary"), 0, r"\[binary image/png, \d+ bytes\]")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "image.png")
            self.expect(harness.run("read", self.url, "test://static-binary", "-o", path), 0)
            self.assertTrue(path.read_bytes().startswith(b"\x89PNG"))
        self.expect(harness.run("read", self.url, "test://none"), 1, r"error.*-3\d+", "stderr")
        self.expect(harness.run("read", self.url), 2, r"which resource\?")
        done = harness.run("read", self.url, "test://static-binary", "-o", "/no/such/folder/x")
        self.expect(done, 2, r"/no/such/folder/x cannot be written", "stderr")

    def test_prompt(self):
        self.expect(harness.run("prompt", self.url, "test_simple_prompt"), 0, r"^user:\n\w", "stdout")
        done = harness.run("prompt", self.url, "test_prompt_with_arguments", "arg1=5", "arg2=b", "--json")
        self.assertIn("5", json.dumps(self.expect(done, 0).json()["messages"]))
        rows = [(["test_prompt_with_arguments"], r"needs the argument `arg1`"),
                (["test_prompt_with_arguments", "arg1=x", "arg3=y"], r"no argument `arg3`; did you mean"),
                (["test_simple_promt"], r"did you mean `test_simple_prompt`\?"),
                ([], r"which prompt\?")]
        for words, message in rows:
            with self.subTest(words=words):
                self.expect(harness.run("prompt", self.url, *words), 2, message, "stderr")

    def test_init_writes_a_suite_that_passes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mine.yaml")
            self.expect(harness.run("init", self.url, "-o", path), 0, r"written: \d+ checks")
            done = harness.run("check", self.url, "--suite", path, "--json", "-")
            found = harness.outcomes(done)
            self.assertEqual({each["verdict"] for each in found.values()}, {"pass"}, done)
            self.assertGreater(len(found), 20)
            before = path.read_text()
            self.expect(harness.run("init", self.url, "-o", path), 2, r"exists already.*--force", "stderr")
            self.assertEqual(path.read_text(), before)
            self.expect(harness.run("init", self.url, "-o", path, "--force"), 0)
            self.assertEqual(path.read_text(), before)
        self.expect(harness.run("init", self.url, "-o", "-"), 0, r"^# What mcplumb-fixture", "stdout")
        self.expect(harness.run("init", self.url, "-o", "/no/such/folder/x"), 2, r"cannot be written", "stderr")

    def test_init_notices_what_changed(self):
        with tempfile.TemporaryDirectory() as folder, harness.fixture(mutant="tool-without-name") as changed:
            path = pathlib.Path(folder, "mine.yaml")
            self.expect(harness.run("init", self.url, "-o", path), 0)
            self.expect(harness.run("check", changed.url, "--suite", path), 1, r"test_image_content")

    def test_healthz(self):
        done = self.expect(harness.run("healthz", self.url), 0, r"^ok: mcplumb-fixture [\d.]+, 2025-11-25 over streamable-http, ")
        self.assertEqual(done.stdout.count("\n"), 1)
        self.assertEqual(done.stderr, "")


class Unwell(Case):
    def test_healthz_says_why_in_one_line(self):
        rows = {"fault-401": 4, "fault-500": 1, "fault-html": 4, "fault-empty-reply": 3}
        for mutant, code in rows.items():
            with self.subTest(mutant=mutant), harness.fixture(mutant=mutant) as server:
                done = self.expect(harness.run("healthz", server.url, "--deadline", "2s"), code, r"^unhealthy: \w", "stdout")
                self.assertEqual((done.stdout.count("\n"), done.stderr), (1, ""), done)
        self.expect(harness.run("healthz", "http://127.0.0.1:9/mcp"), 3, r"^unhealthy: .*refused", "stdout")

    def test_what_breaks_in_the_middle_of_a_call(self):
        rows = [("fault-cut-stream-after-initialize", {1, 3}, r"mid-event|cut|ended before|closed"),
                ("fault-hang-after-initialize", {3}, r"deadline"),
                ("fault-escape", {0, 1}, r"")]
        for mutant, codes, words in rows:
            with self.subTest(mutant=mutant), harness.fixture(mutant=mutant) as server:
                done = harness.run("call", server.url, "test_simple_text", "--deadline", "1s")
                self.assertIn(done.exit, codes, done)
                self.expect(done, done.exit, words)

    def test_the_first_failure_is_shown(self):
        with harness.fixture(mutant="fault-500") as server:
            self.expect(harness.run("list", server.url), 1, r"500.*< HTTP/1\.1 500", "stderr")

    def test_a_result_that_breaks_its_schema(self):
        server = write_server(r"""
            tools=[{"name": "sum", "inputSchema": {"type": "object"},
                    "outputSchema": {"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}}],
            result={"content": [], "structuredContent": {"sum": "five"}}""")
        with server as path:
            done = harness.run("call", "sum", "--", "python3", path)
            self.expect(done, 1, r'does not fit the output schema.*sum must be a number, but is the text "five"', "stderr")


class write_server:
    """A stdio server in a few lines, whose tool answers what the test wants."""

    def __init__(self, offer):
        self.offer = offer

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        return write(self.folder.name, "server.py", f"""
import json, sys
offer = dict({self.offer})
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message: continue
    result = {{"initialize": {{"protocolVersion": "2025-11-25", "capabilities": {{"tools": {{}}}},
                              "serverInfo": {{"name": "tiny", "version": "1"}}}},
              "tools/list": {{"tools": offer.get("tools")}}, "tools/call": offer.get("result")}}.get(message["method"], {{}})
    print(json.dumps({{"jsonrpc": "2.0", "id": message["id"], "result": result}}), flush=True)
""")

    def __exit__(self, *_):
        self.folder.cleanup()


class OtherTargets(Case):
    def test_stdio(self):
        stdio = ["--", FIXTURE, "--transport", "stdio"]
        self.expect(harness.run("call", "test_structured_content", "a=1", "b=1", *stdio), 0, r'"sum": 2', "stdout")
        self.expect(harness.run("list", "prompts", *stdio), 0, r"prompts \(4\)", "stdout")
        self.expect(harness.run("healthz", *stdio), 0, r"over stdio", "stdout")

    def test_the_older_http_transport(self):
        with harness.fixture("--transport", "http-sse") as server:
            self.expect(harness.run("call", server.url, "test_structured_content", "a=1", "b=1"), 0, r'"sum": 2', "stdout")
            self.expect(harness.run("healthz", server.url), 0, r"over http-sse", "stdout")

    def test_a_server_started_for_the_call(self):
        done = harness.run("call", "--serve", f"{FIXTURE} --port {{port}}", "--url", "http://127.0.0.1:{port}/mcp",
                           "test_structured_content", "a=1", "b=1")
        self.expect(done, 0, r'"sum": 2', "stdout")

    def test_init_over_stdio(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mine.yaml")
            stdio = ["--", FIXTURE, "--transport", "stdio"]
            self.expect(harness.run("init", "-o", path, *stdio), 0)
            self.expect(harness.run("check", "--suite", path, *stdio), 0)

    def test_commands_that_do_not_start(self):
        self.expect(harness.run("healthz", "--", "/no/such/program"), 3, r"^unhealthy: .*no/such/program", "stdout")
        done = harness.run("list", "--", "sh", "-c", "echo the last words >&2; exit 7")
        self.expect(done, 3, r"the last words", "stderr")

    def test_targets_that_are_none(self):
        rows = [(["list"], r"no server is named"),
                (["list", "--url", "http://127.0.0.1:9/mcp", "--", "x"], r"two servers are named"),
                (["list", "127.0.0.1:9/mcp"], r"did you mean http://127\.0\.0\.1:9/mcp"),
                (["list", "--serve", "x"], r"--serve needs the URL"),
                (["list", "--server", "x", "http://127.0.0.1:9/mcp"], r"--config"),
                (["list", "--transport", "stdio", "http://127.0.0.1:9/mcp"], r"needs a command to start"),
                (["checks", "--", "x"], r"takes no command")]
        for words, message in rows:
            with self.subTest(words=words):
                self.expect(harness.run(*words), 2, message, "stderr")


CONFIG = {"mcpServers": {
    "local": {"command": FIXTURE, "args": ["--transport", "${env:FIXTURE_TRANSPORT}"]},
    "default": {"command": FIXTURE, "args": ["--transport", "${NO_SUCH_VARIABLE:-stdio}"]},
    "secret": {"command": FIXTURE, "args": ["--transport", "stdio"], "env": {"TOKEN": "${NO_SUCH_VARIABLE}"}},
    "odd": {"comand": "x"},
    "cut": {"command": "tr\0ue"}, "cut-argument": {"command": "x", "args": ["a\0b"]},
    "name": {"command": "x", "env": {"A=B": "c"}}, "port": {"url": "http://h:99999/mcp"},
    "framing": {"url": "http://127.0.0.1:9/mcp", "headers": {"Content-Length": "5"}},
    "lines": {"url": "http://127.0.0.1:9/mcp", "headers": {"X": "a\n"}},
    "both": {"command": "x", "url": "http://127.0.0.1:9/mcp"},
    "numbers": {"command": FIXTURE, "args": [5]},
    "typed": {"type": "websocket", "url": "http://127.0.0.1:9/mcp"}}}


class ConfigFiles(Case):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def list_from(self, text, *server, env=None):
        path = write(self.folder, "mcp.json", text)
        return harness.run("list", "prompts", "--config", path, *server, env=env)

    def test_entries(self):
        text = json.dumps(CONFIG, indent=2)
        env = {"FIXTURE_TRANSPORT": "stdio"}
        self.expect(self.list_from(text, "--server", "local", env=env), 0, r"prompts \(4\)")
        self.expect(self.list_from(text, "--server", "default"), 0, r"prompts \(4\)")
        with harness.fixture() as server:
            for kind in ("http", "streamable-http"):
                entry = {"mcpServers": {"remote": {"type": kind, "url": server.url, "headers": {"X-A": "b"}}}}
                self.expect(self.list_from(json.dumps(entry)), 0, r"prompts \(4\)")

    def test_comments_and_trailing_commas(self):
        text = '{ // servers\n "servers": {"a": {"command": %s, "args": ["--transport", "stdio",], /* all */ }}}' % json.dumps(FIXTURE)
        self.expect(self.list_from(text), 0, r"prompts \(4\)")

    def test_mistakes(self):
        text = json.dumps(CONFIG, indent=2)
        rows = [
            (text, "lokal", r'mcp\.json:2:\d+: error: .*no server "lokal"; did you mean "local"\? It has: both, cut'),
            (text, None, r"names 13 servers; choose one with --server: both"),
            (text, "local", r"mcp\.json:\d+:\d+: error: the environment variable FIXTURE_TRANSPORT is not set"),
            (text, "secret", r"mcp\.json:\d+:9: error: the environment variable NO_SUCH_VARIABLE is not set"),
            (text, "odd", r"did you mean `command` by `comand`"),
            (text, "cut", r"mcp\.json:\d+:\d+: error: .*NUL"), (text, "cut-argument", r"NUL"),
            (text, "name", r"mcp\.json:\d+:\d+: error: .*name of an environment variable"),
            (text, "port", r"mcp\.json:\d+:\d+: error: `url` .*port"),
            (text, "framing", r"mcp\.json:\d+:\d+: error: .*mcplumb sets it itself"),
            (text, "lines", r"mcp\.json:\d+:\d+: error: .*line break"),
            (text, "both", r"both `command` and `url`"),
            (text, "numbers", r"mcp\.json:\d+:\d+: error: `args` must be text here, not number"),
            (text, "typed", r'the type "websocket" is none of'),
            ('{"mcpServers": {"a": {"command": "x",\n "args": [}}}', "a", r"mcp\.json:2:\d+: error: this is not JSON"),
            ('{"mcpServers": {"a": {"command": "x", "n": 1e999}}}', "a", r"mcp\.json:1:\d+: error: this is not JSON: number overflow"),
            ('{"mcpServer": {}}', "a", r"did you mean it by `mcpServer`"),
            ('{"mcpServers": {}}', "a", r"names no server"),
            ("", "a", r"not JSON"), ("[" * 100_000, "a", r"JSON|deep|nest"), ("[]", "a", r"object"),
        ]
        for content, server, message in rows:
            with self.subTest(content=content[:40], server=server):
                chosen = ["--server", server] if server else []
                self.expect(self.list_from(content, *chosen), 2, message, "stderr")
        self.expect(harness.run("list", "--config", "/no/such/file.json"), 2, r"/no/such/file\.json cannot be read")


class FirstWord(Case):
    def test_help_and_version(self):
        self.assertEqual(harness.run("help").stdout, harness.run("--help").stdout)
        self.assertEqual(harness.run("help", "check").stdout, harness.run("check", "--help").stdout)
        self.assertEqual(harness.run("version").stdout, harness.run("--version").stdout)
        self.expect(harness.run("help"), 0, r"short for `mcplumb probe`")

    def test_a_server_alone_is_probed(self):
        with harness.fixture() as server:
            self.expect(harness.run(server.url), 0, r"Target +http")
            self.expect(harness.run("--deadline", "5s", server.url), 0, r"Target +http")
        self.expect(harness.run("--", FIXTURE, "--transport", "stdio"), 0, r"Target +-- ")
        self.expect(harness.run("localhost:9/mcp"), 2, r"did you mean http://localhost:9/mcp", "stderr")

    def test_lists_have_commas(self):
        with harness.fixture() as server:
            for words in (["--only", "ping.respond, ping.empty-result"],
                          ["--only", "ping.respond", "--only", "ping.empty-result"]):
                listed = harness.run("check", server.url, "--list", *words).stdout
                self.assertEqual(len(re.findall(r"^(?:run|skip) ", listed, re.MULTILINE)), 2, listed)
            self.expect(harness.run("list", server.url, "tools,prompts"), 0, r"(?s)Tools.*Prompts|tools.*prompts")


class ShellAndManual(Case):
    def commands(self):
        return set(re.findall(r"^  (\w+) {2,}", harness.run("--help").stdout.split("Subcommands:")[1], re.MULTILINE))

    def test_every_command_teaches(self):
        commands = self.commands()
        self.assertLessEqual({"call", "list", "read", "prompt", "init", "healthz", "check", "probe"}, commands)
        for command in commands - {"checks"}:
            with self.subTest(command=command):
                done = self.expect(harness.run(command, "--help"), 0)
                self.assertRegex(done.stdout, rf"Examples?:(.|\n)*mcplumb {command}")

    def test_completion_of_each_shell(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                done = self.expect(harness.run("completion", shell), 0)
                for command in self.commands():
                    self.assertIn(command, done.stdout)
                for flag in ("ca-file", "no-validate", "suite"):
                    self.assertIn(flag, done.stdout)
        self.expect(harness.run("completion", "tcsh"), 2, r"tcsh")

    def reads(self, *command):
        """That this shell can read the script for it."""
        script = harness.run("completion", command[0]).stdout
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([harness.needed(command[0]), *command[1:], write(folder, "script", script)], check=True,
                           capture_output=True)

    def test_bash_reads_its_completion(self):
        self.reads("bash", "-n")

    def test_zsh_reads_its_completion(self):
        self.reads("zsh", "-n")

    def test_fish_reads_its_completion(self):
        self.reads("fish", "--no-execute")

    def bash_completes(self, line):
        script = harness.run("completion", "bash").stdout
        words = line.split(" ")
        program = (f"{script}\nCOMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}\n"
                   "compopt() { :; }\n_mcplumb\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", program], check=True, capture_output=True, text=True)
        return done.stdout.split()

    def test_bash_completes(self):
        self.assertEqual(self.bash_completes("mcplumb heal"), ["healthz"])
        self.assertIn("--no-validate", self.bash_completes("mcplumb call --no"))
        self.assertEqual(self.bash_completes("mcplumb check --color al"), ["always"])
        self.assertNotIn("--no-validate", self.bash_completes("mcplumb check --no"))

    def test_manual(self):
        page = self.expect(harness.run("man"), 0, r"^\.TH MCPLUMB 1").stdout
        for command in self.commands():
            self.assertIn(f".SS {command}\n", page)
        self.assertIn("\\-\\-ca\\-file", page)

    def test_manual_as_man_shows_it(self):
        done = subprocess.run([harness.needed("man"), "--warnings", "-l", "-"], input=harness.run("man").stdout,
                              capture_output=True, text=True,
                              env={**os.environ, "MANWIDTH": "100", "MAN_KEEP_FORMATTING": ""})
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Installed(Case):
    def test_everything_is_in_its_place(self):
        if not (harness.BIN_DIR / "cmake_install.cmake").exists():
            self.skipTest("the binaries of MCPLUMB_BIN_DIR lie in no build folder")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cmake", "--install", harness.BIN_DIR, "--prefix", folder], check=True, capture_output=True)
            for path in ("bin/mcplumb", "share/bash-completion/completions/mcplumb", "share/zsh/site-functions/_mcplumb",
                         "share/fish/vendor_completions.d/mcplumb.fish", "share/man/man1/mcplumb.1"):
                self.assertGreater(pathlib.Path(folder, path).stat().st_size, 1000, path)


if __name__ == "__main__":
    harness.main()
