"""No secret leaves mcplumb: a canary in every input, servers that repeat all they get wherever a server can, and a search
through every output of every command, files included."""

import base64
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import unittest
import urllib.parse
import xml.etree.ElementTree

import harness

CANARY = "CANARY-4711-canary"
SELF = pathlib.Path(__file__).resolve()


def forms(secret):
    """What the secret looks like where somebody repeats it."""
    encoded = base64.b64encode(f"user:{secret}".encode()).decode()
    return {secret, urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1], encoded, secret[:12]}


def responses(message, echo):
    """The result of an obedient server that repeats `echo` in everything that it may write freely."""
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        return {"protocolVersion": params.get("protocolVersion", "2025-11-25") if params.get("protocolVersion", "") <
                "2025-12" else "2025-11-25",
                "capabilities": {"tools": {}, "resources": {}, "prompts": {}, "logging": {}},
                "serverInfo": {"name": f"echo {echo}", "version": f"1 {echo}", "title": echo}, "instructions": echo}
    lists = {"tools/list": ("tools", [{"name": "echo", "description": echo, "inputSchema": {
                 "type": "object", "properties": {"a": {"type": "string", "description": echo}}}}]),
             "resources/list": ("resources", [{"uri": "test://echo", "name": "echo", "description": echo}]),
             "resources/templates/list": ("resourceTemplates", []),
             "prompts/list": ("prompts", [{"name": "echo", "description": echo}])}
    if method in lists:
        return dict([lists[method]])
    if method == "ping" or method == "logging/setLevel":
        return {}
    if method == "tools/call" and params.get("name") == "echo":
        return {"content": [{"type": "text", "text": echo}], "structuredContent": {"echo": echo, echo: 1}}
    if method == "resources/read":
        return {"contents": [{"uri": "test://echo", "mimeType": "text/plain", "text": echo}]}
    if method == "prompts/get":
        return {"messages": [{"role": "user", "content": {"type": "text", "text": echo}}]}
    return None


def reply_to(message, echo):
    if "id" not in message:
        return None
    result = responses(message, echo)
    body = {"jsonrpc": "2.0", "id": message["id"]}
    if result is None:
        return {**body, "error": {"code": -32601, "message": f"no such method; you sent {echo}", "data": {"echo": echo}}}
    return {**body, "result": result}


class Echo(http.server.BaseHTTPRequestHandler):
    """Repeats the request line and all request headers."""

    protocol_version = "HTTP/1.1"

    def everything(self):
        text = " | ".join([self.path, *(f"{name}: {value}" for name, value in self.headers.items())])
        for scheme in ("Authorization", "Proxy-Authorization"):
            value = self.headers.get(scheme, "")
            if value.startswith("Basic "):
                text += " | " + base64.b64decode(value[6:]).decode()
        return text

    def send(self, status, body, reason=None, **headers):
        data = body.encode()
        self.send_response(status, reason)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Echo", self.everything().encode("ascii", "replace").decode())
        self.end_headers()
        self.wfile.write(data)

    def answer(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        echo, mode = self.everything(), self.server.mode
        if mode == "refuses":
            return self.send(500, f"<html>you sent {echo}</html>", f"No: {echo[-300:]}", Content_Type="text/html")
        if mode == "redirects":
            return self.send(307, "", None, Location=f"/mcp2?access_token={CANARY}&x=1")
        try:
            message = json.loads(data)
        except ValueError:
            return self.send(405 if self.command != "POST" else 400, echo, Content_Type="text/plain")
        answer = reply_to(message, echo) if isinstance(message, dict) else None
        if answer is None:
            return self.send(202, "")
        return self.send(200, json.dumps(answer), Content_Type="application/json", Set_Cookie=f"sid={CANARY}x; Path=/")

    do_GET = do_POST = do_DELETE = do_OPTIONS = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


class Server:
    def __init__(self, mode):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        self.http.mode, self.http.daemon_threads = mode, True
        self.address = f"127.0.0.1:{self.http.server_port}"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def serve_stdio():
    """The same over stdio: repeats its arguments and its environment, and on stderr too."""
    echo = " ".join(sys.argv[2:]) + " " + " ".join(value for name, value in os.environ.items() if "CANARY" in value)
    print(f"starting with {echo}", file=sys.stderr, flush=True)
    for line in sys.stdin:
        try:
            answer = reply_to(json.loads(line), echo)
        except ValueError:
            continue
        if answer is not None:
            print(json.dumps(answer), flush=True)


def serve_http(port):
    class Own(Echo):
        def everything(self):
            return super().everything() + " " + " ".join(v for v in os.environ.values() if "CANARY" in v)

        def log_message(self, *_):
            print("log:", self.everything(), flush=True)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Own)
    server.mode = "obeys"
    server.serve_forever()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.token = self.folder / "token-file"
        self.token.write_text(CANARY + "\n")
        self.env = {"CANARY_VARIABLE": CANARY}

    def file(self, name):
        return str(self.folder / name)

    def hidden(self, done, *more):
        texts = {"stdout": done.stdout, "stderr": done.stderr}
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.startswith(("token-file", "input-")):
                texts[path.name] = path.read_text(errors="replace")
        for name, text in texts.items():
            if name.endswith(".xml"):
                xml.etree.ElementTree.fromstring(text)
            elif name.endswith(".json"):
                json.loads(text)
            for form in forms(CANARY):
                if form in text:
                    line = next(line for line in text.splitlines() if form in line)
                    self.fail(f"{name} shows {form!r}: {line[:400]}\n{' '.join(map(str, done.args))}")
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.startswith(("token-file", "input-")):
                path.unlink()

    def run_all(self, target, commands=None):
        """Every command that asks a server. `target` are the words that name it; `--` and what follows come last."""
        head, tail = target, []
        if "--" in target:
            head, tail = target[:target.index("--")], target[target.index("--"):]
        reports = ["--json", self.file("run.json"), "--junit", self.file("run.xml")]
        everything = {
            "check": [["check", "-v", "--strict", *reports, *head]],
            "check allowed": [["check", "-v", *reports, *head, "--tool", "progress=echo", "--resource", "test://echo",
                               "--prompt", "echo"]],
            "check to stdout": [["check", "--json", "-", *head], ["check", "--junit", "-", *head]],
            "check one by one": [["check", "--jobs", "1", *reports, *head]],
            "check again": [["check", "--repeat", "2", "--only", "ping", *reports, *head]],
            "check in columns": [["check", "--matrix", "--only", "ping", *reports, *head]],
            "migrate": [["check", "--migrate", "--only", "ping", *reports, *head]],
            "baseline": [["check", "--baseline", self.file("known.json"), "--update-baseline", *head]],
            "probe": [["probe", "-v", *head]],
            "list": [["list", "-v", *head], ["list", "--json", *head]],
            "call": [["call", "-v", *head, "echo"], ["call", "--json", *head, "echo"], ["call", *head, "no-such-tool"]],
            "read": [["read", *head, "test://echo"], ["read", "--json", *head, "test://echo"],
                     ["read", "-o", self.file("out"), *head, "test://echo"]],
            "prompt": [["prompt", *head, "echo"], ["prompt", "--json", *head, "echo"]],
            "healthz": [["healthz", *head]],
            "init": [["init", "-o", self.file("suite.yaml"), *head]],
            "lock": [["lock", "-o", self.file("lock.json"), *head]],
        }
        for name in commands or everything:
            for words in everything[name]:
                with self.subTest(command=name, words=words):
                    done = harness.run(*words, *tail, env=self.env, deadline=120)
                    self.assertNotIn(done.exit, (-6, -11) if "no-such-tool" in words else (2, -6, -11), done)
                    self.hidden(done)


FEW = ["check", "probe", "list", "call", "healthz"]


class OverHttp(Case):
    """Whatever names the server: a server that obeys and repeats, one that refuses and repeats."""

    def inputs(self, address):
        config = self.folder / "input-config.json"
        config.write_text(json.dumps({"mcpServers": {"one": {"url": f"http://{address}/mcp",
                                                             "headers": {"X-Any": CANARY}}}}))
        url = f"http://{address}/mcp"
        return {"header": [url, "-H", f"X-Anything: {CANARY}"],
                "header of a variable": [url, "-H", "X-One=@env:CANARY_VARIABLE"],
                "header of a file": [url, "-H", f"X-One=@{self.token}"],
                "cookie": [url, "-H", f"Cookie: a=b; sid={CANARY}"],
                "bearer of a variable": [url, "--bearer", "@env:CANARY_VARIABLE"],
                "bearer of a file": [url, "--bearer", f"@{self.token}"],
                "user information": [f"http://user:{CANARY}@{address}/mcp"],
                "query": [f"{url}?api_key={CANARY}&x=1"],
                "configuration": ["--config", str(config), "--server", "one"]}

    def test_a_server_that_obeys_and_repeats(self):
        with Server("obeys") as server:
            inputs = self.inputs(server.address)
            self.run_all(inputs["bearer of a variable"])
            for name, target in inputs.items():
                with self.subTest(input=name):
                    self.run_all(target, FEW)

    def test_a_server_that_refuses_and_repeats(self):
        with Server("refuses") as server:
            inputs = self.inputs(server.address)
            self.run_all(inputs["header"])
            for name, target in inputs.items():
                with self.subTest(input=name):
                    self.run_all(target, FEW)

    def test_a_redirect_that_shows_a_token_of_the_server(self):
        with Server("redirects") as server:
            self.run_all([f"http://{server.address}/mcp"])

    def test_a_proxy_that_repeats(self):
        with Server("refuses") as proxy:
            self.run_all(["http://example.invalid/mcp", "--proxy", f"http://user:{CANARY}@{proxy.address}"], FEW)


class OverPrograms(Case):
    """What is given to a program that is started: arguments, variables, a shell line."""

    def test_arguments_of_a_program(self):
        self.run_all(["--", sys.executable, str(SELF), "serve-stdio", "--api-key", CANARY])

    def test_variables_of_a_program(self):
        config = self.folder / "input-config.json"
        config.write_text(json.dumps({"mcpServers": {"one": {
            "command": sys.executable, "args": [str(SELF), "serve-stdio"], "env": {"ANY_NAME": CANARY}}}}))
        self.env = {}
        self.run_all(["--config", str(config)])

    def test_a_shell_line(self):
        self.env = {}
        line = f"ACCESS_TOKEN={CANARY} exec {sys.executable} {SELF} serve-http {{port}}"
        self.run_all(["--serve", line, "--url", "http://127.0.0.1:{port}/mcp"], ["check", "probe", "list", "call"])


class OfSuites(Case):
    SUITE = """suite: own
title: Own
variables: {password: none, key: none}
checks:
  - id: own.env
    title: Sends a secret and looks for another
    level: must
    steps:
      - request: {method: no/such/method, params: {a: "${env:CANARY_VARIABLE}", b: "${password}", c: "${key}"}}
        expect: {error.message: {equals: "${env:CANARY_VARIABLE}"}, error.data.echo: {equals: "${password} ${key}"}}
"""

    def test_variables(self):
        suite = self.folder / "input-suite.yaml"
        suite.write_text(self.SUITE)
        given = ["--suite", str(suite), "--var", f"password={CANARY}", "--var", f"key=@{self.token}"]
        with Server("obeys") as server:
            for target in ([f"http://{server.address}/mcp"], ["--", sys.executable, str(SELF), "serve-stdio"]):
                split = target.index("--") if "--" in target else len(target)
                reports = ["--json", self.file("run.json"), "--junit", self.file("run.xml")]
                done = harness.run("check", "-v", *given, *reports, *target[:split], *target[split:], env=self.env)
                self.assertEqual(done.exit, 1, done)
                self.assertIn("<redacted>", done.stdout)
                self.hidden(done)


class OfGates(Case):
    def test_a_gate(self):
        gate = self.folder / "input-gate.yaml"
        command = f"{sys.executable} {SELF} serve-http {{port}}"
        gate.write_text(f"""gate: canary
command: {command}
url: http://127.0.0.1:{{port}}/mcp
headers: {{X-Any: {CANARY}}}
only: [ping]
before: {{variables: {{ANY_NAME: {CANARY}}}, prepare: ["echo {CANARY}"]}}
after: {{variables: {{ANY_NAME: {CANARY}}}, prepare: ["echo $ANY_NAME {CANARY}; exit 1"]}}
""")
        self.env = {}
        done = harness.run("gate", str(gate), "-v", "--work", self.file("work"), "--json", self.file("gate.json"), "--junit",
                           self.file("gate.xml"), "--markdown", self.file("gate.md"), deadline=120)
        self.assertNotIn(done.exit, (2, -6, -11), done)
        self.hidden(done)


class OfMistakes(Case):
    def test_messages_about_the_command_line(self):
        for words in (["call", "http://127.0.0.1:9/mcp", "--bearer", CANARY], ["check", "-H", f"Bearer {CANARY}"],
                      ["probe", f"htp://user:{CANARY}@host/mcp"], ["probe", "http://127.0.0.1:9/mcp", "--proxy",
                                                                   f"gopher://user:{CANARY}@host"]):
            with self.subTest(words=words):
                done = harness.run(*words)
                self.assertEqual(done.exit, 2, done)
                self.hidden(done)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve-stdio"]:
        serve_stdio()
    elif sys.argv[1:2] == ["serve-http"]:
        serve_http(int(sys.argv[2]))
    else:
        harness.main()
